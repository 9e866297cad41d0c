/** The texts that tell a reader of trace.dat how records look: as the files under /sys/kernel/tracing/events (scheduler 9.5). */
import { FIELD_TYPES, shownBy, type TraceField, type Tracepoint } from '../tracepoint.ts';

/** Bytes of the fields that every record begins with. */
export const COMMON_BYTES = 8;
/** TRACE_PRINT: the one event of ftrace itself that readers want to know. */
const PRINT_ID = 5;

const line = (declaration: string, offset: number, size: number, signed: number): string =>
  `\tfield:${declaration};\toffset:${offset};\tsize:${size};\tsigned:${signed};\n`;

export const HEADER_PAGE =
  line('u64 timestamp', 0, 8, 0) +
  line('local_t commit', 8, 8, 1) +
  line('int overwrite', 8, 1, 1) +
  line('char data', 16, 4080, 1);

export const HEADER_EVENT = `# compressed entry header
	type_len    :    5 bits
	time_delta  :   27 bits
	array       :   32 bits

	padding     : type == 29
	time_extend : type == 30
	time_stamp : type == 31
	data max type_len  == 28
`;

const COMMON_FIELDS =
  line('unsigned short common_type', 0, 2, 0) +
  line('unsigned char common_flags', 2, 1, 0) +
  line('unsigned char common_preempt_count', 3, 1, 0) +
  line('int common_pid', 4, 4, 1);

const head = (name: string, id: number): string => `name: ${name}\nID: ${id}\nformat:\n${COMMON_FIELDS}\n`;

export const PRINT_FORMAT = `${head('print', PRINT_ID)}${line('unsigned long ip', 8, 8, 0)}${line('char buf[]', 16, 0, 0)}
print fmt: "%ps: %s", (void *)REC->ip, REC->buf
`;

export interface PlacedField {
  field: TraceField<never>;
  offset: number;
}

/** Offsets of the fields, each at a multiple of its alignment, and where the strings begin. */
export function placeFields({ fields }: Tracepoint): { placed: PlacedField[]; end: number } {
  let end = COMMON_BYTES;
  const placed = fields.map((field) => {
    const { size, align } = FIELD_TYPES[field.type];
    const offset = Math.ceil(end / align) * align;
    end = offset + size;
    return { field, offset };
  });
  return { placed, end };
}

export function formatText(tracepoint: Tracepoint, id: number): string {
  const fields = placeFields(tracepoint).placed.map(({ field: { name, type }, offset }) => {
    const { c, suffix, size, signed } = FIELD_TYPES[type];
    return line(`${c}${c.endsWith('*') ? '' : ' '}${name}${suffix}`, offset, size, signed);
  });
  const shown = shownBy(tracepoint).map(({ c }) => `, ${c}`);
  return `${head(tracepoint.name, id)}${fields.join('')}\nprint fmt: "${tracepoint.format}"${shown.join('')}\n`;
}

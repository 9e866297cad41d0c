/** trace.dat version 6, as trace-cmd and KernelShark read it (scheduler 9.5). The numbers of the parts are those of the recipe there. */
import { assert } from '../../util/assert.ts';
import { EventTexts } from '../event-texts.ts';
import type { Recording } from '../recording.ts';
import { Bytes, utf8 } from './bytes.ts';
import { formatText, HEADER_EVENT, HEADER_PAGE, PRINT_FORMAT } from './formats.ts';
import { RecordWriter } from './records.ts';
import { PAGE_BYTES, RingBuffer } from './ring-buffer.ts';

/** Identifiers of our events: any will do that no other event of the file has. */
const FIRST_ID = 300;
const OPTION_DONE = 0;
const OPTION_TRACECLOCK = 4;
const OPTION_CPUCOUNT = 8;
/** Records hold no more: with the page's and the record's own header that fills a page. */
const RECORD_MAX = PAGE_BYTES - 16 - 16;

/** @throws InternalError when the events of a CPU are not in order of time */
export function traceDat(recording: Recording): Uint8Array {
  const texts = new EventTexts(recording);
  const kinds = [...texts.tracepoints].map(([type, tracepoint], index) => ({ type, tracepoint, id: FIRST_ID + index }));
  const file = new Bytes();
  file
    .raw(new Uint8Array([0x17, 0x08, 0x44]))
    .raw(utf8('tracing'))
    .string('6'); // 1
  file.u8(0).u8(8).u32(PAGE_BYTES);
  file.string('header_page');
  sized64(file, HEADER_PAGE); // 2
  file.string('header_event');
  sized64(file, HEADER_EVENT); // 3
  file.u32(1);
  sized64(file, PRINT_FORMAT); // 4
  const systems = [...new Set(kinds.map(({ tracepoint }) => tracepoint.system))];
  file.u32(systems.length); // 5
  for (const system of systems) {
    const inside = kinds.filter(({ tracepoint }) => tracepoint.system === system);
    file.string(system).u32(inside.length);
    for (const { tracepoint, id } of inside) sized64(file, formatText(tracepoint, id));
  }
  const kallsyms = utf8(texts.symbols.kallsyms());
  file.u32(kallsyms.length).raw(kallsyms); // 6
  file.u32(0); // 7
  sized64(file, commandLines(recording)); // 8
  file.u32(recording.cpus); // 9
  options(file, recording.cpus); // 10
  const writers = new Map(kinds.map(({ type, tracepoint, id }) => [type, new RecordWriter(tracepoint, id, texts.symbols)]));
  const buffers = Array.from({ length: recording.cpus }, () => new RingBuffer());
  let last = 0;
  for (const event of recording.events) {
    assert(event.time >= last, `event at ${event.time} ns after one at ${last} ns`);
    last = event.time;
    const data = (writers.get(event.type) as RecordWriter).write(event);
    assert(data.length <= RECORD_MAX, `a record of ${data.length} bytes does not fit into a page`);
    buffers[event.cpu].add(data, event.time);
  }
  ringBuffers(file, buffers); // 11, 12
  return file.take();
}

function sized64(file: Bytes, text: string): void {
  const bytes = utf8(text);
  file.u64(bytes.length).raw(bytes);
}

/** `pid comm`; pid 0 is `<idle>` without being told. */
function commandLines({ tasks, events }: Recording): string {
  const names = new Map(tasks.filter(({ pid }) => pid !== 0).map(({ pid, comm }) => [pid, comm]));
  for (const event of events) if (event.type === 'sched_process_fork') names.set(event.child_pid, event.child_comm);
  return [...names].map(([pid, comm]) => `${pid} ${comm}\n`).join('');
}

function options(file: Bytes, cpus: number): void {
  const clock = utf8('[local] mono\0');
  file.raw(utf8('options  ')).u8(0);
  file.u16(OPTION_TRACECLOCK).u32(clock.length).raw(clock);
  file.u16(OPTION_CPUCOUNT).u32(4).u32(cpus);
  file.u16(OPTION_DONE);
}

/** A table of where each CPU's pages are, and the pages. */
function ringBuffers(file: Bytes, buffers: readonly RingBuffer[]): void {
  file.string('flyrecord');
  const pages = buffers.map((buffer) => buffer.pages());
  let at = Math.ceil((file.length + 16 * buffers.length) / PAGE_BYTES) * PAGE_BYTES;
  for (const own of pages) {
    file.u64(at).u64(own.length * PAGE_BYTES);
    at += own.length * PAGE_BYTES;
  }
  file.pad(PAGE_BYTES);
  for (const page of pages.flat()) file.raw(page);
}

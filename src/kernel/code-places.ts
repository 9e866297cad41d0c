/** From a code address to what a person calls it: statement, function, file, tags. */
import type { DebugInfo, StatementInfo } from '../lang/debug-info.ts';
import { FrameKind } from '../machine/bytecode.ts';
import { walkFrames } from '../machine/frames.ts';
import type { Machine } from '../machine/machine.ts';
import { slugOfReference } from './catalogue.ts';

/** The statement whose code holds `pc`. */
export function statementAt({ statements }: DebugInfo, pc: number): StatementInfo | undefined {
  let low = 0;
  let high = statements.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (statements[middle].end <= pc) low = middle + 1;
    else high = middle;
  }
  const found = statements[low];
  return found && found.start <= pc ? found : undefined;
}

/** Name of the function that holds `pc`. */
export function functionNameAt(debug: DebugInfo, pc: number): string {
  return debug.functions.find((one) => one.entry <= pc && pc < one.end)?.name ?? '?';
}

/** `mm/kmap-local.klab: kunmap_local`, as the kernel prints file and function. */
export function placeName(debug: DebugInfo, pc: number): string {
  const statement = statementAt(debug, pc);
  const name = functionNameAt(debug, pc);
  if (!statement) return name;
  const { uri } = debug.sources[statement.span.source];
  return `${uri.replace(/^klab-kernel:\//, '').replace(/^.*[/\\](?=[^/\\]+$)/, (folder) => (uri.startsWith('klab-kernel:') ? folder : ''))}: ${name}`;
}

/** The slug that the tags on the statement at `pc` name (`H-D02`), if they name one. */
export function slugAt(debug: DebugInfo, pc: number): string | undefined {
  for (const tag of statementAt(debug, pc)?.tags ?? []) {
    const slug = slugOfReference(tag);
    if (slug) return slug;
  }
  return undefined;
}

/** Code address of the first caller of CPU `cpu` that is not kernel source; the innermost place when there is none. */
export function callerPlace(machine: Machine, debug: DebugInfo, cpu: number): number {
  const registers = machine.cpus[cpu];
  const frames = walkFrames(machine, registers.pc - 1, registers.fp | 0);
  for (const [index, frame] of frames.entries()) {
    const pc = index === 0 || frame.kind === FrameKind.task ? frame.pc : frame.pc - 1;
    const statement = statementAt(debug, pc);
    if (statement && !debug.sources[statement.span.source].uri.startsWith('klab-kernel:')) return pc;
  }
  return registers.pc - 1;
}

/** Code address at which the innermost exception of CPU `cpu` happened. */
export function trapPlace(machine: Machine, cpu: number): number {
  const registers = machine.cpus[cpu];
  const frames = walkFrames(machine, registers.pc - 1, registers.fp | 0);
  const at = frames.findIndex(({ kind }) => kind === FrameKind.exception);
  return at >= 0 && at + 1 < frames.length ? frames[at + 1].pc : registers.pc - 1;
}

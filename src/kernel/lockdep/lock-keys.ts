/**
 * What makes a class of locks, and its name (`lockdep_register_class()`): the place of the lock among the program's variables. All CPUs' copies
 * of a per-CPU variable, all tasks' copies of a member of task_struct and all calls' copies of a local variable share a class. A lock
 * that was initialised by a call belongs to the class of that call, wherever it lies.
 */
import type { DebugInfo } from '../../lang/debug-info.ts';
import type { Type } from '../../lang/types.ts';
import { walkFrames } from '../../machine/frames.ts';
import type { StructLayout } from '../../machine/layout.ts';
import { statementAt } from '../code-places.ts';
import type { Kernel } from '../kernel.ts';
import { memberAt, sizeOf } from '../locking/lock-names.ts';

export const KeyKind = {
  /** A static variable: its address. */
  static: 1,
  /** A per-CPU variable: the offset in the segment. */
  perCpu: 2,
  /** A member of task_struct: its offset. */
  task: 3,
  /** A local variable: index of its function in the upper half, byte of the frame in the lower. */
  local: 4,
  /** Code address of the call that initialised the lock. */
  initialiser: 5,
} as const;

export interface LockKey {
  kind: number;
  key: number;
}

/** Names of the kernel for variables whose members hold locks. */
const KERNEL_NAMES: Readonly<Record<string, string>> = { runqueues: '&rq->' };

/** The class to which the lock at `address` belongs by its place; undefined: in memory that is no variable of the program. */
export function keyOfPlace(kernel: Kernel, cpu: number, address: number): LockKey | undefined {
  const { machine } = kernel;
  if (!machine.isKernelAddress(address)) return undefined;
  const offset = machine.offsetOf(address);
  const inside = (name: string): number => {
    const region = machine.plan.region(name);
    const at = offset - region.offset;
    return at >= 0 && at < region.stride * region.count ? at : -1;
  };
  if (inside('data') >= 0) return { kind: KeyKind.static, key: address };
  const perCpu = inside('percpu');
  if (perCpu >= 0) return { kind: KeyKind.perCpu, key: perCpu % machine.plan.region('percpu').stride };
  const task = inside('task_struct');
  if (task >= 0) return { kind: KeyKind.task, key: task % machine.plan.region('task_struct').stride };
  return inside('stack') >= 0 ? keyOfLocal(kernel, cpu, address) : undefined;
}

/** The frame that holds the lock: of any task, since others take a lock that lies on somebody's stack. */
function keyOfLocal(kernel: Kernel, cpu: number, address: number): LockKey | undefined {
  const { machine } = kernel;
  const owner = kernel.tasks.find(({ view }) => (address - view.stack) >>> 0 < 8192);
  if (!owner) return undefined;
  const running = machine.cpus.findIndex((_, each) => machine.current(each) === owner.address);
  const fp = running >= 0 ? machine.cpus[running].fp | 0 : owner.view.thread.fp | 0;
  const frames = walkFrames(machine, machine.pc(running >= 0 ? running : cpu), fp);
  for (const frame of frames) {
    const at = (address - frame.address) >>> 0;
    if (at < machine.image.functions[frame.function].frameWords * 4) {
      return { kind: KeyKind.local, key: (frame.function << 16) | at };
    }
  }
  return undefined;
}

/** Name of a class, as the kernel's macros would have given it. */
export function keyName(kernel: Kernel, { kind, key }: LockKey): string {
  const { debug } = kernel.built;
  switch (kind) {
    case KeyKind.static:
      return staticName(kernel, key);
    case KeyKind.perCpu:
      return variableName(debug, 'perCpu', key) ?? '?';
    case KeyKind.task:
      return `&p->${layoutPath(kernel.layouts.task_struct as unknown as StructLayout, key)}`;
    case KeyKind.local: {
      const { locals } = debug.functions[key >>> 16];
      const at = key & 0xffff;
      const found = locals.find(({ frameWord, type }) => at >= frameWord * 4 && at < frameWord * 4 + sizeOf(type));
      return found ? found.name + pathIn(found.type, at - found.frameWord * 4) : '?';
    }
    default:
      return initialisedName(debug, key);
  }
}

/** A lock that only lockdep knows of carries its name. */
function staticName(kernel: Kernel, address: number): string {
  const { debug } = kernel.built;
  const variable = debug.globals.find((one) => one.storage === 'static' && covers(one.address, one.type, address));
  if (variable?.type.kind === 'struct' && variable.type.name === 'lockdep_map') {
    const word = kernel.machine.offsetOf(variable.address) >>> 2;
    return kernel.stringAt(0, kernel.machine.memory.words[word]);
  }
  return variableName(debug, 'static', address) ?? '?';
}

function variableName(debug: DebugInfo, storage: 'static' | 'perCpu', address: number): string | undefined {
  const variable = debug.globals.find((one) => one.storage === storage && covers(one.address, one.type, address));
  if (!variable) return undefined;
  const path = pathIn(variable.type, (address - variable.address) >>> 0);
  const known = KERNEL_NAMES[variable.name];
  return known === undefined ? variable.name + path : known + path.slice(1);
}

function covers(start: number, type: Type, address: number): boolean {
  return (address - start) >>> 0 < sizeOf(type);
}

function layoutPath(layout: StructLayout, offset: number): string {
  const field = layout.fields.find((one) => one.offset <= offset && offset < one.offset + one.size);
  return field?.name ?? '?';
}

/** The argument of the call that initialised the lock, as the kernel's macros turn it into a name. */
function initialisedName(debug: DebugInfo, pc: number): string {
  const statement = statementAt(debug, pc);
  if (!statement) return '?';
  const text = debug.sources[statement.span.source].text.slice(statement.span.start, statement.span.end);
  return /_init\s*\(([^,)]*)/.exec(text)?.[1].trim() ?? text.replace(/\s+/g, ' ');
}

/** Members and indices from a variable of `type` to the lock at byte `offset` of it. */
const pathIn = (type: Type, offset: number): string => memberAt(type, offset)?.path ?? '';

/** What people call a lock: the variable that it is, or lies in. */
import type { GlobalInfo } from '../../lang/debug-info.ts';
import type { Type } from '../../lang/types.ts';
import { hex } from '../../util/bits.ts';
import type { Kernel } from '../kernel.ts';

/** Structs that are locks, as `struct` tags, and what a person calls such a lock. */
export const LOCK_STRUCTS: Readonly<Record<string, string>> = {
  raw_spinlock: 'raw spinlock',
  spinlock: 'spinlock',
  rwlock: 'rwlock',
  local_lock: 'local lock',
  mutex: 'mutex',
  rt_mutex: 'rt_mutex',
  semaphore: 'semaphore',
  rw_semaphore: 'rwsem',
};

/** A lock and where it lies: `path` continues the name of the variable, `.lock`. */
interface Place {
  path: string;
  type: string;
}

/** The outermost lock of `type` that begins at `offset`, or else the member there. */
export function memberAt(type: Type, offset: number): Place | undefined {
  if (type.kind === 'array') {
    const size = sizeOf(type.of);
    const index = size === 0 ? 0 : Math.floor(offset / size);
    const inner = memberAt(type.of, offset - index * size);
    return inner && { path: `[${index}]${inner.path}`, type: inner.type };
  }
  if (type.kind !== 'struct') return offset === 0 ? { path: '', type: '' } : undefined;
  if (offset === 0 && type.name in LOCK_STRUCTS) return { path: '', type: type.name };
  const member = type.members?.find((one) => offset >= one.offset && offset < one.offset + sizeOf(one.type));
  const inner = member && memberAt(member.type, offset - member.offset);
  if (!member || !inner) return offset === 0 ? { path: '', type: type.name } : undefined;
  return { path: `.${member.name}${inner.path}`, type: inner.type };
}

/** Bytes of a type. */
export function sizeOf(type: Type): number {
  switch (type.kind) {
    case 'integer':
    case 'struct':
      return type.size;
    case 'pointer':
    case 'enum':
      return 4;
    case 'array':
      return type.length * sizeOf(type.of);
    default:
      return 0;
  }
}

/** A lock as people know it. */
export interface LockIdentity {
  /** `m`, `cache[1].lock`, `runqueues.__lock of CPU 1`, `writer.pi_lock`; the address in hexadecimal where nothing is known. */
  name: string;
  /** `mutex`; empty when it is not known. */
  kind: string;
}

function named(global: GlobalInfo, inside: number, suffix: string): LockIdentity | undefined {
  const place = memberAt(global.type, inside);
  return place && { name: `${global.name}${place.path}${suffix}`, kind: LOCK_STRUCTS[place.type] ?? '' };
}

/** Name and kind of the lock at `address`. */
export function lockIdentity(kernel: Kernel, address: number): LockIdentity {
  const { machine, built } = kernel;
  const unknown = { name: hex(address), kind: '' };
  if (!machine.isKernelAddress(address)) return unknown;
  const offset = machine.offsetOf(address);
  const data = machine.plan.region('data');
  const perCpu = machine.plan.region('percpu');
  const own = offset >= data.offset && offset < data.offset + data.size;
  const cpu = own ? -1 : Math.floor((offset - perCpu.offset) / perCpu.stride);
  if (own || (cpu >= 0 && cpu < perCpu.count)) {
    const at = own ? offset - data.offset : offset - perCpu.offset - cpu * perCpu.stride;
    for (const global of built.debug.globals) {
      if (global.storage !== (own ? 'static' : 'perCpu') || at < global.offset) continue;
      if (at >= global.offset + Math.max(4, sizeOf(global.type))) continue;
      return named(global, at - global.offset, own ? '' : ` of CPU ${cpu}`) ?? unknown;
    }
    return unknown;
  }
  return lockOfTask(kernel, offset) ?? unknown;
}

/** `writer.pi_lock`. */
function lockOfTask({ machine, layouts, tasks }: Kernel, offset: number): LockIdentity | undefined {
  const region = machine.plan.region('task_struct');
  const task = tasks[Math.floor((offset - region.offset) / region.stride)];
  if (offset < region.offset || !task) return undefined;
  const inside = (offset - region.offset) % region.stride;
  const field = layouts.task_struct.fields.find((one) => one.offset === inside && one.type.kind === 'struct');
  if (field?.type.kind !== 'struct') return undefined;
  return { name: `${task.comm}.${field.name}`, kind: LOCK_STRUCTS[field.type.layout.name] ?? '' };
}

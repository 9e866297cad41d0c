/** From a variable to the lock inside it: `.queue[2].lock`. */
import type { Type } from '../../lang/types.ts';

/** Structs that are a lock; what lies inside them is nobody's business. */
const LOCK_STRUCT = /(spinlock|rwlock|mutex|semaphore|local_lock|local_trylock|lockdep_map)$/;

/** Members and indices from a variable of `type` to byte `offset` of it. */
export function memberPath(type: Type, offset: number): string {
  if (type.kind === 'array') {
    const size = byteSize(type.of);
    return `[${Math.floor(offset / size)}]${memberPath(type.of, offset % size)}`;
  }
  if (type.kind !== 'struct' || LOCK_STRUCT.test(type.name)) return '';
  const member = type.members?.find((one) => offset >= one.offset && offset < one.offset + byteSize(one.type));
  return member ? `.${member.name}${memberPath(member.type, offset - member.offset)}` : '';
}

export function byteSize(type: Type): number {
  if (type.kind === 'array') return type.length * byteSize(type.of);
  return type.kind === 'struct' || type.kind === 'integer' ? type.size : 4;
}

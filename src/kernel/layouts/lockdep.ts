/** What lockdep remembers (scheduler 7): lock classes, dependencies between them, and the locks that each task holds. */
import { array, bool, defineStruct, pointer, s32, u8, u16, u32, type ViewOf } from '../../machine/layout.ts';

/** Locks that a task can hold at once, as in the kernel. */
export const MAX_LOCK_DEPTH = 48;
/** Usage bits whose first place is remembered: used in and enabled with hardirqs and softirqs, for write and for read. */
export const USAGE_BITS = 8;

export const lockdepMap = defineStruct('lockdep_map', 'A lock that only lockdep knows of, such as rcu_read_lock().', {
  name: pointer('const char', 'Name in reports.'),
});

export const heldLock = defineStruct('held_lock', 'A lock that a task holds, or is just waiting for.', {
  instance: pointer('void', 'The lock.'),
  acquire_ip: u32('Code address of the call that took it.', { hex: true, ghost: true }),
  class_idx: u16('Its class: index in lock_classes.'),
  irq_context: u8('1 taken in a softirq, 2 in a hardirq; 0 by the task itself.', { hex: true }),
  read: u8('1 shared, 2 shared and may be taken again by a reader.'),
  trylock: bool('Taken by a call that does not wait.'),
  check: bool('Takes part in the checks of order and interrupts; RCU does not.'),
  hardirqs_off: bool('Interrupts were off when it was taken.'),
});
export type HeldLockView = ViewOf<typeof heldLock>;

export const lockClass = defineStruct('lock_class', 'All locks that are used in the same way.', {
  key_kind: u32('0 free; how the class was told from others: see lock-keys.ts.'),
  key: u32('What tells it from other classes of that kind.', { hex: true }),
  subclass: u8('Level of a nested acquisition; 0 for plain ones.'),
  lock_kind: u8('LOCK_KIND_*.'),
  usage_mask: u16('Contexts that it was used in.', { hex: true }),
  usage_ip: array(u32('', { hex: true, ghost: true }), USAGE_BITS, 'Code address of the first use of each kind.'),
});
export type LockClassView = ViewOf<typeof lockClass>;

export const lockList = defineStruct('lock_list', 'A dependency: the second class was taken while the first was held.', {
  from: u16('Class that was held; index in lock_classes. 0 and 0: free.'),
  to: u16('Class that was taken inside.'),
  dep: u8('Which of the two were read acquisitions, one bit for each pair of kinds.', { hex: true }),
  from_ip: u32('Code address where the first was taken.', { hex: true, ghost: true }),
  to_ip: u32('Code address where the second was taken.', { hex: true, ghost: true }),
  pid: s32('Task that did it.', { ghost: true }),
});
export type LockListView = ViewOf<typeof lockList>;

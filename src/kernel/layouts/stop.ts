/** What the stopper threads work on (scheduler 12.13). */
import { bool, defineStruct, nested, pointer, s32 } from '../../machine/layout.ts';
import { completion, rawSpinlock } from './locking.ts';

export const cpuStopDone = defineStruct('cpu_stop_done', 'Somebody waits until a stopper has done a piece of work.', {
  nr_todo: s32('Stoppers that are not done yet.'),
  ret: s32('What the last function that failed returned, 0: none did.'),
  completion: nested(completion, 'Completed when nr_todo comes to 0.'),
});

export const cpuStopWork = defineStruct('cpu_stop_work', 'One piece of work for a stopper thread.', {
  next: pointer('struct cpu_stop_work', 'Next one in the queue. Protected by the lock of the stopper.'),
  fn: pointer('void', 'Function that the stopper calls: int fn(void *arg). It may not sleep.'),
  arg: pointer('void', 'What the function gets.'),
  done: pointer('struct cpu_stop_done', 'Who is told when it is done; NULL: nobody waits.'),
});

export const cpuStopper = defineStruct('cpu_stopper', 'The stopper of one CPU: a thread of the class above all others.', {
  lock: nested(rawSpinlock, 'Protects the queue and enabled.'),
  enabled: bool('It takes work; not while its CPU is offline.'),
  works: pointer('struct cpu_stop_work', 'First piece of work, NULL: nothing to do.'),
  thread: pointer('struct task_struct', 'The thread migration/N.'),
});

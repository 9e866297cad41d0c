/** Where preemption was disabled, as reports of atomic context name it (DEBUG_PREEMPT). */
import type { Kernel } from './kernel.ts';
import { placeText } from './lockdep/splat.ts';
import type { Task } from './task.ts';

/** `; Preemption disabled at: f (file:line)`, or nothing where the kernel does not know. */
export function preemptionDisabledAt(kernel: Kernel, { view }: Task): string {
  const known = kernel.profile.debug_preempt && view.thread_info.preempt_count !== 0 && view.preempt_disable_ip !== 0;
  return known ? `; Preemption disabled at: ${placeText(kernel, view.preempt_disable_ip)}` : '';
}

/** How a context switch came about: which of the kernel's ways into `__schedule()` was taken (scheduler 1.3, 10). */
import { walkFrames } from '../machine/frames.ts';
import type { SwitchPath } from './events.ts';
import type { Kernel } from './kernel.ts';

/** The first of these functions that is found from the inside out says it. */
const PATHS: Readonly<Record<string, SwitchPath>> = {
  preempt_schedule_irq: 'irq-return',
  cond_resched: 'cond-resched',
  might_sleep: 'cond-resched',
  preempt_schedule: 'preempt-enable',
  exit_to_user_mode_loop: 'user-return',
  schedule_rtlock: 'rtlock',
  rtlock_slowlock_locked: 'rtlock',
  schedule_idle: 'idle',
};

export function switchPath({ machine }: Kernel, cpu: number): SwitchPath {
  const { pc, fp } = machine.cpus[cpu];
  for (const frame of walkFrames(machine, pc, fp | 0)) {
    const { name } = machine.image.functions[frame.function];
    if (Object.hasOwn(PATHS, name)) return PATHS[name];
  }
  return 'schedule';
}

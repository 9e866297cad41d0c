/** Why nothing can happen any more, in words. */
import { StopCause } from '../machine/cpu-state.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { hasExited } from './tasks.ts';

export function endText(kernel: Kernel): string {
  switch (kernel.machine.stopped) {
    case StopCause.panic:
      return 'the kernel panicked; step back to see how it came to that';
    case StopCause.doubleFault:
      return 'the CPU could not enter its fault handler; step back to see how it came to that';
    default: {
      const waiting = kernel.programTasks.filter((task) => !hasExited(task));
      if (waiting.length === 0) return 'all tasks have ended; step back to look at the run again';
      return `nothing can happen any more, and ${waiting.map((task) => task.comm).join(', ')} wait; step back to see why`;
    }
  }
}

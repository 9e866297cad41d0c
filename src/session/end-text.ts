/** Why nothing can happen any more, in words. */
import type { Kernel } from '../kernel/kernel.ts';
import { waitsFor } from '../kernel/life.ts';

export function endText(kernel: Kernel): string {
  switch (kernel.life) {
    case 'panic':
      return 'the kernel panicked; step back to see how it came to that';
    case 'stuck': {
      const waiting = kernel.programTasks.filter((task) => task.view.exit_state === 0);
      return `nothing can happen any more: ${waiting.map((task) => waitsFor(kernel, task)).join('; ')}`;
    }
    default:
      return 'all tasks have ended; step back to look at the run again';
  }
}

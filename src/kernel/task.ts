/** A task as TypeScript sees it: what never changes, and a typed view of its task_struct. */
import type { TaskView } from './layouts.ts';

export interface Task {
  /** Position in `Kernel.tasks`; names the task where a pid does not (all idle tasks have pid 0). */
  index: number;
  pid: number;
  comm: string;
  /** Idle task of a CPU. */
  idle: boolean;
  /** One of the kernel's own threads, such as `migration/0`: made at boot, not by the program. */
  ownThread: boolean;
  /** Runs system calls; a kernel thread otherwise. */
  user: boolean;
  /** Kernel virtual address of its task_struct. */
  address: number;
  /** Lowest address at which an ordinary frame may lie (below is a reserve for exceptions), and the first address above the stack. */
  stackLow: number;
  stackTop: number;
  view: TaskView;
}

/** Making a task at run time: the copy of its parent, with a stack, a first frame and a pid of its own. */
import { firstFrame } from '../../machine/frames.ts';
import { FIRST_PID } from '../boot-tasks.ts';
import { functionIndex } from '../function-index.ts';
import { forkEntity } from '../sched/fork.ts';
import type { IntrinsicTable } from './intrinsic.ts';

const TASK_NEW = 0x800;

export const fork: IntrinsicTable = {
  alloc_task_struct: {
    prototype: 'struct task_struct *alloc_task_struct(struct task_struct *orig)',
    doc:
      'The next task of the reserve, as a copy of orig that is on no queue and will start in ret_from_kernel_thread(): one step, so that ' +
      'there never is a task without a stack. NULL: the reserve is used up.',
    context: 'kernel-only',
    maySleep: false,
    execute(kernel, _cpu, orig) {
      const from = kernel.task(orig).view;
      const task = kernel.takeReservedTask();
      if (!task) return 0;
      const { view } = task;
      const { memory } = kernel.machine;
      const { size } = kernel.layouts.task_struct;
      for (let at = 0; at < size; at += 4) memory.write((view.$base + at) >>> 2, memory.words[(from.$base + at) >>> 2]);
      view.stack = kernel.machine.addressOf(kernel.machine.offsetIn('stack', task.index));
      const { pc, fp } = firstFrame(kernel.machine, task.stackTop, functionIndex(kernel.built, 'ret_from_kernel_thread'));
      view.thread.pc = pc;
      view.thread.fp = fp;
      view.pid = FIRST_PID + kernel.programTasks.length - 1;
      view.__state = TASK_NEW;
      forkEntity(kernel, view);
      return task.address;
    },
  },
};

/** What the kernel knows of a device's interrupt line. */
import { defineStruct, pointer, u32 } from '../../machine/layout.ts';

export const irqDesc = defineStruct('irq_desc', 'An interrupt line of a device.', {
  thread: pointer('struct task_struct', 'Thread that runs its handler; NULL: the handler runs in the interrupt itself.'),
  thread_flags: u32('IRQTF_RUNTHREAD 1: the thread has something to do.', { hex: true }),
});

/** CPUs that go down and come up (scheduler 3.6). */
import { bool, defineStruct, nested, pointer, s32 } from '../../machine/layout.ts';
import { completion } from './locking.ts';

export const cpuhpCpuState = defineStruct(
  'cpuhp_cpu_state',
  'How far a CPU is on its way down or up. Protected by cpu_hotplug_lock.',
  {
    thread: pointer('struct task_struct', 'The thread cpuhp/N, which does on the CPU itself what has to be done there.'),
    should_run: bool('The thread has work.'),
    bringup: bool('The CPU comes up; otherwise it goes down.'),
    result: s32('0, or why the CPU cannot go down.'),
    done_up: nested(completion, 'Completed when a step up is done.'),
    done_down: nested(completion, 'Completed when a step down is done.'),
  },
);

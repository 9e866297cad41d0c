/** What balancing between CPUs and changes of affinity share (scheduler 2.5, 3.5). */
import { bool, defineStruct, nested, pointer, s32, u32, type ViewOf } from '../../machine/layout.ts';
import { completion, rawSpinlock } from './locking.ts';
import { cpuStopWork } from './stop.ts';

export const irqWork = defineStruct('irq_work', 'A call that some CPU makes in its next interrupt of that kind.', {
  next: pointer('struct irq_work', 'Next one in the list of that CPU. Changed by compare-exchange only.'),
  func: pointer('void', 'What is called: void func(struct irq_work *work), in hardirq context.'),
  pending: u32('1: it is on the list of a CPU and has not begun.'),
});

export const rootDomain = defineStruct('root_domain', 'What the CPUs that balance with each other share: here, all of them.', {
  rto_mask: u32('CPUs with a real-time task that waits and may run elsewhere, one bit each.', {
    hex: true,
    typedef: 'cpumask_t',
  }),
  rto_count: s32('Number of bits in rto_mask.'),
  rto_lock: nested(rawSpinlock, 'Protects rto_cpu and rto_loop.'),
  rto_push_work: nested(irqWork, 'The one work that goes round the overloaded CPUs (rt_push_ipi).'),
  rto_loop: s32('rto_loop_next when the round began that is under way.'),
  rto_cpu: s32('CPU that pushes now; -1: no round is under way.'),
  rto_loop_next: s32('Counts requests for a round.'),
  rto_loop_start: s32('1 while a CPU is starting a round.'),
});
export type RootDomainView = ViewOf<typeof rootDomain>;

export const migrationArg = defineStruct('migration_arg', 'What migration_cpu_stop() gets.', {
  task: pointer('struct task_struct', 'Task that shall move.'),
  dest_cpu: s32('Where to.'),
  pending: pointer('struct set_affinity_pending', 'The request that it belongs to, NULL: nobody waits.'),
});

export const setAffinityPending = defineStruct(
  'set_affinity_pending',
  'A change of affinity that has to wait; lies on the stack of the first who asked. Protected by pi_lock of the task.',
  {
    refs: s32('Callers that wait for it.'),
    stop_pending: bool('stop_work is with a stopper.'),
    done: nested(completion, 'Completed when the task is where it may run.'),
    stop_work: nested(cpuStopWork, 'The work for the stopper.'),
    arg: nested(migrationArg, 'What it gets.'),
  },
);

/** What TypeScript does for CPUs that go down and come up (scheduler 3.6). */
import { deadlineBandwidthFits } from '../deadline-admission.ts';
import type { Kernel } from '../kernel.ts';
import type { RqView } from '../layouts.ts';
import { endIfNothingLeft } from '../life.ts';
import { isCpuAllowed, isPerCpuKthread, selectFallbackRq } from '../sched/allowed-cpus.ts';
import { startTick, stopTimers } from '../sched/cpu-timers.ts';
import { noteOverload } from '../sched/pushable.ts';
import { queued } from '../sched/queues.ts';
import { RESCHEDULE_VECTOR } from '../sched/resched.ts';
import { decision } from './decision.ts';
import type { IntrinsicTable } from './intrinsic.ts';

/** All interrupt lines but the NMI. */
const ALL_LINES = 0x7fffffff;

/** Tasks of a run queue but the stopper, as dump_rq_tasks() lists them. */
function enqueuedTasks(kernel: Kernel, rq: RqView): string[] {
  const names = (['dl', 'rt', 'fair'] as const).flatMap((name) => [...queued(kernel, rq, name)]);
  return names.map(({ pid, comm }) => `pid: ${pid}, name: ${comm}`);
}

export const hotplug: IntrinsicTable = {
  kthread_is_per_cpu: decision(
    'bool kthread_is_per_cpu(struct task_struct *p)',
    'Whether the task is a thread of the kernel that belongs to one CPU for good.',
    (kernel, _cpu, p) => Number(isPerCpuKthread(kernel.task(p))),
  ),
  is_cpu_allowed: decision(
    'bool is_cpu_allowed(struct task_struct *p, int cpu)',
    'Whether the task may be on the CPU now: by its mask, and by what a CPU that goes down still takes.',
    (kernel, _cpu, p, on) => Number(isCpuAllowed(kernel, kernel.task(p), on)),
  ),
  set_rq_online: decision(
    'void set_rq_online(struct rq *rq)',
    'Other CPUs may fetch tasks from a run queue, or may not any more, as its CPU is active or not.',
    (kernel, _cpu, rq) => void noteOverload(kernel, kernel.rqAt(rq)),
  ),
  select_fallback_rq: decision(
    'int select_fallback_rq(struct task_struct *p)',
    'A CPU where the task may be. If there is none it loses its affinity.',
    (kernel, cpu, p) => selectFallbackRq(kernel, cpu, kernel.task(p)),
  ),
  dl_bw_overflow_without: decision(
    'bool dl_bw_overflow_without(int cpu)',
    'Whether the SCHED_DEADLINE tasks need more than the active CPUs could give without this one.',
    (kernel, _cpu, without) => {
      const shares = kernel.tasks.flatMap(({ view }) => (view.exit_state === 0 && view.dl.dl_runtime > 0 ? [view.dl] : []));
      const left = kernel.activeCpus & ~(1 << without);
      return Number(!deadlineBandwidthFits(shares, left));
    },
  ),
  dying_cpu_not_vacated: decision(
    'void dying_cpu_not_vacated(struct rq *rq)',
    'Reports tasks that are left on a CPU at the moment when it goes.',
    (kernel, cpu, address) => {
      const rq = kernel.rqAt(address);
      const tasks = enqueuedTasks(kernel, rq);
      kernel.report(cpu, {
        slug: 'dying_cpu_not_vacated',
        headline: 'Dying CPU not properly vacated!',
        detail: `CPU${rq.cpu} enqueued tasks (${rq.nr_running} total, the stopper included): ${tasks.join('; ') || 'none'}; nr_pinned ${rq.nr_pinned}`,
      });
      return undefined;
    },
  ),
  hrtimers_cpu_dying: decision(
    'void hrtimers_cpu_dying(int cpu)',
    'The timers of a CPU that goes, but its tick, and the interrupts of its devices go to another CPU.',
    (kernel, _cpu, dying) => void stopTimers(kernel, dying),
  ),
  tick_setup_device: decision('void tick_setup_device(int cpu)', 'The tick of a CPU begins.', (kernel, _cpu, on) => {
    startTick(kernel, on);
    return undefined;
  }),
  arch_cpu_idle_dead: decision(
    'void arch_cpu_idle_dead(void)',
    'No interrupt reaches this CPU from now on. Ends the run when no other CPU has, or will ever get, anything to do.',
    (kernel, cpu) => {
      kernel.machine.cpus[cpu].masked = ALL_LINES;
      endIfNothingLeft(kernel, cpu);
      return undefined;
    },
  ),
  wakeup_secondary_cpu: decision(
    'void wakeup_secondary_cpu(int cpu)',
    'Sends the start signal to a CPU that stands still.',
    (kernel, _cpu, target) => {
      kernel.machine.cpus[target].masked = 0;
      kernel.machine.raiseLine(RESCHEDULE_VECTOR, target);
      return undefined;
    },
  ),
  trace_cpuhp_enter: decision(
    'void trace_cpuhp_enter(int cpu, const char *fun)',
    'Records that a CPU begins a step down or up.',
    (kernel, cpu, target_cpu, fun) => void kernel.emit(cpu, { type: 'cpuhp_enter', target_cpu, fun: kernel.stringAt(cpu, fun) }),
  ),
  trace_cpuhp_exit: decision(
    'void trace_cpuhp_exit(int cpu, const char *fun, int ret)',
    'Records that the step is done.',
    (kernel, cpu, target_cpu, fun, ret) =>
      void kernel.emit(cpu, { type: 'cpuhp_exit', target_cpu, fun: kernel.stringAt(cpu, fun), ret }),
  ),
};

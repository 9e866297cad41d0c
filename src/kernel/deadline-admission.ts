/**
 * What sched_setattr() would refuse of a program's SCHED_DEADLINE tasks (scheduler 2.7). They are tasks from the start, so it is
 * said when the program is built. All CPUs are one root domain.
 */
import type { CheckedProgram, CheckedTask } from '../lang/checked-program.ts';
import type { Diagnostic } from '../lang/diagnostics.ts';
import { bitCount } from '../util/bits.ts';
import { taskFacts } from './boot-tasks.ts';

/** Part of each CPU that deadline tasks may ask for together: sched_rt_runtime_us over sched_rt_period_us. */
const BANDWIDTH = 0.95;
/** Shares are fixed-point numbers with this many units to 1 (BW_SHIFT). */
const BW_UNIT = 2 ** 20;

const ratio = (runtime: number, period: number): number => Math.floor((runtime * BW_UNIT) / period);
const percent = (share: number): string => `${((share / BW_UNIT) * 100).toFixed(1)} %`;

/** Whether tasks with these shares fit on the CPUs of a mask. */
export function deadlineBandwidthFits(tasks: readonly { dl_runtime: number; dl_period: number }[], cpus: number): boolean {
  const total = tasks.reduce((sum, { dl_runtime, dl_period }) => sum + ratio(dl_runtime, dl_period), 0);
  return total <= bitCount(cpus) * ratio(BANDWIDTH, 1);
}

export function checkDeadlineTasks(uri: string, program: CheckedProgram, cpus: number): Diagnostic[] {
  const faults: Diagnostic[] = [];
  const report = (code: string, { declaration }: CheckedTask, message: string): void => {
    const { start, end } = declaration.nameRange;
    faults.push({ code, severity: 'error', uri, range: { start, end }, message });
  };
  const limit = cpus * ratio(BANDWIDTH, 1);
  let total = 0;
  for (const task of program.tasks) {
    const { deadline, mask } = taskFacts(task, cpus);
    if (!deadline) continue;
    const { name } = task.declaration;
    if (bitCount(mask) < cpus) {
      const cure = "'cpus_allowed = 0xff' beside 'cpu' only says where it starts";
      report('K5010', task, `'${name}' must be allowed on all CPUs, or sched_setattr() fails with -EPERM: ${cure}`);
    }
    const share = ratio(deadline.runtime, deadline.period);
    if (total + share <= limit) {
      total += share;
      continue;
    }
    const asks = `'${name}' asks for ${percent(share)} of a CPU, and ${percent(total)} are given away`;
    const most = `SCHED_DEADLINE tasks get 95 % of each CPU, ${percent(limit)} in all`;
    report('K5009', task, `${asks}: ${most}, so sched_setattr() fails with -EBUSY; take a shorter runtime or a longer period`);
  }
  return faults;
}

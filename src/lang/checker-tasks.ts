/** Settings of a task that contradict each other, or that the kernel would refuse. */
import { type CheckContext, report } from './check-context.ts';
import type { SettingNumberOrWord } from './checked-program.ts';
import type { Setting, TaskDeclaration } from './tree.ts';

type Values = ReadonlyMap<string, SettingNumberOrWord>;
/** Shortest runtime, and shortest and longest period of SCHED_DEADLINE, ns: what sched_setattr() takes (__checkparam_dl()). */
const RUNTIME_MIN = 1024;
const PERIOD_MIN = 100_000;
const PERIOD_MAX = 2 ** 22 * 1000;

/** A slice of the fair class that is asked for, ns: the kernel cuts it to this. */
const SLICE_MIN = 100_000;
const SLICE_MAX = 100_000_000;

export function checkTaskSettings(c: CheckContext, declaration: TaskDeclaration, values: Values): void {
  const policy = values.get('policy') ?? (values.has('prio') ? 'SCHED_FIFO' : 'SCHED_NORMAL');
  const bad = (name: string, message: string): void => report(c, 'badSetting', rangeOf(declaration, name), message);
  const fair = policy === 'SCHED_NORMAL';
  const deadline = policy === 'SCHED_DEADLINE';
  if (values.has('prio') && fair)
    bad('prio', "'prio' needs 'policy = SCHED_FIFO' or 'SCHED_RR': the fair class has 'nice' instead");
  if (values.has('prio') && deadline)
    bad('prio', "'prio' has no meaning with 'SCHED_DEADLINE': the earliest deadline goes first, and before all real-time tasks");
  if (values.has('nice') && deadline)
    bad('nice', "'nice' has no meaning with 'SCHED_DEADLINE': such tasks have 'runtime', 'deadline' and 'period' instead");
  else if (values.has('nice') && !fair)
    bad('nice', `'nice' has no meaning with '${policy}': real-time tasks have 'prio' instead`);
  const slice = values.get('slice');
  if (slice !== undefined && !fair) bad('slice', `'slice' has no meaning with '${policy}': it belongs to the fair class`);
  else if (typeof slice === 'number' && (slice < SLICE_MIN || slice > SLICE_MAX))
    bad('slice', 'a slice is 100 us at least and 100 ms at most');
  if (deadline) checkDeadlineSettings(values, bad);
  else {
    const stray = ['runtime', 'deadline', 'period'].find((name) => values.has(name));
    if (stray) bad(stray, `'${stray}' needs 'policy = SCHED_DEADLINE'`);
  }
}

function checkDeadlineSettings(values: Values, bad: (name: string, message: string) => void): void {
  const time = (name: string): number | undefined => {
    const value = values.get(name);
    return typeof value === 'number' ? value : undefined;
  };
  const runtime = time('runtime');
  const deadline = time('deadline') ?? time('period');
  const period = time('period') ?? deadline;
  if (runtime === undefined || deadline === undefined || period === undefined) {
    const missing = runtime === undefined ? "'runtime'" : "'deadline' or 'period'";
    bad('policy', `a SCHED_DEADLINE task needs ${missing}, for example 'runtime = 2ms, period = 10ms'`);
    return;
  }
  if (runtime < RUNTIME_MIN) bad('runtime', `'runtime' is at least ${RUNTIME_MIN} ns`);
  if (runtime > deadline) bad('runtime', "'runtime' is longer than the time until the deadline: no task could keep it");
  if (deadline > period) bad('deadline', "'deadline' is later than the end of the period: it is at most 'period'");
  if (period < PERIOD_MIN || period > PERIOD_MAX)
    bad(values.has('period') ? 'period' : 'deadline', 'a period is 100 us at least and 4.194304 s at most');
}

function rangeOf(declaration: TaskDeclaration, name: string): Setting['nameRange'] {
  return declaration.parameters.find((setting) => setting.name === name)?.nameRange ?? declaration.nameRange;
}

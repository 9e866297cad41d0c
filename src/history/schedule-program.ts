/** The schedules that a program declares: `schedule torvalds { irq nic at kmap_switch_temporary "restore" 2; }`. */
import type { BuiltProgram } from '../kernel/build.ts';
import type { Schedule, ScheduleEntry } from './schedule.ts';

/** The program's schedule `name`; undefined: it declares none of that name. Notes say what of it cannot be followed. */
export function programSchedule(
  program: BuiltProgram['program'],
  name: string,
): { schedule: Schedule; notes: string[] } | undefined {
  const found = program.schedules.find(({ declaration }) => declaration.name === name);
  if (!found) return undefined;
  const notes: string[] = [];
  const entries: ScheduleEntry[] = [];
  for (const { what, at } of found.declaration.entries) {
    const { function: place, label, line, hit, cpu } = at;
    const position = { function: place, label, line, hit, cpu, offset: 0 };
    if (what.kind === 'irq') {
      entries.push({ choice: { kind: 'raise', cpu: undefined, device: what.name }, at: position, line: 0 });
    } else if (what.kind === 'run') {
      entries.push({ choice: { kind: 'run', cpu: what.cpu }, at: { ...position, cpu: cpu ?? what.cpu }, line: 0 });
    } else notes.push(`'switch ${what.task}' is left out: the scheduler leaves nothing open at ${place}`);
  }
  return { schedule: { base: 'lockstep', entries }, notes };
}

/** Names of the schedules that the program declares. */
export function scheduleNames(program: BuiltProgram['program']): string[] {
  return program.schedules.map(({ declaration }) => declaration.name);
}

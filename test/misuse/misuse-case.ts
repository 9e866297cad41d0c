/** One claim of a cell of the reference's table of misuses, as a program and what has to come of it. */
import type { Finding } from '../../src/kernel/findings.ts';
import { program, type VectorSettings } from '../vectors/prelude.ts';
import type { VectorRun } from '../vectors/run.ts';

export type Model = 'km_type' | 'atomic_stack' | 'kmap_temporary' | 'split_switch' | 'kmap_local';

/** Column titles of the reference's table, with their names here. */
export const MODELS: Readonly<Record<string, Model>> = {
  'km-type': 'km_type',
  'atomic-stack': 'atomic_stack',
  'kmap-temporary v1': 'kmap_temporary',
  'split-switch': 'split_switch',
  'kmap-local': 'kmap_local',
};

export interface MisuseCase {
  /** The words of the table's cell that this shows. */
  says: string;
  /** `machine`, pages and helpers come before it. */
  body: string;
  settings?: Partial<VectorSettings>;
  /** Name of the program's schedule that is followed. */
  schedule?: string;
  /** What the kernel says, in order: `slug: headline`, or `slug (suppressed)`. Empty: it is silent. */
  kernel: readonly string[];
  /** Slugs of what only the emulator sees, in order. */
  seen?: readonly string[];
  /** Everything that the program prints, and the kernel's notes. */
  printed?: readonly string[];
  /** Page table entries that a task (first word) clears, in order. */
  cleared?: readonly [comm: string, ...addresses: string[]];
  /** Anything else. */
  holds?: (run: VectorRun) => void;
}

/** Cases of one row: for each model what shows its cell. */
export type MisuseRow = Readonly<Record<Model, readonly MisuseCase[]>>;

/**
 * A release build, as the table has it: `debug_highmem` is off, and so are the checks of the preemption count and of locks. The check of calls that may sleep
 * stays, as the table counts on it.
 */
export function misuseProgram(mapping: Model, { body, settings }: MisuseCase): string {
  return program({ mapping, debug_preempt: 'off', debug_lockdep: 'off', ...settings }, HELPERS + body);
}

/** A task on CPU 0. */
export const task = (body: string): string => `task a(cpu = 0) {\n${body}\n}\n`;

/** Two tasks on CPU 0 that take turns by yield(); a is first. */
export const pair = (a: string, b: string): string =>
  `task a(policy = SCHED_FIFO, prio = 10, cpu = 0) {\n${a}\n}\ntask b(policy = SCHED_FIFO, prio = 10, cpu = 0) {\n${b}\n}\n`;

const HELPERS = `
int turn;
static void await(int wanted)
{
	while (turn != wanted)
		udelay(1);
}

/* Whether the page table has an entry for an address, whatever the TLB says. */
static void entry(const char *what, const void *addr)
{
	printk("%s is %s", what, pte_none(*virt_to_kpte((unsigned long)addr)) ? "empty" : "set");
}
`;

/** What the kernel said, as cases write it. */
export const saidByKernel = (findings: readonly Finding[]): string[] =>
  findings.flatMap(({ slug, kind, headline, suppressed }) =>
    kind === 'sanitizer' ? [] : [suppressed ? `${slug} (suppressed)` : `${slug}: ${headline}`],
  );

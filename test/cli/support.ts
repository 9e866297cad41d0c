/** Runs the command line in memory: files come from a record, output goes into lists. */
import { commandLine } from '../../src/cli/command-line.ts';
import type { CommandIo } from '../../src/cli/io.ts';

export interface Ran {
  status: number;
  out: string[];
  err: string[];
  /** Files that it wrote. */
  written: Record<string, string | Uint8Array>;
  /** Standard output as JSON, line by line. */
  json: () => Record<string, unknown>[];
}

export async function runCommand(files: Readonly<Record<string, string>>, ...args: string[]): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const written: Record<string, string | Uint8Array> = {};
  const io: CommandIo = {
    out: (line) => out.push(...line.split('\n')),
    err: (line) => err.push(...line.split('\n')),
    readFile: (path) => files[path],
    writeFile(path, data) {
      if (path.startsWith('nowhere/')) return 'no such folder';
      written[path] = data;
      return undefined;
    },
    suite: 'suite',
    listPrograms(path) {
      const inside = Object.keys(files).filter((name) => name.startsWith(`${path}/`) && name.endsWith('.klab'));
      return files[path] === undefined && (inside.length > 0 || path === 'empty') ? inside.sort() : undefined;
    },
  };
  const status = await commandLine(io, args, '1.2.3');
  return { status, out, err, written, json: () => out.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

/** Two tasks that take turns with mappings; nothing goes wrong. */
export const CLEAN = `machine { cpus = 1; mapping = kmap_local; }

page letter = "Dear Linus";

task first(policy = SCHED_FIFO, prio = 10, cpu = 0)
{
	char *a = kmap_local_page(letter);

	yield();
	assert(a[0] == 'D');
	kunmap_local(a);
}

task second(policy = SCHED_FIFO, prio = 10, cpu = 0)
{
	printk("hello from %d", 7);
	yield();
}

expect clean;
expect clean when mapping == kmap_local;
expect clean when cpus == 1 && cpus == 2;
expect clean on any;
`;

/** A task that unmaps in the wrong order. */
export const WRONG = `machine { cpus = 1; mapping = kmap_local; }

page letter[2] = { "Dear Linus", "Dear Thomas" };

task writer(cpu = 0)
{
	char *a = map_page(letter[0]);
	char *b = map_page(letter[1]);

	unmap_page(a);
	unmap_page(b);
}

expect unmap_order when mapping == kmap_local;
`;

/** No program: line 3 lacks a semicolon. */
export const BROKEN = `task writer(cpu = 0)
{
	yield()
}
`;

import { expect, test } from 'vitest';
import { complete } from '../../../src/lang/service/completion.ts';
import { definition, references, rename } from '../../../src/lang/service/definition.ts';
import { hover } from '../../../src/lang/service/hover.ts';
import { signatureHelp } from '../../../src/lang/service/signature-help.ts';
import { analyse } from './analyse.ts';

const program = `^machine { cpus = 2; mapping = kmap_local; }
page letter[2] = { "a", "b" };
struct s { int a; struct s *next; };
static struct s first = { .a = 1 };
DEFINE_PER_CPU(int, n);
int twice(int x) { return 2 * x; }
irq nic(cpu = 0, when = any) { this_cpu_inc(n); }
task t(policy = SCHED_FIFO, prio = 10, cpu = 0)
{
	char *p = map_page(letter[1]);
	for (int i = 0; i < 3; i++)
		first.next->a += twice(i) + (p ? p[0] : sizeof(struct s));
	switch (first.a) { case 1: goto out; default: break; }
out:
	printk("%d\\n", READ_ONCE(first.a));
}
schedule race { irq nic at map_page; }
expect slot_busy when mapping == kmap_local on race;
`;

/** Everything that an editor may ask at `offset`. */
function askEverything(text: string, offset: number): void {
  const { analysis } = analyse(text);
  hover(analysis, offset);
  complete(analysis, offset);
  signatureHelp(analysis, offset);
  definition(analysis, offset);
  references(analysis, offset, true);
  rename(analysis, offset, 'renamed');
}

test('every offset of a program has an answer, and so has every beginning of it', () => {
  const length = program.length - 1;
  for (let offset = 0; offset <= length; offset += 3) {
    expect(() => askEverything(program, offset), `at ${offset}`).not.toThrow();
    expect(() => askEverything(`^${program.slice(1, offset + 1)}`, offset), `cut at ${offset}`).not.toThrow();
  }
});

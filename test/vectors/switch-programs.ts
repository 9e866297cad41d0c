/** Programs for the vectors that put an interrupt into a context switch, or move a task to another CPU. */
import { program, type VectorSettings } from './prelude.ts';

const names = ['x', 'y', 'z'];

/** Maps `count` of the task's pages, newest last. */
function maps(pages: string, count: number): string {
  return names
    .slice(0, count)
    .map((name, i) => `\tchar *${name} = map_page(${pages}[${i}]);\n`)
    .join('');
}

function unmaps(count: number): string {
  return names
    .slice(0, count)
    .reverse()
    .map((name) => `\tunmap_page(${name});\n`)
    .join('');
}

/**
 * Task b parks `n` mappings, then task a with `p` mappings (touched) gives the CPU to b: that switch is the one of the vectors. The
 * handler says in whose context it ran, which address it got, and what it read there. b reads its pages in the order `reads`.
 */
export function switchProgram(settings: VectorSettings, p: number, n: number, point?: string, reads = names.slice(0, n)): string {
  const touches = names.slice(0, p).map((name) => `\tlook("a", ${name});\n`);
  return program(
    { cpus: 1, ...settings },
    `irq nic(cpu = 0, when = any) {
	char *f = map_page(pi);
	printk("irq on %s %lx", current->comm, (unsigned long)f);
	look("irq", f);
	unmap_page(f);
}
task b(policy = SCHED_FIFO, prio = 10, cpu = 0) {
${maps('pb', n)}	yield();
${reads.map((name) => `\tlook("b", ${name});\n`).join('')}${unmaps(n)}}
task a(policy = SCHED_FIFO, prio = 10, cpu = 0) {
${maps('pa', p)}${touches.join('')}	yield();
${touches.join('')}${unmaps(p)}}
${point ? `schedule here { irq nic at ${point}; }` : ''}`,
  );
}

/**
 * Task a maps a page on CPU 0 and is pushed to CPU 1 by an urgent task, which then does `urgent` on CPU 0 while a does `then`.
 * They take turns by the counter `turn`.
 */
export function migrationProgram(settings: VectorSettings, then: string, urgent = ''): string {
  return program(
    settings,
    `int turn;
static void await(int wanted)
{
	while (turn != wanted)
		udelay(1);
}
task a(policy = SCHED_FIFO, prio = 10, cpu = 0) {
	cpumask_t both = 3;
	char *x;
	set_cpus_allowed_ptr(current, &both);
	x = map_page(pa[0]);
	show(x);
	look("a", x);
	mdelay(2);
	printk("now on CPU %d", raw_smp_processor_id());
${then}
}
task c(policy = SCHED_FIFO, prio = 50, cpu = 0) {
	char *x;
	msleep(1);
	mdelay(3);
${urgent}
}`,
  );
}

/** The allocator of scheduler 8.2: where pages come from, what each way costs, and what kmalloc() and kvfree_rcu() make of them. */
import { describe, expect, test } from 'vitest';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { eventsOf, printed, runProgram, type Settings, slugs } from '../support/run-program.ts';

const run = (body: string, settings: Settings = {}) => runProgram(`machine { cpus = 2; }\n${body}`, { step_ns: 1, ...settings });
const task = (body: string, settings: Settings = {}) => run(`task t(cpu = 0) { ${body} }`, settings);
const paths = (kernel: Kernel): string[] => eventsOf(kernel, 'alloc').map(({ path }) => path);

describe('pages', () => {
  test('come from the list of the CPU, which fetches four at once from the zone', () => {
    const kernel = task(
      'int i; for (i = 0; i < 6; i++) alloc_page(GFP_KERNEL); printk("%d %d", zone_normal.nr_free, this_cpu_ptr(&boot_pageset)->count);',
    );
    expect(paths(kernel)).toEqual(['zone', 'pcp', 'pcp', 'pcp', 'zone', 'pcp']);
    expect(printed(kernel)).toEqual(['16 2']);
  });

  test('are each given to one user only, and none is lost', () => {
    const kernel = run(
      `static int got[64];
       static void work(int base) {
         struct page *p[10]; int i; int round;
         for (round = 0; round < 4; round++) {
           for (i = 0; i < 5; i++) { p[i] = alloc_page(GFP_KERNEL); assert(p[i] && got[p[i]->pfn - 0x200] == 0); got[p[i]->pfn - 0x200] = 1; }
           usleep_range(5, 5);
           for (i = 0; i < 5; i++) { got[p[i]->pfn - 0x200] = 0; __free_page(p[i]); }
         }
       }
       static int left;
       task a(cpu = 0) { work(0); }
       task b(cpu = 1) { work(1); }
       task c { int cpu; msleep(3); for_each_possible_cpu(cpu) left += per_cpu_ptr(&boot_pageset, cpu)->count; printk("%d", left + zone_normal.nr_free); }
       irq nic(cpu = 0, every = 3us) { struct page *p = alloc_page(GFP_ATOMIC); if (p) __free_page(p); }`,
      { zone_pages: 64 },
    );
    expect(slugs(kernel)).toEqual([]);
    expect(printed(kernel)).toEqual(['48']);
  });

  test('of the reserve are for GFP_ATOMIC; GFP_KERNEL sleeps until reclaim has freed some', () => {
    const kernel = task(
      `int i; struct page *p;
       for (i = 0; i < 40 && alloc_page(GFP_NOWAIT); i++) continue;
       printk("nowait %d", i);
       printk("atomic %d", alloc_page(GFP_ATOMIC) != NULL);
       drain_local_pages(NULL);
       p = alloc_page(GFP_KERNEL); printk("kernel %d", p != NULL);`,
      { zone_pages: 16 },
    );
    // 16 pages: 4 of them clean cache, the last 2 of the others a reserve.
    expect(printed(kernel)).toEqual(['nowait 10', 'atomic 1', 'kernel 1']);
    expect(paths(kernel).slice(-3)).toEqual(['none', 'zone', 'reclaim']);
    expect(eventsOf(kernel, 'sched_switch').some(({ prev_comm, prev_state }) => prev_comm === 't' && prev_state === 'D')).toBe(
      true,
    );
  });

  test('that cannot be had are NULL, with a message unless __GFP_NOWARN', () => {
    const kernel = task(
      'int i; for (i = 0; i < 40; i++) alloc_page(GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN); printk("%d", alloc_page(GFP_ATOMIC | __GFP_NOWARN) != NULL); alloc_page(GFP_KERNEL);',
      { zone_pages: 8 },
    );
    expect(printed(kernel).at(-1)).toBe('t: page allocation failure: order:0, mode:0xcc0');
  });

  test('an interrupt on top of who is in the list of the CPU goes to the zone', () => {
    const kernel =
      run(`task t(cpu = 0) { spin_lock(&this_cpu_ptr(&boot_pageset)->lock); udelay(100); spin_unlock(&this_cpu_ptr(&boot_pageset)->lock); }
      irq nic(cpu = 0, at = 50us) { struct page *p = alloc_page(GFP_ATOMIC); __free_page(p); printk("%d", alloc_pages_nolock(0, 0) == NULL); }`);
    expect(paths(kernel)).toEqual(['zone', 'none']);
    expect(eventsOf(kernel, 'free').map(({ path }) => path)).toEqual(['zone']);
    expect(printed(kernel)).toEqual(['1']);
    expect(slugs(kernel)).toEqual([]);
  });
});

describe('kmalloc()', () => {
  test.each(['full', 'rt'])('preempt = %s: gives memory that nobody else has, and takes it back', (preempt) => {
    const kernel = task(
      `char *p[20]; int i; int j;
       for (i = 0; i < 20; i++) { p[i] = kzalloc(200, GFP_KERNEL); assert(p[i][199] == 0); for (j = 0; j < i; j++) assert(p[i] - p[j] >= 200 || p[j] - p[i] >= 200); p[i][199] = 'x'; }
       for (i = 0; i < 20; i++) kfree(p[i]);
       for (i = 0; i < 20; i++) p[i] = kmalloc(256, GFP_KERNEL);
       printk("%d %d", kmalloc(4096, GFP_KERNEL) != NULL, kmalloc(5000, GFP_KERNEL) == NULL);`,
      { preempt },
    );
    expect(printed(kernel)).toEqual(['1 1']);
    expect(slugs(kernel)).toEqual([]);
  });

  test('memory of another CPU goes to the list of slabs, and comes from there', () => {
    const kernel = run(`static void *shared; static struct completion done;
      task a(cpu = 0) { shared = kmalloc(2048, GFP_KERNEL); complete(&done); }
      task b(cpu = 1) { wait_for_completion(&done); kfree(shared); printk("%d", kmalloc(2048, GFP_KERNEL) == shared); }`);
    expect(printed(kernel)).toEqual(['1']);
  });

  test('memory that is freed with a held lock inside is reported', () => {
    const kernel = task('spinlock_t *l = kmalloc(64, GFP_KERNEL); spin_lock_init(l); spin_lock(l); kfree(l); preempt_enable();');
    expect(slugs(kernel)[0]).toBe('held_lock_freed');
    expect(slugs(kernel)).toEqual(['held_lock_freed']);
  });
});

describe('kvfree_rcu()', () => {
  const OBJECT = 'struct object { int value; struct rcu_head rcu; };';

  test('frees after the readers that could see it', () => {
    const kernel = run(`${OBJECT}
      task reader(cpu = 1) { rcu_read_lock(); mdelay(40); rcu_read_unlock(); printk("reader"); }
      task t(cpu = 0) { struct object *p = kmalloc(2048, GFP_KERNEL); kfree_rcu(p, rcu); msleep(35); printk("%d", kmalloc(2048, GFP_KERNEL) == p); msleep(20); kmalloc(2048, GFP_KERNEL); printk("%d", kmalloc(2048, GFP_KERNEL) == p); }`);
    expect(printed(kernel)[0]).toBe('0');
    expect(printed(kernel)).toContain('reader');
    expect(slugs(kernel)).toEqual([]);
  });

  test('without a head and without memory it waits itself', () => {
    const kernel = task(
      'int i; void *p = kmalloc(64, GFP_KERNEL); for (i = 0; i < 40; i++) alloc_page(GFP_KERNEL | __GFP_NOWARN); kvfree_rcu_mightsleep(p); printk("done");',
      { zone_pages: 8 },
    );
    expect(eventsOf(kernel, 'kvfree_rcu').map(({ kept }) => kept)).toEqual(['inline']);
    expect(printed(kernel)).toEqual(['done']);
  });
});

/** Longest time with interrupts off on CPU 0 between the first and the last allocation of the task, ns at 1 ns a step. */
function irqsOff(kernel: Kernel): number {
  let since = -1;
  let longest = 0;
  const own = kernel.events.filter(({ comm, cpu }) => comm === 't' && cpu === 0);
  const first = own.findIndex(({ type }) => type === 'printk');
  for (const event of own.slice(first)) {
    if (event.type === 'irq_disable') since = event.time;
    if (event.type === 'irq_enable' && since >= 0) {
      longest = Math.max(longest, event.time - since);
      since = -1;
    }
    if (event.type === 'printk' && event.text === 'end') break;
  }
  return longest;
}

describe('what one page costs', () => {
  const cost = (settings: Settings, before: string): { path: string; irqsOff: number } => {
    const kernel = task(`struct page *p; ${before} printk("begin"); p = alloc_page(GFP_ATOMIC); printk("end");`, settings);
    return { path: paths(kernel).at(-1) ?? '', irqsOff: irqsOff(kernel) };
  };
  const FILL = 'p = alloc_page(GFP_KERNEL); __free_page(p);';

  test('today a page of the list is had with interrupts on; in 2020 they were off for it', () => {
    expect(cost({}, FILL)).toEqual({ path: 'pcp', irqsOff: 0 });
    const old = cost({ alloc_policy: 'prohibit' }, FILL);
    expect(old.path).toBe('pcp');
    expect(old.irqsOff).toBeGreaterThan(0);
    const batch = cost({ alloc_policy: 'prohibit' }, '');
    expect(batch.path).toBe('zone');
    expect(batch.irqsOff).toBeGreaterThan(5 * old.irqsOff);
  });

  test('with PREEMPT_RT interrupts stay on, whichever way', () => {
    const off = (settings: Settings, before: string) =>
      cost({ preempt: 'rt', debug_lockdep: false, ...settings }, before).irqsOff;
    expect(off({}, '')).toBe(0);
    expect(off({ alloc_policy: 'prohibit' }, '')).toBe(0);
  });
});

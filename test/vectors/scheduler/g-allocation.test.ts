/** Vectors of the scheduler reference, section 13: G (allocation from raw context under each policy). */
import { describe, expect, test } from 'vitest';
import { eventsOf, printed, runProgram, type Settings, slugs } from '../../support/run-program.ts';

const PRELUDE = `machine { cpus = 2; }
static raw_spinlock_t r;
static spinlock_t s;
struct thing { int value; struct rcu_head rcu; };
`;
const run = (body: string, settings: Settings = {}) => runProgram(PRELUDE + body, settings);
const task = (body: string, settings: Settings = {}) => run(`task t(cpu = 0) { ${body} }`, settings);
/** Paths of the allocations of task t. */
const paths = (kernel: ReturnType<typeof run>): string[] =>
  eventsOf(kernel, 'alloc').flatMap(({ comm, path }) => (comm === 't' ? [path] : []));

/** Exactly one page on the list of this CPU. */
const ONE_PAGE = 'struct page *first = alloc_page(GFP_KERNEL); drain_local_pages(NULL); __free_page(first);';
const inRaw = (call: string) => `raw_spin_lock(&r); ${call} raw_spin_unlock(&r);`;
const say = (flags: string) => `printk("%s", alloc_page(${flags}) ? "page" : "NULL");`;

test.each(['full', 'none', 'voluntary'])('G01: prohibit, preempt = %s: a page on the list hides the fault', (preempt) => {
  const kernel = task(`${ONE_PAGE} ${inRaw(say('GFP_ATOMIC'))}`, { alloc_policy: 'prohibit', preempt });
  expect(printed(kernel)).toEqual(['page']);
  expect(paths(kernel)).toEqual(['zone', 'pcp']);
  expect(slugs(kernel)).toEqual([]);
});

test.each(['full', 'none', 'voluntary'])(
  'G02: prohibit, preempt = %s: with an empty list the lock of the zone is reported',
  (preempt) => {
    const kernel = task(inRaw(say('GFP_ATOMIC')), { alloc_policy: 'prohibit', preempt });
    expect(printed(kernel)).toEqual(['page']);
    expect(paths(kernel)).toEqual(['zone']);
    expect(slugs(kernel)).toEqual(['invalid_wait_context']);
    expect(kernel.findings[0].detail).toMatch(/\(zone_normal\.lock\)\{\.\.\.\.\}-\{3:3\}/);
    expect(kernel.findings[0].detail).toMatch(/#0: .*\(r\)\{\+\.\+\.\}-\{2:2\}/);
  },
);

test.each(['', ONE_PAGE])('G03: prohibit, strict: reported at the call (%s)', (before) => {
  const settings = { alloc_policy: 'prohibit', alloc_strict: true };
  const kernel = task(`${before} ${inRaw(say('GFP_ATOMIC'))}`, settings);
  expect(printed(kernel)).toEqual(['page']);
  expect(slugs(kernel)).toEqual(['invalid_wait_context']);
  const free = task(`struct page *p = alloc_page(GFP_KERNEL); ${inRaw('__free_page(p);')}`, settings);
  expect(slugs(free)).toEqual(['invalid_wait_context']);
});

test.each(['full', 'none', 'voluntary', 'lazy', 'rt'])(
  'G04: no_locks_flag, preempt = %s: what the list has, then NULL, in silence',
  (preempt) => {
    const flags = 'GFP_NOWAIT | __GFP_NO_LOCKS';
    const kernel = task(`${ONE_PAGE} ${inRaw(say(flags) + say(flags))}`, { alloc_policy: 'no_locks_flag', preempt });
    expect(printed(kernel)).toEqual(['page', 'NULL']);
    expect(paths(kernel)).toEqual(['zone', 'pcp', 'none']);
    expect(slugs(kernel)).toEqual([]);
  },
);

test('G05: reuse_flags_rt: with PREEMPT_RT an empty list is NULL', () => {
  const kernel = task(inRaw(say('GFP_NOWAIT')), { alloc_policy: 'reuse_flags_rt', preempt: 'rt' });
  expect(printed(kernel)).toEqual(['NULL']);
  expect(slugs(kernel)).toEqual([]);
});

test('G06: reuse_flags_rt: without PREEMPT_RT the report remains', () => {
  const kernel = task(inRaw(say('GFP_NOWAIT')), { alloc_policy: 'reuse_flags_rt' });
  expect(printed(kernel)).toEqual(['page']);
  expect(slugs(kernel)).toEqual(['invalid_wait_context']);
});

test('G07: lockdep_forgive is silent where nothing is preempted, and only there', () => {
  const settings = { alloc_policy: 'lockdep_forgive' };
  const none = task(inRaw(say('GFP_ATOMIC')), { ...settings, preempt: 'none' });
  expect(printed(none)).toEqual(['page']);
  expect(slugs(none)).toEqual([]);
  expect(slugs(task(inRaw(say('GFP_ATOMIC')), { ...settings, preempt: 'full' }))).toEqual(['invalid_wait_context']);
});

test.each(['full', 'none'])('G08: preempt = %s: GFP_KERNEL under a spinlock', (preempt) => {
  const kernel = task(`spin_lock(&s); ${say('GFP_KERNEL')} spin_unlock(&s);`, { preempt });
  expect(printed(kernel)).toEqual(['page']);
  expect(slugs(kernel)).toEqual(['sleeping_in_atomic']);
});

describe.each(['kernel', 'prohibit'])('alloc_policy = %s', (alloc_policy) => {
  test('G09: rt: GFP_ATOMIC under a spinlock is legal', () => {
    const kernel = task(`spin_lock(&s); ${say('GFP_ATOMIC')} spin_unlock(&s);`, { preempt: 'rt', alloc_policy });
    expect(printed(kernel)).toEqual(['page']);
    expect(slugs(kernel)).toEqual([]);
  });

  test('G10: rt: kmalloc() with preemption disabled: the sleep check sees it, lockdep does not', () => {
    const kernel = task('void *p; preempt_disable(); p = kmalloc(32, GFP_ATOMIC); preempt_enable(); kfree(p);', {
      preempt: 'rt',
      alloc_policy,
    });
    expect(slugs(kernel)[0]).toBe('sleeping_in_atomic');
    expect(kernel.findings[0].detail).toContain('preempt_count: 1, expected: 0');
    expect(slugs(kernel)).not.toContain('invalid_wait_context');
  });
});

const FREE = 'struct thing *p = kmalloc(sizeof(struct thing), GFP_KERNEL);';

test.each(['full', 'none', 'rt'])('G11: kernel, preempt = %s: kvfree_rcu() under a raw spinlock', (preempt) => {
  const kernel = task(`${FREE} ${inRaw('kvfree_rcu(p, rcu);')} msleep(1);`, { preempt });
  expect(slugs(kernel)).toEqual([]);
  expect(eventsOf(kernel, 'kvfree_rcu').map(({ kept }) => kept)).toEqual(['list']);
  // The pages come from a thread that holds no lock.
  const refill = eventsOf(kernel, 'alloc').filter(({ comm }) => comm === 'kworker/0:0');
  expect(refill).toHaveLength(5);
  const again = task(
    `${FREE} ${inRaw('kvfree_rcu(p, rcu);')} msleep(1); p = kmalloc(64, GFP_KERNEL); ${inRaw('kvfree_rcu(p, rcu);')}`,
    { preempt },
  );
  expect(eventsOf(again, 'kvfree_rcu').map(({ kept }) => kept)).toEqual(['list', 'array']);
});

test('G12: kernel: kvfree_rcu() without a head under a spinlock', () => {
  const kernel = task('void *p = kmalloc(64, GFP_KERNEL); spin_lock(&s); kvfree_rcu_mightsleep(p); spin_unlock(&s);');
  expect(slugs(kernel)[0]).toBe('sleeping_in_atomic');
  expect(kernel.findings[0].headline).toContain('sleeping function called from invalid context');
});

test('G13: rt: alloc_pages_nolock() in a hardirq', () => {
  const irq = 'irq nic(cpu = 0, at = 50us, threaded = off) { printk("%s", alloc_pages_nolock(0, 0) ? "page" : "NULL"); }\n';
  const kernel = run(`${irq}task t(cpu = 0) { udelay(100); }`, { preempt: 'rt' });
  expect(printed(kernel)).toEqual(['NULL']);
  expect(slugs(kernel)).toEqual([]);
  const full = run(`${irq}task t(cpu = 0) { raw_spin_lock(&r); udelay(100); raw_spin_unlock(&r); }`);
  expect(printed(full)).toEqual(['page']);
  expect(slugs(full)).toEqual([]);
});

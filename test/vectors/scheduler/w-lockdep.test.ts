/** Vectors of the scheduler reference, section 13: W (wait contexts), L07, L08 and lockdep's part of F06. */
import { describe, expect, test } from 'vitest';
import { boot, runProgram, type Settings, slugs } from '../../support/run-program.ts';

const MODELS = ['full', 'none', 'voluntary', 'lazy', 'rt'] as const;
const LOCKS = `machine { cpus = 2; }
static raw_spinlock_t r;
static spinlock_t s;
static struct mutex m;
static DEFINE_PER_CPU(local_lock_t, l);
`;
const run = (body: string, settings: Settings = {}) => runProgram(LOCKS + body, settings);
const task = (body: string, settings: Settings = {}) => run(`task t(cpu = 0) { ${body} }`, settings);
/** The lines of a finding's report, without addresses. */
const lines = (kernel: ReturnType<typeof run>, number = 0): string[] =>
  kernel.findings[number].detail.split('\n').map((line) => line.replace(/\b[0-9a-f]{8} \(/, '('));

describe.each(MODELS)('preempt = %s', (preempt) => {
  const settings = { preempt };

  test('W01: a spinlock in a raw spinlock', () => {
    const kernel = task('raw_spin_lock(&r); spin_lock(&s); spin_unlock(&s); raw_spin_unlock(&r);', settings);
    expect(slugs(kernel)[0]).toBe('invalid_wait_context');
    expect(kernel.findings[0].headline).toBe('[ BUG: Invalid wait context ]');
    // The reference has {....} for r as well; with interrupts on the kernel has marked it by then.
    expect(lines(kernel).slice(1)).toEqual([
      't/100 is trying to lock:',
      '(s){....}-{3:3}, at: t (test.klab:6)',
      'other info that might help us debug this:',
      'context-{5:5}',
      '1 lock held by t/100:',
      ' #0: (r){+.+.}-{2:2}, at: t (test.klab:6)',
    ]);
  });

  test('W02: W01 without the check of raw nesting', () => {
    const body = 'raw_spin_lock(&r); spin_lock(&s); spin_unlock(&s); raw_spin_unlock(&r);';
    const kernel = task(body, { ...settings, debug_raw_nesting: false });
    expect(slugs(kernel)).not.toContain('invalid_wait_context');
  });

  test('W06: a spinlock in a reader section of RCU', () => {
    expect(slugs(task('rcu_read_lock(); spin_lock(&s); spin_unlock(&s); rcu_read_unlock();', settings))).toEqual([]);
  });

  test('W08: a spinlock that is only tried, in a raw spinlock', () => {
    const kernel = task('raw_spin_lock(&r); if (spin_trylock(&s)) spin_unlock(&s); raw_spin_unlock(&r);', settings);
    expect(slugs(kernel)).not.toContain('invalid_wait_context');
  });

  test('W09: a spinlock with interrupts off', () => {
    const kernel = task('local_irq_disable(); spin_lock(&s); spin_unlock(&s); local_irq_enable();', settings);
    expect(slugs(kernel)).toEqual(preempt === 'rt' ? ['sleeping_in_atomic'] : []);
    if (preempt === 'rt') expect(kernel.findings[0].detail).toContain('irqs_disabled(): 1');
  });

  test('W10: mutex, spinlock, raw spinlock', () => {
    const body = 'mutex_lock(&m); spin_lock(&s); raw_spin_lock(&r); raw_spin_unlock(&r); spin_unlock(&s); mutex_unlock(&m);';
    expect(slugs(task(body, settings))).toEqual([]);
  });

  test('W11: a local_lock in a raw spinlock', () => {
    const kernel = task('raw_spin_lock(&r); local_lock(&l); local_unlock(&l); raw_spin_unlock(&r);', settings);
    expect(slugs(kernel)[0]).toBe('invalid_wait_context');
    expect(lines(kernel)[2]).toBe('(l){....}-{3:3}, at: t (test.klab:6)');
  });

  test('W13: a second violation after W01 is silent: lockdep is off', () => {
    const once = 'raw_spin_lock(&r); spin_lock(&s); spin_unlock(&s); raw_spin_unlock(&r);';
    const kernel = task(once + once, settings);
    expect(slugs(kernel).filter((slug) => slug === 'invalid_wait_context')).toHaveLength(1);
  });

  test('W14: a mutex with preemption disabled: lockdep does not know preempt_disable()', () => {
    const kernel = task('preempt_disable(); mutex_lock(&m); mutex_unlock(&m); preempt_enable();', settings);
    expect(slugs(kernel)).toEqual(['sleeping_in_atomic']);
    expect(kernel.findings[0].detail).toContain('preempt_count: 1, expected: 0');
  });
});

const handler = (how: string, body = 'spin_lock(&s); spin_unlock(&s);') => `irq nic(cpu = 0, at = 50us${how}) { ${body} }\n`;

test('W03: a spinlock in a handler that would be a thread', () => {
  expect(slugs(run(`${handler('')}task t(cpu = 0) { udelay(100); }`))).toEqual([]);
});

test('W04: a spinlock in a handler that stays one', () => {
  const kernel = run(`${handler(', threaded = off')}task t(cpu = 0) { udelay(100); }`);
  expect(slugs(kernel)).toEqual(['invalid_wait_context']);
  expect(lines(kernel)).toContain('context-{2:2}');
  expect(lines(kernel)).toContain('no locks held by t/100.');
});

test('W04: a spinlock in a function that another CPU has called by an interrupt', () => {
  const kernel = run(`static struct irq_work work;
static void called(struct irq_work *unused) { spin_lock(&s); spin_unlock(&s); }
task t(cpu = 0) { work.func = (void *)called; irq_work_queue_on(&work, 1); udelay(100); }`);
  expect(slugs(kernel)).toEqual(['invalid_wait_context']);
  expect(lines(kernel)).toContain('context-{2:2}');
});

const timer = (mode: string) => `static struct hrtimer timer;
static enum hrtimer_restart ends(struct hrtimer *unused) { spin_lock(&s); spin_unlock(&s); return HRTIMER_NORESTART; }
task t(cpu = 0) { hrtimer_setup(&timer, ends, CLOCK_MONOTONIC, ${mode}); hrtimer_start(&timer, 50000, ${mode}); udelay(100); }`;

test('W04: a spinlock in a timer of HRTIMER_MODE_HARD', () => {
  const kernel = run(timer('HRTIMER_MODE_REL_HARD'));
  expect(slugs(kernel)).toEqual(['invalid_wait_context']);
  expect(lines(kernel)).toContain('context-{2:2}');
});

test('W04b: a spinlock in a timer of the default mode', () => {
  expect(slugs(run(timer('HRTIMER_MODE_REL')))).toEqual([]);
});

test('W05: a mutex in a softirq', () => {
  const kernel = run(
    'static void action(void) { mutex_lock(&m); mutex_unlock(&m); }\ntask t(cpu = 0) { open_softirq(TIMER_SOFTIRQ, action); udelay(100); }\n' +
      handler('', 'raise_softirq_irqoff(TIMER_SOFTIRQ);'),
  );
  expect(slugs(kernel)).toEqual(['sleeping_in_atomic', 'invalid_wait_context']);
  expect(kernel.findings[0].detail).toContain('in_atomic(): 1');
  expect(kernel.findings[0].detail).toContain('preempt_count: 100, expected: 0');
  expect(lines(kernel, 1)[2]).toBe('(m){....}-{4:4}, at: action (test.klab:6)');
  expect(lines(kernel, 1)).toContain('context-{3:3}');
});

test('W07: a mutex in a reader section of RCU that may be preempted', () => {
  const kernel = task('rcu_read_lock(); mutex_lock(&m); mutex_unlock(&m); rcu_read_unlock();');
  expect(slugs(kernel)).toEqual(['sleeping_in_atomic', 'invalid_wait_context']);
  expect(kernel.findings[0].detail).toContain('preempt_count: 0, expected: 0; RCU nest depth: 1, expected: 0');
  expect(lines(kernel, 1).at(-1)).toBe(' #0: (rcu_read_lock){....}-{1:3}, at: t (test.klab:6)');
});

test('W12: what the interrupted code holds does not count', () => {
  const kernel = run(`${handler('')}task t(cpu = 0) { raw_spin_lock(&r); udelay(100); raw_spin_unlock(&r); }`);
  expect(slugs(kernel)).toEqual([]);
});

test('L07: a spinlock taken twice by one task', () => {
  const stuck = boot(`${LOCKS}task t() { spin_lock(&s); spin_lock(&s); }`, { debug_spinlock: true });
  for (let i = 0; i < 3000; i++) stuck.stepDefault();
  // The spinlock's own check is silent once lockdep has reported: both ask debug_locks. Without lockdep it speaks.
  expect(slugs(stuck.kernel)).toEqual(['recursive_locking', '(spinlock_recursion)']);
  const alone = boot(`${LOCKS}task t() { spin_lock(&s); spin_lock(&s); }`, { debug_spinlock: true, debug_lockdep: false });
  for (let i = 0; i < 3000; i++) alone.stepDefault();
  expect(slugs(alone.kernel)).toEqual(['spinlock_recursion']);
});

test('L08: the two orders of two locks, at different times', () => {
  const both = 'mutex_lock(&m); spin_lock(&s); spin_unlock(&s); mutex_unlock(&m);';
  expect(slugs(task(both))).toEqual([]);
  const kernel = run(`static spinlock_t q;
task one(cpu = 0) { spin_lock(&s); spin_lock(&q); spin_unlock(&q); spin_unlock(&s); }
task two(cpu = 1) { msleep(1); spin_lock(&q); spin_lock(&s); spin_unlock(&s); spin_unlock(&q); }`);
  expect(slugs(kernel)).toEqual(['circular_locking']);
  expect(kernel.findings[0].comm).toBe('two');
  expect(kernel.findings[0].detail).toContain('Here s is wanted at two');
});

test('F06: rt: a copy from user memory under a spinlock', () => {
  const kernel = run(
    `user page src = "text" absent;
SYSCALL int sys_copy(void) { char to[4]; spin_lock(&s); copy_from_user(to, src, 4); spin_unlock(&s); return 0; }
user task t() { sys_copy(); }`,
    { preempt: 'rt' },
  );
  expect(slugs(kernel)).toEqual(['sleeping_in_atomic', 'invalid_wait_context', 'rcu_switch_in_reader']);
  expect(kernel.findings[0].detail).toContain('preempt_count: 0, expected: 0; RCU nest depth: 1, expected: 0');
  expect(lines(kernel, 1)[2]).toMatch(/^\(&mm->mmap_lock\)\{\.\.\.\.\}-\{4:4\}/);
  expect(lines(kernel, 1)).toContainEqual(expect.stringMatching(/ #0: \(s\)\{\+\.\+\.\}-\{3:3\}/));
});

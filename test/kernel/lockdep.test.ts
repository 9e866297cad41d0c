/** Lockdep (scheduler 7, 11 D12 to D17, D23): what is reported, with which places, and what is not. */
import { describe, expect, test } from 'vitest';
import { boot, printed, runProgram, runToEnd, type Settings, slugs } from '../support/run-program.ts';

const LOCKS = `machine { cpus = 2; }
static raw_spinlock_t r;
static spinlock_t a;
static spinlock_t b;
static spinlock_t c;
`;
const run = (body: string, settings: Settings = {}) => runProgram(LOCKS + body, settings);
const task = (body: string, settings: Settings = {}) => run(`task t() {\n${body}\n}`, settings);
const nested = (...names: string[]): string =>
  [...names.map((name) => `spin_lock(&${name});`), ...[...names].reverse().map((name) => `spin_unlock(&${name});`)].join(' ');

describe('the order of locks', () => {
  test('a lock taken twice is reported before it spins', () => {
    const stuck = boot(`${LOCKS}task t() {\nspin_lock(&a);\nspin_lock(&a);\n}`);
    for (let i = 0; i < 2000; i++) stuck.stepDefault();
    expect(slugs(stuck.kernel)).toEqual(['recursive_locking', '(spinlock_recursion)']);
    const [{ headline, detail }] = stuck.kernel.findings;
    expect(headline).toBe('WARNING: possible recursive locking detected');
    expect(detail).toContain('a is wanted at t (test.klab:8), and the same task took it at t (test.klab:7)');
  });

  test('the other order at another time is reported, with both places of both orders', () => {
    const kernel = run(
      `task one(cpu = 0) {\n${nested('a', 'b')}\n}\ntask two(cpu = 0) { msleep(1);\nspin_lock(&b);\n${nested('a')}\nspin_unlock(&b);\n}`,
    );
    expect(slugs(kernel)).toEqual(['circular_locking']);
    const { detail, comm } = kernel.findings[0];
    expect(comm).toBe('two');
    expect(detail.split('\n')[0]).toBe(
      'Here a is wanted at two (test.klab:11) while b is held (taken at two (test.klab:10)). ' +
        'Earlier task 100 took b at one (test.klab:7) while it held a (taken at one (test.klab:7)). At the wrong moment each waits for the other.',
    );
    expect(detail).toContain(
      '-> #1 (b){+.+.}-{3:3}:\n       one (test.klab:7)\n-> #0 (a){+.+.}-{3:3}:\n       two (test.klab:11)',
    );
  });

  test('a circle of three is found, and its chain is named', () => {
    const kernel = task(`${nested('a', 'b')} ${nested('b', 'c')} ${nested('c', 'a')}`);
    expect(slugs(kernel)).toEqual(['circular_locking']);
    expect(kernel.findings[0].detail).toContain('Chain exists of: a --> b --> c');
  });

  test('a lock that was only tried makes no circle: it does not wait', () => {
    const kernel = task(`${nested('a', 'b')} spin_lock(&b); if (spin_trylock(&a)) spin_unlock(&a); spin_unlock(&b);`);
    expect(slugs(kernel)).toEqual([]);
  });

  test('what is taken inside a lock that was tried counts', () => {
    const kernel = task(`if (spin_trylock(&a)) { spin_lock(&b); spin_unlock(&b); spin_unlock(&a); } ${nested('b', 'a')}`);
    expect(slugs(kernel)).toEqual(['circular_locking']);
  });

  test('locks that are released out of order are no fault', () => {
    expect(slugs(task('spin_lock(&a); spin_lock(&b); spin_unlock(&a); spin_unlock(&b);'))).toEqual([]);
  });

  test('two locks that one call has initialised are of one class, unless the inner one names its level', () => {
    const init = 'static spinlock_t l[2];\nstatic void init(void) { int i; for (i = 0; i < 2; i++) spin_lock_init(&l[i]); }\n';
    const both = run(`${init}task t() { init(); spin_lock(&l[0]); spin_lock(&l[1]); spin_unlock(&l[1]); spin_unlock(&l[0]); }`);
    expect(slugs(both)).toEqual(['recursive_locking']);
    expect(both.findings[0].detail).toContain('Two locks of the class &l[i] at once');
    const raw =
      'static raw_spinlock_t l[2];\nstatic void init(void) { int i; for (i = 0; i < 2; i++) raw_spin_lock_init(&l[i]); }\n';
    const level = run(
      `${raw}task t() { init(); raw_spin_lock(&l[0]); raw_spin_lock_nested(&l[1], SINGLE_DEPTH_NESTING); raw_spin_unlock(&l[1]); raw_spin_unlock(&l[0]); }`,
    );
    expect(slugs(level)).toEqual([]);
  });

  test('static locks that nobody initialised are each a class of their own', () => {
    const kernel = run(
      'static spinlock_t l[2];\ntask t() { spin_lock(&l[0]); spin_lock(&l[1]); spin_unlock(&l[1]); spin_unlock(&l[0]); }',
    );
    expect(slugs(kernel)).toEqual([]);
  });

  test('a local variable is a class, whichever call it belongs to', () => {
    const kernel = task(
      'spinlock_t mine; spin_lock_init(&mine); spin_lock(&mine); spin_lock(&a); spin_unlock(&a); spin_unlock(&mine);',
    );
    expect(slugs(kernel)).toEqual([]);
  });
});

describe('interrupts', () => {
  const shared = (body: string) => run(`task t(cpu = 0) {\n${body}\nmsleep(2);\n}\nirq nic(at = 1ms) {\n${nested('a')}\n}`);

  test('a lock of a handler that a task holds with interrupts on', () => {
    const kernel = shared(nested('a'));
    expect(slugs(kernel)).toEqual(['inconsistent_lock_state']);
    expect(kernel.findings[0].detail).toContain(
      'a is taken in a hardirq at nic (test.klab:11), and held with interrupts on at t (test.klab:7)',
    );
    expect(kernel.findings[0].detail).toContain('inconsistent {HARDIRQ-ON-W} -> {IN-HARDIRQ-W} usage.');
  });

  test('with interrupts off all is well', () => {
    expect(slugs(shared('unsigned long flags; spin_lock_irqsave(&a, flags); spin_unlock_irqrestore(&a, flags);'))).toEqual([]);
  });

  test('interrupts that come on while it is held are seen too', () => {
    const kernel = shared('local_irq_disable(); spin_lock(&a); local_irq_enable(); spin_unlock(&a);');
    expect(slugs(kernel)).toEqual(['inconsistent_lock_state']);
  });

  test('a lock of a softirq that a task holds with softirqs on', () => {
    const soft = (body: string) =>
      run(
        `static void action(void) { ${nested('a')} }\ntask t() { open_softirq(TIMER_SOFTIRQ, action); raise_softirq(TIMER_SOFTIRQ); msleep(1); ${body} }`,
      );
    expect(slugs(soft(nested('a')))).toEqual(['inconsistent_lock_state']);
    expect(slugs(soft('local_bh_disable(); spin_lock(&a); spin_unlock(&a); local_bh_enable();'))).toEqual([]);
    const late = soft('local_bh_disable(); spin_lock(&a); local_bh_enable(); spin_unlock(&a);');
    expect(slugs(late)).toEqual(['inconsistent_lock_state']);
    expect(late.findings[0].detail).toContain('{IN-SOFTIRQ-W} -> {SOFTIRQ-ON-W}');
  });

  test('a lock of a handler must not lead to one that is held with interrupts on', () => {
    const off = (body: string) => `local_irq_disable(); ${body} local_irq_enable();`;
    const nic = `irq nic(cpu = 0, at = 1ms) {\n${nested('a')}\n}`;
    const before = run(`task t(cpu = 0) { ${nested('b')} msleep(2);\n${off(nested('a', 'b'))} }\n${nic}`);
    expect(slugs(before)).toEqual(['irq_lock_inversion']);
    expect(before.findings[0].headline).toBe('WARNING: HARDIRQ-safe -> HARDIRQ-unsafe lock order detected');
    expect(before.findings[0].detail).toContain(
      'a is taken in a hardirq at nic (test.klab:9), and b is held with that interrupt on at t (test.klab:6)',
    );
    const later = run(`task t(cpu = 0) { ${off(nested('a', 'b'))} ${nested('b')} msleep(2); }\n${nic}`);
    expect(slugs(later)).toEqual(['irq_lock_inversion']);
    expect(later.findings[0].headline).toBe('WARNING: possible irq lock inversion dependency detected');
    const fine = run(`task t(cpu = 0) { ${off(nested('a', 'b'))} ${off(nested('b'))} ${nested('c')} msleep(2); }\n${nic}`);
    expect(slugs(fine)).toEqual([]);
  });

  test('in an NMI lockdep does not look', () => {
    expect(
      slugs(
        run(
          'task t() { udelay(100); }\nnmi watchdog(at = 50us) { raw_spin_lock(&r); spin_lock(&a); spin_unlock(&a); raw_spin_unlock(&r); }',
        ),
      ),
    ).toEqual([]);
  });
});

describe('balance', () => {
  test('a lock that is released without being held', () => {
    const kernel = task('preempt_disable();\nspin_unlock(&a);');
    expect(slugs(kernel)).toEqual(['bad_unlock_balance', '(spinlock_bad_unlock)']);
    expect(kernel.findings[0].detail).toContain('a is released at t (test.klab:8) by t/100, which does not hold it.');
  });

  test('a system call that keeps a lock', () => {
    const kernel = run('SYSCALL int sys_x(void)\n{\nspin_lock(&a);\npreempt_enable();\nreturn 0;\n}\nuser task t() { sys_x(); }');
    expect(slugs(kernel)).toEqual(['lock_held_in_user_mode']);
    expect(kernel.findings[0].detail).toContain('t/100 is leaving the kernel with locks still held!\n1 lock held by t/100:');
  });

  test('a task that ends with a lock', () => {
    const kernel = task('spin_lock(&a); preempt_enable();');
    expect(slugs(kernel)).toEqual(['locks_held_at_exit']);
    expect(kernel.findings[0].headline).toBe('WARNING: t/100 still has locks held!');
  });

  test('an oops switches lock checks off: a killed task holds what it holds', () => {
    expect(slugs(task('spin_lock(&a); BUG();'))).toEqual(['bug']);
  });
});

test('a lock in memory that is no variable has to be initialised', () => {
  const body = (init: string) => `spinlock_t *l = kmap_local_page(p); ${init} spin_lock(l); spin_unlock(l); kunmap_local(l);`;
  expect(slugs(run(`page p;\ntask t() { ${body('')} }`))).toEqual(['lock_without_key']);
  const ready = run(`page p;\ntask t() { ${body('spin_lock_init(l); preempt_disable();')} spin_unlock(&a); }`);
  expect(slugs(ready)).toEqual(['bad_unlock_balance', '(spinlock_bad_unlock)']);
});

describe('reader sections of RCU', () => {
  test('sleeping in one that counts on its CPU', () => {
    const kernel = task('rcu_read_lock_sched(); might_sleep(); rcu_read_unlock_sched();');
    expect(slugs(kernel)).toEqual(['suspicious_rcu_usage', 'sleeping_in_atomic']);
    expect(kernel.findings[0].detail).toContain('Illegal context switch in RCU-sched read-side critical section!');
  });

  test('rcu_read_lock() itself is one on kernels that do not preempt readers', () => {
    const body = 'rcu_read_lock(); might_sleep(); rcu_read_unlock();';
    expect(slugs(task(body, { preempt: 'none' }))).toEqual(['suspicious_rcu_usage', 'sleeping_in_atomic']);
    expect(slugs(task(body))).toEqual(['sleeping_in_atomic']);
  });

  test('is told once', () => {
    const once = 'rcu_read_lock_bh(); might_sleep(); rcu_read_unlock_bh();';
    expect(slugs(task(once + once))).toEqual(['suspicious_rcu_usage', 'sleeping_in_atomic', '(sleeping_in_atomic)']);
  });
});

describe('after the first report', () => {
  const two = `raw_spin_lock(&r); ${nested('a')} raw_spin_unlock(&r); ${nested('a', 'b')} ${nested('b', 'a')}`;

  test('lock checks are off', () => {
    const kernel = task(`${two} printk("%d", debug_locks);`);
    expect(slugs(kernel)).toEqual(['invalid_wait_context']);
    expect(printed(kernel)).toEqual(['0']);
  });

  test('they go on with debug_lockdep_go_on, each place once', () => {
    expect(slugs(task(two, { debug_lockdep_go_on: true }))).toEqual(['invalid_wait_context', 'circular_locking']);
    const loop = `int i; for (i = 0; i < 2; i++) { raw_spin_lock(&r); spin_lock(&a); spin_unlock(&a); raw_spin_unlock(&r); }`;
    expect(slugs(task(loop, { debug_lockdep_go_on: true }))).toEqual(['invalid_wait_context', '(invalid_wait_context)']);
  });

  test('without lockdep there is neither a report nor a step for it', () => {
    const off = boot(`${LOCKS}task t() { ${two} }`, { debug_lockdep: false });
    expect(slugs(runToEnd(off))).toEqual([]);
    expect(off.kernel.programTasks[0].view.lockdep_depth).toBe(0);
  });
});

test('the scheduler, its balancing and its wake-ups break none of the rules', () => {
  const kernel = runProgram(
    `machine { cpus = 4; tick_ns = 100us; }
     static struct completion done;
     task h(policy = SCHED_FIFO, prio = 20) { int i; for (i = 0; i < 20; i++) { usleep_range(150, 150); udelay(90); } complete(&done); }
     task l(policy = SCHED_FIFO, prio = 10) { int i; for (i = 0; i < 20; i++) { udelay(170); yield(); } wait_for_completion(&done); }
     task f() { udelay(3000); }
     task g() { udelay(3000); }
     task k() { cpumask_t mask = 2; set_cpus_allowed_ptr(current, &mask); udelay(500); migrate_disable(); usleep_range(100, 100); migrate_enable(); }`,
    { balance_pick: 'kernel_distribute' },
  );
  expect(slugs(kernel)).toEqual([]);
});

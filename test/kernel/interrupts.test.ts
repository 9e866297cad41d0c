/** Interrupts during a switch and during other handlers (the vectors are in test/vectors/scheduler), and what exceptions do (highmem 1.5). */
import { describe, expect, test } from 'vitest';
import { raiseAt } from '../support/raise-at.ts';
import { boot, eventsOf, printed, runProgram, type Settings, slugs } from '../support/run-program.ts';

const HANDLER = 'irq dev(when = any) { printk("%s %x", current->comm, preempt_count()); }';
const TWO = `
  machine { cpus = 1; }
  task a(policy = SCHED_FIFO, prio = 10) { yield(); }
  task b(policy = SCHED_FIFO, prio = 10) { }
  ${HANDLER}
`;

describe('an interrupt during the switch', () => {
  test.each(['S-12.7 step 4', 'S-12.7 step 7', 'S-12.7 step 14', 'S-12.7 step 16'])(
    'it never comes in at %s of the merged model',
    (tag) => {
      const kernel = raiseAt(TWO, tag, 2);
      expect(printed(kernel)[0]).toBe(tag === 'S-12.7 step 4' ? 'a 10001' : 'b 10001');
      expect(slugs(kernel)).toEqual([]);
    },
  );

  test('the older models let it in between the two halves in the teaching profile, and not in mainline', () => {
    const at = (settings: Settings) => printed(raiseAt(TWO, 'S-12.7 step 16', 2, settings))[0];
    expect(at({ mapping: 'kmap_temporary' })).toBe('a 10001');
    expect(at({ mapping: 'kmap_temporary', profile: 'mainline' })).toBe('b 10001');
    expect(at({ mapping: 'kmap_local' })).toBe('b 10001');
  });

  test('a wakeup of the task that is just being left does not wait for it', () => {
    const text = `
      machine { cpus = 1; mapping = kmap_temporary; }
      static struct task_struct *sleeper;
      task a(policy = SCHED_FIFO, prio = 10) { sleeper = current; set_current_state(TASK_INTERRUPTIBLE); schedule(); printk("awake"); }
      task b(policy = SCHED_FIFO, prio = 5) { }
      irq dev(when = any) { wake_up_process(sleeper); }
    `;
    const kernel = raiseAt(text, 'S-12.7 step 16', 2);
    expect(printed(kernel)).toEqual(['awake']);
    expect(kernel.life).toBe('ended');
    expect(slugs(kernel)).toEqual([]);
  });
});

describe('interrupt handlers', () => {
  test('interrupts do not nest by themselves, and do when a handler lets them in', () => {
    const nested = (first: string) =>
      printed(
        runProgram(`
          machine { cpus = 1; }
          task t() { mdelay(3); }
          irq outer(at = 1ms) { printk("outer %x", preempt_count()); ${first} udelay(500); printk("end"); local_irq_disable(); }
          irq inner(at = 1200us) { printk("inner %x", preempt_count()); }
        `),
      );
    expect(nested('')).toEqual(['outer 10000', 'end', 'inner 10000']);
    expect(nested('local_irq_enable();')).toEqual(['outer 10000', 'inner 20000', 'end']);
  });

  test('busy time that is interrupted goes on afterwards: only the own time counts', () => {
    const kernel = runProgram(`
      machine { cpus = 1; step_ns = 1; tick_ns = 100ms; }
      task t() { udelay(1000); printk("%llu", ktime_get_ns() / 10000); }
      irq eth0(at = 500us) { udelay(700); }
    `);
    expect(printed(kernel)).toEqual(['170']);
  });
});

describe('what an oops does', () => {
  test('BUG() kills the task and the others go on', () => {
    const kernel = runProgram(`
      machine { cpus = 1; }
      task bad() { preempt_disable(); BUG_ON(current->pid == 100); printk("never"); }
      task good() { printk("still here"); }
    `);
    expect(kernel.findings.map(({ slug, headline }) => [slug, headline])).toEqual([['bug', 'kernel BUG at test.klab: bad!']]);
    expect(printed(kernel)).toEqual(['note: bad[100] exited with preempt_count 1', 'still here']);
    expect(kernel.life).toBe('ended');
  });

  test('a null pointer is a page fault of the emulated kernel', () => {
    const kernel = runProgram(`
      machine { cpus = 1; }
      task bad() { struct task_struct *p = NULL; p->prio = 3; }
    `);
    expect(slugs(kernel)).toEqual(['page_fault']);
    expect(kernel.findings[0].headline).toMatch(/^BUG: unable to handle page fault for address: 000000/);
    expect(kernel.findings[0].detail).toContain(
      'supervisor write access in kernel mode, error_code(0x0002) - not-present page, in bad()',
    );
    expect(eventsOf(kernel, 'page_fault_kernel')[0]).toMatchObject({ ip: 'bad', error_code: 2 });
  });

  test('in an interrupt it is a panic, and nothing happens any more', () => {
    const kernel = runProgram(`
      machine { cpus = 1; }
      task t() { mdelay(5); printk("never"); }
      irq eth0(at = 1ms) { BUG(); }
    `);
    expect(slugs(kernel)).toEqual(['bug', 'panic']);
    expect(kernel.findings[1].headline).toBe('Kernel panic - not syncing: Fatal exception in interrupt');
    expect(kernel.life).toBe('panic');
    expect(printed(kernel)).toEqual([]);
  });

  test('a division by zero and a stack that is too small are findings', () => {
    const divide = runProgram('machine { cpus = 1; } static int zero; task t() { printk("%d", 1 / zero); }');
    expect(slugs(divide)).toEqual(['divide_error']);
    const deep = runProgram(
      'machine { cpus = 1; } static int down(int n) { return down(n + 1) + 1; } task t() { down(0); } task u() { printk("u"); }',
    );
    expect(slugs(deep)[0]).toBe('stack_overflow');
  });

  test('an intrinsic that is handed a pointer to nothing faults as any access would', () => {
    const kernel = runProgram('machine { cpus = 1; } task t() { raw_spin_lock((raw_spinlock_t *)4); }');
    expect(slugs(kernel)).toEqual(['page_fault']);
  });
});

describe('reports', () => {
  test('WARN_ON reports every time, WARN_ON_ONCE the first time', () => {
    const kernel = runProgram(`
      machine { cpus = 1; }
      task t() { int i; for (i = 0; i < 2; i++) { WARN_ON(i < 5); WARN_ON_ONCE(i < 5); } }
    `);
    expect(slugs(kernel)).toEqual(['warn', 'warn', 'warn', '(warn)']);
    expect(kernel.findings[0].headline).toBe('WARNING: CPU: 0 PID: 100 at test.klab: t');
    expect(kernel.findings[0].detail).toContain('i < 5');
  });

  test('a failed assert() names its condition and the program goes on', () => {
    const kernel = runProgram('machine { cpus = 1; } task t() { assert(current->prio == 1); printk("on"); }');
    expect(kernel.findings[0]).toMatchObject({ slug: 'assert_failed', headline: 'assert(current->prio == 1) failed' });
    expect(printed(kernel)).toEqual(['on']);
  });

  test('printk() writes out what kernel C can', () => {
    const kernel = runProgram(`
      machine { cpus = 1; }
      task t() {
        s64 big = -5000000000;
        printk("%d|%5d|%-5d|%05d|%x|%#x|%c|%s|%%|%u|%lld", -3, 42, 42, -42, 255, 255, 'x', current->comm, -1, big);
      }
    `);
    expect(printed(kernel)).toEqual(['-3|   42|42   |-0042|ff|0xff|x|t|%|4294967295|-5000000000']);
  });
});

describe('spinlocks', () => {
  test('L07: a lock taken twice by one task is reported once, and it spins for good', () => {
    const run = boot(`
      machine { cpus = 1; }
      static spinlock_t lock;
      task t() { spin_lock(&lock); spin_lock(&lock); }
    `);
    for (let i = 0; i < 5000; i++) run.stepDefault();
    // The spinlock's own check prints nothing once lockdep has switched lock checks off.
    expect(slugs(run.kernel)).toEqual(['recursive_locking', '(spinlock_recursion)']);
    expect(run.kernel.findings[1].headline).toBe('BUG: spinlock recursion on CPU#0, t/100');
  });

  test('two CPUs take turns at a lock', () => {
    const kernel = runProgram(`
      machine { cpus = 2; }
      static spinlock_t lock;
      static int inside;
      static int worst;
      static void work(void) {
        int i;
        for (i = 0; i < 20; i++) {
          spin_lock(&lock);
          inside++;
          worst = max(worst, inside);
          udelay(7);
          inside--;
          spin_unlock(&lock);
        }
      }
      task a(cpu = 0) { work(); }
      task b(cpu = 1) { work(); printk("%d", worst); }
    `);
    expect(printed(kernel)).toEqual(['1']);
    expect(slugs(kernel)).toEqual([]);
  });
});

describe('user mode', () => {
  test('a bound user process is no per-CPU thread: smp_processor_id() is reported there', () => {
    const kernel = runProgram(`
      machine { cpus = 2; }
      SYSCALL int sys_cpu(void) { return smp_processor_id(); }
      user task p(cpu = 1) { sys_cpu(); }
    `);
    expect(slugs(kernel)).toEqual(['smp_processor_id_preemptible']);
  });

  test('system calls are traced with their names and results', () => {
    const kernel = runProgram(`
      machine { cpus = 1; }
      SYSCALL int sys_add(int a, int b) { return a + b; }
      user task p() { sys_add(2, 3); }
    `);
    expect(eventsOf(kernel, 'sys_enter')).toMatchObject([{ name: 'sys_add', comm: 'p' }]);
    expect(eventsOf(kernel, 'sys_exit')).toMatchObject([{ name: 'sys_add', ret: 5 }]);
  });
});

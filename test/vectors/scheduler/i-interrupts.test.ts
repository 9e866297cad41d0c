/** Scheduler reference, section 13, group I: interrupts, softirqs, threads of handlers, NMIs. */
import { describe, expect, test } from 'vitest';
import type { Kernel } from '../../../src/kernel/kernel.ts';
import { raiseAt } from '../../support/raise-at.ts';
import { eventsOf, printed, runProgram, slugs, switches } from '../../support/run-program.ts';

/** Types of the events from the first one of `from` on, as far as `wanted` says. */
function typesFrom(kernel: Kernel, from: string, wanted: RegExp): string[] {
  const at = kernel.events.findIndex(({ type }) => type === from);
  return kernel.events
    .slice(at)
    .map((event) => (event.type === 'sched_waking' ? `${event.type} ${event.wakee_comm} ${event.prio}` : event.type))
    .filter((type) => wanted.test(type));
}

const MAPPINGS = `
  machine { cpus = 1; step_ns = 1; }
  page pa[2] = { "A0", "A1" };
  page pi = "II";
  irq dev(when = any) {
    char *p = kmap_local_page(pi);
    printk("%08x idx %d %c", preempt_count(), current->kmap_ctrl.idx, p[0]);
    kunmap_local(p);
    printk("%s idx %d", current->comm, current->kmap_ctrl.idx);
  }
`;

describe('an interrupt in the middle of kernel code', () => {
  test.each(['H-7.2 step 6', 'H-7.2 step 8', 'H-7.2 step 9'])('I01: between the index and the entry of a mapping (%s)', (tag) => {
    const kernel = raiseAt(
      `${MAPPINGS} task t() {
        char *p = kmap_local_page(pa[0]);
        printk("%c%c", p[0], p[1]);
        kunmap_local(p);
      }`,
      tag,
    );
    expect(printed(kernel)).toEqual(['00010001 idx 2 I', 't idx 1', 'A0']);
    expect(slugs(kernel)).toEqual([]);
  });

  const TWO = `
    machine { cpus = 1; step_ns = 1; }
    static struct task_struct *h;
    task a(policy = SCHED_FIFO, prio = 10) { yield(); }
    task b(policy = SCHED_FIFO, prio = 10) { printk("b"); }
    task best(policy = SCHED_FIFO, prio = 60) { h = current; set_current_state(TASK_UNINTERRUPTIBLE); schedule(); printk("best"); }
    irq dev(when = any) { printk("%s %08x", current->comm, preempt_count()); wake_up_process(h); }
  `;
  test('I02: one that is due while the switch keeps interrupts off comes in at step 18, with the next task; step 20 acts on what it asks', () => {
    // The switches: idle to best, best to a, a to b.
    const kernel = raiseAt(TWO, 'S-12.7 step 11', 3);
    expect(printed(kernel)).toEqual(['b 00010001', 'best', 'b']);
    const order = switches(kernel);
    expect(order.slice(2, 4)).toEqual(['CPU0: a ==> b R', 'CPU0: b ==> best R+']);
  });

  test('I03: while the mappings of the next task are put back, a handler maps above them', () => {
    const text = `${MAPPINGS}
      task a(policy = SCHED_FIFO, prio = 10) {
        char *p = kmap_local_page(pa[0]);
        char *q = kmap_local_page(pa[1]);
        yield();
        printk("%c%c %c%c", p[0], p[1], q[0], q[1]);
        kunmap_local(q);
        kunmap_local(p);
      }
      task b(policy = SCHED_FIFO, prio = 10) { yield(); }
    `;
    for (const hit of [1, 2]) {
      const kernel = raiseAt(text, 'H-7.5 step 8', hit);
      expect(printed(kernel)).toEqual(['00010001 idx 3 I', 'a idx 2', 'A0 A1']);
      expect(slugs(kernel)).toEqual([]);
    }
  });

  test('I04: an NMI comes in between steps 14 and 16: current is the task that leaves, its slots are cleared', () => {
    const text = `
      machine { cpus = 1; step_ns = 1; }
      page pg = "x";
      task a(policy = SCHED_FIFO, prio = 10) { char *p = kmap_local_page(pg); yield(); kunmap_local(p); }
      task b(policy = SCHED_FIFO, prio = 10) { }
      nmi dev(when = any) { printk("%s %08x", current->comm, preempt_count()); }
    `;
    const kernel = raiseAt(text, 'S-12.7 step 16', 2);
    expect(printed(kernel)).toEqual(['a 00110002']);
    const nmi = kernel.events.findIndex(({ type }) => type === 'nmi_entry');
    expect(kernel.events.slice(0, nmi).filter(({ type }) => type === 'clear_pte')).toHaveLength(1);
    expect(slugs(kernel)).toEqual([]);
  });
});

describe('handlers and their threads', () => {
  const WAKE = `
    machine { cpus = 1; step_ns = 1; }
    static struct task_struct *h60;
    task h(policy = SCHED_FIFO, prio = 60) { h60 = current; set_current_state(TASK_UNINTERRUPTIBLE); schedule(); }
    task f() { mdelay(2); }
    irq eth0(at = 500us) { wake_up_process(h60); }
  `;
  const STORY = /^(irq_handler|sched_waking|sched_switch)/;

  test('I05: rt: the interrupt only wakes the thread of the handler, which wakes the task', () => {
    const kernel = runProgram(WAKE, { preempt: 'rt' });
    // Lines are numbered in the order of the program: the 19 of the reference is 0 here.
    expect(typesFrom(kernel, 'irq_handler_entry', STORY).slice(0, 6)).toEqual([
      'irq_handler_entry',
      'irq_handler_exit',
      'sched_waking irq/0-eth0 49',
      'sched_switch',
      'sched_waking h 39',
      'sched_switch',
    ]);
    expect(switches(kernel, { times: true }).slice(2, 4)).toEqual([
      '0.5 CPU0: f ==> irq/0-eth0 R+',
      '0.5 CPU0: irq/0-eth0 ==> h R+',
    ]);
    const [entry] = eventsOf(kernel, 'irq_handler_entry');
    const [exit] = eventsOf(kernel, 'irq_handler_exit');
    expect(exit.step - entry.step).toBeLessThanOrEqual(2);
    expect(slugs(kernel)).toEqual([]);
  });

  test('I06: full: the handler itself wakes the task, and the switch comes at the interrupt return', () => {
    const kernel = runProgram(WAKE);
    expect(typesFrom(kernel, 'irq_handler_entry', STORY).slice(0, 4)).toEqual([
      'irq_handler_entry',
      'sched_waking h 39',
      'irq_handler_exit',
      'sched_switch',
    ]);
    expect(switches(kernel, { times: true })).toContain('0.5 CPU0: f ==> h R+');
  });

  test('the line of a thread stays masked until it is done, and what comes meanwhile is not lost', () => {
    const kernel = runProgram(
      `
      machine { cpus = 1; step_ns = 1; }
      static int n;
      task f() { mdelay(4); }
      irq slow(at = 500us, every = 200us) { n++; if (n <= 2) { printk("%d begins", n); udelay(700); printk("%d ends", n); } }
    `,
      { threadirqs: true },
    );
    expect(printed(kernel)).toEqual(['1 begins', '1 ends', '2 begins', '2 ends']);
  });

  test('threadirqs on other models: the thread keeps interrupts off, and ksoftirqd serves softirqs', () => {
    const kernel = runProgram(
      `
      machine { cpus = 1; step_ns = 1; }
      static void rx(void) { printk("softirq in %s", current->comm); }
      task f() { open_softirq(NET_RX_SOFTIRQ, rx); mdelay(3); }
      irq eth0(at = 500us) { printk("%s %08x irqs off %d", current->comm, preempt_count(), irqs_disabled()); }
      irq disk(at = 1500us, threaded = off) { printk("%s %08x", current->comm, preempt_count()); raise_softirq(NET_RX_SOFTIRQ); }
    `,
      { threadirqs: true },
    );
    expect(printed(kernel)).toEqual(['irq/0-eth0 00000200 irqs off 1', 'f 00010000', 'softirq in ksoftirqd/0']);
  });

  test('I09: a handler that comes back with interrupts on is reported', () => {
    const kernel = runProgram(`
      machine { cpus = 1; }
      task t() { mdelay(2); }
      irq eth0(at = 1ms) { local_irq_enable(); }
    `);
    expect(kernel.findings.map(({ headline }) => headline)).toEqual(['irq 0 handler eth0 enabled interrupts']);
  });

  test('I11: rt: a spinlock in a handler that is no thread', () => {
    const text = (more: string) => `
      machine { cpus = 2; step_ns = 100; preempt = rt; }
      static spinlock_t lock;
      task t(cpu = 0) { mdelay(3); }
      ${more}
      irq dev(at = 1ms, threaded = off) { spin_lock(&lock); spin_unlock(&lock); }
    `;
    const free = runProgram(text(''));
    expect(slugs(free).slice(0, 2)).toEqual(['invalid_wait_context', 'sleeping_in_atomic']);
    expect(free.findings[0].detail).toContain('context-{2:2}');
    expect(free.findings[1].detail).toContain('in_atomic(): 1, irqs_disabled(): 1');
    expect(free.findings[1].detail).toContain('preempt_count: 10000, expected: 0');
    const contended = runProgram(
      text(`
        task owner(cpu = 1) { spin_lock(&lock); mdelay(2); spin_unlock(&lock); }
        task best(policy = SCHED_FIFO, prio = 50, cpu = 1) { usleep_range(500, 500); mdelay(2); }
      `),
    );
    expect(contended.findings.map(({ headline }) => headline)).toContain('BUG: scheduling while atomic: t/100/0x00010001');
  });
});

describe('softirqs', () => {
  test('I07: raised while they are disabled: run inside local_bh_enable()', () => {
    const kernel = runProgram(`
      machine { cpus = 1; step_ns = 1; }
      static void rx(void) { printk("%08x irqs off %d", preempt_count(), irqs_disabled()); }
      task t() {
        open_softirq(NET_RX_SOFTIRQ, rx);
        local_bh_disable();
        raise_softirq(NET_RX_SOFTIRQ);
        mdelay(1);
        printk("still %08x", preempt_count());
        local_bh_enable();
        printk("after %08x", preempt_count());
      }
    `);
    expect(printed(kernel)).toEqual(['still 00000200', '00000101 irqs off 0', 'after 00000000']);
    expect(kernel.events.filter(({ type }) => type.startsWith('softirq')).map(({ type }) => type)).toEqual([
      'softirq_raise',
      'softirq_entry',
      'softirq_exit',
    ]);
  });

  test('I08: a softirq that raises itself: ten rounds, the eleventh in ksoftirqd', () => {
    const kernel = runProgram(`
      machine { cpus = 1; step_ns = 1; }
      static int rounds;
      static void again(void) { rounds++; if (rounds < 11) raise_softirq(NET_RX_SOFTIRQ); }
      task t() { open_softirq(NET_RX_SOFTIRQ, again); mdelay(3); }
      irq dev(at = 1ms) { raise_softirq(NET_RX_SOFTIRQ); }
    `);
    const entries = eventsOf(kernel, 'softirq_entry').map(({ comm }) => comm);
    expect(entries).toEqual([...new Array<string>(10).fill('t'), 'ksoftirqd/0']);
    expect(eventsOf(kernel, 'sched_wakeup').filter(({ wakee_comm }) => wakee_comm === 'ksoftirqd/0')).toHaveLength(1);
    expect(slugs(kernel)).toEqual([]);
  });

  test('I08: a long round ends them after 2 ms, and somebody who waits for the CPU ends them at once', () => {
    const text = (action: string) => `
      machine { cpus = 1; step_ns = 1; }
      static int rounds;
      static struct task_struct *h;
      static void again(void) { rounds++; ${action} if (rounds < 4) raise_softirq(NET_RX_SOFTIRQ); }
      task best(policy = SCHED_FIFO, prio = 60) { h = current; set_current_state(TASK_UNINTERRUPTIBLE); schedule(); }
      task t() { open_softirq(NET_RX_SOFTIRQ, again); mdelay(8); }
      irq dev(at = 1ms) { raise_softirq(NET_RX_SOFTIRQ); }
      irq end(at = 20ms) { wake_up_process(h); }
    `;
    const comms = (kernel: Kernel) => eventsOf(kernel, 'softirq_entry').map(({ comm }) => comm);
    expect(comms(runProgram(text('udelay(1200);')))).toEqual(['t', 't', 'ksoftirqd/0', 'ksoftirqd/0']);
    expect(comms(runProgram(text('if (rounds == 1) wake_up_process(h);')))[1]).toBe('ksoftirqd/0');
  });

  test('I10: a handler that leaves preemption disabled is reported, and the count put right', () => {
    const kernel = runProgram(`
      machine { cpus = 1; step_ns = 1; }
      static void leak(void) { preempt_disable(); }
      task t() { open_softirq(NET_RX_SOFTIRQ, leak); mdelay(2); printk("%08x", preempt_count()); }
      irq dev(at = 1ms) { raise_softirq(NET_RX_SOFTIRQ); }
    `);
    expect(kernel.findings[0].headline).toMatch(
      /^huh, entered softirq 3 NET_RX [0-9a-f]{8} with preempt_count 00000100, exited with 00000101\?$/,
    );
    expect(printed(kernel)).toEqual(['00000000']);
  });

  test('the lowest number goes first, and one that is raised by another runs in the next round', () => {
    const kernel = runProgram(`
      machine { cpus = 1; }
      static void tx(void) { printk("tx"); }
      static void rx(void) { printk("rx"); raise_softirq(NET_TX_SOFTIRQ); }
      task t() { open_softirq(NET_TX_SOFTIRQ, tx); open_softirq(NET_RX_SOFTIRQ, rx); mdelay(2); }
      irq dev(at = 1ms) { raise_softirq(NET_RX_SOFTIRQ); raise_softirq(NET_TX_SOFTIRQ); }
    `);
    expect(printed(kernel)).toEqual(['tx', 'rx', 'tx']);
  });

  test('an interrupt over a softirq sees both, and softirqs do not nest', () => {
    const kernel = runProgram(`
      machine { cpus = 1; step_ns = 1; }
      static int n;
      static void rx(void) { n++; printk("begin %d", n); if (n == 1) udelay(500); printk("end"); }
      task t() { open_softirq(NET_RX_SOFTIRQ, rx); mdelay(3); }
      irq dev(at = 1ms) { raise_softirq(NET_RX_SOFTIRQ); }
      irq other(at = 1200us) { printk("irq %08x", preempt_count()); raise_softirq(NET_RX_SOFTIRQ); }
    `);
    expect(printed(kernel)).toEqual(['begin 1', 'irq 00010100', 'end', 'begin 2', 'end']);
  });

  test('5.5: the fourth tick raises SCHED when another CPU has more to do, and the softirq fetches a task', () => {
    const text = `
      machine { cpus = 2; step_ns = 1; }
      task a(cpu = 0, cpus_allowed = 0x3) { mdelay(6); }
      task b(cpu = 0, cpus_allowed = 0x3) { mdelay(6); }
      task c(cpu = 0, cpus_allowed = 0x3) { mdelay(6); }
    `;
    const kernel = runProgram(text);
    const [entry] = eventsOf(kernel, 'softirq_entry');
    expect(entry).toMatchObject({ action: 'SCHED', comm: 'swapper/1' });
    expect(Math.round(entry.time / 10_000)).toBe(400);
    const [moved] = eventsOf(kernel, 'sched_migrate_task');
    expect(moved).toMatchObject({ orig_cpu: 0, dest_cpu: 1 });
    expect(moved.step).toBeGreaterThan(entry.step);
    const rt = eventsOf(runProgram(text, { preempt: 'rt' }), 'sched_migrate_task');
    expect(rt[0]).toMatchObject({ comm: 'ksoftirqd/1', dest_cpu: 1 });
  });

  test('rt: they run in ksoftirqd, or in the task that ends its own section', () => {
    const kernel = runProgram(`
      machine { cpus = 2; step_ns = 1; preempt = rt; }
      static void rx(void) { printk("%s %x %x md %d rcu %d", current->comm, preempt_count(), softirq_count(), current->migration_disabled, current->rcu_read_lock_nesting); }
      task t(cpu = 0) {
        open_softirq(NET_RX_SOFTIRQ, rx);
        mdelay(2);
        local_bh_disable();
        raise_softirq(NET_RX_SOFTIRQ);
        local_bh_enable();
      }
      irq dev(at = 1ms, threaded = off) { raise_softirq(NET_RX_SOFTIRQ); }
    `);
    expect(printed(kernel)).toEqual(['ksoftirqd/0 0 100 md 2 rcu 2', 't 0 100 md 2 rcu 2']);
    expect(slugs(kernel)).toEqual([]);
  });

  test('L11: rt: two sections of one CPU exclude each other, and the waiter lends its priority', () => {
    const kernel = runProgram(`
      machine { cpus = 2; step_ns = 1; preempt = rt; }
      task t10(policy = SCHED_FIFO, prio = 10, cpu = 0) { local_bh_disable(); mdelay(2); local_bh_enable(); mdelay(2); }
      task t20(policy = SCHED_FIFO, prio = 20, cpu = 0) { msleep(1); local_bh_disable(); printk("%x", softirq_count()); local_bh_enable(); }
    `);
    expect(
      eventsOf(kernel, 'sched_pi_setprio').map(({ task_comm, oldprio, newprio }) => `${task_comm} ${oldprio} ${newprio}`),
    ).toEqual(['t10 89 79', 't10 79 89']);
    expect(switches(kernel, { times: true })).toContain('1.0 CPU0: t20 ==> t10 D');
    expect(printed(kernel)).toEqual(['200']);
    expect(slugs(kernel)).toEqual([]);
  });
});

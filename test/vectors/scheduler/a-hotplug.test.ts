/** Vectors A07, A08 and the later half of M07 of the scheduler reference, and what else belongs to CPU hotplug (3.6, 11 D27). */
import { describe, expect, test } from 'vitest';
import type { Kernel } from '../../../src/kernel/kernel.ts';
import { boot, eventsOf, printed, runProgram, runToEnd, slugs, switches } from '../../support/run-program.ts';
import { runVector } from '../run.ts';

const migrations = (kernel: Kernel): string[] =>
  eventsOf(kernel, 'sched_migrate_task').map(({ task_comm, orig_cpu, dest_cpu }) => `${task_comm} ${orig_cpu}->${dest_cpu}`);
/** `2.0 CPU0 sched_cpu_wait_empty` for the end of each step, in ms. */
const steps = (kernel: Kernel): string[] =>
  eventsOf(kernel, 'cpuhp_exit').map(({ time, target_cpu, fun }) => `${(time / 1e6).toFixed(1)} CPU${target_cpu} ${fun}`);
const WHERE = 'printk("%s on CPU %d", current->comm, raw_smp_processor_id());';

describe('A07: a CPU goes down while a pinned task sleeps there', () => {
  const kernel = runProgram(`
    machine { cpus = 3; step_ns = 1; }
    task L10(policy = SCHED_FIFO, prio = 10, cpu = 0, cpus_allowed = 0x7)
    {
      migrate_disable();
      msleep(5);
      mdelay(1);
      ${WHERE}
      migrate_enable();
      mdelay(1);
      yield();
      mdelay(1);
      ${WHERE}
    }
    task admin(cpu = 2) { msleep(1); printk("offline %d", cpu_down(0)); }
  `);

  test('offlining waits until the task has woken on its CPU, run, left its section, and gone at the next switch', () => {
    expect(printed(kernel)).toEqual(['L10 on CPU 0', 'offline 0', 'L10 on CPU 1']);
    expect(migrations(kernel)).toEqual(['L10 0->1']);
    expect(steps(kernel)).toEqual(['1.0 CPU0 sched_cpu_deactivate', '7.0 CPU0 sched_cpu_wait_empty', '7.0 CPU0 takedown_cpu']);
    expect(slugs(kernel)).toEqual([]);
  });

  test('it is the stopper that moves it, after the switch that its migrate_enable() did not make', () => {
    expect(switches(kernel, { times: true }).filter((line) => line.includes('migration/0'))).toEqual([
      '7.0 CPU0: L10 ==> migration/0 R',
      '7.0 CPU0: migration/0 ==> swapper/0 S',
      '7.0 CPU0: swapper/0 ==> migration/0 R',
      '7.0 CPU0: migration/0 ==> swapper/0 S',
    ]);
  });
});

describe('A08: a CPU goes down on which an ordinary task runs', () => {
  test('the stopper moves it at the next switch, and later wake-ups avoid the CPU', () => {
    const kernel = runProgram(`
      machine { cpus = 2; step_ns = 1; }
      task sleeper(cpu = 0, cpus_allowed = 0x3) { msleep(3); ${WHERE} }
      task worker(cpu = 0, cpus_allowed = 0x3) { mdelay(4); ${WHERE} msleep(1); ${WHERE} }
      task filler(cpu = 1) { mdelay(9); }
      task admin(policy = SCHED_FIFO, prio = 1, cpu = 1) { msleep(1); printk("offline %d", cpu_down(0)); }
    `);
    expect(printed(kernel)).toEqual(['offline 0', 'sleeper on CPU 1', 'worker on CPU 1', 'worker on CPU 1']);
    expect(migrations(kernel)).toEqual(['worker 0->1', 'sleeper 0->1']);
    expect(switches(kernel)).toContain('CPU0: worker ==> migration/0 R+');
    expect(slugs(kernel)).toEqual([]);
  });

  test('a task bound to the CPU loses its affinity', () => {
    const kernel = runProgram(`
      machine { cpus = 2; }
      task bound(cpu = 0) { mdelay(5); printk("%d %x", raw_smp_processor_id(), current->cpus_mask); }
      user task process(cpu = 0) { sys_wait(); }
      SYSCALL int sys_wait(void) { msleep(3); ${WHERE} return 0; }
      task admin(cpu = 1) { msleep(1); cpu_down(0); }
    `);
    expect(printed(kernel)).toEqual(['process 101 (process) no longer affine to cpu0', 'process on CPU 1', '1 3']);
    expect(slugs(kernel)).toEqual([]);
  });

  test('a real-time task that never lets go holds offlining up: the hotplug thread is an ordinary one', () => {
    const kernel = runProgram(`
      machine { cpus = 2; step_ns = 1; }
      task busy(policy = SCHED_FIFO, prio = 1, cpu = 0, cpus_allowed = 0x3) { mdelay(6); }
      task admin(cpu = 1) { msleep(1); cpu_down(0); }
    `);
    expect(steps(kernel)[0]).toBe('6.0 CPU0 sched_cpu_deactivate');
  });
});

describe('M07: a count of pinned tasks that was lost', () => {
  const program = `
    machine { cpus = 2; debug_preempt = off; preempt = full; mapping = kmap_local; kernel = v6_18; }
    task careless(cpu = 0) { migrate_enable(); printk("%u", this_rq()->nr_pinned); }
    task admin(cpu = 1) { msleep(1); cpu_down(0); }
  `;

  test('offlining waits for ever, and the run says for what', () => {
    const kernel = runProgram(program);
    expect(printed(kernel)).toEqual(['4294967295']);
    expect(kernel.findings.map(({ slug, detail }) => [slug, detail])).toEqual([
      [
        'stuck',
        'admin waits in cpu_down(0) for nr_pinned to come to 0: it is 4294967295, but no task there is inside migrate_disable(): a count was lost',
      ],
    ]);
  });

  test('a task that ends inside its section has the same effect (highmem vector 26)', () => {
    const kernel = runProgram(`
      machine { cpus = 2; }
      page p = "p";
      task leaver(cpu = 0) { kmap_local_page(p); }
      task admin(cpu = 1) { msleep(1); cpu_down(0); }
    `);
    expect(kernel.findings.map(({ detail }) => detail).at(-1)).toContain(
      'it is 1, but no task there is inside migrate_disable()',
    );
  });
});

describe('D27: a CPU goes although somebody is left', () => {
  // One task's extra migrate_enable() takes the count of another one away, which then wakes between the wait and the end.
  const run = runVector(
    `
    machine { cpus = 2; debug_preempt = off; kernel = v6_18; }
    static struct task_struct *sleeper;
    task pinned(cpu = 0, cpus_allowed = 0x3)
    {
      sleeper = current;
      migrate_disable();
      set_current_state(TASK_UNINTERRUPTIBLE);
      schedule();
      mdelay(5);
      migrate_enable();
    }
    task careless(cpu = 0) { migrate_enable(); }
    task admin(cpu = 1) { msleep(1); printk("offline %d", cpu_down(0)); }
    irq nic(cpu = 1, when = any) { wake_up_process(sleeper); }
    schedule late { irq nic at _cpu_down "takedown"; }
  `,
    { schedule: 'late' },
  );

  test('it is reported with the tasks that are left, which then wait for the CPU', () => {
    expect(run.printed()).toEqual(['offline 0']);
    expect(run.findings()).toEqual(['dying_cpu_not_vacated']);
    expect(run.details()).toEqual(['CPU0 enqueued tasks (2 total, the stopper included): pid: 100, name: pinned; nr_pinned 0']);
  });
});

describe('what cpu_down() and cpu_up() answer', () => {
  test('the last CPU stays, a CPU that does not exist is refused, and one that is down already is no error', () => {
    const kernel = runProgram(`
      machine { cpus = 2; }
      task admin(cpu = 1, cpus_allowed = 0x3) { printk("%d %d %d %d", cpu_down(0), cpu_down(0), cpu_down(1), cpu_down(7)); }
    `);
    expect(printed(kernel)).toEqual(['0 0 -16 -22']);
  });

  test('a machine with one CPU', () => {
    expect(printed(runProgram('machine { cpus = 1; } task t() { printk("%d %d", cpu_down(0), cpu_up(0)); }'))).toEqual(['-16 0']);
  });

  test('SCHED_DEADLINE tasks that would not fit any more keep the CPU up', () => {
    const kernel = runProgram(`
      machine { cpus = 2; }
      task d(policy = SCHED_DEADLINE, runtime = 9ms, period = 10ms) { msleep(1); msleep(5); }
      task e(policy = SCHED_DEADLINE, runtime = 2ms, period = 10ms) { msleep(1); msleep(5); }
      task admin(cpu = 1) { msleep(3); printk("%d", cpu_down(0)); msleep(7); printk("%d", cpu_down(0)); }
    `);
    expect(printed(kernel)).toEqual(['-16', '0']);
  });

  test('a deadline task that is throttled on the CPU gets its next budget on another one', () => {
    const kernel = runProgram(`
      machine { cpus = 2; step_ns = 1; }
      task d(policy = SCHED_DEADLINE, runtime = 1ms, period = 10ms, cpu = 0, cpus_allowed = 0x3) { udelay(1500); ${WHERE} }
      task admin(cpu = 1) { msleep(3); printk("%d", cpu_down(0)); }
    `);
    expect(printed(kernel)).toEqual(['0', 'd on CPU 1']);
    expect(migrations(kernel)).toEqual(['d 0->1']);
    expect(slugs(kernel)).toEqual([]);
  });

  test('a CPU that came up again takes tasks, timers and stop work', () => {
    const kernel = runProgram(`
      machine { cpus = 2; step_ns = 1; }
      static int nothing(void *arg) { ${WHERE} return 0; }
      static const cpumask_t first = 0x1;
      task admin(cpu = 1, cpus_allowed = 0x3)
      {
        cpu_down(0);
        printk("%d", stop_one_cpu(0, nothing, NULL));
        msleep(2);
        cpu_up(0);
        stop_one_cpu(0, nothing, NULL);
        set_cpus_allowed_ptr(current, &first);
        ${WHERE}
        msleep(2);
        ${WHERE}
      }
    `);
    expect(printed(kernel)).toEqual(['-2', 'migration/0 on CPU 0', 'admin on CPU 0', 'admin on CPU 0']);
    const ticks = eventsOf(kernel, 'local_timer_entry').filter(({ cpu }) => cpu === 0);
    expect(new Set(ticks.map(({ time }) => Math.round(time / 1e6)))).toEqual(new Set([3, 4]));
    expect(slugs(kernel)).toEqual([]);
  });

  test('a task may take down the CPU on which it runs: it is moved away', () => {
    const kernel = runProgram(`
      machine { cpus = 2; }
      task admin(cpu = 0, cpus_allowed = 0x3) { cpu_down(0); ${WHERE} }
    `);
    expect(printed(kernel)).toEqual(['admin on CPU 1']);
    expect(slugs(kernel)).toEqual([]);
  });

  test('the sleep timers of the CPU end on another one', () => {
    const kernel = runProgram(`
      machine { cpus = 3; step_ns = 1; }
      task sleeper(cpu = 0, cpus_allowed = 0x7) { msleep(4); ${WHERE} }
      irq nic(cpu = 0, at = 5ms) { ${WHERE} }
      task admin(cpu = 2) { msleep(1); cpu_down(0); msleep(8); }
    `);
    expect(printed(kernel)).toEqual(['sleeper on CPU 1', 'admin on CPU 1'].map((line) => line.replace('admin', 'swapper/1')));
    const woken = eventsOf(kernel, 'sched_wakeup').filter(({ wakee_comm }) => wakee_comm === 'sleeper');
    expect(woken.map(({ time }) => Math.round(time / 10_000))).toEqual([400]);
    expect(slugs(kernel)).toEqual([]);
  });
});

test('it can be walked back: a run twice gives the same bytes', () => {
  const text = `
    machine { cpus = 2; }
    task t(cpu = 0, cpus_allowed = 0x3) { mdelay(3); }
    task admin(cpu = 1) { msleep(1); cpu_down(0); cpu_up(0); }
  `;
  const once = runToEnd(boot(text));
  const again = runToEnd(boot(text));
  expect(again.machine.memory.words).toEqual(once.machine.memory.words);
  expect(eventsOf(once, 'cpuhp_exit').map(({ fun }) => fun)).toEqual([
    'sched_cpu_deactivate',
    'sched_cpu_wait_empty',
    'takedown_cpu',
    'bringup_cpu',
    'sched_cpu_activate',
  ]);
});

/** The stopper threads (scheduler 2.1, 12.13). */
import { describe, expect, test } from 'vitest';
import { eventsOf, printed, runProgram, slugs, switches } from '../support/run-program.ts';

describe('stop_one_cpu()', () => {
  test('the function runs in the stopper of that CPU, ahead of the most urgent task, and the caller gets its result', () => {
    const kernel = runProgram(`
      machine { cpus = 2; step_ns = 1; }
      static int look(void *arg)
      {
        printk("%s prio %d preempt %d", current->comm, current->prio, preempt_count());
        return (int)(long)arg;
      }
      task busy(policy = SCHED_FIFO, prio = 99, cpu = 1) { mdelay(3); }
      task caller(policy = SCHED_FIFO, prio = 1, cpu = 0) { udelay(500); printk("%d", stop_one_cpu(1, look, (void *)7)); }
    `);
    expect(printed(kernel)).toEqual(['migration/1 prio 0 preempt 1', '7']);
    expect(switches(kernel, { times: true }).filter((line) => line.includes('migration'))).toEqual([
      '0.5 CPU1: busy ==> migration/1 R+',
      '0.5 CPU1: migration/1 ==> busy S',
    ]);
    expect(slugs(kernel)).toEqual([]);
  });

  test('on its own CPU the caller is preempted by the stopper', () => {
    const kernel = runProgram(`
      machine { cpus = 2; }
      static int look(void *arg) { printk("%s %d", current->comm, raw_smp_processor_id()); return 0; }
      task caller(cpu = 1) { stop_one_cpu(1, look, NULL); printk("%d", raw_smp_processor_id()); }
    `);
    expect(printed(kernel)).toEqual(['migration/1 1', '1']);
    expect(slugs(kernel)).toEqual([]);
  });

  test('pieces of work run in the order in which they were queued, once preemption is possible', () => {
    const kernel = runProgram(`
      machine { cpus = 2; }
      static struct cpu_stop_work first;
      static struct cpu_stop_work second;
      static int look(void *arg) { printk("%d on %d", (int)(long)arg, raw_smp_processor_id()); return 0; }
      task caller(cpu = 0)
      {
        preempt_disable();
        stop_one_cpu_nowait(0, look, (void *)1, &first);
        stop_one_cpu_nowait(0, look, (void *)2, &second);
        printk("queued");
        preempt_enable();
        printk("over");
      }
    `);
    expect(printed(kernel)).toEqual(['queued', '1 on 0', '2 on 0', 'over']);
    expect(eventsOf(kernel, 'sched_migrate_task')).toEqual([]);
  });

  test('a machine with one CPU has no stopper', () => {
    const kernel = runProgram(`
      machine { cpus = 1; }
      static int look(void *arg) { return 0; }
      task caller() { printk("%d", stop_one_cpu(0, look, NULL)); }
    `);
    expect(printed(kernel)).toEqual(['-2']);
    expect(kernel.kernelThreads.map(({ comm }) => comm)).toEqual(['ksoftirqd/0']);
  });
});

/** Softirqs (scheduler 5.3, 9.1): their numbers, and the threads that run what does not find its turn elsewhere. */
import type { BuiltProgram } from './build.ts';
import type { KernelThread } from './kernel-threads.ts';

/** Names as in traces, by number: the lowest goes first. */
export const SOFTIRQS = [
  { name: 'HI', doc: 'Urgent tasklets.' },
  { name: 'TIMER', doc: 'Timers of timer_setup().' },
  { name: 'NET_TX', doc: 'Packets that go out.' },
  { name: 'NET_RX', doc: 'Packets that come in.' },
  { name: 'BLOCK', doc: 'Block devices.' },
  { name: 'IRQ_POLL', doc: 'Block devices that are polled.' },
  { name: 'TASKLET', doc: 'Tasklets.' },
  { name: 'SCHED', doc: 'Balancing of run queues.' },
  { name: 'HRTIMER', doc: 'High-resolution timers that are not for hardirq context.' },
  { name: 'RCU', doc: 'RCU callbacks.' },
] as const;

export const softirqName = (nr: number): string => SOFTIRQS[nr]?.name ?? '?';

/** `kworker/N:0`, one a CPU, for programs that use them; what it does is in klab/kernel/workqueue.klab. */
export function workerThreads({ profile: { cpus }, works }: BuiltProgram): KernelThread[] {
  if (!works) return [];
  return Array.from({ length: cpus }, (_, cpu) => ({
    comm: `kworker/${cpu}:0`,
    cpu,
    facts: { policy: 0, rtPriority: 0, nice: 0, cpu, mask: 1 << cpu, bound: true },
    body: 'worker_thread',
    variable: 'kworker',
  }));
}

/** `ksoftirqd/N`, one a CPU. */
export function softirqThreads({ profile: { cpus } }: BuiltProgram): KernelThread[] {
  return Array.from({ length: cpus }, (_, cpu) => ({
    comm: `ksoftirqd/${cpu}`,
    cpu,
    facts: { policy: 0, rtPriority: 0, nice: 0, cpu, mask: 1 << cpu, bound: true },
    body: 'ksoftirqd_thread',
    variable: 'ksoftirqd',
  }));
}

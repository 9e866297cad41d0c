/**
 * An observation, not an error of the kernel (scheduler 3.8, 10): a task that is pinned waits for its CPU while another one, which it could
 * use if it were not pinned, has nothing to do. Asked at the ticks of the idle CPU, since a wait that ends within a tick is no matter.
 */
import type { Kernel } from '../kernel.ts';
import type { RqView } from '../layouts.ts';
import type { Task } from '../task.ts';
import { queued } from './queues.ts';

/** At a tick of the CPU of `rq`: the second one in a row that finds it idle while the same pinned task waits reports it. */
export function watchPinnedWaits(kernel: Kernel, cpu: number, rq: RqView): void {
  const waiting = rq.nr_running === 0 ? pinnedWaiter(kernel, rq.cpu) : undefined;
  const address = (waiting?.address ?? 0) >>> 0;
  if (rq.pinned_waiter >>> 0 !== address) {
    rq.pinned_waiter = address;
    rq.pinned_wait_ticks = 1;
    return;
  }
  if (!waiting || ++rq.pinned_wait_ticks !== 2) return;
  const { comm, view } = waiting;
  const runs = kernel.task(kernel.rq(view.cpu).curr).comm;
  kernel.report(cpu, {
    slug: 'pinned_task_waits',
    headline: `${comm} waits for CPU ${view.cpu} while CPU ${rq.cpu} idles`,
    detail: `${comm} is inside migrate_disable() (depth ${view.migration_disabled}); ${runs} runs on CPU ${view.cpu}`,
  });
}

/** The most urgent task that waits, is pinned elsewhere, and could run on `cpu` by its own mask. */
function pinnedWaiter(kernel: Kernel, cpu: number): Task | undefined {
  let best: Task | undefined;
  for (let other = 0; other < kernel.profile.cpus; other++) {
    const rq = kernel.rq(other);
    for (const name of ['dl', 'rt', 'fair'] as const) {
      for (const task of queued(kernel, rq, name)) {
        const { migration_disabled, cpus_mask, on_cpu, prio } = task.view;
        if (migration_disabled === 0 || on_cpu !== 0 || ((cpus_mask >>> cpu) & 1) === 0) continue;
        if (!best || prio < best.view.prio) best = task;
      }
    }
  }
  return best;
}

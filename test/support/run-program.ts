/** Builds, boots and runs a program in tests. */
import { Run } from '../../src/history/run.ts';
import { bootKernel } from '../../src/kernel/boot.ts';
import { buildProgram } from '../../src/kernel/build.ts';
import type { EventDetail, EventType, KernelEvent } from '../../src/kernel/events.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';

export type Settings = Record<string, string | number | boolean>;

/** A booted run; fails with the diagnostics when the program does not build. */
export function boot(text: string, settings: Settings = {}): Run<Kernel> {
  const { built, diagnostics } = buildProgram({ uri: 'test.klab', text, settings });
  if (!built) {
    const shown = diagnostics.map(({ uri, range, message, code }) => `${uri}:${range.start}: ${code} ${message}`);
    throw new Error(`the program does not build:\n${shown.slice(0, 20).join('\n')}`);
  }
  return new Run(bootKernel(built), { history: false });
}

/** Runs until nothing can happen any more; fails after `limit` steps. */
export function runToEnd(run: Run<Kernel>, limit = 2_000_000): Kernel {
  for (let i = 0; i < limit; i++) if (!run.stepDefault()) return run.kernel;
  throw new Error(`the run has not ended after ${limit} steps, at ${run.kernel.machine.now} ns`);
}

export function runProgram(text: string, settings: Settings = {}): Kernel {
  return runToEnd(boot(text, settings));
}

/** The member of `E` for events of type `T`; one member may stand for several types. */
type DetailOf<E, T> = E extends { type: infer U } ? (T extends U ? E & { type: T } : never) : never;
export type EventOf<T extends EventType> = KernelEvent & DetailOf<EventDetail, T>;

export function eventsOf<T extends EventType>(kernel: Kernel, type: T): EventOf<T>[] {
  return kernel.events.filter((event): event is EventOf<T> => event.type === type);
}

/** `0.100 CPU0: a ==> b R+`, times in ms. */
export function switches(kernel: Kernel, { times = false }: { times?: boolean } = {}): string[] {
  return eventsOf(kernel, 'sched_switch').map(({ time, cpu, prev_comm, next_comm, prev_state }) => {
    const at = times ? `${(time / 1e6).toFixed(1)} ` : '';
    return `${at}CPU${cpu}: ${prev_comm} ==> ${next_comm} ${prev_state}`;
  });
}

/** What the program printed. */
export function printed(kernel: Kernel): string[] {
  return eventsOf(kernel, 'printk').map(({ text }) => text);
}

export function slugs(kernel: Kernel): string[] {
  return kernel.findings.map(({ slug, suppressed }) => (suppressed ? `(${slug})` : slug));
}

/** Programs and made-up events for the tests of traces and metrics. */
import type { EventDetail, KernelEvent } from '../../src/kernel/events.ts';
import { recordingOf } from '../../src/session/recording.ts';
import type { Recording } from '../../src/trace/recording.ts';
import { runProgram, type Settings } from '../support/run-program.ts';

export function record(text: string, settings: Settings = {}): Recording {
  return recordingOf(runProgram(text, settings));
}

type Context = Partial<Omit<KernelEvent, 'type'>>;

/** An event of task lo on CPU 0 at 1,006 us. */
export function event(detail: EventDetail, context: Context = {}): KernelEvent {
  const base = { step: 1, time: 1_006_000, cpu: 0, pid: 100, comm: 'lo', pc: 0, common_flags: 0, common_preempt_count: 0 };
  return { ...base, ...context, ...detail };
}

export function recordingWith(events: readonly KernelEvent[], more: Partial<Recording> = {}): Recording {
  return { cpus: 2, events, tasks: [], end: events[events.length - 1]?.time ?? 0, functions: [], ...more };
}

/** A pinned task is preempted; the one above it is pushed to the other CPU when that becomes idle (scheduler vector B09). */
export const STACKING = `machine { cpus = 2; preempt = full; step_ns = 1; }
task x50(policy = SCHED_FIFO, prio = 50, cpu = 1, cpus_allowed = 0x3) { mdelay(2); }
task l10(policy = SCHED_FIFO, prio = 10, cpu = 0, cpus_allowed = 0x3)
{
	migrate_disable();
	mdelay(3);
	migrate_enable();
}
task h30(policy = SCHED_FIFO, prio = 30, cpu = 0, cpus_allowed = 0x3)
{
	msleep(1);
	mdelay(4);
}
`;

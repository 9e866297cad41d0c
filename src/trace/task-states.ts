/** What every task was doing at every moment, out of the events: running, waiting for a CPU, or blocked. */
import type { KernelEvent } from '../kernel/events.ts';
import type { Recording } from './recording.ts';

export type TaskStateName = 'running' | 'runnable' | 'blocked';

export interface TaskSpan {
  pid: number;
  comm: string;
  state: TaskStateName;
  /** CPU that runs it, or on whose queue it waits; where it last was while it is blocked. */
  cpu: number;
  /** ns; start is before end. */
  start: number;
  end: number;
}

interface Open {
  comm: string;
  state: TaskStateName;
  cpu: number;
  start: number;
}

/** Spans without length are left out; in order of their ends. */
export function taskSpans({ tasks, events, end }: Recording): TaskSpan[] {
  const spans: TaskSpan[] = [];
  const open = new Map<number, Open>();
  const close = (pid: number, at: number) => {
    const span = open.get(pid);
    open.delete(pid);
    if (span && span.start < at) spans.push({ pid, ...span, end: at });
  };
  const change = (pid: number, comm: string, state: TaskStateName | undefined, cpu: number, at: number) => {
    close(pid, at);
    if (state && pid !== 0) open.set(pid, { comm, state, cpu, start: at });
  };
  for (const { pid, comm, cpu, runnable } of tasks) change(pid, comm, runnable ? 'runnable' : 'blocked', cpu, 0);
  for (const event of events) {
    const { time, cpu } = event;
    if (event.type === 'sched_switch') {
      change(event.prev_pid, event.prev_comm, stateAfterSwitch(event.prev_state), cpu, time);
      change(event.next_pid, event.next_comm, 'running', cpu, time);
    } else if (isWakeup(event)) {
      const state = open.get(event.wakee_pid)?.state ?? 'blocked';
      if (state === 'blocked') change(event.wakee_pid, event.wakee_comm, 'runnable', event.target_cpu, time);
    } else if (event.type === 'sched_migrate_task') {
      const span = open.get(event.task_pid);
      if (span && span.state !== 'running') change(event.task_pid, event.task_comm, span.state, event.dest_cpu, time);
    }
  }
  for (const pid of [...open.keys()]) close(pid, end);
  return spans;
}

/** Undefined: it has ended. */
export function stateAfterSwitch(letters: string): TaskStateName | undefined {
  if (letters.startsWith('R')) return 'runnable';
  return letters === 'X' || letters === 'Z' ? undefined : 'blocked';
}

/** The moment at which a task is on a queue again. */
export function isWakeup(event: KernelEvent): event is KernelEvent & { type: 'sched_wakeup' | 'sched_wakeup_new' } {
  return event.type === 'sched_wakeup' || event.type === 'sched_wakeup_new';
}

/** The tasks of the machine and what each of them is doing, in words. */
import { waitText } from '../kernel/locking/locks.ts';
import type { Task } from '../kernel/task.ts';
import type { TaskInfo } from './api.ts';
import type { Debuggee } from './debuggee.ts';

const TASK_DEAD = 0x80;
const TASK_UNINTERRUPTIBLE = 0x2;

export function hasExited(task: Task): boolean {
  return task.view.exit_state !== 0 || (task.view.__state & TASK_DEAD) !== 0;
}

export function taskInfo(debuggee: Debuggee, task: Task): TaskInfo {
  const running = debuggee.cpuOf(task);
  return {
    pid: debuggee.threadOf(task),
    comm: task.comm,
    state: stateText(debuggee, task, running),
    cpu: running >= 0 ? running : task.view.cpu,
    idle: task.idle,
    dormant: task.ownThread && running < 0 && task.view.on_rq === 0 && task.view.nvcsw === 0,
    exited: running < 0 && hasExited(task),
  };
}

function stateText({ kernel }: Debuggee, task: Task, running: number): string {
  const { view } = task;
  const lock = waitText(kernel, task);
  if (running >= 0)
    return hasExited(task) ? `exiting on CPU ${running}` : `running on CPU ${running}${lock === undefined ? '' : `, ${lock}`}`;
  if (task.idle) return 'idle, not running';
  if (hasExited(task)) return 'exited';
  if (view.on_rq !== 0 || view.__state === 0) return `runnable on CPU ${view.cpu}`;
  if (lock !== undefined) return lock;
  if (view.wait_until > 0) return `sleeping until ${milliseconds(view.wait_until)}`;
  return (view.__state & TASK_UNINTERRUPTIBLE) !== 0 ? 'waiting' : 'waiting, can be interrupted';
}

/** `5.000 ms`. */
export function milliseconds(ns: number): string {
  return `${(ns / 1_000_000).toFixed(3)} ms`;
}

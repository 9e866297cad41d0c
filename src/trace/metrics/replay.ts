/** The state of the scheduler as the events tell it, and the walk through a recording on which all metrics are computed. */
import type { KernelEvent, TaskStart } from '../../kernel/events.ts';
import { handlerEntered, handlerLeft } from '../handlers.ts';
import type { Recording } from '../recording.ts';
import { isWakeup, stateAfterSwitch, type TaskStateName } from '../task-states.ts';

export interface TaskState {
  pid: number;
  comm: string;
  state: TaskStateName;
  /** CPU that runs it, or on whose queue it waits. */
  cpu: number;
  /** Priority in force: below 0 SCHED_DEADLINE, to 98 real time, from 100 on fair. */
  prio: number;
  stopper: boolean;
  /** Affinity that was asked for; pinning does not change it. */
  mask: number;
  /** Depth of migrate_disable(). */
  md: number;
  /** SCHED_DEADLINE: absolute, ns. */
  deadline: number;
  /** Has used up its budget: runnable by its state, and not allowed to run. */
  throttled: boolean;
  /** Counts up over all tasks each time that one becomes runnable: who came first. */
  order: number;
}

export interface CpuState {
  /** pid of the task that runs, 0: idle. */
  current: number;
  /** Handlers on top of one another: interrupts, softirqs, NMIs. */
  handlers: number;
  /** Not on its way down, nor down. */
  active: boolean;
  irqsOff: boolean;
  preemptOff: boolean;
}

export interface ReplayState {
  tasks: ReadonlyMap<number, TaskState>;
  cpus: readonly CpuState[];
}

/** What computes a metric. All times in ns. */
export interface Observer {
  /** `event` has just happened; `state` is that after it. */
  event?(event: KernelEvent, state: ReplayState): void;
  /** Nothing changed between these times; `from` is before `to`. */
  span?(from: number, to: number, state: ReplayState): void;
  /** The recording ends. */
  finish?(end: number, state: ReplayState): void;
}

export function replay(recording: Recording, observers: readonly Observer[]): void {
  const scheduler = new Scheduler(recording);
  let at = 0;
  const pass = (time: number) => {
    if (time <= at) return;
    for (const observer of observers) observer.span?.(at, time, scheduler);
    at = time;
  };
  for (const event of recording.events) {
    pass(event.time);
    scheduler.apply(event);
    for (const observer of observers) observer.event?.(event, scheduler);
  }
  pass(recording.end);
  for (const observer of observers) observer.finish?.(recording.end, scheduler);
}

class Scheduler implements ReplayState {
  readonly tasks = new Map<number, TaskState>();
  readonly cpus: readonly CpuState[];
  #order = 0;

  constructor({ cpus, tasks }: Recording) {
    this.cpus = Array.from({ length: cpus }, () => ({ current: 0, handlers: 0, active: true, irqsOff: false, preemptOff: true }));
    for (const task of tasks) if (!task.idle) this.tasks.set(task.pid, this.#atBoot(task));
  }

  #atBoot({ pid, comm, runnable, cpu, prio, stopper, cpus_mask }: TaskStart): TaskState {
    const state = runnable ? 'runnable' : 'blocked';
    const order = this.#order++;
    return { pid, comm, state, cpu, prio, stopper, mask: cpus_mask, md: 0, deadline: 0, throttled: false, order };
  }

  apply(event: KernelEvent): void {
    const cpu = this.cpus[event.cpu];
    if (isWakeup(event)) this.#wakeup(event);
    if (handlerEntered(event) !== undefined) cpu.handlers++;
    else if (handlerLeft(event)) cpu.handlers = Math.max(0, cpu.handlers - 1);
    switch (event.type) {
      case 'sched_switch':
        this.#switch(event, cpu);
        break;
      case 'sched_process_fork': {
        const parent = this.tasks.get(event.pid);
        const fresh = { pid: event.child_pid, comm: event.child_comm, state: 'blocked', md: 0, order: 0 } as const;
        if (parent) this.tasks.set(event.child_pid, { ...parent, ...fresh });
        break;
      }
      case 'sched_migrate_task':
        this.#change(event.task_pid, (task) => {
          if (task.state !== 'running') task.cpu = event.dest_cpu;
        });
        break;
      case 'sched_pi_setprio':
        this.#change(event.task_pid, (task) => {
          task.prio = event.newprio;
        });
        break;
      case 'set_cpus_allowed':
        this.#change(event.task_pid, (task) => {
          task.mask = event.cpus_mask;
        });
        break;
      case 'migrate_disable':
      case 'migrate_enable':
        this.#change(event.pid, (task) => {
          task.md = event.migration_disabled;
        });
        break;
      case 'dl_throttle':
        this.#change(event.task_pid, (task) => {
          task.throttled = true;
          if (task.state === 'runnable') task.state = 'blocked';
        });
        break;
      case 'dl_replenish':
        this.#change(event.task_pid, (task) => {
          if (task.throttled && task.state === 'blocked') this.#runnable(task);
          task.throttled = false;
          task.deadline = event.deadline;
        });
        break;
      case 'cpuhp_exit':
        if (event.fun === 'sched_cpu_activate') this.cpus[event.target_cpu].active = true;
        else if (event.fun === 'sched_cpu_deactivate' && event.ret === 0) this.cpus[event.target_cpu].active = false;
        break;
      case 'irq_disable':
      case 'irq_enable':
        cpu.irqsOff = event.type === 'irq_disable';
        break;
      case 'preempt_disable':
      case 'preempt_enable':
        cpu.preemptOff = event.type === 'preempt_disable';
        break;
    }
  }

  #switch(event: KernelEvent & { type: 'sched_switch' }, cpu: CpuState): void {
    this.#change(event.prev_pid, (task) => {
      const state = stateAfterSwitch(event.prev_state);
      task.prio = event.prev_prio;
      if (state === undefined) this.tasks.delete(task.pid);
      else task.state = task.throttled ? 'blocked' : state;
    });
    this.#change(event.next_pid, (task) => {
      task.state = 'running';
      task.cpu = event.cpu;
      task.prio = event.next_prio;
    });
    cpu.current = event.next_pid;
    cpu.preemptOff = (event.common_preempt_count & 15) !== 0;
  }

  #wakeup({ wakee_pid, prio, target_cpu, deadline }: KernelEvent & { type: 'sched_wakeup' | 'sched_wakeup_new' }): void {
    this.#change(wakee_pid, (task) => {
      task.prio = prio;
      task.deadline = deadline ?? task.deadline;
      if (task.state !== 'blocked') return;
      task.cpu = target_cpu;
      this.#runnable(task);
    });
  }

  #runnable(task: TaskState): void {
    task.state = 'runnable';
    task.order = this.#order++;
  }

  /** Idle tasks and tasks that have ended have no state. */
  #change(pid: number, change: (task: TaskState) => void): void {
    const task = this.tasks.get(pid);
    if (task) change(task);
  }
}

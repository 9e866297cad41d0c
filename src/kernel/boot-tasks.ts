/** Tasks at boot: idle tasks and the program's, with their stacks and first frames. */

import type { CheckedTask } from '../lang/checked-program.ts';
import { FUNCTION_BASE } from '../machine/bytecode.ts';
import { firstFrame } from '../machine/frames.ts';
import { writeString } from '../machine/layout.ts';
import type { Machine } from '../machine/machine.ts';
import { bitCount } from '../util/bits.ts';
import type { BuiltProgram } from './build.ts';
import { functionIndex } from './function-index.ts';
import { TASK_COMM_LEN } from './layouts/task.ts';
import { STACK_RESERVE, THREAD_SIZE } from './memory-map.ts';
import { POLICIES, SCHED_FIFO, SCHED_RR } from './policies.ts';
import { countsPreemption } from './resolve-profile.ts';
import { rrTicks } from './sched/classes/rt.ts';
import { weightOfNice } from './sched/fair.ts';
import type { Task } from './task.ts';
import { PF_KTHREAD, PF_NO_SETAFFINITY } from './task-flags.ts';

export const FIRST_PID = 100;
const DEADLINE_PRIO = -1;
const DEFAULT_RT_PRIO = 10;
const NICE_0_PRIO = 120;

/** What a SCHED_DEADLINE task asks for, ns. */
export interface DeadlineFacts {
  runtime: number;
  deadline: number;
  period: number;
}

/** What a declaration says about a task, worked out. */
export interface TaskFacts {
  policy: number;
  /** 1-99, 0 for fair tasks. */
  rtPriority: number;
  nice: number;
  /** Fair class: the slice that it asks for, ns; absent: the one that all have. */
  slice?: number;
  /** SCHED_DEADLINE: its share of the CPU. */
  deadline?: DeadlineFacts;
  /** CPU on which it starts; undefined: boot spreads such tasks. */
  cpu: number | undefined;
  /** One bit per CPU that it may use. */
  mask: number;
  /** Bound to one CPU for good: a per-CPU thread, if it is a kernel thread. */
  bound: boolean;
}

/**
 * `cpu = N` starts the task on CPU N and binds it there; with `cpus_allowed = MASK` it only starts there. A CPU that the machine
 * does not have counts as its last one, so that a program also runs on a smaller machine.
 */
export function taskFacts({ settings }: CheckedTask, cpus: number): TaskFacts {
  const number = (name: string): number | undefined => {
    const value = settings.get(name);
    return typeof value === 'number' ? value : undefined;
  };
  const named = settings.get('policy');
  const rt = number('prio');
  const policy = typeof named === 'string' ? (POLICIES[named] ?? 0) : (named ?? (rt === undefined ? 0 : 1));
  const slice = number('slice');
  const runtime = number('runtime');
  const deadline = number('deadline') ?? number('period');
  const all = (1 << cpus) - 1;
  const wanted = number('cpu');
  const cpu = wanted === undefined ? undefined : Math.min(wanted, cpus - 1);
  const allowed = number('cpus_allowed');
  const mask = allowed === undefined ? (cpu === undefined ? all : 1 << cpu) : allowed & all || all;
  return {
    policy,
    rtPriority: policy === SCHED_FIFO || policy === SCHED_RR ? (rt ?? DEFAULT_RT_PRIO) : 0,
    nice: number('nice') ?? 0,
    ...(slice !== undefined && { slice }),
    ...(runtime !== undefined &&
      deadline !== undefined && { deadline: { runtime, deadline, period: number('period') ?? deadline } }),
    cpu,
    mask,
    bound: cpu !== undefined && allowed === undefined,
  };
}

interface NewTask {
  index: number;
  pid: number;
  comm: string;
  idle: boolean;
  ownThread?: true;
  user: boolean;
  cpu: number;
  facts: TaskFacts;
  /** First function, by name. */
  first: string;
  /** Body of the task: function index. */
  body: number;
  preemptCount: number;
}

export function makeTask(machine: Machine, built: BuiltProgram, fresh: NewTask): Task {
  const { index, pid, comm, idle, ownThread = false, user, cpu, facts } = fresh;
  const offset = machine.offsetIn('task_struct', index);
  const address = machine.addressOf(offset);
  const stack = machine.addressOf(machine.offsetIn('stack', index));
  const stackTop = (stack + THREAD_SIZE) | 0;
  const view = built.layouts.task_struct.view(machine.memory, offset);
  const { pc, fp } = firstFrame(machine, stackTop, functionIndex(built, fresh.first));
  view.thread_info.preempt_count = fresh.preemptCount;
  view.stack = stack;
  view.cpu = cpu;
  view.wake_cpu = cpu;
  view.static_prio = NICE_0_PRIO + facts.nice;
  view.prio = facts.deadline ? DEADLINE_PRIO : facts.rtPriority > 0 ? 99 - facts.rtPriority : NICE_0_PRIO + facts.nice;
  view.normal_prio = view.prio;
  view.rt_priority = facts.rtPriority;
  view.policy = facts.policy;
  view.se.weight = weightOfNice(facts.nice);
  if (facts.slice !== undefined) {
    view.se.slice = facts.slice;
    view.se.custom_slice = 1;
  }
  if (facts.deadline) {
    view.dl.dl_runtime = facts.deadline.runtime;
    view.dl.dl_deadline = facts.deadline.deadline;
    view.dl.dl_period = facts.deadline.period;
  }
  view.rt.time_slice = rrTicks(built.profile.tick_ns);
  view.cpus_ptr = address + built.layouts.task_struct.field('cpus_mask').offset;
  view.cpus_mask = facts.mask;
  view.nr_cpus_allowed = bitCount(facts.mask);
  view.pid = pid;
  view.flags = user ? 0 : PF_KTHREAD | (facts.bound ? PF_NO_SETAFFINITY : 0);
  view.thread.pc = pc;
  view.thread.fp = fp;
  view.entry = fresh.body < 0 ? 0 : FUNCTION_BASE + fresh.body * 16;
  writeString(machine.memory, offset + built.layouts.task_struct.field('comm').offset, TASK_COMM_LEN, comm);
  const name = comm.slice(0, TASK_COMM_LEN - 1);
  return { index, pid, comm: name, idle, ownThread, user, address, stackLow: (stack + STACK_RESERVE) | 0, stackTop, view };
}

export function idleTask(machine: Machine, built: BuiltProgram, cpu: number): Task {
  const task = makeTask(machine, built, {
    index: cpu,
    pid: 0,
    comm: `swapper/${cpu}`,
    idle: true,
    user: false,
    cpu,
    facts: { policy: 0, rtPriority: 0, nice: 0, cpu, mask: 1 << cpu, bound: true },
    first: 'cpu_startup_entry',
    body: -1,
    preemptCount: countsPreemption(built.profile) ? 1 : 0,
  });
  task.view.on_cpu = 1;
  return task;
}

/**
 * The program's tasks, pids from 100 up; those without a CPU go where the fewest are so far.
 * @param first index of the first one, behind idle tasks and kernel threads.
 */
export function programTasks(machine: Machine, built: BuiltProgram, first: number): Task[] {
  const { cpus } = built.profile;
  const load = new Array<number>(cpus).fill(0);
  const unit = countsPreemption(built.profile) ? 1 : 0;
  const unlocked = built.environment.enabledOptions.has('CONFIG_INTERRUPTS_ON_CTXSW');
  return built.program.tasks.map((declared, number) => {
    const facts = taskFacts(declared, cpus);
    const cpu = facts.cpu ?? leastLoaded(load, facts.mask);
    load[cpu]++;
    return makeTask(machine, built, {
      index: first + number,
      pid: FIRST_PID + number,
      comm: declared.declaration.name,
      idle: false,
      user: declared.declaration.user,
      cpu,
      facts,
      first: 'ret_from_fork',
      body: functionIndex(built, declared.declaration.name),
      // Every switch happens with preemption disabled once, and once more by the run-queue lock as long as it is held.
      preemptCount: unlocked ? unit : 2 * unit,
    });
  });
}

function leastLoaded(load: readonly number[], mask: number): number {
  let best = -1;
  load.forEach((count, cpu) => {
    if ((mask >>> cpu) & 1 && (best < 0 || count < load[best])) best = cpu;
  });
  return best;
}

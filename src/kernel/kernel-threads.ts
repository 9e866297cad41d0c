/**
 * The kernel's own threads. They are made at boot and asleep: one that nobody wakes never runs. Whoever needs one adds a family here; its
 * body is a function of the kernel sources that sleeps in TASK_INTERRUPTIBLE when it has nothing to do.
 */
import type { Machine } from '../machine/machine.ts';
import { assert } from '../util/assert.ts';
import { makeTask, type TaskFacts } from './boot-tasks.ts';
import type { BuiltProgram } from './build.ts';
import { functionIndex } from './function-index.ts';
import { irqThreads } from './irq-threads.ts';
import { countsPreemption } from './resolve-profile.ts';
import { hotplugThreads } from './sched/hotplug-threads.ts';
import { stopperThreads } from './sched/stopper.ts';
import { softirqThreads, workerThreads } from './softirqs.ts';
import type { Task } from './task.ts';

/** Pids of kernel threads count up from here and stay below those of the program's tasks. */
const FIRST_KERNEL_PID = 10;
const TASK_INTERRUPTIBLE = 1;

export interface KernelThread {
  /** As `ps` shows it, such as `migration/0`. */
  comm: string;
  cpu: number;
  facts: TaskFacts;
  /** A thread of the stop class. */
  stopper?: true;
  /** Function of the kernel sources, without parameters; never returns. */
  body: string;
  /** Per-CPU pointer of the kernel sources by which they find it. */
  variable?: string;
  /** What its body finds in current->entry_arg. */
  argument?: number;
}

/** The threads of one kind that a machine has, lowest CPU first. */
export type KernelThreadFamily = (built: BuiltProgram) => readonly KernelThread[];

const families: readonly KernelThreadFamily[] = [stopperThreads, softirqThreads, irqThreads, workerThreads, hotplugThreads];

export function kernelThreads(built: BuiltProgram): KernelThread[] {
  return families.flatMap((family) => family(built));
}

/** @param first index of the first one, behind the idle tasks. */
export function makeKernelThreads(machine: Machine, built: BuiltProgram, first: number): Task[] {
  const unit = countsPreemption(built.profile) ? 1 : 0;
  const unlocked = built.environment.enabledOptions.has('CONFIG_INTERRUPTS_ON_CTXSW');
  return kernelThreads(built).map(({ comm, cpu, facts, stopper, body, variable, argument = 0 }, number) => {
    const task = makeTask(machine, built, {
      index: first + number,
      pid: FIRST_KERNEL_PID + number,
      comm,
      idle: false,
      ownThread: true,
      user: false,
      cpu,
      facts,
      first: 'ret_from_fork',
      body: functionIndex(built, body),
      preemptCount: unlocked ? unit : 2 * unit,
    });
    task.view.__state = TASK_INTERRUPTIBLE;
    task.view.is_stopper = Number(stopper ?? false);
    task.view.entry_arg = argument;
    if (variable !== undefined) setPerCpu(machine, built, variable, cpu, task.address);
    return task;
  });
}

function setPerCpu(machine: Machine, built: BuiltProgram, name: string, cpu: number, value: number): void {
  const variable = built.image.variables.find((one) => one.name === name);
  assert(variable, `the kernel sources define no variable ${name}`);
  machine.memory.write((machine.offsetOf(machine.perCpuBase(cpu)) + variable.offset) >>> 2, value);
}

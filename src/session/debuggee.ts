/** What is being debugged: the built program, its kernel, the run through its history, and the maps between code and text. */
import type { Run } from '../history/run.ts';
import type { BuiltProgram } from '../kernel/build.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Task } from '../kernel/task.ts';
import type { Machine } from '../machine/machine.ts';
import { CodeMap } from './code-map.ts';
import { Walk } from './walk.ts';

/**
 * Threads are named by pid, but all idle tasks have pid 0: the idle task of CPU n is thread `IDLE_THREADS + n`.
 * Everywhere in the session's API a `pid` argument is such a thread number.
 */
export const IDLE_THREADS = 1_000_000;

export class Debuggee {
  readonly built: BuiltProgram;
  readonly kernel: Kernel;
  readonly machine: Machine;
  readonly code: CodeMap;
  readonly walk: Walk;
  /** Index of the program's own text among the sources. */
  readonly programSource: number;

  constructor(run: Run<Kernel>, programUri: string) {
    const { built } = run.kernel;
    this.built = built;
    this.kernel = run.kernel;
    this.machine = run.kernel.machine;
    this.programSource = built.debug.sources.findIndex((source) => source.uri === programUri);
    this.code = new CodeMap(built.debug, built.image.code.length, this.programSource);
    this.walk = new Walk(run);
  }

  threadOf(task: Task): number {
    return task.idle ? IDLE_THREADS + task.index : task.pid;
  }

  taskOfThread(thread: number): Task | undefined {
    if (thread >= IDLE_THREADS) return this.kernel.tasks.find((task) => task.idle && this.threadOf(task) === thread);
    return this.kernel.tasks.find((task) => !task.idle && task.pid === thread);
  }

  /** The CPU that runs `task` right now, or -1. */
  cpuOf(task: Task): number {
    const { machine } = this;
    for (let cpu = 0; cpu < machine.cpuCount; cpu++) if (machine.current(cpu) === task.address) return cpu;
    return -1;
  }

  /** Where `task` is: the registers of its CPU, or what was saved when it was switched out. */
  position(task: Task): { pc: number; fp: number } {
    const cpu = this.cpuOf(task);
    if (cpu < 0) return { pc: task.view.thread.pc, fp: task.view.thread.fp | 0 };
    return { pc: this.machine.pc(cpu), fp: this.machine.cpus[cpu].fp | 0 };
  }
}

/** A task of the reserve: everything that can be said of it lies in memory, since it only exists once a fork has made it. */
import type { Machine } from '../machine/machine.ts';
import { TASK_COMM_LEN } from './layouts/task.ts';
import type { KernelLayouts } from './layouts.ts';
import { STACK_RESERVE, THREAD_SIZE } from './memory-map.ts';
import type { Task } from './task.ts';

class ForkedTask implements Task {
  readonly index: number;
  readonly idle = false;
  readonly ownThread = false;
  readonly user = false;
  readonly address: number;
  readonly stackLow: number;
  readonly stackTop: number;
  readonly view: Task['view'];
  readonly #machine: Machine;
  /** Offset of `comm` in flat memory. */
  readonly #comm: number;

  constructor(machine: Machine, layouts: KernelLayouts, index: number) {
    const offset = machine.offsetIn('task_struct', index);
    const stack = machine.addressOf(machine.offsetIn('stack', index));
    this.#machine = machine;
    this.#comm = offset + layouts.task_struct.field('comm').offset;
    this.index = index;
    this.address = machine.addressOf(offset);
    this.stackLow = (stack + STACK_RESERVE) | 0;
    this.stackTop = (stack + THREAD_SIZE) | 0;
    this.view = layouts.task_struct.view(machine.memory, offset);
  }

  get pid(): number {
    return this.view.pid;
  }

  get comm(): string {
    const { bytes } = this.#machine.memory;
    let name = '';
    for (let i = 0; i < TASK_COMM_LEN - 1 && bytes[this.#comm + i] !== 0; i++) name += String.fromCharCode(bytes[this.#comm + i]);
    return name;
  }
}

/** @param first index of the first one, behind all tasks of boot. */
export function reservedTasks(machine: Machine, layouts: KernelLayouts, first: number, count: number): Task[] {
  return Array.from({ length: count }, (_, i) => new ForkedTask(machine, layouts, first + i));
}

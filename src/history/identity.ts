/**
 * The identity of a state: two states with the same identity have the same futures. It leaves out what no decision reads (ghost
 * fields), counts points in time relative to now, and does not look at what is dead: stacks below the frame of their task. Made when
 * asked for; components of memory that did not change are not read again.
 */
import type { Kernel } from '../kernel/kernel.ts';
import type { Machine } from '../machine/machine.ts';
import { COMPONENT_SHIFT, COMPONENT_WORDS } from '../machine/memory.ts';
import { Projection } from './projection.ts';

/** A stack: whole components of memory, its words from `first` up to `end`, of which those from `live` on count. */
export interface LiveStack {
  first: number;
  live: number;
  end: number;
}

export class Identity {
  readonly projection: Projection;
  readonly #machine: Machine;
  readonly #stacks: () => LiveStack[];
  readonly #laneA: Int32Array;
  readonly #laneB: Int32Array;
  readonly #hashedAt: Int32Array;
  /** 1: a component of a stack; what counts in it depends on where the task is. */
  readonly #isStack: Uint8Array;

  constructor(machine: Machine, projection: Projection, stacks: () => LiveStack[]) {
    this.#machine = machine;
    this.projection = projection;
    this.#stacks = stacks;
    const { componentCount } = machine.memory;
    this.#laneA = new Int32Array(componentCount);
    this.#laneB = new Int32Array(componentCount);
    this.#hashedAt = new Int32Array(componentCount);
    this.#isStack = new Uint8Array(componentCount);
    for (const { first, end } of stacks()) this.#isStack.fill(1, first >>> COMPONENT_SHIFT, end >>> COMPONENT_SHIFT);
  }

  /** 16 hex digits. Only between steps, and only while the machine records. */
  get value(): string {
    const { memory } = this.#machine;
    let a = 0;
    let b = 0;
    for (let c = 0; c < memory.componentCount; c++) {
      if (this.#isStack[c] === 1) continue;
      if (this.#hashedAt[c] !== memory.changedAt[c]) this.#hash(c);
      a = (a + this.#laneA[c]) | 0;
      b = (b + this.#laneB[c]) | 0;
    }
    const rest = new Lanes();
    for (const { live, end } of this.#stacks()) for (let w = live; w < end; w++) rest.add(w, memory.words[w]);
    for (const word of this.projection.relative) {
      const time = this.projection.relativeTime(word);
      rest.add(word, Number.isFinite(time) ? time | 0 : time < 0 ? 1 : 2);
      rest.add(word + 1, Number.isFinite(time) ? Math.floor(time / 0x1_0000_0000) | 0 : 3);
    }
    return digits((a + rest.a) | 0) + digits((b + rest.b) | 0);
  }

  #hash(component: number): void {
    const { words, changedAt } = this.#machine.memory;
    const { mask } = this.projection;
    const lanes = new Lanes();
    const first = component << COMPONENT_SHIFT;
    for (let w = first; w < first + COMPONENT_WORDS; w++) lanes.add(w, words[w] & mask[w]);
    this.#laneA[component] = lanes.a;
    this.#laneB[component] = lanes.b;
    this.#hashedAt[component] = changedAt[component];
  }
}

/** Two sums over (word, value) that do not depend on the order; 0 adds nothing. */
class Lanes {
  a = 0;
  b = 0;

  add(word: number, value: number): void {
    if (value === 0) return;
    let a = Math.imul(value ^ Math.imul(word + 1, 0x9e3779b1), 0x85ebca6b);
    a ^= a >>> 15;
    this.a = (this.a + Math.imul(a, 0x2c1b3c6d)) | 0;
    let b = Math.imul(value + Math.imul(word + 1, 0x27d4eb2f), 0xc2b2ae35);
    b ^= b >>> 13;
    this.b = (this.b + Math.imul(b, 0x165667b1)) | 0;
  }
}

const digits = (lane: number): string => (lane >>> 0).toString(16).padStart(8, '0');

/** The identity of the states of a kernel. */
export function kernelIdentity(kernel: Kernel): Identity {
  const { machine } = kernel;
  const toWord = (address: number): number => machine.offsetOf(address) >>> 2;
  const stacks = (): LiveStack[] =>
    kernel.possibleTasks.map((task) => {
      const first = toWord(task.stackLow);
      const end = first + ((task.stackTop - task.stackLow) >>> 2);
      const cpu = machine.cpus.findIndex((_, each) => machine.current(each) === task.address);
      const unborn = task.index >= kernel.tasks.length;
      const gone = unborn || (cpu < 0 && task.view.exit_state !== 0);
      const fp = cpu < 0 ? task.view.thread.fp : machine.cpus[cpu].fp;
      return { first, live: gone ? end : toWord(fp), end };
    });
  return new Identity(machine, new Projection(machine, kernel.built.debug), stacks);
}

/**
 * What each task believes of the slots: the page it mapped at each slot address and has not unmapped, or mapped there last.
 * Kept by address, because that is what a program holds in its pointers. It lies in hardware-area memory, so that stepping back and
 * state hashes include it. Written when a map or unmap call is done, read at every access through a slot.
 */
import type { Machine } from '../../machine/machine.ts';
import type { RegionRequest } from '../../machine/memory-plan.ts';

const REGION = 'shadow:mappings';

/** A belief is a word: the page frame in bits 12-31, these flags, and the last rule reported about it in bits 4-7. */
const LIVE = 1;
const RELEASED = 2;
const REPORTED_SHIFT = 4;
const REPORTED_MASK = 0xf0;

/** @param slots slots of all CPUs together. */
export function shadowRegion(tasks: number, slots: number): RegionRequest {
  return { name: REGION, area: 'hardware', size: slots * 4, count: tasks, owner: 'task' };
}

export const isLive = (belief: number): boolean => (belief & LIVE) !== 0;
export const isReleased = (belief: number): boolean => (belief & RELEASED) !== 0;
export const pfnOf = (word: number): number => word >>> 12;

export class MappingShadow {
  readonly slots: number;
  readonly tasks: number;
  readonly #machine: Machine;
  readonly #first: number;
  readonly #stride: number;

  constructor(machine: Machine) {
    const region = machine.plan.region(REGION);
    this.#machine = machine;
    this.#first = region.offset >>> 2;
    this.#stride = region.stride >>> 2;
    this.slots = region.size >>> 2;
    this.tasks = region.count;
  }

  /** What task `task` believes of global slot `slot`; 0: it never mapped anything there. */
  belief(task: number, slot: number): number {
    return this.#machine.memory.words[this.#word(task, slot)];
  }

  /** Mappings that task `task` has made and not unmapped. */
  liveCount(task: number): number {
    let count = 0;
    for (let slot = 0; slot < this.slots; slot++) if (isLive(this.belief(task, slot))) count++;
    return count;
  }

  mapped(task: number, slot: number, pfn: number): void {
    this.#write(task, slot, (pfn << 12) | LIVE);
  }

  /** The page that was mapped there; undefined when the task had nothing there. */
  unmapped(task: number, slot: number): number | undefined {
    const belief = this.belief(task, slot);
    if (!isLive(belief)) return undefined;
    this.#write(task, slot, (pfnOf(belief) << 12) | RELEASED);
    return pfnOf(belief);
  }

  /** Notes that rule number `rule` (1 to 15) was reported; false when it was the last one reported already. */
  firstReport(task: number, slot: number, rule: number): boolean {
    const belief = this.belief(task, slot);
    if ((belief & REPORTED_MASK) >>> REPORTED_SHIFT === rule) return false;
    this.#write(task, slot, (belief & ~REPORTED_MASK) | (rule << REPORTED_SHIFT));
    return true;
  }

  #word(task: number, slot: number): number {
    return this.#first + task * this.#stride + slot;
  }

  #write(task: number, slot: number, value: number): void {
    this.#machine.memory.write(this.#word(task, slot), value);
  }
}

/**
 * Running off a page: a task that walks up to the very end of a mapped page and goes on reads the slot above. One access that
 * lands there proves nothing, as the neighbour may be the task's own mapping; a walk of at least two accesses that
 * touch each other and cross the border does.
 */
import type { Machine } from '../../machine/machine.ts';
import { PAGE_SIZE, type RegionRequest } from '../../machine/memory-plan.ts';

const REGION = 'shadow:edge';
/** How near to the end of a page an access must be to be remembered, in bytes. */
const NEAR = 8;
/** Accesses in a row that make a walk. */
const WALK = 2;

export function edgeRegion(tasks: number): RegionRequest {
  return { name: REGION, area: 'hardware', size: 8, count: tasks, owner: 'task' };
}

/** Per task two words: the address behind its last access near the end of a page, and how many led up to it without a gap. */
export class PageEdge {
  readonly #machine: Machine;
  readonly #first: number;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#first = machine.plan.region(REGION).offset >>> 2;
  }

  /** Whether the access at `address` has nothing to do with the border between two pages. */
  static isInside(address: number): boolean {
    const offset = address & (PAGE_SIZE - 1);
    return offset !== 0 && offset < PAGE_SIZE - NEAR;
  }

  /** Takes in an access of task `task` near a border; true when it has just walked over one. */
  walkedOver(task: number, address: number, size: number): boolean {
    const { words } = this.#machine.memory;
    const at = this.#first + task * 2;
    const joined = words[at] === address;
    if ((address & (PAGE_SIZE - 1)) === 0) return joined && words[at + 1] >= WALK;
    this.#machine.memory.write(at + 1, joined ? words[at + 1] + 1 : 1);
    this.#machine.memory.write(at, (address + size) | 0);
    return false;
  }
}

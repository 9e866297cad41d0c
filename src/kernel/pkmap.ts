/**
 * The persistent mappings (reference/highmem.md section 8) as TypeScript sees them: looks into the variables of `pkmap.klab`. Used by the
 * sanitizers, by the sentence about tasks that wait, and by the views. Changes nothing.
 */
import type { AddressLayout } from '../machine/address-layout.ts';
import { PAGE_SHIFT } from '../machine/memory-plan.ts';
import type { Kernel } from './kernel.ts';
import type { Task } from './task.ts';

const VARIABLES = {
  count: 'pkmap_count',
  lastNr: 'last_pkmap_nr',
  waiters: 'pkmap_map_wait',
  lastNrs: 'last_pkmap_nr_arr',
  waitersByColour: 'pkmap_map_wait_arr',
} as const;

export class Pkmap {
  /** LAST_PKMAP. */
  readonly size: number;
  readonly #kernel: Kernel;
  readonly #base: number;
  readonly #words: Readonly<Record<keyof typeof VARIABLES, number>>;
  readonly #colours: number;

  constructor(kernel: Kernel, layout: AddressLayout) {
    this.#kernel = kernel;
    this.#base = layout.PKMAP_BASE | 0;
    this.size = layout.LAST_PKMAP;
    const data = kernel.machine.plan.region('data').offset;
    const word = (name: string) => (data + kernel.variableOffset(name)) >>> 2;
    this.#colours = layout.colours;
    this.#words = {
      count: word(VARIABLES.count),
      lastNr: word(VARIABLES.lastNr),
      waiters: word(VARIABLES.waiters),
      lastNrs: word(VARIABLES.lastNrs),
      waitersByColour: word(VARIABLES.waitersByColour),
    };
  }

  /** Slot of an address of the window, -1 for any other address. */
  slotOf(address: number): number {
    const slot = ((address | 0) - this.#base) >>> PAGE_SHIFT;
    return slot < this.size ? slot : -1;
  }

  /** Address of a slot, unsigned. */
  addressOf(slot: number): number {
    return (this.#base + (slot << PAGE_SHIFT)) >>> 0;
  }

  /** 0: free; 1: no users, still mapped; n: n - 1 users. */
  count(slot: number): number {
    return this.#kernel.machine.memory.words[this.#words.count + slot];
  }

  /** Slot that the last search looked at, one for each cache colour. */
  lastNrs(): number[] {
    const { words } = this.#kernel.machine.memory;
    if (this.#colours === 1) return [words[this.#words.lastNr]];
    return Array.from({ length: this.#colours }, (_, colour) => words[this.#words.lastNrs + colour] + colour);
  }

  /** Tasks that sleep because all slots have users, in order of arrival. */
  waiters(): Task[] {
    const { size } = this.#kernel.layouts.wait_queue_head;
    if (this.#colours === 1) return this.#waitersAt(this.#words.waiters << 2);
    const heads = Array.from({ length: this.#colours }, (_, colour) => (this.#words.waitersByColour << 2) + colour * size);
    return heads.flatMap((head) => this.#waitersAt(head));
  }

  #waitersAt(offset: number): Task[] {
    const { machine, layouts } = this.#kernel;
    const { memory } = machine;
    const head = layouts.wait_queue_head.view(memory, offset);
    const found: Task[] = [];
    // The list is emulated memory, so it may be damaged: every task is taken once at most.
    for (let at = head.head; at !== 0 && machine.isKernelAddress(at); ) {
      const entry = layouts.wait_queue_entry.view(memory, machine.offsetOf(at));
      const task = this.#kernel.taskAt(entry.private);
      if (!task || found.includes(task)) break;
      found.push(task);
      at = entry.next;
    }
    return found;
  }
}

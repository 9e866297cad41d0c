/**
 * The sanitizers: what the emulator sees and the kernel does not. They watch every access through a mapping window, every
 * completed map and unmap, and the moments at which a context ends. They only look; a broken rule is a finding.
 */
import type { Machine } from '../../machine/machine.ts';
import { PAGE_SHIFT, PAGE_SIZE, type RegionRequest } from '../../machine/memory-plan.ts';
import type { EventDetail } from '../events.ts';
import type { Kernel } from '../kernel.ts';
import type { MappingFacts } from '../mapping-facts.ts';
import { actor, slotName, verb } from './describe.ts';
import { edgeRegion, PageEdge } from './edge.ts';
import { LeakCheck, leakRegion } from './leaks.ts';
import { PersistentCheck, persistentRegion } from './persistent.ts';
import { MappingShadow, shadowRegion } from './shadow.ts';
import { isClean, judge } from './window-access.ts';

/** Memory that the sanitizers need; part of the plan. */
export function sanitizerRegions(facts: MappingFacts, cpus: number, tasks: number): RegionRequest[] {
  const persistent = persistentRegion(facts.layout.LAST_PKMAP);
  return [shadowRegion(tasks, facts.slotsPerCpu * cpus), edgeRegion(tasks), leakRegion(cpus), persistent];
}

export class Sanitizers {
  readonly #kernel: Kernel;
  readonly #machine: Machine;
  readonly #facts: MappingFacts;
  readonly #shadow: MappingShadow;
  readonly #edge: PageEdge;
  readonly #leaks: LeakCheck;
  readonly #persistent: PersistentCheck;
  /** Page address of slot 0 of CPU 0. */
  readonly #firstSlot: number;
  /** Word of the PTE of slot 0 of CPU 0; the table goes up with the address, so slot n is n words below, where slots descend. */
  readonly #firstPte: number;
  /** Words from the table of one CPU to that of the next; 0: they share one. */
  readonly #tableStride: number;
  /** 1: slots descend, -1: they ascend (old ARM). */
  readonly #direction: 1 | -1;
  /** Words of one entry. */
  readonly #entryWords: number;
  /** Addresses of one slot as a power of two: one for each cache colour. */
  readonly #colourShift: number;
  readonly #firstTask: number;
  readonly #taskStride: number;

  constructor(kernel: Kernel, facts: MappingFacts) {
    this.#kernel = kernel;
    this.#facts = facts;
    this.#shadow = new MappingShadow(kernel.machine);
    this.#edge = new PageEdge(kernel.machine);
    this.#leaks = new LeakCheck(kernel, facts, this.#shadow);
    this.#persistent = new PersistentCheck(kernel);
    this.#machine = kernel.machine;
    this.#firstSlot = facts.firstSlotAddress;
    this.#direction = facts.layout.direction;
    const { mmu } = kernel.machine;
    this.#firstPte = mmu.pteWord(facts.firstSlotAddress);
    this.#colourShift = Math.log2(facts.layout.colours);
    this.#entryWords = facts.pae ? 2 : 1;
    this.#tableStride = mmu.pteWord(facts.firstSlotAddress, 1) - this.#firstPte;
    const structs = kernel.machine.plan.region('task_struct');
    this.#firstTask = kernel.machine.addressOf(structs.offset);
    this.#taskStride = structs.stride;
  }

  /** A map call has put page `pfn` at `address`. */
  mapped(cpu: number, address: number, pfn: number): void {
    const slot = this.#slotOf(address);
    if (this.#isSlot(slot)) this.#shadow.mapped(this.#kernel.currentTask(cpu).index, slot, pfn);
  }

  /** A switch has put page `pfn` back at `address`. That is a mapping of task number `task` again, if it has mapped at that address. */
  restored(task: number, address: number, pfn: number): void {
    const slot = this.#slotOf(address);
    if (this.#isSlot(slot) && this.#shadow.belief(task, slot) !== 0) this.#shadow.mapped(task, slot, pfn);
  }

  /** An unmap call for `address` is done, whatever it has really cleared. The page that its task had mapped there, if any. */
  unmapped(cpu: number, address: number): number | undefined {
    const slot = this.#slotOf(address);
    return this.#isSlot(slot) ? this.#shadow.unmapped(this.#kernel.currentTask(cpu).index, slot) : undefined;
  }

  /** kmap() has given out slot `slot` of the persistent window. */
  persistentlyMapped(slot: number): void {
    this.#persistent.mapped(slot);
  }

  /** The unmap call of the temporary mappings was given `address`, whatever lies there. */
  temporaryUnmapOf(cpu: number, address: number): void {
    this.#persistent.temporaryUnmapOf(cpu, address);
  }

  /** Hook of the machine: an access of at most one page, translated and about to happen. */
  windowAccess(cpu: number, address: number, size: number, write: boolean, stale: boolean): void {
    const slot = this.#slotOf(address);
    if (!stale && this.#isSlot(slot)) {
      // The translation in force is the page table's, so the hot path needs no look into the TLB.
      const task = this.#taskIndex(cpu);
      const pteWord = this.#firstPte + cpu * this.#tableStride - this.#direction * this.#entryOf(address) * this.#entryWords;
      if (isClean(this.#shadow.belief(task, slot), this.#machine.memory.words[pteWord])) {
        if (!PageEdge.isInside(address) && this.#edge.walkedOver(task, address, size)) this.#reportWalk(cpu, slot, write);
        return;
      }
    }
    if (this.#persistent.access(cpu, address, write, stale)) return;
    const translation = this.#machine.mmu.tlbEntry(cpu, address);
    judge(this.#kernel, this.#shadow, this.#facts, { cpu, address, write, stale, translation, slot });
  }

  #reportWalk(cpu: number, slot: number, write: boolean): void {
    const task = this.#kernel.currentTask(cpu);
    this.#kernel.report(cpu, {
      slug: 'slot_overflow',
      headline: `${actor(task)} ${verb(write)} on from one slot into ${slotName(slot, this.#facts.slotsPerCpu, cpu)}`,
      detail: 'It walked past the end of a page, into the mapping beside it; there is no guard between the two',
    });
  }

  /** Index of the running task: the task_structs are one array. */
  #taskIndex(cpu: number): number {
    return ((this.#machine.current(cpu) - this.#firstTask) | 0) / this.#taskStride;
  }

  /** Looks at events that end a context. */
  observe(cpu: number, event: EventDetail): void {
    this.#leaks.observe(cpu, event);
  }

  /** Number of the fixmap entry of an address, counted from that of slot 0. */
  #entryOf(address: number): number {
    return (this.#direction * (this.#firstSlot - (address & -PAGE_SIZE))) >> PAGE_SHIFT;
  }

  #slotOf(address: number): number {
    return this.#entryOf(address) >> this.#colourShift;
  }

  #isSlot(slot: number): boolean {
    return slot >= 0 && slot < this.#shadow.slots;
  }
}

/**
 * The persistent window: an access to a slot that nobody uses any more, and a persistent mapping handed to the unmap call of the
 * temporary ones. Persistent mappings may be passed on, so there is no owner to ask for: only the count of the slot says whether it may be used.
 */
import type { Machine } from '../../machine/machine.ts';
import type { RegionRequest } from '../../machine/memory-plan.ts';
import type { Kernel } from '../kernel.ts';
import { actor, at, pageOf, verb } from './describe.ts';

const REGION = 'shadow:pkmap';
/** From this count on a slot has a user. */
const USED = 2;

/** A word per slot: 1 when an access without users was reported since its last kmap(). */
export function persistentRegion(slots: number): RegionRequest {
  return { name: REGION, area: 'hardware', size: slots * 4, owner: 'shared' };
}

export class PersistentCheck {
  readonly #kernel: Kernel;
  readonly #machine: Machine;
  readonly #first: number;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#machine = kernel.machine;
    this.#first = kernel.machine.plan.region(REGION).offset >>> 2;
  }

  /** kmap() has given out slot `slot`: what happens there from now on is told again. */
  mapped(slot: number): void {
    if (this.#machine.memory.words[this.#first + slot] !== 0) this.#machine.memory.write(this.#first + slot, 0);
  }

  /** An access that found a translation; true when `address` lies in the window. */
  access(cpu: number, address: number, write: boolean, stale: boolean): boolean {
    const { pkmap } = this.#kernel;
    const slot = pkmap.slotOf(address);
    if (slot < 0) return false;
    const count = pkmap.count(slot);
    if ((count >= USED && !stale) || this.#machine.memory.words[this.#first + slot] !== 0) return true;
    this.#machine.memory.write(this.#first + slot, 1);
    const kernel = this.#kernel;
    const pfn = this.#machine.mmu.tlbEntry(cpu, address) >>> 12;
    const page = pageOf(kernel, undefined, pfn);
    const who = `${actor(kernel.currentTask(cpu))} ${verb(write)} pkmap slot ${slot}`;
    if (count >= USED) {
      const headline = `${who}, through a stale translation to ${page}`;
      kernel.report(cpu, { slug: 'stale_tlb', headline, detail: `Nothing flushed it on CPU ${cpu} (${at(address)})` });
      return true;
    }
    const detail =
      count === 1
        ? `pkmap_count is 1: no users, still mapped. The next time that kmap() comes round to slot 0 the slot is flushed, and the same access faults`
        : `pkmap_count is 0: the slot is free, and only the TLB of CPU ${cpu} still knows the page`;
    const headline = `${who} after the last kunmap(); it still leads to ${page}`;
    kernel.report(cpu, { slug: 'use_after_unmap', headline, detail: `${detail} (${at(address)})` });
    return true;
  }

  /** The unmap call of the temporary mappings was given `address`. */
  temporaryUnmapOf(cpu: number, address: number): void {
    const { pkmap } = this.#kernel;
    const slot = pkmap.slotOf(address);
    if (slot < 0) return;
    this.#kernel.report(cpu, {
      slug: 'unmap_of_pkmap',
      headline: `${actor(this.#kernel.currentTask(cpu))} gives pkmap slot ${slot} to the unmap call of temporary mappings`,
      detail: `The address is outside of the temporary slots, so nothing is unmapped: pkmap_count stays ${pkmap.count(slot)} (${at(address)})`,
    });
  }
}

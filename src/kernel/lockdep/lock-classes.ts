/** The table of lock classes in emulated memory, found by key through a hash table, and the keys of locks that a call initialised. */
import type { RegionRequest } from '../../machine/memory-plan.ts';
import type { Kernel } from '../kernel.ts';
import { type LockClassView, lockClass } from '../layouts/lockdep.ts';
import { LOCK_KINDS, type LockKind, WAIT_PLAIN, WAIT_RAW_NESTING, type WaitTypes } from './kinds.ts';
import { KeyKind, keyName, keyOfPlace, type LockKey } from './lock-keys.ts';

/** Classes that a machine can have; entry 0 is not used. */
export const LOCK_CLASSES_MAX = 160;
/** Places of the hash tables: a power of two, well above what goes in. */
const CLASS_HASH = 512;
/** Locks that were initialised by a call: at most half of the places. */
const INITIALISED = 512;
const INITIALISED_MAX = INITIALISED / 2;

export function classRegions(): RegionRequest[] {
  return [
    { name: 'lock_classes', area: 'hardware', layout: lockClass, count: LOCK_CLASSES_MAX, owner: 'shared' },
    { name: 'lockdep:hash', area: 'hardware', size: CLASS_HASH * 4, owner: 'shared' },
    // Pairs of a lock's address and the code address that initialised it, then their number.
    { name: 'lockdep:initialised', area: 'hardware', size: INITIALISED * 8 + 4, owner: 'shared' },
  ];
}

/** Why a lock has no class: it lies in memory that is no variable and was never initialised, or the table is full. */
export type NoClass = 'no-key' | 'full';

const mix = (value: number): number => Math.imul(value ^ (value >>> 15), 0x2c1b3c6d) >>> 8;

export class LockClasses {
  readonly #kernel: Kernel;
  readonly #views: readonly LockClassView[];
  readonly #hash: number;
  readonly #initialised: number;
  readonly #wait: WaitTypes;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    const { memory, plan } = kernel.machine;
    const { offset, stride } = plan.region('lock_classes');
    this.#views = Array.from({ length: LOCK_CLASSES_MAX }, (_, i) => lockClass.view(memory, offset + i * stride));
    this.#hash = plan.region('lockdep:hash').offset >>> 2;
    this.#initialised = plan.region('lockdep:initialised').offset >>> 2;
    this.#wait = kernel.profile.debug_raw_nesting ? WAIT_RAW_NESTING : WAIT_PLAIN;
  }

  view(index: number): LockClassView {
    return this.#views[index];
  }

  kind(index: number): LockKind {
    return LOCK_KINDS[this.#views[index].lock_kind - 1];
  }

  get wait(): WaitTypes {
    return this.#wait;
  }

  /** What the lock allows inside. */
  inner(index: number): number {
    return this.#wait[this.kind(index).inner];
  }

  /** Where the lock may be taken. */
  outer(index: number): number {
    const { inner, outer } = this.kind(index);
    return this.#wait[outer ?? inner];
  }

  name(index: number): string {
    const { key_kind, key, subclass } = this.#views[index];
    return keyName(this.#kernel, { kind: key_kind, key: key | 0 }) + (subclass === 0 ? '' : `/${subclass}`);
  }

  /** Name of the lock at `address`, whether or not it was ever taken; its address when it has none. */
  nameOf(cpu: number, address: number): string {
    const key = this.#initialiser(address) ?? keyOfPlace(this.#kernel, cpu, address);
    return key ? keyName(this.#kernel, key) : (address >>> 0).toString(16);
  }

  /** The class of the lock at `address`, made when it is not there yet. */
  classOf(cpu: number, address: number, kind: number, subclass: number): number | NoClass {
    const key = this.#initialiser(address) ?? keyOfPlace(this.#kernel, cpu, address);
    if (!key) return 'no-key';
    const { memory } = this.#kernel.machine;
    let at = mix(key.key + key.kind * 0x9e3779b1 + subclass) % CLASS_HASH;
    for (let tries = 0; tries < CLASS_HASH; tries++, at = (at + 1) % CLASS_HASH) {
      const index = memory.words[this.#hash + at];
      if (index === 0) return this.#add(this.#hash + at, key, kind, subclass);
      const view = this.#views[index];
      if (view.key === key.key >>> 0 && view.key_kind === key.kind && view.subclass === subclass) return index;
    }
    return 'full';
  }

  #add(place: number, { kind: keyKind, key }: LockKey, kind: number, subclass: number): number | NoClass {
    const index = this.#count() + 1;
    if (index >= LOCK_CLASSES_MAX) return 'full';
    const view = this.#views[index];
    view.key_kind = keyKind;
    view.key = key;
    view.subclass = subclass;
    view.lock_kind = kind;
    this.#kernel.machine.memory.write(place, index);
    // Entry 0 is no class: its key counts the entries.
    this.#views[0].key = index;
    return index;
  }

  #count(): number {
    return this.#views[0].key;
  }

  /** A call at code address `pc` has made the lock at `address` free: its class is that of the call. */
  initialise(address: number, pc: number): void {
    const { memory } = this.#kernel.machine;
    const counter = this.#initialised + INITIALISED * 2;
    for (let at = mix(address) % INITIALISED, tries = 0; tries < INITIALISED; tries++, at = (at + 1) % INITIALISED) {
      const word = this.#initialised + at * 2;
      if (memory.words[word] !== 0 && memory.words[word] !== address) continue;
      if (memory.words[word] === 0) {
        if (memory.words[counter] >= INITIALISED_MAX) return;
        memory.write(counter, memory.words[counter] + 1);
      }
      memory.write(word, address);
      memory.write(word + 1, pc);
      return;
    }
  }

  #initialiser(address: number): LockKey | undefined {
    const { words } = this.#kernel.machine.memory;
    if (words[this.#initialised + INITIALISED * 2] === 0) return undefined;
    for (let at = mix(address) % INITIALISED, tries = 0; tries < INITIALISED; tries++, at = (at + 1) % INITIALISED) {
      const word = this.#initialised + at * 2;
      if (words[word] === 0) return undefined;
      if (words[word] === address) return { kind: KeyKind.initialiser, key: words[word + 1] };
    }
    return undefined;
  }
}

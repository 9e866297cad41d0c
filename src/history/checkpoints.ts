/**
 * Checkpoints: versions of memory components. A checkpoint stores only the components that changed since the one before;
 * restoring picks, for each component, the newest version that is not later. Older checkpoints are thinned: their versions
 * move to the next one that is kept, or go when that has one of its own. Step 0 is always kept.
 */

import { COMPONENT_SHIFT, COMPONENT_WORDS, type Memory } from '../machine/memory.ts';
import { assert } from '../util/assert.ts';

/** Steps between two checkpoints. */
export const CHECKPOINT_STEPS = 1024;
/** Components kept in versions at most; 256 bytes each. When there are more, old checkpoints are thinned. */
export const VERSIONS_MAX = 48 * 1024;
/** Components in one slab of storage. */
const SLAB = 1024;

interface Checkpoint {
  step: number;
  /** `memory.stamp` when it was made: what changed later has a newer `changedAt`. */
  stamp: number;
}

/** The versions of one component, oldest first. */
interface Versions {
  steps: number[];
  /** Position in the slabs, in components. */
  places: number[];
}

export class Checkpoints {
  readonly #memory: Memory;
  readonly #versionsMax: number;
  readonly #versions: Versions[];
  readonly #checkpoints: Checkpoint[] = [];
  readonly #slabs: Int32Array[] = [];
  readonly #free: number[] = [];
  #used = 0;

  /** Makes the checkpoint of step 0 from what memory holds. */
  constructor(memory: Memory, versionsMax: number = VERSIONS_MAX) {
    this.#memory = memory;
    this.#versionsMax = Math.max(versionsMax, memory.componentCount * 2);
    this.#versions = Array.from({ length: memory.componentCount }, () => ({ steps: [], places: [] }));
    this.#checkpoints.push({ step: 0, stamp: memory.stamp });
    for (let c = 0; c < memory.componentCount; c++) this.#store(c, 0);
    memory.forgetSteps();
  }

  /** Step of the last checkpoint. */
  get lastStep(): number {
    return this.#checkpoints[this.#checkpoints.length - 1].step;
  }

  /** Steps that have a checkpoint, ascending. */
  get steps(): number[] {
    return this.#checkpoints.map((checkpoint) => checkpoint.step);
  }

  /** Versions kept of all components together. */
  get versionCount(): number {
    return this.#used - this.#free.length;
  }

  /** Bytes that the versions take. */
  get bytes(): number {
    return this.#slabs.length * SLAB * COMPONENT_WORDS * 4 + this.versionCount * 16;
  }

  /** Makes a checkpoint of step `step`, the present one and later than all there are. Only between steps. */
  add(step: number): void {
    const before = this.#checkpoints[this.#checkpoints.length - 1];
    assert(step > before.step, `checkpoint of step ${step} after that of step ${before.step}`);
    const { changedAt, componentCount, stamp } = this.#memory;
    for (let c = 0; c < componentCount; c++) {
      if (changedAt[c] > before.stamp && this.#differs(c)) this.#store(c, step);
    }
    // A later write in this very stamp would not be seen as a change.
    this.#checkpoints.push({ step, stamp: stamp - 1 });
    if (this.versionCount > this.#versionsMax) this.#thin();
  }

  /** Step of the newest checkpoint that is not later than `step`. */
  stepBefore(step: number): number {
    return this.#checkpoints[this.#find(step)].step;
  }

  /** Puts memory back to the newest checkpoint that is not later than `step`; returns the step of that. */
  restore(step: number): number {
    const target = this.#checkpoints[this.#find(step)].step;
    const { words } = this.#memory;
    for (let c = 0; c < this.#versions.length; c++) {
      const place = this.#placeAt(this.#versions[c], target);
      const values = this.#read(place);
      if (!same(words, c << COMPONENT_SHIFT, values)) this.#memory.restoreComponent(c, values);
    }
    this.#memory.forgetSteps();
    return target;
  }

  /** Forgets the checkpoints after `step`. */
  cut(step: number): void {
    while (this.lastStep > step) this.#checkpoints.pop();
    for (const versions of this.#versions) {
      while (versions.steps.length > 0 && versions.steps[versions.steps.length - 1] > step) {
        versions.steps.pop();
        this.#free.push(versions.places.pop()!);
      }
    }
  }

  #find(step: number): number {
    let low = 0;
    let high = this.#checkpoints.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#checkpoints[middle].step <= step) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #placeAt({ steps, places }: Versions, step: number): number {
    let low = 0;
    let high = steps.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (steps[middle] <= step) low = middle;
      else high = middle - 1;
    }
    return places[low];
  }

  #store(component: number, step: number): void {
    const place = this.#free.pop() ?? this.#used++;
    if (place >>> 10 === this.#slabs.length) this.#slabs.push(new Int32Array(SLAB * COMPONENT_WORDS));
    const first = component << COMPONENT_SHIFT;
    this.#read(place).set(this.#memory.words.subarray(first, first + COMPONENT_WORDS));
    this.#versions[component].steps.push(step);
    this.#versions[component].places.push(place);
  }

  /** Whether component `component` is no longer what its last version says. */
  #differs(component: number): boolean {
    const { places } = this.#versions[component];
    return !same(this.#memory.words, component << COMPONENT_SHIFT, this.#read(places[places.length - 1]));
  }

  #read(place: number): Int32Array {
    const at = (place % SLAB) * COMPONENT_WORDS;
    return this.#slabs[place >>> 10].subarray(at, at + COMPONENT_WORDS);
  }

  /** Takes out every second checkpoint of the older three quarters. */
  #thin(): void {
    const young = Math.floor(this.#checkpoints.length / 4);
    const last = this.#checkpoints.length - 1 - young;
    const dropped = new Map<number, number>();
    for (let i = 1; i < last; i += 2) dropped.set(this.#checkpoints[i].step, this.#checkpoints[i + 1].step);
    for (const versions of this.#versions) this.#moveVersions(versions, dropped);
    const kept = this.#checkpoints.filter((checkpoint) => !dropped.has(checkpoint.step));
    this.#checkpoints.length = 0;
    this.#checkpoints.push(...kept);
  }

  #moveVersions(versions: Versions, dropped: ReadonlyMap<number, number>): void {
    const { steps, places } = versions;
    let kept = 0;
    for (let i = 0; i < steps.length; i++) {
      const moved = dropped.get(steps[i]) ?? steps[i];
      if (moved !== steps[i] && steps[i + 1] === moved) {
        this.#free.push(places[i]);
        continue;
      }
      steps[kept] = moved;
      places[kept++] = places[i];
    }
    steps.length = kept;
    places.length = kept;
  }
}

function same(words: Int32Array, first: number, values: Int32Array): boolean {
  for (let i = 0; i < COMPONENT_WORDS; i++) if (words[first + i] !== values[i]) return false;
  return true;
}

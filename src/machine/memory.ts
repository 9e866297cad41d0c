/**
 * The one flat memory of the emulated machine and its one write funnel.
 *
 * Everything that a run can change lives in `words`. A write goes through `write()` (or, in the interpreter's inner
 * loop, through the same two lines written out), so that the write log and the hash see each change. The log holds
 * (word, old value) once per word and micro-step; `commitStep()` closes a step and brings the hash up to date.
 */

/** Words of one component: the unit of the hash, of checkpoints and of "what changed". 64 words are 256 bytes. */
export const COMPONENT_WORDS = 64;
export const COMPONENT_SHIFT = 6;

/** How many logged writes are kept for undo (pairs). Older steps are reached by checkpoint and replay. */
export const WRITE_LOG_ENTRIES = 1 << 19;
/** How many steps are kept for undo at most. */
export const WRITE_LOG_STEPS = 1 << 16;

/** Contribution of one word to the first hash lane. Zero words contribute nothing, so empty memory costs nothing. */
function laneA(word: number, value: number): number {
  if (value === 0) return 0;
  let h = Math.imul(value ^ Math.imul(word + 1, 0x9e3779b1), 0x85ebca6b);
  h ^= h >>> 15;
  return Math.imul(h, 0x2c1b3c6d);
}

/** Contribution of one word to the second hash lane; independent constants. */
function laneB(word: number, value: number): number {
  if (value === 0) return 0;
  let h = Math.imul(value + Math.imul(word + 1, 0x27d4eb2f), 0xc2b2ae35);
  h ^= h >>> 13;
  return Math.imul(h, 0x165667b1);
}

export class Memory {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  /** Per word: the value of `stamp` when it was last logged. */
  readonly stamps: Int32Array;
  /** Number of the micro-step being logged; a word whose stamp equals it is already in the log. */
  stamp = 1;
  readonly componentA: Int32Array;
  readonly componentB: Int32Array;
  /** 1 for each component changed since the consumer (history) last cleared it. */
  readonly dirty: Uint8Array;
  #totalA = 0;
  #totalB = 0;
  #recording = false;
  readonly #log = new Int32Array(WRITE_LOG_ENTRIES * 2);
  /** Count of entries ever logged; position in the ring is this modulo WRITE_LOG_ENTRIES. */
  #logEnd = 0;
  /** Ring: value of #logEnd at the start of each kept step. */
  readonly #stepStarts = new Float64Array(WRITE_LOG_STEPS);
  #stepCount = 0;
  #undoable = 0;

  /** @param byteLength size in bytes, rounded up to whole components. */
  constructor(byteLength: number) {
    const components = Math.ceil(byteLength / 4 / COMPONENT_WORDS);
    const buffer = new ArrayBuffer(components * COMPONENT_WORDS * 4);
    this.words = new Int32Array(buffer);
    this.bytes = new Uint8Array(buffer);
    this.stamps = new Int32Array(this.words.length).fill(this.stamp);
    this.componentA = new Int32Array(components);
    this.componentB = new Int32Array(components);
    this.dirty = new Uint8Array(components);
  }

  get componentCount(): number {
    return this.dirty.length;
  }

  /** Whether writes are logged. Off: nothing is recorded, undo and hash are not available. */
  get recording(): boolean {
    return this.#recording;
  }

  /** Starts logging from here: step count, undo log and hash begin anew, every component counts as dirty. */
  startRecording(): void {
    this.#recording = true;
    this.stamp = 2;
    this.stamps.fill(1);
    this.#logEnd = 0;
    this.#stepCount = 0;
    this.#undoable = 0;
    this.#stepStarts[0] = 0;
    this.dirty.fill(1);
    this.rehash();
  }

  stopRecording(): void {
    this.#recording = false;
    this.stamps.fill(this.stamp);
    this.#undoable = 0;
  }

  /** The funnel: every change of emulated state is one call of this. `word` is a word index, not a byte offset. */
  write(word: number, value: number): void {
    if (this.stamps[word] !== this.stamp) this.logOld(word);
    this.words[word] = value;
  }

  writeByte(offset: number, value: number): void {
    const word = offset >>> 2;
    const shift = (offset & 3) << 3;
    this.write(word, (this.words[word] & ~(0xff << shift)) | ((value & 0xff) << shift));
  }

  writeHalf(offset: number, value: number): void {
    const word = offset >>> 2;
    const shift = (offset & 2) << 3;
    this.write(word, (this.words[word] & ~(0xffff << shift)) | ((value & 0xffff) << shift));
  }

  /** Notes the old value of `word` for this step; called by whoever writes `words` directly, first time in a step. */
  logOld(word: number): void {
    this.stamps[word] = this.stamp;
    const at = (this.#logEnd % WRITE_LOG_ENTRIES) * 2;
    this.#log[at] = word;
    this.#log[at + 1] = this.words[word];
    this.#logEnd++;
  }

  /** Ends a micro-step: the hash takes in its writes and the next step starts. */
  commitStep(): void {
    if (!this.#recording) return;
    const start = this.#stepStarts[this.#stepCount % WRITE_LOG_STEPS];
    for (let i = start; i < this.#logEnd; i++) {
      const at = (i % WRITE_LOG_ENTRIES) * 2;
      this.#rehashWord(this.#log[at], this.#log[at + 1], this.words[this.#log[at]]);
    }
    this.#stepCount++;
    this.#stepStarts[this.#stepCount % WRITE_LOG_STEPS] = this.#logEnd;
    if (this.#undoable < WRITE_LOG_STEPS - 1) this.#undoable++;
    this.stamp = (this.stamp + 1) | 0;
  }

  /** How many steps `undoStep()` can take back now. */
  get undoableSteps(): number {
    let n = this.#undoable;
    while (n > 0 && this.#logEnd - this.#stepStarts[(this.#stepCount - n) % WRITE_LOG_STEPS] > WRITE_LOG_ENTRIES) n--;
    this.#undoable = n;
    return n;
  }

  /** Takes back the last committed step. Only between steps, and only if `undoableSteps` is at least 1. */
  undoStep(): void {
    this.#stepCount--;
    this.#undoable--;
    const start = this.#stepStarts[this.#stepCount % WRITE_LOG_STEPS];
    for (let i = this.#logEnd - 1; i >= start; i--) {
      const at = (i % WRITE_LOG_ENTRIES) * 2;
      const word = this.#log[at];
      const old = this.#log[at + 1];
      this.#rehashWord(word, this.words[word], old);
      this.words[word] = old;
    }
    this.#logEnd = start;
    this.stamp = (this.stamp + 1) | 0;
  }

  /**
   * Puts `values` into component `component` from outside the step (a checkpoint being restored).
   * The undo log cannot describe that, so it starts anew.
   */
  restoreComponent(component: number, values: Int32Array): void {
    const first = component << COMPONENT_SHIFT;
    this.#totalA = (this.#totalA - this.componentA[component]) | 0;
    this.#totalB = (this.#totalB - this.componentB[component]) | 0;
    this.words.set(values, first);
    this.#hashComponent(component);
    this.dirty[component] = 1;
    this.#undoable = 0;
    this.stamp = (this.stamp + 1) | 0;
  }

  /** Recomputes the hash of all of memory; `startRecording()` does it, tests compare it with the incremental one. */
  rehash(): void {
    this.#totalA = 0;
    this.#totalB = 0;
    for (let c = 0; c < this.componentCount; c++) this.#hashComponent(c);
  }

  /** Hash of every byte, as 16 hex digits. For undo and replay tests; valid between steps while recording. */
  get bytesHash(): string {
    const a = (this.#totalA >>> 0).toString(16).padStart(8, '0');
    const b = (this.#totalB >>> 0).toString(16).padStart(8, '0');
    return a + b;
  }

  #hashComponent(component: number): void {
    const first = component << COMPONENT_SHIFT;
    let a = 0;
    let b = 0;
    for (let w = first; w < first + COMPONENT_WORDS; w++) {
      a = (a + laneA(w, this.words[w])) | 0;
      b = (b + laneB(w, this.words[w])) | 0;
    }
    this.componentA[component] = a;
    this.componentB[component] = b;
    this.#totalA = (this.#totalA + a) | 0;
    this.#totalB = (this.#totalB + b) | 0;
  }

  #rehashWord(word: number, from: number, to: number): void {
    if (from === to) return;
    const component = word >>> COMPONENT_SHIFT;
    const a = (laneA(word, to) - laneA(word, from)) | 0;
    const b = (laneB(word, to) - laneB(word, from)) | 0;
    this.componentA[component] = (this.componentA[component] + a) | 0;
    this.componentB[component] = (this.componentB[component] + b) | 0;
    this.#totalA = (this.#totalA + a) | 0;
    this.#totalB = (this.#totalB + b) | 0;
    this.dirty[component] = 1;
  }
}

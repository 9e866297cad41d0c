/**
 * The one flat memory of the emulated machine and its one write funnel.
 *
 * Everything that a run can change lives in `words`. A write goes through `write()` (or, in the interpreter's inner
 * loop, through the same two lines written out). Its first write of a word in a micro-step logs (word, old value) and notes
 * that the word's component changed; `commitStep()` closes the step. The hash is kept per component and brought up
 * to date for changed components when somebody asks.
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
  /** Per component: the value of `stamp` when a word of it was last logged, undone or restored. Grows only. */
  readonly changedAt: Int32Array;
  readonly #laneA: Int32Array;
  readonly #laneB: Int32Array;
  /** Per component: `changedAt` when its lanes were computed. */
  readonly #hashedAt: Int32Array;
  #totalA = 0;
  #totalB = 0;
  #recording = false;
  /** Made when recording starts. */
  #log = new Int32Array(0);
  /** Count of entries ever logged; position in the ring is this modulo WRITE_LOG_ENTRIES. */
  #logEnd = 0;
  /** Ring: value of #logEnd at the start of each kept step. */
  #stepStarts = new Float64Array(0);
  #stepCount = 0;
  #undoable = 0;

  /** @param byteLength size in bytes, rounded up to whole components. */
  constructor(byteLength: number) {
    const components = Math.ceil(byteLength / 4 / COMPONENT_WORDS);
    const buffer = new ArrayBuffer(components * COMPONENT_WORDS * 4);
    this.words = new Int32Array(buffer);
    this.bytes = new Uint8Array(buffer);
    this.stamps = new Int32Array(this.words.length).fill(this.stamp);
    this.changedAt = new Int32Array(components);
    this.#laneA = new Int32Array(components);
    this.#laneB = new Int32Array(components);
    this.#hashedAt = new Int32Array(components);
  }

  get componentCount(): number {
    return this.changedAt.length;
  }

  /** Bytes that the undo log takes; fixed once recording has started. */
  get logBytes(): number {
    return this.#log.byteLength + this.#stepStarts.byteLength;
  }

  /** Whether writes are logged. Off: nothing is recorded, undo and hash are not available. */
  get recording(): boolean {
    return this.#recording;
  }

  /** Starts logging from here: step count, undo log and hash begin anew, every component counts as changed. */
  startRecording(): void {
    if (this.#log.length === 0) {
      this.#log = new Int32Array(WRITE_LOG_ENTRIES * 2);
      this.#stepStarts = new Float64Array(WRITE_LOG_STEPS);
    }
    this.#recording = true;
    this.stamp++;
    this.stamps.fill(this.stamp - 1);
    this.#logEnd = 0;
    this.#stepCount = 0;
    this.#undoable = 0;
    this.#stepStarts[0] = 0;
    this.changedAt.fill(this.stamp);
    this.#hashAll();
    this.stamp++;
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
    this.changedAt[word >>> COMPONENT_SHIFT] = this.stamp;
    const at = (this.#logEnd % WRITE_LOG_ENTRIES) * 2;
    this.#log[at] = word;
    this.#log[at + 1] = this.words[word];
    this.#logEnd++;
  }

  /** Ends a micro-step; the next one starts. */
  commitStep(): void {
    if (!this.#recording) return;
    this.#stepCount++;
    this.#stepStarts[this.#stepCount % WRITE_LOG_STEPS] = this.#logEnd;
    if (this.#undoable < WRITE_LOG_STEPS - 1) this.#undoable++;
    this.stamp++;
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
      this.words[word] = this.#log[at + 1];
      this.changedAt[word >>> COMPONENT_SHIFT] = this.stamp;
    }
    this.#logEnd = start;
    this.stamp++;
  }

  /** Words that the last committed step changed or wrote; for whoever wants to know what a step did. */
  lastStepWords(): number[] {
    const found: number[] = [];
    const start = this.#stepStarts[(this.#stepCount + WRITE_LOG_STEPS - 1) % WRITE_LOG_STEPS];
    for (let i = start; i < this.#logEnd; i++) found.push(this.#log[(i % WRITE_LOG_ENTRIES) * 2]);
    return found;
  }

  /**
   * Puts `values` into component `component` from outside of any step (a checkpoint being restored).
   * The undo log cannot describe that, so it starts anew.
   */
  restoreComponent(component: number, values: Int32Array): void {
    this.words.set(values, component << COMPONENT_SHIFT);
    this.changedAt[component] = this.stamp;
    this.forgetSteps();
  }

  /** Nothing can be undone from here on. */
  forgetSteps(): void {
    this.#undoable = 0;
    this.stamp++;
  }

  /** Hash of every byte, as 16 hex digits. For undo and replay tests; only between steps. Slow while not recording. */
  get bytesHash(): string {
    if (!this.#recording) return this.rehash();
    for (let c = 0; c < this.changedAt.length; c++) {
      if (this.#hashedAt[c] !== this.changedAt[c]) this.#hashComponent(c);
    }
    return this.#digits();
  }

  /** The same computed from every byte anew; a test compares the two. */
  rehash(): string {
    this.#hashAll();
    return this.#digits();
  }

  #hashAll(): void {
    for (let c = 0; c < this.changedAt.length; c++) this.#hashComponent(c);
  }

  #digits(): string {
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
    this.#totalA = (this.#totalA + a - this.#laneA[component]) | 0;
    this.#totalB = (this.#totalB + b - this.#laneB[component]) | 0;
    this.#laneA[component] = a;
    this.#laneB[component] = b;
    this.#hashedAt[component] = this.changedAt[component];
  }
}

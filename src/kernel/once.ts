/** What fires only once in a boot: WARN_ON_ONCE sites, `debug_locks`, the sleep report that comes at most once a second. */
import type { Machine } from '../machine/machine.ts';
import { fromWords, highWord, lowWord } from '../util/bits.ts';
import { CheckWord } from './memory-map.ts';

const SECOND = 1_000_000_000;

export class Once {
  readonly #machine: Machine;
  readonly #sites: number;
  readonly #checks: number;
  readonly #debugLocks: number;
  readonly #goOn: boolean;

  /**
   * @param debugLocks offset of the kernel's variable `debug_locks` in the data segment.
   * @param goOn a report does not switch lock checks off.
   */
  constructor(machine: Machine, debugLocks: number, goOn: boolean) {
    this.#machine = machine;
    this.#sites = machine.plan.region('once').offset >>> 2;
    this.#checks = machine.plan.region('checks').offset >>> 2;
    this.#goOn = goOn;
    this.#debugLocks = (machine.plan.region('data').offset + debugLocks) >>> 2;
  }

  /** True the first time for the code address `pc`. */
  take(pc: number): boolean {
    const { memory } = this.#machine;
    const word = this.#sites + (pc >>> 5);
    const bit = 1 << (pc & 31);
    if ((memory.words[word] & bit) !== 0) return false;
    memory.write(word, memory.words[word] | bit);
    return true;
  }

  /** Whether lock checks are on: nothing has switched them off. */
  get debugLocks(): boolean {
    return this.#machine.memory.words[this.#debugLocks] !== 0;
  }

  /** True once: lock checks were still on, and a report switches them off. */
  takeDebugLocks(): boolean {
    return this.#goOn ? this.debugLocks : this.turnLocksOff();
  }

  /** Switches lock checks off for good. True: they were on. */
  turnLocksOff(): boolean {
    if (!this.debugLocks) return false;
    this.#machine.memory.write(this.#debugLocks, 0);
    return true;
  }

  /** True at most once in a second of virtual time. */
  takeSleepReport(): boolean {
    const { memory, now } = this.#machine;
    const at = this.#checks;
    const last = fromWords(memory.words[at + CheckWord.lastSleepReportLow], memory.words[at + CheckWord.lastSleepReportHigh]);
    if (memory.words[at + CheckWord.sleepReported] !== 0 && now - last < SECOND) return false;
    memory.write(at + CheckWord.sleepReported, 1);
    memory.write(at + CheckWord.lastSleepReportLow, lowWord(now));
    memory.write(at + CheckWord.lastSleepReportHigh, highWord(now));
    return true;
  }
}

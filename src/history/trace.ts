/** What each step of a run was, in four bytes: searches backwards find their candidates here without moving the machine. */
import { type Choice, ChoiceKind, choiceCpu, choiceKind } from './choice.ts';

const CHUNK_SHIFT = 16;
const CHUNK = 1 << CHUNK_SHIFT;
/** Bits: 0-2 kind, 3-5 CPU, 6-31 code address. */
const CPU_SHIFT = 3;
const PC_SHIFT = 6;
const PC_NONE = 0x3ff_ffff;

/** A step that was no micro-step of a CPU has no code address. */
export const NO_PC = -1;

export class Trace {
  readonly #chunks: Int32Array[] = [];
  #length = 0;

  /** Number of the last step noted; steps count from 1. */
  get length(): number {
    return this.#length;
  }

  /** Notes step `length + 1`; `pc` is where the CPU began it. */
  append(choice: Choice, pc: number): void {
    const at = this.#length++;
    let chunk = this.#chunks[at >>> CHUNK_SHIFT];
    if (!chunk) {
      chunk = new Int32Array(CHUNK);
      this.#chunks.push(chunk);
    }
    const kind = choiceKind(choice);
    const address = kind === ChoiceKind.step || kind === ChoiceKind.deliver ? pc : PC_NONE;
    chunk[at & (CHUNK - 1)] = kind | (choiceCpu(choice) << CPU_SHIFT) | (address << PC_SHIFT);
  }

  /** Forgets the steps after `step`. */
  cut(step: number): void {
    if (step < this.#length) this.#length = step;
    this.#chunks.length = Math.ceil(this.#length / CHUNK);
  }

  kind(step: number): ChoiceKind {
    return (this.#word(step) & 7) as ChoiceKind;
  }

  cpu(step: number): number {
    return (this.#word(step) >>> CPU_SHIFT) & 7;
  }

  /** Code address at which step `step` began, or was interrupted; NO_PC where no CPU did anything. */
  pc(step: number): number {
    const pc = this.#word(step) >>> PC_SHIFT;
    return pc === PC_NONE ? NO_PC : pc;
  }

  #word(step: number): number {
    return this.#chunks[(step - 1) >>> CHUNK_SHIFT][(step - 1) & (CHUNK - 1)];
  }
}

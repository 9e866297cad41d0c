/**
 * What each step of a run was: who did it and at which code address it began. Candidates for going back are found here
 * without moving the machine. Eight bytes a step.
 */
import { type Choice, ChoiceKind, choiceCpu, choiceKind } from '../history/choice.ts';

const CHUNK_SHIFT = 16;
const CHUNK = 1 << CHUNK_SHIFT;

/** Step kinds other than a CPU's own micro-step have no code address. */
export const NO_PC = -1;

interface Chunk {
  pc: Int32Array;
  /** cpu | task index << 8, or -1 when no CPU stepped. */
  who: Int32Array;
}

export class StepTrace {
  readonly #chunks: Chunk[] = [];
  #length = 0;

  /** Number of the last step recorded; steps count from 1. */
  get length(): number {
    return this.#length;
  }

  /** Notes step `length + 1`, about to happen. */
  append(choice: Choice, pc: number, task: number): void {
    const at = this.#length++;
    let chunk = this.#chunks[at >>> CHUNK_SHIFT];
    if (!chunk) {
      chunk = { pc: new Int32Array(CHUNK), who: new Int32Array(CHUNK) };
      this.#chunks.push(chunk);
    }
    const stepped = choiceKind(choice) === ChoiceKind.step;
    chunk.pc[at & (CHUNK - 1)] = stepped ? pc : NO_PC;
    chunk.who[at & (CHUNK - 1)] = stepped ? choiceCpu(choice) | (task << 8) : -1;
  }

  /** Forgets the steps after `step`. */
  cut(step: number): void {
    if (step < this.#length) this.#length = step;
    this.#chunks.length = Math.ceil(this.#length / CHUNK);
  }

  /** Code address at which step `step` began, or NO_PC. */
  pc(step: number): number {
    return this.#chunks[(step - 1) >>> CHUNK_SHIFT].pc[(step - 1) & (CHUNK - 1)];
  }

  /** Index of the task whose CPU took step `step`, or -1. */
  task(step: number): number {
    const who = this.#chunks[(step - 1) >>> CHUNK_SHIFT].who[(step - 1) & (CHUNK - 1)];
    return who < 0 ? -1 : who >>> 8;
  }

  cpu(step: number): number {
    const who = this.#chunks[(step - 1) >>> CHUNK_SHIFT].who[(step - 1) & (CHUNK - 1)];
    return who < 0 ? -1 : who & 0xff;
  }
}

/** Which task's CPU took each step, so that a task's own steps are found going back without moving the machine. */

const CHUNK_SHIFT = 16;
const CHUNK = 1 << CHUNK_SHIFT;
/** No task: time passed, a line was raised, a person changed memory. */
const NOBODY = 0xffff;

export class TaskTrace {
  readonly #chunks: Uint16Array[] = [];
  #length = 0;

  /** Number of the last step noted; steps count from 1. */
  get length(): number {
    return this.#length;
  }

  /** Notes step `length + 1`: index of the task, or -1. */
  append(task: number): void {
    const at = this.#length++;
    let chunk = this.#chunks[at >>> CHUNK_SHIFT];
    if (!chunk) {
      chunk = new Uint16Array(CHUNK);
      this.#chunks.push(chunk);
    }
    chunk[at & (CHUNK - 1)] = task < 0 ? NOBODY : task;
  }

  /** Forgets the steps after `step`. */
  cut(step: number): void {
    if (step >= this.#length) return;
    this.#length = step;
    this.#chunks.length = Math.ceil(step / CHUNK);
  }

  /** Index of the task whose CPU took step `step`, or -1. */
  task(step: number): number {
    const task = this.#chunks[(step - 1) >>> CHUNK_SHIFT][(step - 1) & (CHUNK - 1)];
    return task === NOBODY ? -1 : task;
  }
}

/** Moving through the run: the history's steps, with a note of whose they were, and the end of the program. */
import { type Choice, ChoiceKind, choiceCpu, choiceKind, makeChoice } from '../history/choice.ts';
import type { MemoryChange, Run } from '../history/run.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { TaskTrace } from './trace.ts';

export class Walk {
  readonly #run: Run<Kernel>;
  readonly #tasks = new TaskTrace();

  constructor(run: Run<Kernel>) {
    this.#run = run;
  }

  get step(): number {
    return this.#run.step;
  }
  get firstStep(): number {
    return this.#run.firstStep;
  }
  get lastStep(): number {
    return this.#run.lastStep;
  }

  /** What happens next; undefined: nothing can. */
  next(): Choice | undefined {
    return this.#run.next();
  }

  /** One step by `choice`, which `next` gave. */
  forward(choice: Choice): void {
    const run = this.#run;
    if (run.step === run.lastStep && run.history) this.#note(choice);
    run.apply(choice);
  }

  goTo(step: number): void {
    this.#run.goTo(step);
  }

  /** Line `line` of CPU `cpu` is raised, as a step of its own; a known future is given up. */
  raise(line: number, cpu: number): void {
    this.#branch();
    this.forward(makeChoice(ChoiceKind.raise, cpu, line));
  }

  /** A person writes memory, as a step of its own; a known future is given up. */
  change(change: MemoryChange): void {
    this.#branch();
    if (this.#run.history) this.#tasks.append(-1);
    this.#run.change(change);
  }

  #branch(): void {
    this.#run.branch();
    this.#tasks.cut(this.#run.step);
  }

  #note(choice: Choice): void {
    const { kernel } = this.#run;
    const kind = choiceKind(choice);
    const steps = kind === ChoiceKind.step || kind === ChoiceKind.deliver;
    this.#tasks.append(steps ? kernel.currentTask(choiceCpu(choice)).index : -1);
  }

  // ---- what known step `step` was

  /** Code address at which a CPU began it; -1 when it was no micro-step. */
  pcOf(step: number): number {
    const { trace } = this.#run;
    return trace.kind(step) === ChoiceKind.step ? trace.pc(step) : -1;
  }

  cpuOf(step: number): number {
    return this.#run.trace.cpu(step);
  }

  /** Index of the task whose CPU did it, or -1. */
  taskOf(step: number): number {
    return this.#tasks.task(step);
  }
}

/**
 * A run: the machine's steps, counted, and the way back. The state after any step is reached by undoing the write log when it is near,
 * by the nearest checkpoint and deterministic replay when it is far. The steps between the present and `lastStep` are known:
 * going forward executes them again, without recording what is recorded. Choosing differently there, or changing memory,
 * forgets them and opens a new branch of time.
 */
import { assert } from '../util/assert.ts';
import { CHECKPOINT_STEPS, Checkpoints } from './checkpoints.ts';
import { type Choice, ChoiceKind, choiceArgument, choiceCpu, choiceKind, makeChoice } from './choice.ts';
import { type Deviation, Deviations } from './deviations.ts';
import { defaultChoice, enabled, stepsAlone } from './enabled.ts';
import { KnownFuture } from './known-future.ts';
import type { RunKernel } from './run-kernel.ts';
import type { Chooser } from './schedule-chooser.ts';
import { Trace } from './trace.ts';

/** Going back further than this many steps is done by checkpoint and replay, even if the write log reaches as far. */
const UNDO_MAX = 4096;
/** One change of memory by a person. */
export interface MemoryChange {
  /** Words written, as (word index, value). */
  words: readonly { word: number; value: number }[];
}

export interface RunOptions {
  /** Off: no way back, nothing is recorded but the choices. On unless given. */
  history?: boolean;
  /** Consulted before each new step, with the number it would have. */
  chooser?: Chooser;
  /** Components kept by the checkpoints at most. */
  versionsMax?: number;
}

export class Run<K extends RunKernel = RunKernel> {
  readonly kernel: K;
  readonly history: boolean;
  /** What each known step was. */
  readonly trace = new Trace();
  /** Times that a known future was given up. Views and caches that remember steps compare it. */
  branches = 0;
  readonly #deviations = new Deviations();
  readonly #changes: MemoryChange[] = [];
  readonly #checkpoints: Checkpoints | undefined;
  readonly #futures: readonly KnownFuture[];
  #chooser: Chooser | undefined;
  #step = 0;
  #last = 0;
  #next: Choice | undefined;
  #nextKnown = false;
  #nextDefault: Choice | undefined;

  /** The kernel has booted and made no step. */
  constructor(kernel: K, { history = true, chooser, versionsMax }: RunOptions = {}) {
    this.kernel = kernel;
    this.history = history;
    this.setChooser(chooser);
    this.#futures = [new KnownFuture(kernel.events), new KnownFuture(kernel.findings)];
    if (history) {
      kernel.machine.memory.startRecording();
      this.#checkpoints = new Checkpoints(kernel.machine.memory, versionsMax);
    }
  }

  /** Steps done: the machine is in the state after this step. 0: just booted. */
  get step(): number {
    return this.#step;
  }

  /** The last step that is known on this branch of time. */
  get lastStep(): number {
    return this.#last;
  }

  /** The first step that going back can reach. */
  get firstStep(): number {
    return this.history ? 0 : this.#step;
  }

  /** Whether nothing can happen any more. */
  get ended(): boolean {
    return this.next() === undefined;
  }

  /** The choices that differ from the default, and the changes that `ChoiceKind.change` choices name. */
  get deviations(): readonly Deviation[] {
    return this.#deviations.list;
  }
  get changes(): readonly MemoryChange[] {
    return this.#changes;
  }

  /** Bytes that the past takes: undo log, checkpoints, trace and choices. Events and findings are not counted. */
  get historyBytes(): number {
    if (!this.#checkpoints) return this.#deviations.list.length * 16;
    const { logBytes } = this.kernel.machine.memory;
    return logBytes + this.#checkpoints.bytes + this.#last * 4 + this.#deviations.list.length * 16;
  }

  /** Every choice that there is now. */
  enabled(): Choice[] {
    return enabled(this.kernel);
  }

  /** What `stepDefault` would do: the known step, or else the chooser's, or else the default choice. */
  next(): Choice | undefined {
    if (this.#nextKnown) return this.#next;
    this.#nextDefault = defaultChoice(this.kernel);
    const chosen = this.#step < this.#last ? this.#deviations.at(this.#step + 1) : this.#chooser?.choose(this.#step + 1);
    this.#next = chosen ?? this.#nextDefault;
    this.#nextKnown = true;
    return this.#next;
  }

  /** One step forward. False: nothing can happen any more. */
  stepDefault(): boolean {
    const choice = this.next();
    if (choice === undefined) return false;
    if (this.#step === this.#last) this.#executeNew(choice);
    else this.#execute(choice, false);
    return true;
  }

  /**
   * Up to `budget` steps forward as `stepDefault` would do them, but faster where a CPU is alone with itself. Returns their
   * number; fewer than asked for: nothing can happen any more.
   */
  advance(budget: number): number {
    const first = this.#step;
    for (;;) {
      const left = budget - (this.#step - first);
      const choice = left > 0 ? this.next() : undefined;
      if (choice === undefined) return this.#step - first;
      const plain = choiceKind(choice) === ChoiceKind.step && choiceArgument(choice) === 0;
      if (plain && this.#step === this.#last && !this.#chooser) this.#stepOn(choiceCpu(choice), choice, left);
      else this.stepDefault();
    }
  }

  /** New steps of one CPU, at least one and at most `most`. */
  #stepOn(cpu: number, choice: Choice, most: number): void {
    const { kernel, history } = this;
    const { machine } = kernel;
    kernel.step = this.#step + 1;
    if (history) this.trace.append(choice, machine.pc(cpu));
    machine.stepOn(cpu, Math.min(most, stepsAlone(machine, cpu)), {
      goOn: (pc) => {
        this.#closeNew();
        kernel.step = this.#step + 1;
        if (history) this.trace.append(choice, pc);
        return true;
      },
    });
    this.#closeNew();
  }

  /** A new step has been executed. */
  #closeNew(): void {
    this.kernel.machine.memory.commitStep();
    this.#step++;
    this.#last = this.#step;
    this.#nextKnown = false;
    if (this.#checkpoints && this.#step - this.#checkpoints.lastStep >= CHECKPOINT_STEPS) this.#checkpoints.add(this.#step);
  }

  /** One step forward by `choice`, which must be among `enabled()`. A choice other than the known one opens a new branch. */
  apply(choice: Choice): void {
    const known = this.next();
    if (this.#step < this.#last && choice !== known) this.branch();
    if (this.#step === this.#last) this.#executeNew(choice);
    else this.#execute(choice, false);
  }

  /** Executes a step for the first time. */
  #executeNew(choice: Choice): void {
    this.#execute(choice, true);
    this.#closeNew();
  }

  /** A person writes memory; that is a step of its own. Opens a new branch when there is a known future. */
  change(change: MemoryChange): void {
    if (this.#step < this.#last) this.branch();
    this.apply(this.noteChange(change));
  }

  /** Line `line` of CPU `cpu` is raised as the next step. Opens a new branch when there is a known future. */
  raise(line: number, cpu: number): void {
    this.apply(makeChoice(ChoiceKind.raise, cpu, line));
  }

  /** Replaces who chooses new steps from here on. */
  setChooser(chooser: Chooser | undefined): void {
    this.#chooser = chooser;
    chooser?.attach?.(this);
    this.#nextKnown = false;
  }

  /** Notes a change of memory; the choice that makes it. */
  noteChange(change: MemoryChange): Choice {
    this.#changes.push(change);
    return makeChoice(ChoiceKind.change, 0, this.#changes.length - 1);
  }

  /** Forgets the known future: what comes after the present step is open, and no schedule is followed any more. */
  branch(): void {
    if (this.#last === this.#step) return;
    this.#last = this.#step;
    this.#deviations.cut(this.#step);
    this.trace.cut(this.#step);
    this.#checkpoints?.cut(this.#step);
    for (const future of this.#futures) future.forget();
    this.#chooser = undefined;
    this.#nextKnown = false;
    this.branches++;
  }

  /** Puts the machine into the state after step `step`, which is known. */
  goTo(step: number): void {
    assert(step >= this.firstStep && step <= this.#last, `step ${step} is not known (${this.firstStep} to ${this.#last})`);
    if (step === this.#step) return;
    if (step < this.#step) this.#goBack(step);
    else this.#goForward(step);
    this.#nextKnown = false;
    this.kernel.step = step;
    for (const future of this.#futures) future.moveTo(step);
  }

  #goBack(step: number): void {
    const { memory } = this.kernel.machine;
    const back = this.#step - step;
    if (back <= UNDO_MAX && back <= memory.undoableSteps) {
      for (let i = 0; i < back; i++) memory.undoStep();
      this.#step = step;
    } else {
      this.#step = this.#checkpoints!.restore(step);
      this.#replay(step);
    }
  }

  #goForward(step: number): void {
    if (this.#checkpoints && this.#checkpoints.stepBefore(step) > this.#step) this.#step = this.#checkpoints.restore(step);
    this.#replay(step);
  }

  #replay(step: number): void {
    while (this.#step < step) {
      this.#nextKnown = false;
      this.#execute(this.#known(), false);
    }
  }

  /** The choice of the next step, which is known. */
  #known(): Choice {
    const choice = this.#deviations.at(this.#step + 1) ?? defaultChoice(this.kernel);
    assert(choice !== undefined, `step ${this.#step + 1} was done but cannot be done again`);
    return choice;
  }

  /** Executes one step; `fresh`: for the first time. */
  #execute(choice: Choice, fresh: boolean): void {
    const { kernel } = this;
    const { machine } = kernel;
    const cpu = choiceCpu(choice);
    kernel.step = this.#step + 1;
    if (fresh) {
      if (choice !== this.#nextDefault) this.#deviations.append(this.#step + 1, choice);
      const pc = machine.pc(cpu);
      if (this.history) this.trace.append(choice, pc);
      this.#chooser?.stepped?.(choice, pc);
    } else kernel.muted = true;
    switch (choiceKind(choice)) {
      case ChoiceKind.step:
        machine.step(cpu, choiceArgument(choice));
        break;
      case ChoiceKind.deliver:
        machine.deliver(choiceArgument(choice), cpu);
        break;
      case ChoiceKind.raise:
        this.#raise(choiceArgument(choice), cpu);
        break;
      case ChoiceKind.clock:
        machine.clock.advance();
        break;
      case ChoiceKind.change:
        for (const { word, value } of this.#changes[choiceArgument(choice)].words) machine.memory.write(word, value);
    }
    if (fresh) return;
    machine.memory.commitStep();
    this.#step++;
    this.#nextKnown = false;
    kernel.muted = false;
    for (const future of this.#futures) future.moveTo(this.#step);
  }

  #raise(line: number, cpu: number): void {
    const { kernel } = this;
    const device = kernel.devices.find((each) => each.line === line && each.cpu === cpu);
    if (device && kernel.raiseDevice) kernel.raiseDevice(device);
    else kernel.machine.raiseLine(line, cpu);
  }
}

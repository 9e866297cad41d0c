/**
 * A walk through what can happen: at each step, with the odds given, any enabled choice, otherwise the default one. The seed
 * decides everything. It shows that `enabled()` and nothing else carries a run.
 *
 * Moving time on while CPUs could step, and raising interrupts, are rarer than steps, or the program would hardly get anywhere.
 */
import { type Choice, ChoiceKind, choiceKind } from './choice.ts';
import type { Run } from './run.ts';

export interface WalkOptions {
  seed: number;
  /** Steps at most. */
  steps: number;
  /** One step in so many is a free choice; 1: each. */
  oneIn?: number;
}

export interface WalkResult {
  steps: number;
  /** Free choices made. */
  choices: number;
  /** Interrupts taken in by some CPU. */
  interrupts: number;
}

/** Numbers from 0 to 2^32 - 1 that depend on nothing but the seed (xorshift). */
export class Seeded {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1;
  }

  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return x >>> 0;
  }

  below(limit: number): number {
    return this.next() % limit;
  }
}

export function walkRandomly(run: Run, { seed, steps, oneIn = 4 }: WalkOptions): WalkResult {
  const random = new Seeded(seed);
  const result: WalkResult = { steps: 0, choices: 0, interrupts: 0 };
  for (; result.steps < steps; result.steps++) {
    const choice = random.below(oneIn) === 0 ? pick(run, random, result) : run.next();
    if (choice === undefined) break;
    if (choiceKind(choice) === ChoiceKind.deliver) result.interrupts++;
    run.apply(choice);
  }
  return result;
}

/** One free choice in so many may be other than a step or the delivery of an interrupt. */
const OUTSIDE_ONE_IN = 24;

function pick(run: Run, random: Seeded, result: WalkResult): Choice | undefined {
  const all = run.enabled();
  const inside = all.filter((choice) => choiceKind(choice) <= ChoiceKind.deliver);
  const choices = inside.length > 0 && random.below(OUTSIDE_ONE_IN) > 0 ? inside : all;
  if (choices.length === 0) return undefined;
  result.choices++;
  return choices[random.below(choices.length)];
}

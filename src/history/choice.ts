/**
 * A choice: one thing that can happen next. A number, so that no object is made per step.
 *
 *   bits 0-3 kind, bits 4-7 CPU, bits 8-31 argument
 */

export const ChoiceKind = {
  /** The CPU executes one micro-step. Argument: option of the intrinsic it is about to run, 0 where there is none. */
  step: 0,
  /** A pending interrupt is delivered to the CPU (its interrupt flag is on). Argument: line. */
  deliver: 1,
  /** A device raises its interrupt line now (`when = any`, or a person asked). Argument: line. */
  raise: 2,
  /** Time passes up to the next timed event: due timers and devices raise their lines. CPU and argument 0. */
  clock: 3,
  /** A person changed memory. Never offered; argument: number of the change in the run's list. */
  change: 4,
} as const;
export type ChoiceKind = (typeof ChoiceKind)[keyof typeof ChoiceKind];

export type Choice = number;

export function makeChoice(kind: ChoiceKind, cpu: number, argument = 0): Choice {
  return kind | (cpu << 4) | (argument << 8);
}
export const choiceKind = (choice: Choice): ChoiceKind => (choice & 0xf) as ChoiceKind;
export const choiceCpu = (choice: Choice): number => (choice >>> 4) & 0xf;
export const choiceArgument = (choice: Choice): number => choice >>> 8;

/** What a forward run is after. */
import type { ChoiceKind } from '../history/choice.ts';
import type { KernelEvent } from '../kernel/events.ts';
import type { Stop } from './api.ts';

export interface Goal {
  /** Whether breakpoints, events and findings end the run as well. */
  checks: boolean;
  /** CPU `cpu` is about to execute `pc`, whose bits in `CodeMap.marks` are `mark`. */
  before?(cpu: number, pc: number, mark: number): Stop | undefined;
  /** A step of this kind was done, on `cpu` where that means something. */
  after?(kind: ChoiceKind, cpu: number): Stop | undefined;
  /** The step emitted `event`. */
  onEvent?(event: KernelEvent): Stop | undefined;
}

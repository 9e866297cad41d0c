/** Work that a class leaves for after the switch. */
import type { RqView } from '../layouts.ts';
import { BALANCE_PUSH } from './flags.ts';

/** queue_balance_callback(): on a CPU that goes down balance_push() stays alone, and nothing else is queued. */
export function queueBalanceCallback(rq: RqView, work: number): void {
  if ((rq.balance_callback & BALANCE_PUSH) === 0) rq.balance_callback |= work;
}

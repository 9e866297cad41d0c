/** Handlers on top of whatever a CPU was running: interrupts, softirqs, NMIs, told by a pair of events each. */
import type { EventType, KernelEvent } from '../kernel/events.ts';

const ENTRIES: { [T in EventType]?: string } = {
  irq_handler_entry: 'interrupt',
  local_timer_entry: 'local timer',
  reschedule_entry: 'reschedule IPI',
  call_function_single_entry: 'function call IPI',
  softirq_entry: 'softirq',
  nmi_entry: 'NMI',
};
const EXITS: ReadonlySet<EventType> = new Set<EventType>([
  'irq_handler_exit',
  'local_timer_exit',
  'reschedule_exit',
  'call_function_single_exit',
  'softirq_exit',
  'nmi_exit',
]);

/** What begins here; undefined: no handler. */
export function handlerEntered(event: KernelEvent): string | undefined {
  if (event.type === 'irq_handler_entry') return event.name;
  if (event.type === 'softirq_entry') return `softirq ${event.action}`;
  return ENTRIES[event.type];
}

export const handlerLeft = ({ type }: KernelEvent): boolean => EXITS.has(type);

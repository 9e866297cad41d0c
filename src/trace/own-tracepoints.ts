/**
 * Events that the kernel does not have: mappings, migrate_disable(), page table entries, findings. They form a system of their own,
 * `emul`, and print as `field=value`. Their fields are those of the event stream, so a new kind of event needs nothing here.
 */
import type { EventType, KernelEvent } from '../kernel/events.ts';
import { oneLine } from './kernel-tracepoints.ts';
import type { TraceField, Tracepoint } from './tracepoint.ts';

const OWN_SYSTEM = 'emul';

/** The kernel has events of these names with other fields. */
const RENAMED: { [T in EventType]?: string } = { sys_enter: 'syscall_enter', sys_exit: 'syscall_exit' };
/** What every event has, and what only this emulator's own tools read. */
const COMMON = new Set<string>('type step time cpu pid comm pc common_flags common_preempt_count finding'.split(' '));
const HEX = /^(address|pfn|lock|flags|.*mask)$/;

type Plain = Readonly<Record<string, unknown>>;

/** The tracepoint of the events of one type, out of all events of that type in a recording. */
export function ownTracepoint(type: EventType, events: readonly KernelEvent[]): Tracepoint {
  const kinds = new Map<string, 'number' | 'string'>();
  for (const event of events) {
    if (event.type !== type) continue;
    for (const [key, value] of Object.entries(event)) {
      if (COMMON.has(key) || value === undefined) continue;
      kinds.set(key, typeof value === 'string' ? 'string' : 'number');
    }
  }
  const fields = [...kinds].map(([name, kind]) => ownField(name, kind));
  const format = [...kinds].map(([name, kind]) => `${name}=${kind === 'string' ? '%s' : HEX.test(name) ? '0x%lx' : '%ld'}`);
  return { system: OWN_SYSTEM, name: RENAMED[type] ?? type, format: format.join(' '), fields };
}

function ownField(name: string, kind: 'number' | 'string'): TraceField<KernelEvent> {
  const read = (event: KernelEvent): unknown => (event as unknown as Plain)[name];
  if (kind === 'string') return { name, type: 'string', value: (event) => oneLine(String(read(event) ?? '')) };
  const hex = HEX.test(name);
  return { name, type: hex ? 'ulong' : 'long', value: (event) => number(read(event), hex) };
}

/** A whole TLB is flushed at address -1: shown as the last 32-bit address. */
function number(value: unknown, hex: boolean): number {
  const result = Number(value ?? 0);
  return hex && result < 0 ? result >>> 0 : result;
}

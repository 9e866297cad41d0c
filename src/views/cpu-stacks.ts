/**
 * *Kmap Stacks* of the models whose mappings belong to a CPU: the stack of slots of each CPU (atomic_stack), or its slots by type (km_type),
 * where there is no stack. Nothing of a mapping is in a task there.
 */
import { CHANGE_MARK, CHANGE_WORD, type Change, changeOf } from './change.ts';
import { hex, type MachineSnapshot, pageLabel, pfnOf, pteText, type SlotSnapshot } from './snapshot.ts';
import { type TlbState, tlbState } from './stack-states.ts';
import { count, table } from './text.ts';

/**
 * `claimed`: counted, and its slot is empty because the kernel is filling or clearing it; `lost`: counted further down and empty; `left`:
 * filled, but the index does not count it.
 */
export type CpuEntryState = 'mapped' | 'claimed' | 'lost' | 'left';

export const CPU_ENTRY_STATE_TEXT: Record<CpuEntryState, string> = {
  mapped: 'the slot is filled',
  claimed: 'the index counts it; the slot is not filled yet, or was just cleared',
  lost: 'the index counts it, but its slot is empty: another unmap has cleared it',
  left: 'the slot is filled, but the index does not count it',
};

export interface CpuStackEntry {
  slot: number;
  globalSlot: number;
  /** Type of the slot, where slots have types. */
  type: string;
  address: string;
  page: string;
  pfn: string;
  pte: string;
  state: CpuEntryState;
  /** What the TLB of this CPU holds. */
  tlb: TlbState;
  change: Change;
}

export interface CpuStack {
  cpu: number;
  /** Whoever runs there, and so maps on this stack. */
  comm: string;
  /** Index of the CPU; 0 where slots have types. */
  idx: number;
  entries: CpuStackEntry[];
  change: Change;
}

const ENTRY_FIELDS = ['page', 'pte', 'state', 'tlb'] as const;
const STACK_FIELDS = ['idx'] as const;

/** One sentence about where mappings are kept; empty for the models that keep them in the task. */
export function holderSentence({ holder }: Pick<MachineSnapshot, 'holder'>): string {
  switch (holder) {
    case 'task':
      return '';
    case 'cpu':
      return 'The stack belongs to the CPU: whoever runs there maps on top of it, and a context switch leaves it as it is.';
    case 'types':
      return 'There is no stack: each CPU has one slot for each type, and a slot is busy as long as it is filled.';
    case 'shared':
      return 'There is no stack: a mapping is the same for all tasks on all CPUs, until somebody unmaps it. PTE Slots has them all.';
  }
}

export function cpuStacks(now: MachineSnapshot, before?: MachineSnapshot): CpuStack[] {
  if (now.holder === 'task' || now.holder === 'shared') return [];
  const old = before && cpuStacks(before);
  return now.cpus.map(({ cpu, idx, currentPid }) => {
    const previous = old?.find((stack) => stack.cpu === cpu);
    const entries = now.slots
      .filter((slot) => slot.cpu === cpu && (slot.pte !== 0 || (now.holder === 'cpu' && slot.slot < idx)))
      .map((slot) => entryOf(now, slot, idx, previous, old !== undefined));
    for (const gone of previous?.entries ?? []) {
      if (gone.change !== 'gone' && !entries.some((entry) => entry.slot === gone.slot)) entries.push({ ...gone, change: 'gone' });
    }
    entries.sort((a, b) => a.slot - b.slot);
    const comm = now.tasks.find((task) => task.running && task.cpu === cpu && task.pid === currentPid)?.comm ?? '';
    const stack: CpuStack = { cpu, comm, idx, entries, change: '' };
    stack.change = changeOf(stack, previous, old !== undefined, STACK_FIELDS);
    return stack;
  });
}

function entryOf(
  now: MachineSnapshot,
  slot: SlotSnapshot,
  idx: number,
  old: CpuStack | undefined,
  hasPrevious: boolean,
): CpuStackEntry {
  const entry: CpuStackEntry = {
    slot: slot.slot,
    globalSlot: slot.globalSlot,
    type: slot.type,
    address: hex(slot.address),
    page: pageLabel(now, slot.pte),
    pfn: slot.pte === 0 ? '' : hex(pfnOf(slot.pte), 5),
    pte: pteText(slot.pte, slot.pteHigh),
    state: stateOf(now, slot, idx),
    tlb: tlbState(slot.tlb[slot.cpu] ?? 0, slot.pte),
    change: '',
  };
  const previous = old?.entries.find((one) => one.slot === slot.slot && one.change !== 'gone');
  entry.change = changeOf(entry, previous, hasPrevious, ENTRY_FIELDS);
  return entry;
}

function stateOf({ holder }: MachineSnapshot, { slot, pte }: SlotSnapshot, idx: number): CpuEntryState {
  if (holder === 'types') return 'mapped';
  if (pte === 0) return slot === idx - 1 ? 'claimed' : 'lost';
  return slot < idx ? 'mapped' : 'left';
}

/** `~ CPU 0, runs writer: 2 mappings, idx 2`. */
export function cpuStackHeadline({ cpu, comm, idx, entries, change }: CpuStack, holder: MachineSnapshot['holder']): string {
  const filled = entries.filter((entry) => entry.change !== 'gone').length;
  const what = filled === 0 ? 'nothing mapped' : count(filled, holder === 'types' ? 'busy slot' : 'mapping');
  return `${CHANGE_MARK[change]} CPU ${cpu}, runs ${comm}: ${what}${holder === 'types' ? '' : `, idx ${idx}`}`;
}

export function cpuEntriesText({ entries }: CpuStack, holder: MachineSnapshot['holder']): string {
  const types = holder === 'types';
  const rows = entries.map((entry) => [
    CHANGE_MARK[entry.change],
    String(entry.slot),
    ...(types ? [entry.type] : []),
    entry.address,
    entry.page,
    entry.pfn,
    entry.pte,
    entry.change === 'gone' ? CHANGE_WORD.gone : entry.state,
    entry.tlb,
  ]);
  return table([' ', 'slot', ...(types ? ['type'] : []), 'address', 'page', 'pfn', 'PTE', 'state', 'TLB'], rows);
}

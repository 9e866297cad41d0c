/** The window of persistent mappings in *PTE Slots*: one table for the whole machine, only slots that hold something, and how many are free. */
import { CHANGE_MARK, type Change, changeOf } from './change.ts';
import { hex, type MachineSnapshot, type PkmapSlotSnapshot, pageLabel, pteText } from './snapshot.ts';
import { type TlbState, tlbState } from './stack-states.ts';
import { count, indent, listOf, table } from './text.ts';

export interface PkmapTlb {
  cpu: number;
  state: TlbState;
  page: string;
}

export interface PkmapRow {
  slot: number;
  address: string;
  pte: string;
  page: string;
  /** `pkmap_count`. */
  count: number;
  users: number;
  /** `2 users`, `no users, still mapped`, `free`. */
  state: string;
  tlb: PkmapTlb[];
  change: Change;
}

export interface PkmapModel {
  /** LAST_PKMAP. */
  size: number;
  /** Slots with count 0: what kmap() can take without waiting. */
  free: number;
  /** Slot that the last search looked at, one for each cache colour. */
  lastNrs: readonly number[];
  /** Tasks that sleep in kmap(), in order of arrival. */
  waiting: string[];
  rows: PkmapRow[];
}

const ROW_FIELDS = ['pte', 'page', 'count'] as const;

export function pkmapModel(now: MachineSnapshot, before?: MachineSnapshot): PkmapModel {
  const { size, lastNrs, waiting, slots } = now.pkmap;
  const old = new Map(before?.pkmap.slots.map((slot) => [slot.slot, plainRow(before, slot)]));
  const rows = slots.map((slot): PkmapRow => {
    const row = plainRow(now, slot);
    const was = old.get(slot.slot);
    old.delete(slot.slot);
    const tlbChanged = was !== undefined && JSON.stringify(was.tlb) !== JSON.stringify(row.tlb);
    return { ...row, change: tlbChanged ? 'changed' : changeOf(row, was, before !== undefined, ROW_FIELDS) };
  });
  // What was there at the stop before keeps a row, so that one sees it go.
  const gone = [...old.values()].map((was) => goneRow(now, was));
  return {
    size,
    free: size - slots.filter((slot) => slot.count !== 0).length,
    lastNrs: [...lastNrs],
    waiting: [...waiting],
    rows: [...rows, ...gone].sort((a, b) => a.slot - b.slot),
  };
}

function plainRow(at: MachineSnapshot, { slot, address, pte, pteHigh, count: value, tlb }: PkmapSlotSnapshot): PkmapRow {
  return {
    slot,
    address: hex(address),
    pte: pteText(pte, pteHigh),
    page: pageLabel(at, pte),
    count: value,
    users: Math.max(0, value - 1),
    state: stateOf(value),
    tlb: tlb.map((word, cpu) => ({ cpu, state: tlbState(word, pte), page: pageLabel(at, word) })),
    change: '',
  };
}

function goneRow(now: MachineSnapshot, was: PkmapRow): PkmapRow {
  const tlb = now.cpus.map(({ cpu }): PkmapTlb => ({ cpu, state: 'none', page: '' }));
  return { ...was, pte: '0x'.padEnd(was.pte.length, '0'), page: '', count: 0, users: 0, state: stateOf(0), tlb, change: 'gone' };
}

function stateOf(value: number): string {
  if (value === 0) return 'free';
  return value === 1 ? 'no users, still mapped' : count(value - 1, 'user');
}

/** `all 1024 free` for a window that nobody has used, `1021 of 1024 free, the search goes on after slot 3; b waits for a slot`. */
export function pkmapSummary({ size, free, lastNrs, waiting }: PkmapModel): string {
  if (free === size && lastNrs.every((nr, colour) => nr === colour)) return `all ${size} free`;
  const room = free === size ? `all ${size} free` : `${free} of ${size} free`;
  const queue = waiting.length === 0 ? '' : `; ${listOf(waiting)} ${waiting.length === 1 ? 'waits' : 'wait'} for a slot`;
  const search = lastNrs.length === 1 ? 'the search goes on after slot' : 'the searches, one a colour, go on after slots';
  return `${room}, ${search} ${listOf(lastNrs.map(String))}${queue}`;
}

function tlbText(tlb: readonly PkmapTlb[]): string {
  const text = ({ cpu, state, page }: PkmapTlb): string =>
    state === 'stale' ? `stale CPU ${cpu} (${page})` : `fresh CPU ${cpu}`;
  return tlb
    .filter(({ state }) => state !== 'none')
    .map(text)
    .join(', ');
}

export function pkmapText(model: PkmapModel): string {
  const heading = `kmap() window: ${pkmapSummary(model)}`;
  if (model.rows.length === 0) return heading;
  const rows = model.rows.map(({ change, slot, address, pte, page, count: value, state, tlb }) => [
    CHANGE_MARK[change],
    String(slot),
    address,
    pte,
    page,
    String(value),
    state,
    tlbText(tlb),
  ]);
  return `${heading}\n${indent(table([' ', 'slot', 'address', 'PTE', 'page', 'count', 'users', 'TLB'], rows))}`;
}

/**
 * *PTE Slots*: the window of temporary mappings, CPU by CPU, and that of persistent ones: what the page table holds and what each TLB
 * believes.
 */
import { CHANGE_MARK, type Change, changeOf } from './change.ts';
import { type PkmapModel, pkmapModel, pkmapText } from './pkmap.ts';
import { hex, type MachineSnapshot, pageLabel, pfnOf, pteText, type SlotSnapshot, type TaskSnapshot } from './snapshot.ts';
import { type TlbState, tlbState } from './stack-states.ts';
import { count, indent, table } from './text.ts';

export interface SlotTlb {
  cpu: number;
  state: TlbState;
  /** Page that the CPU would reach through its TLB; empty when it would walk the page table. */
  page: string;
}

export interface SlotRow {
  slot: number;
  /** Type of the slot, where slots have types. */
  type: string;
  globalSlot: number;
  address: string;
  pte: string;
  page: string;
  pfn: string;
  guard: boolean;
  /** Who mapped it; `NOBODY` when no task claims it. */
  ownerPid: number;
  owner: string;
  tlb: SlotTlb[];
  change: Change;
}

export interface SlotsCpu {
  cpu: number;
  /** `CPU 0`, or `All CPUs` where mappings are everybody's. */
  title: string;
  rows: SlotRow[];
  /** Slots that hold nothing anywhere and are left out of `rows`. */
  hidden: number;
}

export interface SlotsModel {
  view: 'slots';
  step: number;
  time: number;
  mapping: string;
  slotsPerCpu: number;
  cpuCount: number;
  cpus: SlotsCpu[];
  /** The window of kmap(). */
  pkmap: PkmapModel;
}

/** Rows always shown per CPU, so that the table does not jump when the first mapping appears. */
export const SLOTS_ALWAYS_SHOWN = 2;

const ROW_FIELDS = ['pte', 'page', 'owner'] as const;

export function slotsModel(now: MachineSnapshot, before?: MachineSnapshot): SlotsModel {
  const shared = now.holder === 'shared';
  const cpus = now.cpus.slice(0, shared ? 1 : undefined).map(({ cpu }): SlotsCpu => {
    const slots = now.slots.filter((slot) => slot.cpu === cpu);
    const last = lastUsed(slots, before);
    const shown = slots.filter((slot) => (now.holder === 'types' ? isShownType(slot, before) : slot.slot <= last));
    return {
      cpu,
      title: shared ? 'All CPUs' : `CPU ${cpu}`,
      rows: shown.map((slot) => slotRow(now, slot, before)),
      hidden: slots.length - shown.length,
    };
  });
  const { step, time, mapping, slotsPerCpu } = now;
  return { view: 'slots', step, time, mapping, slotsPerCpu, cpuCount: now.cpus.length, cpus, pkmap: pkmapModel(now, before) };
}

/** Highest slot worth a row: in use now or at the stop before, and always the first few. */
function lastUsed(slots: readonly SlotSnapshot[], before: MachineSnapshot | undefined): number {
  let last = (slots.some((slot) => slot.guard) ? 2 * SLOTS_ALWAYS_SHOWN : SLOTS_ALWAYS_SHOWN) - 1;
  for (const slot of slots) {
    const old = before?.slots.find((s) => s.globalSlot === slot.globalSlot);
    if (isUsed(slot) || (old && isUsed(old))) last = Math.max(last, slot.slot);
  }
  return last;
}

/** Slots with types have no order: those in use now or at the stop before, and always the two of process context. */
function isShownType(slot: SlotSnapshot, before: MachineSnapshot | undefined): boolean {
  const old = before?.slots.find((s) => s.globalSlot === slot.globalSlot);
  return isUsed(slot) || (old !== undefined && isUsed(old)) || slot.type === 'KM_USER0' || slot.type === 'KM_USER1';
}

const isUsed = (slot: SlotSnapshot): boolean =>
  slot.pte !== 0 || (slot.pteHigh ?? 0) !== 0 || slot.tlb.some((word) => word !== 0);

function slotRow(now: MachineSnapshot, slot: SlotSnapshot, before: MachineSnapshot | undefined): SlotRow {
  const row = plainRow(now, slot);
  const old = before?.slots.find((s) => s.globalSlot === slot.globalSlot);
  const oldRow = before && old && plainRow(before, old);
  const tlbChanged = oldRow !== undefined && JSON.stringify(oldRow.tlb) !== JSON.stringify(row.tlb);
  row.change = tlbChanged ? 'changed' : changeOf(row, oldRow, before !== undefined, ROW_FIELDS);
  if (row.change === 'changed' && oldRow?.page === '' && row.page !== '') row.change = 'new';
  if (row.change === 'changed' && oldRow?.page !== '' && row.page === '') row.change = 'gone';
  return row;
}

function plainRow(at: MachineSnapshot, slot: SlotSnapshot): SlotRow {
  const owner = ownerOf(at, slot);
  return {
    slot: slot.slot,
    type: slot.type,
    globalSlot: slot.globalSlot,
    address: hex(slot.address),
    pte: pteText(slot.pte, slot.pteHigh),
    page: pageLabel(at, slot.pte),
    pfn: slot.pte === 0 ? '' : hex(pfnOf(slot.pte), 5),
    guard: slot.guard,
    ownerPid: owner?.pid ?? NOBODY,
    owner: owner?.comm ?? '',
    tlb: slot.tlb.map((word, cpu) => ({ cpu, state: tlbState(word, slot.pte), page: pageLabel(at, word) })),
    change: '',
  };
}

/** pid of an owner that does not exist: idle tasks have pid 0. */
export const NOBODY = -1;

/** Nobody where slots belong to CPUs. The running task of the CPU if its stack counts the slot, else whoever saved this very PTE for this slot of this CPU. */
function ownerOf(at: MachineSnapshot, slot: SlotSnapshot): TaskSnapshot | undefined {
  if (slot.pte === 0 || at.holder !== 'task') return undefined;
  const here = at.tasks.filter((task) => task.cpu === slot.cpu);
  const current = here.find((task) => task.running);
  if (current && slot.slot < current.idx && (current.pteval[slot.slot] || slot.pte) === slot.pte) return current;
  return here.find((task) => task.pteval[slot.slot] === slot.pte);
}

/** `fresh on CPU 0, stale on CPU 1 (reads letter[0])`, or nothing. */
export function tlbText(row: SlotRow, cpuCount: number): string {
  return row.tlb
    .filter((entry) => entry.state !== 'none')
    .map((entry) => {
      const where = cpuCount > 1 ? ` CPU ${entry.cpu}` : '';
      return entry.state === 'stale' ? `stale${where} (${entry.page})` : `fresh${where}`;
    })
    .join(', ');
}

export function slotsText(model: SlotsModel): string {
  const lines = [`PTE Slots at step ${model.step} (${model.mapping})`];
  for (const cpu of model.cpus) {
    lines.push(cpu.title);
    const rows = cpu.rows.map((row) => [
      CHANGE_MARK[row.change],
      row.type === '' ? String(row.slot) : `${row.slot} ${row.type}`,
      row.address,
      row.pte,
      row.guard && row.page === '' ? '(guard)' : row.page,
      row.owner,
      tlbText(row, model.cpuCount),
    ]);
    lines.push(indent(table([' ', 'slot', 'address', 'PTE', 'page', 'owner', 'TLB'], rows)));
    if (cpu.hidden > 0) lines.push(`  ${count(cpu.hidden, 'more slot')}, all empty`);
  }
  lines.push(pkmapText(model.pkmap));
  return lines.join('\n');
}

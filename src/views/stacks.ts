/** *Kmap Stacks*: what each task has mapped, in the order of its mapping stack, and where each mapping stands now. */
import { CHANGE_MARK, CHANGE_WORD, type Change, changeOf } from './change.ts';
import { type CpuStack, cpuEntriesText, cpuStackHeadline, cpuStacks, holderSentence } from './cpu-stacks.ts';
import {
  type CpuSnapshot,
  hex,
  type MachineSnapshot,
  pageLabel,
  pfnOf,
  pteText,
  type SlotSnapshot,
  type TaskSnapshot,
} from './snapshot.ts';
import { type TlbState, tlbState } from './stack-states.ts';
import { count, indent, table } from './text.ts';

/**
 * State of one entry, seen by its owner on its CPU (highmem 7.5), and three that only a broken kernel shows:
 * `overwritten`: the slot maps another page than the task saved; `lost`: the task runs and its slot is empty;
 * `left`: the task does not run and its page is still mapped there.
 */
export type EntryState = 'claimed' | 'live, unsaved' | 'live' | 'parked' | 'dying' | 'overwritten' | 'lost' | 'left';

export const ENTRY_STATE_TEXT: Record<EntryState, string> = {
  claimed: 'the index counts it, nothing is mapped yet',
  'live, unsaved': 'mapped, not yet saved in the task',
  live: 'mapped, and saved in the task',
  parked: 'saved in the task, taken out of the page table until the task runs again',
  dying: 'being unmapped: the PTE is empty, the saved value is still there',
  overwritten: 'the slot maps another page than the task saved',
  lost: 'the task runs, but its slot is empty',
  left: 'the task does not run, but its page is still mapped here',
};

export interface StackEntry {
  /** Slot within the CPU: the index of `kmap_ctrl.pteval`. */
  slot: number;
  globalSlot: number;
  /** The address by which the task knows it, on the CPU where the task is or was last. */
  address: string;
  page: string;
  pfn: string;
  /** Saved value, `kmap_ctrl.pteval[slot]`. */
  pteval: string;
  /** The PTE of the slot now. */
  pte: string;
  state: EntryState;
  tlb: TlbState;
  change: Change;
}

export interface StackTask {
  pid: number;
  comm: string;
  cpu: number;
  running: boolean;
  exited: boolean;
  state: string;
  idx: number;
  depth: number;
  migrationDisabled: number;
  entries: StackEntry[];
  change: Change;
}

export interface StacksModel {
  view: 'stacks';
  step: number;
  time: number;
  mapping: string;
  slotsPerCpu: number;
  /** With guard slots each mapping moves `idx` by 2. */
  guards: boolean;
  holder: MachineSnapshot['holder'];
  /** Where mappings are kept, when that is not the task. */
  sentence: string;
  /** One for each task, where mappings belong to tasks. */
  tasks: StackTask[];
  /** One for each CPU, where they belong to CPUs. */
  cpus: CpuStack[];
}

const ENTRY_FIELDS = ['address', 'page', 'pteval', 'pte', 'state', 'tlb'] as const;
const TASK_FIELDS = ['cpu', 'running', 'exited', 'idx', 'migrationDisabled'] as const;

export function stacksModel(now: MachineSnapshot, before?: MachineSnapshot): StacksModel {
  const old = before && stacksModel(before);
  return {
    view: 'stacks',
    step: now.step,
    time: now.time,
    mapping: now.mapping,
    slotsPerCpu: now.slotsPerCpu,
    guards: now.slots.some((slot) => slot.guard),
    holder: now.holder,
    sentence: holderSentence(now),
    cpus: cpuStacks(now, before),
    tasks: now.tasks
      .filter((task) => now.holder === 'task' && isShown(task, before))
      .map((task) =>
        stackTask(
          now,
          task,
          old?.tasks.find((t) => sameTask(t, task)),
          old !== undefined,
        ),
      ),
  };
}

/** Tasks of the program always; idle tasks and the kernel's own threads when something maps on their stack or did so at the stop before. */
function isShown(task: TaskSnapshot, before: MachineSnapshot | undefined): boolean {
  if (!task.idle && !task.ownThread) return true;
  const old = before?.tasks.find((t) => sameTask(t, task));
  return hasEntries(task) || (old !== undefined && hasEntries(old));
}

/** Idle tasks share pid 0; their names tell them apart. */
export const sameTask = (a: { pid: number; comm: string }, b: { pid: number; comm: string }): boolean =>
  a.pid === b.pid && a.comm === b.comm;

const hasEntries = (task: TaskSnapshot): boolean => task.idx !== 0 || task.pteval.some((value) => value !== 0);

function stackTask(now: MachineSnapshot, task: TaskSnapshot, old: StackTask | undefined, hasPrevious: boolean): StackTask {
  const entries: StackEntry[] = [];
  const guards = now.increment > 1;
  for (let slot = 0; slot < now.slotsPerCpu; slot++) {
    const saved = task.pteval[slot] ?? 0;
    const counted = slot < task.idx;
    const guard = guards && slot % 2 === 0;
    if ((counted && !guard) || saved !== 0) entries.push(stackEntry(now, task, slot, old, hasPrevious));
  }
  for (const gone of old?.entries ?? []) {
    if (gone.change !== 'gone' && !entries.some((entry) => entry.slot === gone.slot)) entries.push({ ...gone, change: 'gone' });
  }
  entries.sort((a, b) => a.slot - b.slot);
  const { pid, comm, cpu, running, exited, state, idx, migrationDisabled } = task;
  const depth = Math.max(0, Math.ceil(idx / now.increment));
  const model: StackTask = { pid, comm, cpu, running, exited, state, idx, depth, migrationDisabled, entries, change: '' };
  model.change = changeOf(model, old, hasPrevious, TASK_FIELDS);
  return model;
}

function stackEntry(
  now: MachineSnapshot,
  task: TaskSnapshot,
  slot: number,
  old: StackTask | undefined,
  hasPrevious: boolean,
): StackEntry {
  const place = now.slots.find((s) => s.cpu === task.cpu && s.slot === slot);
  const pte = place?.pte ?? 0;
  const saved = task.pteval[slot] ?? 0;
  const value = saved || pte;
  const entry: StackEntry = {
    slot,
    globalSlot: place?.globalSlot ?? slot,
    address: hex(place?.address ?? 0),
    page: pageLabel(now, value),
    pfn: value === 0 ? '' : hex(pfnOf(value), 5),
    pteval: pteText(saved, task.ptevalHigh?.[slot]),
    pte: pteText(pte, place?.pteHigh),
    state: entryState(now, task, slot, place),
    tlb: 'none',
    change: '',
  };
  entry.tlb = ownTlb(entry.state, place?.tlb[task.cpu] ?? 0, pte, saved);
  const previous = old?.entries.find((e) => e.slot === slot);
  entry.change = changeOf(entry, previous, hasPrevious, ENTRY_FIELDS);
  return entry;
}

/** A parked mapping has no translation; what the TLB holds for the slot belongs to whoever runs, unless it is the parked page still. */
function ownTlb(state: EntryState, word: number, pte: number, saved: number): TlbState {
  if (state === 'parked') return word === saved && word !== pte ? 'stale' : 'none';
  return tlbState(word, pte);
}

function entryState(now: MachineSnapshot, task: TaskSnapshot, slot: number, place: SlotSnapshot | undefined): EntryState {
  const pte = place?.pte ?? 0;
  const saved = task.pteval[slot] ?? 0;
  const cpu = now.cpus[task.cpu];
  if (!task.running) {
    const theirs = now.tasks.some((other) => other.running && other.cpu === task.cpu && other.pteval[slot] === pte);
    return pte !== 0 && pte === saved && !theirs && !cpu?.switching ? 'left' : 'parked';
  }
  if (saved === 0) return pte === 0 ? 'claimed' : 'live, unsaved';
  if (pte === saved) return 'live';
  if (pte !== 0) return 'overwritten';
  return missingState(now, task, slot, cpu);
}

/** Saved, but not in the page table, while the task is current: what the kernel is doing at this moment decides what that means. */
function missingState(now: MachineSnapshot, task: TaskSnapshot, slot: number, cpu: CpuSnapshot | undefined): EntryState {
  const top = slot >= task.idx - now.increment;
  if (cpu?.unmapping && top) return 'dying';
  return cpu?.switching ? 'parked' : 'lost';
}

/** The same as text; `kmaplab run --views` prints it. */
export function stacksText(model: StacksModel): string {
  const guards = model.guards ? ', every other one a guard' : '';
  const lines = [`Kmap Stacks at step ${model.step} (${model.mapping}, ${model.slotsPerCpu} slots per CPU${guards})`];
  if (model.sentence !== '') lines.push(model.sentence);
  for (const stack of model.cpus) {
    lines.push(cpuStackHeadline(stack, model.holder));
    if (stack.entries.length > 0) lines.push(indent(cpuEntriesText(stack, model.holder)));
  }
  if (model.holder === 'task' && model.tasks.length === 0) lines.push('No tasks.');
  for (const task of model.tasks) {
    lines.push(taskHeadline(task));
    if (task.entries.length > 0) lines.push(indent(entriesTable(task)));
  }
  return lines.join('\n');
}

/** `~ writer (pid 3) on CPU 0, running: 2 mappings, idx 2, migration disabled 2`. */
export function taskHeadline(task: StackTask): string {
  const what = task.depth === 0 ? 'nothing mapped' : count(task.depth, 'mapping');
  const pinned = task.migrationDisabled > 0 ? `, migration disabled ${task.migrationDisabled}` : '';
  return `${CHANGE_MARK[task.change]} ${task.comm} (pid ${task.pid}), ${task.state}: ${what}, idx ${task.idx}${pinned}`;
}

function entriesTable(task: StackTask): string {
  const rows = task.entries.map((entry) => [
    CHANGE_MARK[entry.change],
    String(entry.slot),
    entry.address,
    entry.page,
    entry.pfn,
    entry.pteval,
    entry.pte,
    entry.change === 'gone' ? CHANGE_WORD.gone : entry.state,
    entry.tlb,
  ]);
  return table([' ', 'slot', 'address', 'page', 'pfn', 'saved', 'PTE', 'state', 'TLB'], rows);
}

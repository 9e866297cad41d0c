/**
 * The rules for one access through a mapping window: who believes what of the slot, and which page the access really reaches.
 * A clean access costs a few reads; a broken rule is reported once for each task and slot until that task maps or unmaps there.
 * Pointers carry no provenance: an access to a live mapping of its own task at the right page is always fine.
 */
import { PAGE_SIZE } from '../../machine/memory-plan.ts';
import type { Kernel } from '../kernel.ts';
import type { MappingFacts } from '../mapping-facts.ts';
import type { Task } from '../task.ts';
import { actor, at, pageOf, slotName, verb } from './describe.ts';
import { isLive, isReleased, type MappingShadow, pfnOf } from './shadow.ts';

/** Rules by number; the number is what the shadow remembers. */
const RULES = ['', 'wrong_page', 'foreign_mapping', 'use_after_unmap', 'stale_tlb', 'slot_overflow'] as const;
type Rule = Exclude<(typeof RULES)[number], ''>;

export interface WindowAccess {
  cpu: number;
  address: number;
  write: boolean;
  /** The translation came from a TLB entry that differs from the page table. */
  stale: boolean;
  /** Translation used: a PTE value. */
  translation: number;
  /** Global slot of the address; negative above the first slot (the fixmap entries before it). */
  slot: number;
}

/** Whether an access through a translation that is in force needs no second look: the page is the one that the task mapped there. */
export function isClean(belief: number, translation: number): boolean {
  return isLive(belief) && (belief ^ translation) >>> 12 === 0;
}

export function judge(
  kernel: Kernel,
  shadow: MappingShadow,
  { slotsPerCpu, layout, sharedArea }: MappingFacts,
  access: WindowAccess,
): void {
  const task = kernel.currentTask(access.cpu);
  const { slot } = access;
  const inSlots = slot >= 0 && slot < shadow.slots;
  const belief = inSlots ? shadow.belief(task.index, slot) : 0;
  const used = pfnOf(access.translation);
  const owner = inSlots ? holderOf(kernel, shadow, task, slot, used) : undefined;
  const rule = brokenRule(shadow, task, belief, owner, access, layout.direction);
  if (!rule) return;
  // Above the first slot there is no word to remember the report in; the first slot's takes it.
  const noted = inSlots ? slot : 0;
  if (!shadow.firstReport(task.index, noted, RULES.indexOf(rule))) return;

  const elsewhere = isShared(sharedArea, access.address) ? 'a page of vmap()' : 'the page above the first slot';
  const where = inSlots ? slotName(slot, slotsPerCpu, access.cpu) : elsewhere;
  kernel.report(access.cpu, {
    slug: rule,
    headline: `${actor(task)} ${verb(access.write)} ${where}, ${outcome(kernel, rule, owner, used)}`,
    detail: `${explain(kernel, rule, belief, access)} (${at(access.address)})`,
  });
}

function isShared(area: MappingFacts['sharedArea'], address: number): boolean {
  return area !== undefined && ((address - area.start) >>> 0) / PAGE_SIZE < area.pages;
}

function brokenRule(
  shadow: MappingShadow,
  task: Task,
  belief: number,
  owner: Task | undefined,
  { slot, stale, translation }: WindowAccess,
  direction: 1 | -1,
): Rule | undefined {
  if (isLive(belief)) {
    if (pfnOf(belief) === pfnOf(translation)) return stale ? 'stale_tlb' : undefined;
    return owner && !stale ? 'foreign_mapping' : 'wrong_page';
  }
  if (owner) return 'foreign_mapping';
  if (isReleased(belief)) return 'use_after_unmap';
  const below = slot + direction;
  if (below >= 0 && below < shadow.slots && isLive(shadow.belief(task.index, below))) return 'slot_overflow';
  return stale ? 'stale_tlb' : undefined;
}

/** The other task that holds page `pfn` at this slot. */
function holderOf(kernel: Kernel, shadow: MappingShadow, task: Task, slot: number, pfn: number): Task | undefined {
  for (const other of kernel.tasks) {
    if (other.index === task.index) continue;
    const belief = shadow.belief(other.index, slot);
    if (isLive(belief) && pfnOf(belief) === pfn) return other;
  }
  return undefined;
}

function outcome(kernel: Kernel, rule: Rule, owner: Task | undefined, pfn: number): string {
  const page = pageOf(kernel, owner, pfn);
  switch (rule) {
    case 'wrong_page':
    case 'foreign_mapping':
      return `which maps ${page}`;
    case 'use_after_unmap':
      return `which it has unmapped; it still leads to ${page}`;
    case 'stale_tlb':
      return `through a stale translation to ${page}`;
    case 'slot_overflow':
      return `coming from its own mapping beside it; it maps ${page}`;
  }
}

function explain(kernel: Kernel, rule: Rule, belief: number, { cpu, address, stale }: WindowAccess): string {
  const mine = isLive(belief) ? `It mapped ${pageOf(kernel, undefined, pfnOf(belief))} there. ` : '';
  const entry = kernel.machine.mmu.pte(address, cpu);
  const table = entry === 0 ? 'is empty' : `leads to ${pageOf(kernel, undefined, pfnOf(entry))}`;
  if (stale) {
    return `${mine}The TLB of CPU ${cpu} still holds an older translation; the page table entry ${table}. Nothing flushed it on this CPU`;
  }
  switch (rule) {
    case 'foreign_mapping':
      return `${mine}All CPUs share one kernel page table, so nothing keeps tasks from each other's slots`;
    case 'use_after_unmap':
      return 'The unmap cleared another page table entry than this one';
    case 'slot_overflow':
      return 'Slots lie directly beside each other; an empty guard between them would make this a page fault';
    default:
      return `${mine}The page table entry was replaced behind its back`;
  }
}

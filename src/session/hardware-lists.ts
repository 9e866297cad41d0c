/** Lists of the machine scope that no C expression reaches: page frames by name, and the slots of the page tables. */
import { mappingFacts } from '../kernel/mapping-facts.ts';
import { pageName, pageNames } from '../kernel/page-names.ts';
import { PAGE_SHIFT, PAGE_SIZE } from '../machine/memory-plan.ts';
import { NO_TRANSLATION } from '../machine/mmu.ts';
import { hex } from '../util/bits.ts';
import type { Variable } from './api.ts';
import type { Debuggee } from './debuggee.ts';

/** Characters of a page's text that are shown. */
const TEXT_PREVIEW = 32;

/** The program's pages: frame number and the text at their beginning. A data breakpoint watches all of their bytes. */
export function pageList({ kernel, machine }: Debuggee): Variable[] {
  return [...pageNames(kernel)].flatMap(([pfn, name]) => {
    const offset = machine.mmu.frameOffset(pfn);
    if (offset === NO_TRANSLATION) return [];
    const text = beginning(machine.memory.bytes, offset);
    return [line(name, `pfn ${hex(pfn, 1)} "${text}"`, 'page', { offset, size: PAGE_SIZE })];
  });
}

/**
 * The slots of the temporary-mapping window, by CPU: address, PTE and page; or the pages of the one area that all CPUs share. A data
 * breakpoint watches the PTE.
 */
export function slotList(debuggee: Debuggee): Variable[] {
  const { machine, built } = debuggee;
  const { slotsPerCpu, layout, perCpuTables, pae, sharedArea } = mappingFacts(built.profile);
  if (sharedArea) {
    return Array.from({ length: sharedArea.pages }, (_, page) =>
      entry(debuggee, `page ${page} of the area`, sharedArea.start + page * PAGE_SIZE, 0, pae),
    ).flat();
  }
  const list: Variable[] = [];
  for (let cpu = 0; cpu < machine.cpuCount; cpu++) {
    for (let slot = 0; slot < slotsPerCpu; slot++) {
      const addresses = Array.from({ length: layout.colours }, (_, colour) =>
        layout.slotAddress(slot, perCpuTables ? 0 : cpu, colour),
      );
      const address = addresses.find((at) => machine.mmu.pte(at | 0, cpu) !== 0) ?? addresses[0];
      list.push(...entry(debuggee, `CPU ${cpu} slot ${slot}`, address, cpu, pae));
    }
  }
  return list;
}

/** The page table entry of an address as CPU `cpu` has it; nothing where there is none. */
function entry({ kernel, machine }: Debuggee, name: string, address: number, cpu: number, pae: boolean): Variable[] {
  const word = machine.mmu.pteWord(address | 0, cpu);
  if (word === NO_TRANSLATION) return [];
  const low = machine.memory.words[word];
  const high = pae ? machine.memory.words[word + 1] : 0;
  const digits = pae ? `${hex(high)}${hex(low).slice(2)}` : hex(low);
  const page = low === 0 ? '(half written)' : pageName(kernel, low >>> PAGE_SHIFT);
  const what = low === 0 && high === 0 ? 'empty' : `${digits} ${page}`;
  return [line(name, `${hex(address)}: ${what}`, 'pte_t', { offset: word * 4, size: pae ? 8 : 4 })];
}

function line(name: string, value: string, type: string, place: { offset: number; size: number }): Variable {
  return { name, value, type, reference: 0, changed: false, readOnly: true, place };
}

function beginning(bytes: Uint8Array, offset: number): string {
  let text = '';
  for (let i = 0; i < TEXT_PREVIEW && bytes[offset + i] !== 0; i++) {
    const byte = bytes[offset + i];
    text += byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.';
  }
  return text;
}

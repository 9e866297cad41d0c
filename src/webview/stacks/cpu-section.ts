/** The stack of a CPU on screen, or its slots by type: the newest mapping on top. */
import { html, nothing, type TemplateResult } from 'lit';
import { CPU_ENTRY_STATE_TEXT, type CpuEntryState, type CpuStack, type CpuStackEntry } from '../../views/cpu-stacks.ts';
import type { StacksModel } from '../../views/stacks.ts';
import { mark } from '../shared/marks.ts';
import { revealButton, revealName } from '../shared/view.ts';
import { entriesTable, stateCell } from './entries-table.ts';

const STATE_ICON: Record<CpuEntryState, string> = {
  mapped: 'circle-filled',
  claimed: 'circle-outline',
  lost: 'error',
  left: 'warning',
};

export function cpuSection(stack: CpuStack, holder: StacksModel['holder']): TemplateResult {
  const entries = [...stack.entries].reverse();
  const target = { kind: 'cpu', cpu: stack.cpu } as const;
  return html`<section data-reveal=${revealName(target)} class=${entries.length === 0 ? 'is-bare' : ''}>
    <h2>
      <span>${mark(stack.change)}${revealButton(target, `CPU ${stack.cpu}`, 'Show this CPU in the other views')}</span>
      <span class="quiet">runs ${stack.comm}</span>
      ${holder === 'cpu' ? html`<span class="quiet mono">idx ${stack.idx}</span>` : nothing}
    </h2>
    ${entriesTable(`CPU ${stack.cpu}`, 'PTE', entries, entryRow)}
  </section>`;
}

function entryRow(entry: CpuStackEntry): TemplateResult {
  const gone = entry.change === 'gone';
  const broken = !gone && (entry.state === 'lost' || entry.state === 'left');
  return html`<tr class="change-${entry.change}">
    <th scope="row">
      ${mark(entry.change)}<span class="mono">${entry.slot}</span>
      ${entry.type === '' ? nothing : html`<span class="second">${entry.type}</span>`}
    </th>
    <td>
      ${revealButton({ kind: 'slot', globalSlot: entry.globalSlot }, entry.page || 'no page', 'Show this slot in PTE Slots')}
      <span class="second">${entry.address}</span>
    </td>
    ${stateCell({ gone, broken, state: entry.state, meaning: CPU_ENTRY_STATE_TEXT[entry.state], icon: STATE_ICON[entry.state], tlb: entry.tlb })}
    <td><span class="second">${entry.pte}</span></td>
  </tr>`;
}

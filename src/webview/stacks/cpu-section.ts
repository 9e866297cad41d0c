/** The stack of a CPU on screen, or its slots by type: the newest mapping on top. */
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { CPU_ENTRY_STATE_TEXT, type CpuEntryState, type CpuStack, type CpuStackEntry } from '../../views/cpu-stacks.ts';
import type { StacksModel } from '../../views/stacks.ts';
import { mark } from '../shared/marks.ts';
import { revealButton, revealName } from '../shared/view.ts';

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
    ${entries.length === 0 ? html`<p class="caption">nothing mapped</p>` : entriesTable(stack, entries)}
  </section>`;
}

function entriesTable(stack: CpuStack, entries: readonly CpuStackEntry[]): TemplateResult {
  return html`<table aria-label="Mappings of CPU ${stack.cpu}, newest first">
    <thead>
      <tr>
        <th scope="col">Slot</th>
        <th scope="col">Page, address</th>
        <th scope="col">State, TLB</th>
        <th scope="col">PTE</th>
      </tr>
    </thead>
    <tbody>
      ${repeat(entries, (entry) => entry.slot, entryRow)}
    </tbody>
  </table>`;
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
    <td title=${gone ? 'unmapped since the last stop' : CPU_ENTRY_STATE_TEXT[entry.state]}>
      <span class=${broken ? 'bad' : ''}
        ><span class="codicon codicon-${gone ? 'remove' : STATE_ICON[entry.state]}" aria-hidden="true"></span> ${gone ? 'unmapped' : entry.state}</span
      >
      <span class="second ${entry.tlb === 'stale' ? 'bad' : ''}">TLB ${entry.tlb}</span>
    </td>
    <td><span class="second">${entry.pte}</span></td>
  </tr>`;
}

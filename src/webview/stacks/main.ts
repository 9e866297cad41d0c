/** *Kmap Stacks* on screen: a task after the other, its mappings with the newest on top, as they will be unmapped. */
import '../shared/shared.css';
import './stacks.css';
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { ENTRY_STATE_TEXT, type EntryState, type StackEntry, type StacksModel, type StackTask } from '../../views/stacks.ts';
import { changeSummary, mark } from '../shared/marks.ts';
import { revealButton, revealName, startView } from '../shared/view.ts';
import { cpuSection } from './cpu-section.ts';
import { entriesTable, stateCell } from './entries-table.ts';

const STATE_ICON: Record<EntryState, string> = {
  claimed: 'circle-outline',
  'live, unsaved': 'circle-large-outline',
  live: 'circle-filled',
  parked: 'debug-pause',
  dying: 'close',
  overwritten: 'warning',
  lost: 'error',
  left: 'warning',
};
const BROKEN: ReadonlySet<EntryState> = new Set(['overwritten', 'lost', 'left']);

startView({
  name: 'stacks',
  title: 'Kmap Stacks',
  announcesStop: true,
  draw,
  summary: (model) =>
    `Kmap stacks: ${changeSummary([...model.tasks, ...model.cpus].flatMap(({ entries }) => entries.map((entry) => entry.change)))}.`,
});

function draw(model: StacksModel): TemplateResult {
  const guards = model.guards ? ', every other one a guard' : nothing;
  return html`
    ${model.sentence === '' ? nothing : html`<p class="caption">${model.sentence}</p>`}
    ${repeat(model.tasks, (task) => `${task.pid} ${task.comm}`, taskSection)}
    ${repeat(
      model.cpus,
      (stack) => stack.cpu,
      (stack) => cpuSection(stack, model.holder),
    )}
    <p class="caption"><span class="mono">${model.mapping}</span>, ${model.slotsPerCpu} slots per CPU${guards}</p>
  `;
}

function taskSection(task: StackTask): TemplateResult {
  const entries = [...task.entries].reverse();
  return html`<section data-reveal=${revealName({ kind: 'task', pid: task.pid, comm: task.comm })} class="${task.exited ? 'exited' : ''} ${entries.length === 0 ? 'is-bare' : ''}">
    <h2>
      <span
        >${mark(task.change)}${revealButton({ kind: 'task', pid: task.pid, comm: task.comm }, task.comm, 'Show this task in the other views')}</span
      >
      <span class="quiet">${task.state}</span>
      <span class="quiet mono">idx ${task.idx}</span>
      ${task.migrationDisabled > 0 ? html`<span class="quiet">pinned (${task.migrationDisabled})</span>` : nothing}
    </h2>
    ${entriesTable(task.comm, 'Saved, PTE', entries, entryRow)}
  </section>`;
}

function entryRow(entry: StackEntry): TemplateResult {
  const gone = entry.change === 'gone';
  const broken = BROKEN.has(entry.state) && !gone;
  const slot = { kind: 'slot', globalSlot: entry.globalSlot } as const;
  return html`<tr class="change-${entry.change}">
    <th scope="row">${mark(entry.change)}<span class="mono">${entry.slot}</span></th>
    <td>
      ${revealButton(slot, entry.page || 'no page yet', 'Show this slot in PTE Slots')}
      <span class="second">${entry.address}</span>
    </td>
    ${stateCell({ gone, broken, state: entry.state, meaning: ENTRY_STATE_TEXT[entry.state], icon: STATE_ICON[entry.state], tlb: entry.tlb })}
    <td>
      <span class="second">${entry.pteval}</span>
      <span class="second">${entry.pte}</span>
    </td>
  </tr>`;
}

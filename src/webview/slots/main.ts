/** *PTE Slots* on screen: one table per CPU, one row per slot, one cell per TLB. */
import '../shared/shared.css';
import './slots.css';
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { type PkmapModel, type PkmapRow, pkmapSummary } from '../../views/pkmap.ts';
import type { SlotRow, SlotsCpu, SlotsModel, SlotTlb } from '../../views/slots.ts';
import { changeSummary, mark } from '../shared/marks.ts';
import { revealButton, revealName, startView } from '../shared/view.ts';

/** Up to this many CPUs have a TLB column each. */
const COLUMNS = 2;
/** With PAE an entry may be half written: no page yet, and not empty. */
const isEmptyEntry = (pte: string): boolean => /^0x0*$/.test(pte);

startView({
  name: 'slots',
  title: 'PTE Slots',
  draw,
  summary: (model) =>
    `PTE slots: ${changeSummary([...model.cpus.flatMap((cpu) => cpu.rows), ...model.pkmap.rows].map((row) => row.change))}.`,
});

function draw(model: SlotsModel): TemplateResult {
  return html`${repeat(
    model.cpus,
    (cpu) => cpu.cpu,
    (cpu) => cpuSection(cpu, model),
  )}${pkmapSection(model.pkmap, model.cpuCount)}`;
}

function pkmapSection(pkmap: PkmapModel, cpuCount: number): TemplateResult {
  const columns = cpuCount <= COLUMNS ? Array.from({ length: cpuCount }, (_, cpu) => cpu) : undefined;
  return html`<section>
    <h2>kmap() window</h2>
    ${
      pkmap.rows.length === 0
        ? nothing
        : html`<table aria-label="Slots of the kmap() window">
            <thead>
              <tr>
                <th scope="col">Slot</th>
                <th scope="col">Address, PTE</th>
                <th scope="col">Page, users</th>
                ${columns ? columns.map((cpu) => html`<th scope="col" title="What the TLB of CPU ${cpu} holds">TLB ${cpu}</th>`) : html`<th scope="col">TLBs</th>`}
              </tr>
            </thead>
            <tbody>
              ${repeat(pkmap.rows, (row) => row.slot, pkmapRow)}
            </tbody>
          </table>`
    }
    <p class="caption">${pkmapSummary(pkmap)}</p>
  </section>`;
}

function pkmapRow(row: PkmapRow): TemplateResult {
  return html`<tr class="change-${row.change} ${row.count === 0 ? 'is-empty' : ''}">
    <th scope="row"><span class="mono" tabindex="-1">${mark(row.change)}${row.slot}</span></th>
    <td>
      <span class="second">${row.address}</span>
      <span class="second">${isEmptyEntry(row.pte) ? 'empty' : row.pte}</span>
    </td>
    <td>
      ${row.page}
      <span class="second" title="pkmap_count ${row.count}">${row.state}</span>
    </td>
    ${row.tlb.length <= COLUMNS ? row.tlb.map((tlb) => html`<td>${tlbState(tlb)}</td>`) : html`<td>${row.tlb.map(tlbInList)}</td>`}
  </tr>`;
}

function cpuSection(cpu: SlotsCpu, model: SlotsModel): TemplateResult {
  return html`<section data-reveal=${revealName({ kind: 'cpu', cpu: cpu.cpu })}>
    <h2>${revealButton({ kind: 'cpu', cpu: cpu.cpu }, cpu.title, 'Show this CPU in the other views')}</h2>
    <table aria-label="Slots, ${cpu.title}">
      <thead>
        <tr>
          <th scope="col">Slot</th>
          <th scope="col">Address, PTE</th>
          <th scope="col">Page, owner</th>
          ${
            model.cpuCount <= COLUMNS
              ? Array.from(
                  { length: model.cpuCount },
                  (_, c) => html`<th scope="col" title="What the TLB of CPU ${c} holds">TLB ${c}</th>`,
                )
              : html`<th scope="col">TLBs</th>`
          }
        </tr>
      </thead>
      <tbody>
        ${repeat(cpu.rows, (row) => row.slot, slotRow)}
      </tbody>
    </table>
    ${cpu.hidden > 0 ? html`<p class="caption">${cpu.hidden} more, all empty</p>` : nothing}
  </section>`;
}

function slotRow(row: SlotRow): TemplateResult {
  const empty = row.page === '';
  const owner = { kind: 'task', pid: row.ownerPid, comm: row.owner } as const;
  return html`<tr class="change-${row.change} ${empty ? 'is-empty' : ''}" data-reveal=${revealName({ kind: 'slot', globalSlot: row.globalSlot })}>
    <th scope="row"><span class="mono" tabindex="-1">${mark(row.change)}${row.slot}</span>${
      row.type === '' ? nothing : html`<span class="second">${row.type}</span>`
    }</th>
    <td>
      <span class="second">${row.address}</span>
      <span class="second">${isEmptyEntry(row.pte) ? 'empty' : row.pte}</span>
    </td>
    <td>
      ${row.guard && empty ? html`<span class="quiet">guard</span>` : row.page}
      <span class="second">${revealButton(owner, row.owner, 'Show this task in the other views')}</span>
    </td>
    ${row.tlb.length <= COLUMNS ? row.tlb.map((tlb) => html`<td>${tlbState(tlb)}</td>`) : html`<td>${row.tlb.map(tlbInList)}</td>`}
  </tr>`;
}

function tlbState(tlb: SlotTlb): TemplateResult {
  if (tlb.state === 'none')
    return html`<span class="quiet" aria-hidden="true">&middot;</span><span class="hidden-text">none</span>`;
  if (tlb.state === 'fresh') return html`<span class="codicon codicon-check" aria-hidden="true"></span> fresh`;
  return html`<span class="bad" title="CPU ${tlb.cpu} still reaches ${tlb.page} through its TLB"
      ><span class="codicon codicon-warning" aria-hidden="true"></span> stale</span
    ><span class="second">${tlb.page}</span>`;
}

/** With many CPUs only those that hold something are named. */
function tlbInList(tlb: SlotTlb): TemplateResult | typeof nothing {
  if (tlb.state === 'none') return nothing;
  return html`<span class="tlb">CPU ${tlb.cpu} ${tlbState(tlb)}</span>`;
}

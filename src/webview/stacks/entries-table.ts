/** What the stack of a task and that of a CPU look alike in. */
import { html, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';

/** The mappings of `owner`, newest first; `last` is the heading of the last column. */
export function entriesTable<E extends { slot: number }>(
  owner: string,
  last: string,
  entries: readonly E[],
  row: (entry: E) => TemplateResult,
): TemplateResult {
  if (entries.length === 0) return html`<p class="caption">nothing mapped</p>`;
  return html`<table aria-label="Mappings of ${owner}, newest first">
    <thead>
      <tr>
        ${['Slot', 'Page, address', 'State, TLB', last].map((heading) => html`<th scope="col">${heading}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${repeat(entries, ({ slot }) => slot, row)}
    </tbody>
  </table>`;
}

interface EntryStateCell {
  /** Unmapped since the last stop. */
  gone: boolean;
  broken: boolean;
  state: string;
  meaning: string;
  icon: string;
  tlb: string;
}

export function stateCell({ gone, broken, state, meaning, icon, tlb }: EntryStateCell): TemplateResult {
  return html`<td title=${gone ? 'unmapped since the last stop' : meaning}>
    <span class=${broken ? 'bad' : ''}
      ><span class="codicon codicon-${gone ? 'remove' : icon}" aria-hidden="true"></span> ${gone ? 'unmapped' : state}</span
    >
    <span class="second ${tlb === 'stale' ? 'bad' : ''}">TLB ${tlb}</span>
  </td>`;
}

/** Marks for what changed since the last stop: a sign, a word for assistive technology, and only then a colour. */
import { html, nothing, type TemplateResult } from 'lit';
import { CHANGE_MARK, CHANGE_WORD, type Change } from '../../views/change.ts';

export function mark(change: Change): TemplateResult | typeof nothing {
  if (change === '') return nothing;
  return html`<span class="mark mark-${change}" title="${CHANGE_WORD[change]} since the last stop" aria-hidden="true">${CHANGE_MARK[change]}</span
    ><span class="hidden-text">${CHANGE_WORD[change]} since the last stop</span>`;
}

/** `1 new, 2 changed`, or `nothing changed`. */
export function changeSummary(changes: readonly Change[]): string {
  const parts = (['new', 'changed', 'gone'] as const)
    .map((change) => ({ change, n: changes.filter((c) => c === change).length }))
    .filter(({ n }) => n > 0)
    .map(({ change, n }) => `${n} ${CHANGE_WORD[change]}`);
  return parts.length === 0 ? 'nothing changed' : parts.join(', ');
}

/** *Locks* on screen: a table of locks with holders and waiters, and the chains as sentences. */
import '../shared/shared.css';
import './locks.css';
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { LockRow, LocksModel, LockTask } from '../../views/locks.ts';
import { changeSummary, mark } from '../shared/marks.ts';
import { revealButton, startView } from '../shared/view.ts';

startView({
  name: 'locks',
  title: 'Locks',
  draw,
  summary: (model) => `Locks: ${changeSummary(model.locks.map(({ change }) => change))}. ${model.chains.join('. ')}`.trim(),
});

function draw(model: LocksModel): TemplateResult {
  return html`
    ${model.chains.map((text) => html`<p class="chain"><span class="codicon codicon-link" aria-hidden="true"></span> ${text}.</p>`)}
    ${model.locks.length === 0 ? html`<p class="caption">The program has no lock, and nobody holds or waits for one.</p>` : locksTable(model)}
    ${
      model.lockdep
        ? nothing
        : html`<p class="caption">Without lockdep, locks that have no owner word (readers, semaphores) do not say who holds them.</p>`
    }
  `;
}

function locksTable({ locks }: LocksModel): TemplateResult {
  return html`<table aria-label="Locks: the program's own, and others while they are used">
    <thead>
      <tr>
        <th scope="col">Lock</th>
        <th scope="col">Kind</th>
        <th scope="col">Held by</th>
        <th scope="col">Waiting, in order</th>
      </tr>
    </thead>
    <tbody>
      ${repeat(locks, ({ address }) => address, lockRow)}
    </tbody>
  </table>`;
}

function lockRow(row: LockRow): TemplateResult {
  const nobody = row.change === 'gone' ? 'not used any more' : 'free';
  return html`<tr class="change-${row.change} ${row.ofProgram ? 'own' : ''}">
    <th scope="row">${mark(row.change)}<span class="mono">${row.name}</span></th>
    <td>${row.kind}</td>
    <td>${row.holders.length === 0 ? html`<span class="quiet">${nobody}</span>` : row.holders.map((task) => html`<span class="task">${taskCell(task)}</span>`)}</td>
    <td>${row.waiters.length === 0 ? nothing : html`<ol>${row.waiters.map((task) => html`<li>${taskCell(task)} ${task.state}</li>`)}</ol>`}</td>
  </tr>`;
}

function taskCell(task: LockTask): TemplateResult {
  const target = { kind: 'task', pid: task.pid, comm: task.comm } as const;
  const lent = task.prio === task.normalPrio ? nothing : html`, lent; its own ${task.normalPrio}`;
  return html`${revealButton(target, task.comm, 'Show this task in the other views')}
    <span class="quiet">(prio ${task.prio}${lent})</span>`;
}

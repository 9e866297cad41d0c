/** *Metrics* on screen: a table per group, and the sections of migrate_disable() with a bar each. */
import '../shared/shared.css';
import './metrics.css';
import { html, nothing, type TemplateResult } from 'lit';
import {
  type MetricFigure,
  type MetricGroup,
  type MetricSection,
  type MetricsModel,
  maxText,
  partsText,
  totalText,
} from '../../views/metrics.ts';
import { formatTime } from '../../views/snapshot.ts';
import { revealButton, startView } from '../shared/view.ts';

startView({
  name: 'metrics',
  title: 'Metrics',
  draw,
  summary: (model) => `Metrics: ${model.groups.map(({ title, rows }) => `${title} ${rows.length}`).join(', ')}.`,
});

function draw(model: MetricsModel): TemplateResult {
  return html`
    <p class="caption">From the start to ${formatTime(model.time)}, step ${model.step}.</p>
    ${model.groups.length === 0 ? html`<p class="caption">Nothing to measure yet.</p>` : model.groups.map(groupSection)}
    ${model.sections.length === 0 ? nothing : sectionsTable(model)}
  `;
}

function groupSection({ title, meaning, rows }: MetricGroup): TemplateResult {
  return html`<section>
    <h3>${title}</h3>
    ${meaning === '' ? nothing : html`<p class="meaning">${meaning}</p>`}
    <table aria-label=${title}>
      <thead>
        <tr>
          <th scope="col">Metric</th>
          <th scope="col">Of</th>
          <th scope="col" class="number">Count</th>
          <th scope="col" class="number">Total</th>
          <th scope="col" class="number">Longest</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(figureRow)}
      </tbody>
    </table>
  </section>`;
}

function subject({ subject: name, pid, cpu }: MetricFigure): TemplateResult | string {
  const target =
    pid !== undefined
      ? ({ kind: 'task', pid, comm: name } as const)
      : cpu !== undefined
        ? ({ kind: 'cpu', cpu } as const)
        : undefined;
  return target ? html`${revealButton(target, name, 'Show it in the other views')}` : name;
}

function figureRow(row: MetricFigure): TemplateResult {
  return html`<tr>
    <th scope="row" class="mono">${row.metric}</th>
    <td>${subject(row)}</td>
    <td class="mono number">${row.count}</td>
    <td class="mono number">${totalText(row)}</td>
    <td class="mono number">${maxText(row)}</td>
  </tr>`;
}

function sectionsTable({ sections, sectionCount }: MetricsModel): TemplateResult {
  const left = sectionCount - sections.length;
  return html`<section>
    <h3>Sections, newest first</h3>
    ${left > 0 ? html`<p class="meaning">${left} earlier ones are not listed.</p>` : nothing}
    <table aria-label="Sections of migrate_disable(), newest first">
      <thead>
        <tr>
          <th scope="col">Task</th>
          <th scope="col">CPU</th>
          <th scope="col">From</th>
          <th scope="col">Wall</th>
          <th scope="col">Parts</th>
        </tr>
      </thead>
      <tbody>
        ${sections.map(sectionRow)}
      </tbody>
    </table>
  </section>`;
}

function sectionRow(section: MetricSection): TemplateResult {
  const target = { kind: 'task', pid: section.pid, comm: section.comm } as const;
  const parts = ['runtime', 'preempted', 'blocked', 'irq'] as const;
  return html`<tr>
    <th scope="row">${revealButton(target, section.comm, 'Show this task in the other views')}</th>
    <td class="mono">${section.cpu}</td>
    <td class="mono">${formatTime(section.start)}</td>
    <td class="mono">${formatTime(section.wall)}${section.unfinished ? html`, still open` : nothing}</td>
    <td>
      ${partsText(section)}
      <div class="bar" aria-hidden="true">${parts.map((part) => html`<span class=${part} .style=${`flex-grow: ${section[part]}`}></span>`)}</div>
    </td>
  </tr>`;
}

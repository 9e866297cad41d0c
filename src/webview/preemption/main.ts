/** *Preemption* on screen: per CPU the verdict in words, the count as fields, and the run queue. */
import '../shared/shared.css';
import './preemption.css';
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { type PreemptionCpu, type PreemptionModel, type QueueRow, reschedText } from '../../views/preemption.ts';
import { mark } from '../shared/marks.ts';
import { revealButton, revealName, startView } from '../shared/view.ts';

startView({
  name: 'preemption',
  title: 'Preemption',
  draw,
  summary: (model) => model.cpus.map((cpu) => (cpu.changed.length > 0 ? `CPU ${cpu.cpu}: ${cpu.why}` : '')).join(' '),
});

function draw(model: PreemptionModel): TemplateResult {
  const uncounted = model.counted ? nothing : html`, preempt_disable() is not counted`;
  return html`
    ${repeat(
      model.cpus,
      (cpu) => cpu.cpu,
      (cpu) => cpuSection(cpu),
    )}
    <p class="caption"><span class="mono">preempt = ${model.preempt}</span>${uncounted}</p>
  `;
}

function cpuSection(cpu: PreemptionCpu): TemplateResult {
  const task = { kind: 'task', pid: cpu.currentPid, comm: cpu.current } as const;
  return html`<section data-reveal=${revealName({ kind: 'cpu', cpu: cpu.cpu })}>
    <h2>
      <span>CPU ${cpu.cpu}</span>
      <span>${changed(cpu, 'currentPid')}${revealButton(task, cpu.current, 'Show this task in the other views')}</span>
      <span class="quiet">${cpu.idle ? 'idle' : `${cpu.policy} ${cpu.prio}`}</span>
      ${cpu.context === 'task' ? nothing : html`<span>in ${cpu.context}</span>`}
    </h2>
    <p class="why">
      ${changed(cpu, 'preemptible')}<span class="codicon codicon-${cpu.preemptible ? 'unlock' : 'lock'}" aria-hidden="true"></span> ${cpu.why}
    </p>
    ${countFields(cpu)} ${facts(cpu)} ${queue(cpu)}
  </section>`;
}

const changed = (cpu: PreemptionCpu, field: string): TemplateResult | typeof nothing =>
  cpu.changed.includes(field) ? mark('changed') : nothing;

/** The word as its fields, most significant first, as in the kernel's comment. */
function countFields(cpu: PreemptionCpu): TemplateResult {
  const { count } = cpu;
  const softirq = count.softirqDisabled > 0 ? `${count.softirqDisabled} off` : count.servingSoftirq ? 'serving' : '0';
  const fields: [string, string, boolean][] = [
    ['NMI', String(count.nmi), count.nmi > 0],
    ['hardirq', String(count.hardirq), count.hardirq > 0],
    ['softirq', softirq, softirq !== '0'],
    ['preempt', String(count.preempt), count.preempt > 0],
  ];
  return html`<table class="count" aria-label="preempt_count of CPU ${cpu.cpu}">
    <thead>
      <tr>
        <th scope="col">${changed(cpu, 'countRaw')}count</th>
        ${fields.map(([name]) => html`<th scope="col">${name}</th>`)}
      </tr>
    </thead>
    <tbody>
      <tr>
        <td class="mono">${count.raw}</td>
        ${fields.map(([, value, set]) => html`<td class="mono ${set ? 'is-set' : ''}">${value}</td>`)}
      </tr>
    </tbody>
  </table>`;
}

function facts(cpu: PreemptionCpu): TemplateResult {
  const rows: [string, string, string, boolean][] = [
    ['irqsEnabled', 'interrupts', cpu.irqsEnabled ? 'on' : 'off', !cpu.irqsEnabled],
    ['needResched', 'need_resched', reschedText(cpu), cpu.needResched || cpu.needReschedLazy],
    ['migrationDisabled', 'migration_disabled', String(cpu.migrationDisabled), cpu.migrationDisabled > 0],
    ['pagefaultDisabled', 'pagefault_disabled', String(cpu.pagefaultDisabled), cpu.pagefaultDisabled > 0],
    ['nrPinned', 'nr_pinned', String(cpu.nrPinned), cpu.nrPinned > 0],
  ];
  return html`<dl>
    ${rows.map(
      ([field, name, value, set]) =>
        html`<div><dt class="mono">${changed(cpu, field)}${name}</dt><dd class="mono ${set ? 'is-set' : ''}">${value}</dd></div>`,
    )}
  </dl>`;
}

function queue(cpu: PreemptionCpu): TemplateResult {
  if (cpu.queue.length === 0) return html`<p class="caption">run queue empty</p>`;
  return html`<table aria-label="Run queue of CPU ${cpu.cpu}, in the order in which it would run">
    <thead>
      <tr>
        <th scope="col">Run queue</th>
        <th scope="col">Class</th>
        <th scope="col">Prio</th>
        <th scope="col">State</th>
      </tr>
    </thead>
    <tbody>
      ${repeat(cpu.queue, (row) => row.pid, queueRow)}
    </tbody>
  </table>`;
}

function queueRow(row: QueueRow): TemplateResult {
  const task = { kind: 'task', pid: row.pid, comm: row.comm } as const;
  const state = row.change === 'gone' ? 'left' : row.running ? 'running' : 'waiting';
  return html`<tr class="change-${row.change}" data-reveal=${revealName(task)}>
    <th scope="row">${mark(row.change)}${revealButton(task, row.comm, 'Show this task in the other views')}</th>
    <td>${row.policy.replace('SCHED_', '')}</td>
    <td class="mono">${row.prio}</td>
    <td>${state}${row.migrationDisabled > 0 ? ', pinned' : ''}</td>
  </tr>`;
}

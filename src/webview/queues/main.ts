/** *Run Queues* on screen: a table per CPU, in the order in which the tasks would run. */
import '../shared/shared.css';
import './queues.css';
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { prioText, pushText, type QueueCpu, type QueuedTask, type QueuesModel, stateWord } from '../../views/queues.ts';
import { changeSummary, mark } from '../shared/marks.ts';
import { revealButton, revealName, startView } from '../shared/view.ts';

startView({
  name: 'queues',
  title: 'Run Queues',
  draw,
  summary: (model) =>
    `Run queues: ${changeSummary(model.cpus.flatMap(({ tasks }) => tasks.map(({ change }) => change)))}. ${model.cpus
      .map(({ note }) => note)
      .join(' ')}`.trim(),
});

function draw(model: QueuesModel): TemplateResult {
  return html`<div class="cpus">
    ${repeat(
      model.cpus,
      ({ cpu }) => cpu,
      (cpu) => cpuSection(cpu),
    )}
  </div>`;
}

function cpuSection(cpu: QueueCpu): TemplateResult {
  const here = cpu.tasks.filter(({ change }) => change !== 'gone').length;
  return html`<section data-reveal=${revealName({ kind: 'cpu', cpu: cpu.cpu })}>
    <h2>
      <span>CPU ${cpu.cpu}</span>
      <span class="quiet">${here === 0 ? 'nothing to run' : `${here} runnable`}${cpu.idle ? ', idle' : ''}</span>
      ${cpu.nrPinned > 0 ? html`<span class="mono quiet">nr_pinned ${cpu.nrPinned}</span>` : nothing}
    </h2>
    ${cpu.note === '' ? nothing : html`<p class="note"><span class="codicon codicon-info" aria-hidden="true"></span> ${cpu.note}</p>`}
    ${cpu.tasks.length === 0 ? nothing : taskTable(cpu)}
    ${cpu.pinnedSleepers.length === 0 ? nothing : html`<p class="caption">Asleep and pinned here: ${cpu.pinnedSleepers.join(', ')}</p>`}
  </section>`;
}

function taskTable(cpu: QueueCpu): TemplateResult {
  const heads = ['Task', 'Policy', 'Prio', 'State', 'Pinned', 'CPUs', 'Pushable'];
  return html`<table aria-label="Run queue of CPU ${cpu.cpu}, in the order in which it would run">
    <thead>
      <tr>
        ${heads.map((head) => html`<th scope="col">${head}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${repeat(cpu.tasks, ({ pid }) => pid, taskRow)}
    </tbody>
  </table>`;
}

function taskRow(task: QueuedTask): TemplateResult {
  const target = { kind: 'task', pid: task.pid, comm: task.comm } as const;
  return html`<tr class="change-${task.change} ${task.running ? 'running' : ''}" data-reveal=${revealName(target)} title=${task.detail}>
    <th scope="row">${mark(task.change)}${revealButton(target, task.comm, 'Show this task in the other views')}</th>
    <td>${task.policy.replace('SCHED_', '')}</td>
    <td class="mono">${prioText(task)}</td>
    <td>${stateWord(task)}${task.detail === '' ? nothing : html`<span class="hidden-text">, ${task.detail}</span>`}</td>
    <td class="mono">${task.migrationDisabled > 0 ? task.migrationDisabled : nothing}</td>
    <td class="mono">${task.allowed}</td>
    <td>${pushText(task)}</td>
  </tr>`;
}

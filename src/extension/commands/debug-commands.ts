/** Commands of a stopped session: back, to an event, to a step, raise an interrupt, the schedule, the trace. */
import * as vscode from 'vscode';
import {
  CustomRequest,
  type GoToStepArguments,
  type RaisableInterruptsBody,
  type RaiseInterruptArguments,
  type ScheduleBody,
  type StepToEventArguments,
} from '../../dap/protocol.ts';
import { EVENT_BREAKPOINTS, type EventBreakpointName } from '../../kernel/events.ts';
import { exportTrace } from './export-trace.ts';

/** Our session, or a word to the person that there is none. */
function session(): vscode.DebugSession | undefined {
  const active = vscode.debug.activeDebugSession;
  if (active?.type === 'kmaplab') return active;
  void vscode.window.showInformationMessage('Start a kmaplab program first: open a .klab file and press F5.');
  return undefined;
}

async function ask<T>(command: string, args?: object): Promise<T | undefined> {
  try {
    return (await session()?.customRequest(command, args)) as T | undefined;
  } catch (error) {
    void vscode.window.showWarningMessage(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

function stepTo(event: EventBreakpointName, direction: 'forward' | 'back'): Promise<unknown> {
  const args: StepToEventArguments = { event, direction };
  return ask(CustomRequest.stepToEvent, args);
}

async function stepToChosenEvent(): Promise<void> {
  const names = Object.keys(EVENT_BREAKPOINTS) as EventBreakpointName[];
  const items = names.flatMap((event) => {
    const { label } = EVENT_BREAKPOINTS[event];
    return [
      { label: `$(arrow-right) Next: ${label}`, event, direction: 'forward' as const },
      { label: `$(arrow-left) Previous: ${label}`, event, direction: 'back' as const },
    ];
  });
  const picked = await vscode.window.showQuickPick(items, { title: 'Step to event' });
  if (picked) await stepTo(picked.event, picked.direction);
}

async function raiseInterrupt(): Promise<void> {
  const body = await ask<RaisableInterruptsBody>(CustomRequest.raisableInterrupts);
  if (!body) return;
  if (body.interrupts.length === 0) {
    void vscode.window.showInformationMessage('This program declares no interrupt: add "irq name(cpu = 0, when = any) { ... }".');
    return;
  }
  const items = body.interrupts.map(({ line, name, cpu }) => ({
    label: name,
    description: `line ${line}, CPU ${cpu}`,
    line,
    cpu,
  }));
  const picked =
    items.length === 1
      ? items[0]
      : await vscode.window.showQuickPick(items, { title: 'Raise an interrupt before the next micro-step' });
  if (!picked) return;
  const args: RaiseInterruptArguments = { line: picked.line, cpu: picked.cpu };
  await ask(CustomRequest.raiseInterrupt, args);
}

async function goToStep(): Promise<void> {
  if (!session()) return;
  const text = await vscode.window.showInputBox({
    title: 'Go to step',
    prompt: 'Number of the micro-step; 0 is the moment after boot',
    validateInput: (value) => (/^\d{1,9}$/.test(value.trim()) ? undefined : 'A whole number, 0 or more'),
  });
  if (text === undefined) return;
  const args: GoToStepArguments = { step: Number(text) };
  await ask(CustomRequest.goToStep, args);
}

async function copySchedule(): Promise<void> {
  const body = await ask<ScheduleBody>(CustomRequest.schedule);
  if (!body) return;
  await vscode.env.clipboard.writeText(body.text);
  void vscode.window.setStatusBarMessage('The schedule of this run is in the clipboard.', 5_000);
}

export const debugCommands: Readonly<Record<string, () => unknown>> = {
  'kmaplab.stepBack': () => vscode.commands.executeCommand('workbench.action.debug.stepBack'),
  'kmaplab.reverseContinue': () => vscode.commands.executeCommand('workbench.action.debug.reverseContinue'),
  'kmaplab.nextContextSwitch': () => stepTo('context_switch', 'forward'),
  'kmaplab.previousContextSwitch': () => stepTo('context_switch', 'back'),
  'kmaplab.stepToEvent': stepToChosenEvent,
  'kmaplab.raiseInterrupt': raiseInterrupt,
  'kmaplab.goToStep': goToStep,
  'kmaplab.copySchedule': copySchedule,
  'kmaplab.exportTrace': () => exportTrace(ask),
};

/**
 * Event breakpoints chosen by command. VS Code learns of our exception filters only when a session has answered, so this is
 * the way to choose them before the first one. Kept per workspace.
 */
import * as vscode from 'vscode';
import { EVENT_BREAKPOINTS, type EventBreakpointName } from '../kernel/events.ts';

const KEY = 'kmaplab.breakOn';

export class ChosenEvents {
  readonly #memory: vscode.Memento;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  get chosen(): EventBreakpointName[] {
    return this.#memory.get<EventBreakpointName[]>(KEY, []).filter((name) => Object.hasOwn(EVENT_BREAKPOINTS, name));
  }

  /** Asks; answers false when the person changed their mind. */
  async choose(): Promise<boolean> {
    const before = new Set(this.chosen);
    const names = Object.keys(EVENT_BREAKPOINTS) as EventBreakpointName[];
    const items = names.map((name) => ({
      label: EVENT_BREAKPOINTS[name].label,
      description: EVENT_BREAKPOINTS[name].types.join(', '),
      name,
      picked: before.has(name),
    }));
    const picked = await vscode.window.showQuickPick(items, {
      canPickMany: true,
      title: 'Break on kernel events',
      placeHolder: 'Every session started from now on stops at these events',
    });
    if (!picked) return false;
    await this.#memory.update(
      KEY,
      picked.map((item) => item.name),
    );
    return true;
  }
}

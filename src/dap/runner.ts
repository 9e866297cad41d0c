/** Runs the session in slices, so that requests (pause above all) are answered during a long run. */

import type { RunCommand, Stop } from '../session/api.ts';
import { RequestError } from './arguments.ts';
import type { AdapterContext } from './context.ts';
import { faultText } from './internal-error.ts';
import { reportStop, terminate } from './stopped.ts';

const SLICE_STEPS = 20_000;

export class Runner {
  readonly #context: AdapterContext;
  #command: RunCommand | undefined;
  #whenStopped: (stop: Stop) => void = () => {};
  /** Grows with each run, so that a slice of a cancelled run knows that it is stale. */
  #run = 0;

  constructor(context: AdapterContext) {
    this.#context = context;
  }

  get active(): boolean {
    return this.#command !== undefined;
  }

  /** Starts a run. `whenStopped` replaces the usual report. @throws RequestError while another one is under way. */
  start(command: RunCommand, whenStopped?: (stop: Stop) => void): void {
    if (this.active) throw new RequestError('the program is already running; pause it first');
    this.#command = command;
    this.#whenStopped = whenStopped ?? ((stop) => reportStop(this.#context, stop));
    this.#run++;
    this.#slice(this.#run);
  }

  /** Stops a run where it stands. */
  pause(): void {
    const session = this.#context.session;
    if (session && this.active) this.#finish(session.pause());
  }

  /** Forgets the run under way without a report. */
  cancel(): void {
    if (this.active) this.#context.session?.pause();
    this.#command = undefined;
    this.#run++;
  }

  #slice(run: number): void {
    const { session, host } = this.#context;
    const command = this.#command;
    if (run !== this.#run || !session || !command) return;
    try {
      const result = session.run(command, host.sliceSteps ?? SLICE_STEPS);
      this.#context.flushLog();
      if (result.kind === 'stopped') this.#finish(result.stop);
      else host.schedule(() => this.#slice(run));
    } catch (error) {
      // Nobody above could answer: a slice is called by the host.
      this.#command = undefined;
      this.#context.output({ category: 'important', text: faultText(error, this.#context) });
      terminate(this.#context);
    }
  }

  #finish(stop: Stop): void {
    this.#command = undefined;
    this.#run++;
    this.#context.flushLog();
    this.#whenStopped(stop);
  }
}

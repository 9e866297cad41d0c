/**
 * Keeps the views in step with the session: asks the adapter once per stop and hands each view its model. Knows nothing of
 * VS Code, so that it can be tested: the session and the views come in as interfaces.
 */
import { CustomRequest } from '../../dap/protocol.ts';
import type { EmptyReason, FromWebview, RevealTarget, StopInfo, ToWebview } from '../../views/messages.ts';
import type { MetricsModel } from '../../views/metrics.ts';
import type { TimelineModel, TimelineRequest } from '../../views/timeline.ts';
import type { ViewName, ViewsBody } from '../../views/views.ts';

export interface HubSession {
  customRequest(command: string, args?: unknown): Thenable<unknown>;
}
export interface HubView {
  readonly name: ViewName;
  /** Somebody can see it. */
  readonly visible: boolean;
  post(message: ToWebview): void;
}
/** What the views can set off outside of themselves. */
export interface HubActions {
  command(name: string): void;
  /** Time marks for the bench. */
  mark(name: string, stop: number): void;
}

export class ViewHub {
  readonly #views: HubView[] = [];
  readonly #actions: HubActions;
  #session: HubSession | undefined;
  #stop: StopInfo | undefined;
  #body: ViewsBody | undefined;
  #stops = 0;
  #window: TimelineRequest | undefined;
  #empty: EmptyReason = 'no session';

  constructor(actions: HubActions) {
    this.#actions = actions;
  }

  add(view: HubView): void {
    this.#views.push(view);
  }

  get body(): ViewsBody | undefined {
    return this.#body;
  }

  started(session: HubSession): void {
    this.#session = session;
    this.#stop = undefined;
    this.#body = undefined;
    this.#becomeEmpty('starting');
  }

  ended(session: HubSession): void {
    if (session !== this.#session) return;
    this.#session = undefined;
    this.#body = undefined;
    this.#window = undefined;
    this.#becomeEmpty('no session');
  }

  running(session: HubSession): void {
    if (session === this.#session) this.#tell({ type: 'running' });
  }

  async stopped(session: HubSession, reason: string, description: string): Promise<void> {
    if (session !== this.#session) return;
    const number = ++this.#stops;
    this.#actions.mark('stopped', number);
    await this.#ask(session, number, reason, description);
  }

  /** The machine changed at the same stop (a variable was set, an interrupt raised). */
  async moved(session: HubSession): Promise<void> {
    const stop = this.#stop;
    if (session === this.#session && stop) await this.#ask(session, ++this.#stops, stop.reason, stop.description);
  }

  async #ask(session: HubSession, number: number, reason: string, description: string): Promise<void> {
    let body: ViewsBody;
    try {
      body = (await session.customRequest(CustomRequest.views, { timeline: this.#window })) as ViewsBody;
    } catch {
      // It runs again already, or it has ended: the next stop asks anew.
      return;
    }
    if (session !== this.#session || number !== this.#stops) return;
    this.#stop = { number, reason, description, step: body.step, time: body.time };
    this.#body = body;
    for (const view of this.#views) this.#show(view, this.#stop, body);
    this.#actions.mark('sent', number);
  }

  #show(view: HubView, stop: StopInfo, body: ViewsBody): void {
    if (view.name === 'metrics') void this.#showMetrics(view, stop);
    else view.post({ type: 'model', stop, model: body[view.name] });
  }

  /** They take time in proportion to the run, so they are only asked for while somebody looks. */
  async #showMetrics(view: HubView, stop: StopInfo): Promise<void> {
    if (!view.visible) return;
    let model: MetricsModel;
    try {
      model = (await this.#session?.customRequest(CustomRequest.metrics)) as MetricsModel;
    } catch {
      // It runs again already, or it has ended.
      return;
    }
    if (model && stop === this.#stop) view.post({ type: 'model', stop, model });
  }

  /** A webview was opened or made visible again: it gets what the others have. */
  ready(view: HubView): void {
    if (this.#stop && this.#body) this.#show(view, this.#stop, this.#body);
    else view.post({ type: 'empty', reason: this.#empty });
  }

  async says(view: HubView, message: FromWebview): Promise<void> {
    switch (message.type) {
      case 'painted':
        this.#actions.mark(`painted ${view.name}`, message.stop);
        break;
      case 'travel':
        await this.#session?.customRequest(CustomRequest.goToStep, { step: message.step });
        break;
      case 'window':
        await this.#showWindow(view, message.request);
        break;
      case 'reveal':
        this.reveal(message.target, view);
        break;
      case 'command':
        this.#actions.command(message.command);
        break;
    }
  }

  /** Every view but the one that asked shows the target. */
  reveal(target: RevealTarget, from?: HubView): void {
    for (const view of this.#views) if (view !== from) view.post({ type: 'reveal', target });
  }

  async #showWindow(view: HubView, request: TimelineRequest): Promise<void> {
    this.#window = request;
    const session = this.#session;
    const stop = this.#stop;
    if (!session || !stop || !this.#body) return;
    const model = (await session.customRequest(CustomRequest.timeline, request)) as TimelineModel;
    if (session !== this.#session || stop !== this.#stop || request !== this.#window) return;
    this.#body = { ...this.#body, timeline: model };
    view.post({ type: 'model', stop, model, quiet: true });
  }

  #becomeEmpty(reason: EmptyReason): void {
    this.#empty = reason;
    this.#tell({ type: 'empty', reason });
  }

  #tell(message: ToWebview): void {
    for (const view of this.#views) view.post(message);
  }
}

/** What every view does: keep the last model, draw it, say what changed, report when it is painted. */
import { html, nothing, render, type TemplateResult } from 'lit';
import type { EmptyReason, ModelOf, RevealTarget, StopInfo } from '../../views/messages.ts';
import { emptyState } from './empty.ts';
import { onMessage, post } from './host.ts';
import { installArrowKeys, installFocusMemory } from './keys.ts';

export interface ViewSpec<K extends keyof ModelOf> {
  name: K;
  /** Heading for assistive technology. */
  title: string;
  draw(model: ModelOf[K], stop: StopInfo): TemplateResult;
  /** One sentence for the live region, without the stop itself. */
  summary(model: ModelOf[K]): string;
  /** Whether this view also announces the stop: one of them is enough. */
  announcesStop?: boolean;
  /** After the DOM was updated. */
  drawn?(model: ModelOf[K], quiet: boolean): void;
  reveal?(target: RevealTarget): void;
}

export function startView<K extends keyof ModelOf>(spec: ViewSpec<K>): void {
  const root = document.body.appendChild(document.createElement('main'));
  const live = document.body.appendChild(document.createElement('div'));
  root.setAttribute('aria-label', spec.title);
  live.setAttribute('role', 'status');
  live.className = 'hidden-text';
  installArrowKeys(root);
  installFocusMemory(root);

  let empty: EmptyReason = 'no session';
  let shown: { model: ModelOf[K]; stop: StopInfo } | undefined;

  const draw = (): void => {
    root.classList.remove('is-running');
    render(shown ? html`${spec.draw(shown.model, shown.stop)}` : emptyState(empty), root);
  };

  onMessage((message) => {
    switch (message.type) {
      case 'model': {
        if (message.model.view !== spec.name) break;
        const { stop, quiet = false } = message;
        const model = message.model as ModelOf[K];
        shown = { model, stop };
        draw();
        spec.drawn?.(model, quiet);
        if (!quiet) announce(live, spec, model, stop);
        whenPainted(() => post({ type: 'painted', stop: stop.number }));
        break;
      }
      case 'running':
        root.classList.add('is-running');
        break;
      case 'empty':
        shown = undefined;
        empty = message.reason;
        draw();
        break;
      case 'reveal':
        if (spec.reveal) spec.reveal(message.target);
        else revealIn(root, message.target);
    }
  });
  draw();
  post({ type: 'ready' });
}

function announce<K extends keyof ModelOf>(live: HTMLElement, spec: ViewSpec<K>, model: ModelOf[K], stop: StopInfo): void {
  const text = spec.announcesStop
    ? `Stopped at step ${stop.step}: ${stop.description}. ${spec.summary(model)}`
    : spec.summary(model);
  live.textContent = text;
}

/** The second animation frame after now: the first one draws what was rendered. */
function whenPainted(callback: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(callback));
}

/** Name of an element that shows the target, for `data-reveal`. */
export function revealName(target: RevealTarget): string {
  switch (target.kind) {
    case 'task':
      return `task ${target.pid} ${target.comm}`;
    case 'slot':
      return `slot ${target.globalSlot}`;
    case 'cpu':
      return `cpu ${target.cpu}`;
  }
}

/** Scrolls to what shows the target, moves the keyboard there and marks it until something else is marked. */
export function revealIn(root: HTMLElement, target: RevealTarget): void {
  const element = root.querySelector<HTMLElement>(`[data-reveal="${CSS.escape(revealName(target))}"]`);
  if (!element) return;
  for (const old of root.querySelectorAll('.is-revealed')) old.classList.remove('is-revealed');
  element.classList.add('is-revealed');
  element.scrollIntoView({ block: 'nearest' });
  const focusable = element.matches('button, [tabindex]') ? element : element.querySelector<HTMLElement>('button, [tabindex]');
  focusable?.focus({ preventScroll: true });
}

/** A button that looks like a link and shows the same thing in the other views. */
export function revealButton(target: RevealTarget, label: string, hint: string): TemplateResult | typeof nothing {
  if (label === '') return nothing;
  return html`<button class="link" data-nav title=${hint} @click=${() => post({ type: 'reveal', target })}>${label}</button>`;
}

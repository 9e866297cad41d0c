/** The extension's side, as a webview sees it. */
import type { FromWebview, ToWebview } from '../../views/messages.ts';

interface VsCodeApi {
  postMessage(message: FromWebview): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

const api = acquireVsCodeApi();

export const post = (message: FromWebview): void => api.postMessage(message);

/** What a view remembers while it is hidden: plain data of its own. */
export const remembered = <T>(): Partial<T> => (api.getState() ?? {}) as Partial<T>;
export const remember = (state: unknown): void => api.setState(state);

export function onMessage(listener: (message: ToWebview) => void): void {
  window.addEventListener('message', (event: MessageEvent<ToWebview>) => listener(event.data));
}

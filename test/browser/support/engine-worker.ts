/** The engine inside a browser worker: programs come in, summaries go out. */
import { summarise } from './engine.ts';

interface WorkerScope {
  onmessage: (message: { data: { uri: string; text: string; settings: Record<string, string> } }) => void;
  postMessage(value: unknown): void;
}
const scope = globalThis as unknown as WorkerScope;

scope.onmessage = ({ data }) => {
  try {
    scope.postMessage({ summary: summarise(data.uri, data.text, data.settings) });
  } catch (error) {
    scope.postMessage({ failure: String(error) });
  }
};

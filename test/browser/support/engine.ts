/** Runs programs on the engine and sums up what happened; the same file runs in Node and, bundled, in a browser worker. */
import { createSession } from '../../../src/session/session.ts';

export interface RunSummary {
  /** Hash of every byte of the machine, every `HASH_EVERY` micro-steps and at the end. */
  hashes: string[];
  /** Every event, as JSON. */
  events: string[];
  findings: string[];
  steps: number;
}

const HASH_EVERY = 500;
/** Enough for every sample to end or to show its pattern. */
const STEPS_MOST = 50_000;

export function summarise(uri: string, text: string, settings: Record<string, string>): RunSummary {
  const { session, diagnostics } = createSession({ uri, text, settings });
  if (!session) throw new Error(`${uri}: ${diagnostics.map((diagnostic) => diagnostic.message).join('; ')}`);
  session.setEventBreakpoints([], 'none');
  const hashes: string[] = [];
  for (let step = HASH_EVERY; !session.ended && step <= STEPS_MOST; step += HASH_EVERY) {
    const before = session.step;
    while (session.run({ kind: 'to-step', step }, HASH_EVERY * 2).kind === 'more');
    hashes.push(session.bytesHash);
    if (session.step === before) break;
  }
  return {
    hashes,
    events: session.events(0).map((event) => JSON.stringify(event)),
    findings: session.findings.map((finding) => JSON.stringify(finding)),
    steps: session.step,
  };
}

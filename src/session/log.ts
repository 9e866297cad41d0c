/**
 * What a run says to a person: printk, findings, log points, new branches of time. Lines of the emulated kernel are
 * said once, also when time turns back and the same steps are walked again.
 */
import type { KernelEvent } from '../kernel/events.ts';
import type { Finding } from '../kernel/findings.ts';
import type { LogLine } from './api.ts';
import type { CodeMap } from './code-map.ts';

/** Lines kept until somebody takes them; older ones go, with a note. */
const LINES_MAX = 10_000;

export class SessionLog {
  readonly #code: CodeMap;
  #lines: LogLine[] = [];
  #dropped = 0;
  /** Last step whose events were said on this branch of time. */
  #saidUpTo = 0;

  constructor(code: CodeMap) {
    this.#code = code;
  }

  add(line: LogLine): void {
    this.#lines.push(line);
    if (this.#lines.length > LINES_MAX) {
      this.#lines.shift();
      this.#dropped++;
    }
  }

  /** Says what events mean to a person, unless it was said before. `events` are those of step `step`. */
  addEvent(event: KernelEvent, findings: readonly Finding[]): void {
    if (event.step <= this.#saidUpTo) return;
    // While an intrinsic runs, the CPU's pc is behind it already.
    if (event.type === 'printk')
      this.add({ category: 'stdout', text: event.text, location: this.#code.locationAt(event.pc - 1) });
    if (event.type === 'finding') {
      const finding = findings[event.finding];
      if (!finding || finding.suppressed) return;
      this.add({ category: 'stderr', text: findingText(finding), location: this.#code.locationAt(finding.pc) });
    }
  }

  /** Everything up to `step` has been said. */
  said(step: number): void {
    if (step > this.#saidUpTo) this.#saidUpTo = step;
  }

  /** A new branch of time begins after `step`: what follows has not been said. */
  branch(step: number, why: string, lost: number): void {
    this.#saidUpTo = Math.min(this.#saidUpTo, step);
    const gone = lost > 0 ? `; the ${lost} steps that followed are gone` : '';
    this.add({ category: 'console', text: `new branch of time at step ${step}: ${why}${gone}` });
  }

  take(): LogLine[] {
    const lines = this.#lines;
    if (this.#dropped > 0) lines.unshift({ category: 'important', text: `${this.#dropped} older lines were left out` });
    this.#lines = [];
    this.#dropped = 0;
    return lines;
  }
}

function findingText(finding: Finding): string {
  const detail = finding.detail && finding.detail !== finding.headline ? `\n  ${finding.detail.replaceAll('\n', '\n  ')}` : '';
  return `${finding.headline}${detail}\n  (${finding.slug}, ${finding.reference}; task ${finding.comm}, CPU ${finding.cpu}, step ${finding.step})`;
}

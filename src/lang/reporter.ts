/** Collects the diagnostics of one source: code and severity come from the catalogue, doubles at one place are dropped. */
import { type DiagnosticKey, diagnosticCatalogue } from './diagnostic-catalogue.ts';
import type { Diagnostic } from './diagnostics.ts';
import { limits } from './limits.ts';
import type { Range } from './source.ts';

export class Reporter {
  readonly diagnostics: Diagnostic[] = [];
  private readonly seen = new Set<string>();
  readonly uri: string;

  constructor(uri: string) {
    this.uri = uri;
  }

  /** Reports once per code and start; stops, with one last message, at the limit. */
  report(key: DiagnosticKey, range: Range, message: string, related?: Diagnostic['related']): void {
    const { code, severity } = diagnosticCatalogue[key];
    const identity = `${code}@${range.start}`;
    if (this.seen.has(identity) || this.diagnostics.length > limits.diagnostics.max) return;
    this.seen.add(identity);
    const place = { start: range.start, end: Math.max(range.end, range.start) };
    if (this.diagnostics.length === limits.diagnostics.max) {
      const last = diagnosticCatalogue.limit;
      this.diagnostics.push({
        code: last.code,
        severity: last.severity,
        uri: this.uri,
        range: place,
        message: limits.diagnostics.message,
      });
      return;
    }
    this.diagnostics.push({ code, severity, uri: this.uri, range: place, message, ...(related ? { related } : {}) });
  }
}

/** On which line of a program its findings came up. */
import type { Finding } from '../kernel/findings.ts';
import type { CommandIo } from './io.ts';
import { type OpenOptions, openSession, type Program, runToEnd } from './programs.ts';

/** A finding of a run, seen from the program. */
export interface PlacedFinding {
  finding: Finding;
  /** Line of the program, from 1; undefined when none of its functions was running. */
  line?: number;
}

/**
 * The first finding of each kind in a run, with its line. A run is the same each time, so it is made again, as far as the last of them. The line is
 * that of the innermost function of the program itself, not of the kernel.
 */
export function placeFindings(
  io: CommandIo,
  program: Program,
  options: OpenOptions,
  findings: readonly Finding[],
): PlacedFinding[] {
  const firsts = new Map<string, Finding>();
  for (const finding of findings) {
    if (!finding.suppressed && !firsts.has(finding.slug)) firsts.set(finding.slug, finding);
  }
  const { session } = openSession(io, program, options);
  return [...firsts.values()].map((finding) => {
    if (!session) return { finding };
    runToEnd(session, finding.step);
    const frames = session.frames(finding.pid);
    const own = frames.find(({ location }) => location?.uri === program.path);
    return { finding, line: own?.location?.line };
  });
}

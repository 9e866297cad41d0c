/** Whether one run of a matrix came out as the program's own `expect` lines say. */
import { appliesTo, checkOutcome, expectationText } from '../kernel/expectations.ts';
import type { MatrixCell } from '../views/matrix.ts';
import type { Session } from './api.ts';

/**
 * Lines that speak of this machine and of this schedule (empty: the default run) are compared with the run; `on any` speaks of more than one run and
 * is left out. A program without any `expect` line gets no verdict.
 */
export function cellVerdict(
  session: Session,
  schedule: string,
  uri: string,
  text: string,
): Pick<MatrixCell, 'verdict' | 'against'> {
  const { program, profile } = session.kernel.built;
  const own = program.expects.filter(({ source }) => program.sources[source].uri === uri).map(({ declaration }) => declaration);
  if (own.length === 0) return {};
  const lines = own.filter(
    (one) =>
      (one.on.kind === 'schedule' ? one.on.name : one.on.kind === 'any' ? undefined : '') === schedule && appliesTo(one, profile),
  );
  if (lines.length === 0) return { verdict: 'unstated' };
  const { findings, ended, scheduleState, stop } = session;
  const run = { findings: [...findings], ended, reason: stop.description, scheduleState };
  const against = lines
    .map((one) => checkOutcome(one, expectationText(text, one), run))
    .filter(({ status }) => status === 'failed')
    .map((result) => `expect ${result.text}: ${result.message}`);
  return against.length > 0 ? { verdict: 'surprise', against } : { verdict: 'expected' };
}

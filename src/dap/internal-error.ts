/** Our own fault, said as such: with the place, and how to see it again. */
import { RequestError } from './arguments.ts';
import type { AdapterContext } from './context.ts';

export function faultText(error: unknown, context: AdapterContext): string {
  if (error instanceof RequestError) return error.message;
  const { session, launch } = context;
  const again =
    launch && session
      ? `; to see it again: kmaplab run "${launch.program}"${overrides(launch.settings)}, step ${session.step}`
      : '';
  if (!(error instanceof Error)) return `internal error (please report it): ${String(error)}${again}`;
  const place = /\n\s+at (.*)/.exec(error.stack ?? '')?.[1];
  return `internal error (please report it): ${error.message}${place ? `, at ${place}` : ''}${again}`;
}

function overrides(settings: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(settings)
    .map(([name, value]) => ` --set ${name}=${value}`)
    .join('');
}

/** Texts: the kernel's sources, and the program as it was when it started. */
import { RequestError } from '../arguments.ts';
import type { Handlers } from '../context.ts';

export const sourceRequests: Handlers = {
  loadedSources(context) {
    return { body: { sources: context.running.sourceUris().map((uri) => context.source(uri)) } };
  },

  source(context, args) {
    const session = context.running;
    const described = args.object('source');
    const uri = context.sourceUri(described.has('path') || described.has('sourceReference') ? described : args);
    const content = uri === undefined ? undefined : session.sourceText(uri);
    if (content === undefined) throw new RequestError('this program has no such source');
    return { body: { content, mimeType: 'text/x-klab' } };
  },
};

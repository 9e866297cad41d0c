/**
 * The large part of the extension: compiler, kernel, debug adapter, the editor's features. Built into a file of its own, `dist/engine.js`, which
 * both hosts read when it is first needed, so that starting the editor costs little.
 */
export { klabSources } from '../kernel/klab/index.ts';
export { createAdapter } from './adapter.ts';
export { startLanguage } from './language/start-language.ts';
export { runMatrix } from './matrix/matrix-run.ts';

/**
 * Writes `media/samples.json`, the list that "Open a Sample" shows, from the headers of the samples: `node scripts/list-samples.mjs`.
 * In a browser the extension cannot list a folder, so the list is a file. A test compares.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** In the order in which they are best read; others follow by name. */
const ORDER = [
  'first-mapping',
  'nesting',
  'wrong-order',
  'live-and-parked',
  'preempted',
  'switch-race',
  'switch-race-late',
  'switch-race-nmi',
  'split-switch',
  'true-index',
  'migration-bug',
  'kmap-local',
  'irq-nesting',
  'too-deep',
  'leaks',
  'guard-pages',
  'user-copy',
  'user-copy-slow-path',
  'pkmap-shared',
  'pkmap-full',
  'pkmap-flush',
  'vmap-handoff',
  'km-type-context',
  'km-type-mismatch',
  'page-for-address',
  'depth-accounting',
  'pop-before-clear',
];

/**
 * Title and the first sentence of what it teaches. A header is `// Title: subtitle.`, `//`, then a paragraph.
 * @param {string} file
 * @param {string} text
 */
export function describeSample(file, text) {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  const header = lines.slice(0, end).map((line) => line.replace(/^\/\/ ?/, ''));
  const paragraphs = header.join('\n').split(/\n\s*\n/);
  const title = (paragraphs[0] ?? file).replaceAll('\n', ' ').replace(/\.$/, '');
  const body = (paragraphs[1] ?? '').replaceAll('\n', ' ');
  return { file, title, teaches: /^.*?[.!?](?= |$)/.exec(body)?.[0] ?? body };
}

export function sampleList(folder = new URL('../samples/', import.meta.url)) {
  /** @param {string} file */
  const rank = (file) => (ORDER.indexOf(file.replace('.klab', '')) + 1 || ORDER.length + 1) * 1000;
  return readdirSync(folder)
    .filter((file) => file.endsWith('.klab'))
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
    .map((file) => describeSample(file, readFileSync(new URL(file, folder), 'utf8')));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const lines = sampleList().map((entry) => `  ${JSON.stringify(entry)}`);
  writeFileSync(new URL('../media/samples.json', import.meta.url), `[\n${lines.join(',\n')}\n]\n`);
}

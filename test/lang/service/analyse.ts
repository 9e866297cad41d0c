/** A small program with a kernel source beside it, for the tests of the editor's features. `^` in the text is the cursor. */
import { checkProgram } from '../../../src/lang/checker.ts';
import type { LanguageEnvironment } from '../../../src/lang/environment.ts';
import { parseSource } from '../../../src/lang/parser.ts';
import { Analysis } from '../../../src/lang/service/analysis.ts';
import type { Source } from '../../../src/lang/source.ts';
import { environment as plain } from '../run.ts';

export const environment: LanguageEnvironment = {
  ...plain,
  settings: [
    { name: 'cpus', doc: 'How many CPUs.', value: { kind: 'integer', min: 1, max: 8 }, default: 1 },
    {
      name: 'mapping',
      doc: 'The mapping model.',
      value: {
        kind: 'enum-or-path',
        values: [
          { name: 'kmap_local', doc: 'Since 5.11.' },
          { name: 'split_switch', doc: 'A proposal.' },
        ],
      },
      default: 'kmap_local',
    },
    { name: 'irqs_during_switch', doc: 'Interrupts during the switch.', value: { kind: 'flag' }, default: true },
  ],
  outcomes: [{ name: 'slot_busy', doc: 'A slot was taken twice.' }],
};

const kernel: Source = {
  uri: 'klab-kernel:/mm/model.klab',
  role: 'kernel',
  text: `/* Maps a page.
 *
 * Sleeps never.
 */
void *map_page(struct page *page)
{
	return page;
}
static int hidden(int a) { return a; }
int shown(int first, char *second) { return hidden(first); }
`,
};

export interface Case {
  analysis: Analysis;
  offset: number;
  text: string;
}

export function analyse(marked: string): Case {
  const offset = marked.indexOf('^');
  const text = marked.replace('^', '');
  const source: Source = { uri: 'file:/program.klab', role: 'program', text };
  const files = [kernel, source].map((each) => ({ source: each, file: parseSource(each).file }));
  const { program } = checkProgram(files, environment);
  return { analysis: new Analysis(program, environment, source.uri), offset, text };
}

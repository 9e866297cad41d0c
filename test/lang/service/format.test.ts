import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { klabSources } from '../../../src/kernel/klab/index.ts';
import { lex } from '../../../src/lang/lexer.ts';
import { Reporter } from '../../../src/lang/reporter.ts';
import { applyEdits, format } from '../../../src/lang/service/format.ts';

const formatted = (text: string) => applyEdits(text, format(text));

const wanted = `machine {
	cpus = 1;
}

static int list[3] = {
	1,
	2, 3,
};

enum state {
	IDLE,
	BUSY,
};

// says something
task t(cpu = 0)
{
	int a = 1;

	if (a)
		put(1);
	else if (a > 2)
		put(2);
	for (int i = 0; i < 3; i++)
		if (i)
			put(i);
		else
			put(0);
	while (a) {
		a--;
		// the last one
	}
	if (a)
		for (;;) {
			break;
		}
	do {
		a++;
	} while (a < 3);
	switch (a) {
	case 1:
		put(1);
		break;
	default:
		put(2);
	}
out:
	put(a ? 1 :
	     2);
}
`;

describe('formatting', () => {
  test('leaves a formatted text alone', () => expect(format(wanted)).toEqual([]));

  test('indents, takes blanks off the ends and adds the last line end', () => {
    const flat = wanted
      .split('\n')
      .map((line) => (line.includes('     2') ? line : `${line.trim()} `))
      .join('\n')
      .trimEnd();
    expect(formatted(flat)).toBe(wanted);
  });

  test('changes nothing of the kernel sources', () => {
    const changed = Object.entries(klabSources).flatMap(([path, text]) =>
      format(text).map(({ range }) => `${path}:${text.slice(0, range.start).split('\n').length}`),
    );
    expect(changed).toEqual([]);
  });

  test('twice is once, and the words stay', () => {
    const words = (text: string) => lex(text, new Reporter('')).tokens.map((token) => token.text);
    const lines = wanted.split('\n');
    const texts = fc.array(fc.tuple(fc.constantFrom('', ' ', '\t\t', '   '), fc.constantFrom(...lines)), { maxLength: 30 });
    fc.assert(
      fc.property(texts, (parts) => {
        const text = parts.map(([blank, line]) => blank + line.trim()).join('\n');
        const once = formatted(text);
        expect(words(once)).toEqual(words(text));
        expect(formatted(once)).toBe(once);
      }),
      { seed: 31, numRuns: 300 },
    );
  });
});

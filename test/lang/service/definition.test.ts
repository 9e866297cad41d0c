import { describe, expect, test } from 'vitest';
import { definition, references, rename } from '../../../src/lang/service/definition.ts';
import { analyse } from './analyse.ts';

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

  test('follow an interrupt through code and schedules, a label within its function', () => {
    const program = `irq n^ic(cpu = 0) { }
task t(cpu = 0) { put(nic); goto out; out: put(1); }
task u(cpu = 0) { goto out; out: put(1); }
schedule s { irq nic at shown; }`;
    const found = at(program);
    expect(found.texts(references(found.analysis, found.offset, true))).toEqual([
      'program.klab:1:nic',
      'program.klab:2:nic',
      'program.klab:4:nic',
    ]);
    const label = at(program.replace('n^ic', 'nic').replace('goto out', 'goto o^ut'));
    expect(label.texts(references(label.analysis, label.offset, true))).toEqual(['program.klab:2:out', 'program.klab:2:out']);
    const anchor = at(program.replace('n^ic', 'nic').replace('shown', 'sh^own'));
    expect(anchor.texts(definition(anchor.analysis, anchor.offset))).toEqual(['model.klab:10:shown']);
  });

  test('keep static functions of two files apart', () => {
    const found = at('static int hid^den(int a) { return a; }\ntask t(cpu = 0) { put(hidden(1)); }');
    const renamed = rename(found.analysis, found.offset, 'other');
    expect(renamed.ok && found.texts(renamed.edits)).toEqual(['program.klab:1:hidden', 'program.klab:2:hidden']);
  });
});

/** A learner's own mapping model: its interface, its name, and the shipped template of one. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildProgram, checkModel } from '../../src/kernel/build.ts';
import { looksLikeModel, modelInterface } from '../../src/kernel/model-interface.ts';
import { parseSource } from '../../src/lang/parser.ts';
import { createSession } from '../../src/session/session.ts';

const root = new URL('../../', import.meta.url);
const template = readFileSync(new URL('media/templates/kmap-model.klab', root), 'utf8');
const program =
  'machine { mapping = "./mine.klab"; }\npage p = "x";\ntask t { char *a = map_page(p); a[0] = 1; unmap_page(a); }\n';

const build = (model: string) => buildProgram({ uri: '/w/program.klab', text: program, readFile: () => model });

describe("a learner's mapping model", () => {
  it('the template builds without a word and is recognised as a model', () => {
    expect(checkModel('/w/mine.klab', template).diagnostics.filter(({ uri }) => uri === '/w/mine.klab')).toEqual([]);
    expect(build(template).diagnostics).toEqual([]);
    expect(looksLikeModel(parseSource({ uri: 'a', text: template, role: 'model' }).file)).toBe(true);
    expect(looksLikeModel(parseSource({ uri: 'a', text: program, role: 'program' }).file)).toBe(false);
  });

  it('is named by the path beside the program, so that breakpoints in it are found', () => {
    expect(build(template).built?.debug.sources.at(-2)?.uri).toBe('/w/mine.klab');
    const { session } = createSession({ uri: '/w/program.klab', text: program, readFile: () => template });
    if (!session) throw new Error('it does not build');
    const line = template.split('\n').findIndex((text) => text.includes('// @map')) + 1;
    const [point] = session.setSourceBreakpoints('/w/mine.klab', [{ line }]);
    expect(point).toMatchObject({ verified: true });
    session.setEventBreakpoints([], 'none');
    const stopped = session.run({ kind: 'continue' }, 100_000);
    expect(stopped).toMatchObject({ kind: 'stopped', stop: { reason: 'breakpoint' } });
  });

  it.each(modelInterface)('$name is missed with its prototype, and nothing is said about the kernel', ({ name, prototype }) => {
    const without = template.replace(new RegExp(`^(void \\*?)${name}\\(`, 'm'), '$1another_name(');
    const found = build(without);
    expect(found.built).toBeUndefined();
    const own = found.diagnostics.filter(({ severity, uri }) => severity === 'error' && uri !== '/w/program.klab');
    expect(own.map(({ code, uri }) => [code, uri])).toEqual([['K5007', '/w/mine.klab']]);
    expect(own[0].message).toContain(prototype);
  });

  it('another signature is shown at the name, with the one that is expected', () => {
    const wrong = template.replace('void kmap_fork(struct task_struct *child)', 'int kmap_fork(struct task_struct *child)');
    const found = build(wrong).diagnostics.find(({ code }) => code === 'K5008');
    expect(found?.message).toContain("define it as 'void kmap_fork(struct task_struct *child)'");
    expect(wrong.slice(found?.range.start, found?.range.end)).toBe('kmap_fork');
    const hidden = template.replace('void kmap_exit_to_user(void)', 'static void kmap_exit_to_user(void)');
    expect(build(hidden).diagnostics.find(({ code }) => code === 'K5008')?.message).toContain("remove 'static'");
  });

  it('the page about models has every prototype', () => {
    const page = readFileSync(new URL('docs/mapping-models.md', root), 'utf8');
    for (const { prototype } of modelInterface) expect(page).toContain(prototype);
  });
});

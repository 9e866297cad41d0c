import { expect, it } from 'vitest';
import { buildProgram } from '../../src/kernel/build.ts';

it('a mapping model that cannot be read is one fault, not one in every kernel source', () => {
  const text = 'machine { mapping = "./missing.klab"; }\npage p = "x";\ntask t { char *a = map_page(p); unmap_page(a); }\n';
  const { built, diagnostics } = buildProgram({ uri: 'test.klab', text });
  expect(built).toBeUndefined();
  expect(diagnostics.map(({ code, uri }) => [code, uri])).toEqual([['K5006', 'test.klab']]);
});

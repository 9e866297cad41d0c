import { describe, expect, test } from 'vitest';
import { baseName, findSource, sameSource, toSource } from '../../src/dap/source-names.ts';

describe('names of sources', () => {
  test.each([
    ['/w/a b.klab', '/w/a b.klab', true],
    ['vscode-vfs:/w/a%20b.klab', 'vscode-vfs:/w/a b.klab', true],
    ['C:\\w\\a.klab', 'c:/w/a.klab', true],
    ['file:///w/a.klab', '/w/a.klab', true],
    ['file:///c%3A/w/a.klab', 'C:\\w\\a.klab', true],
    ['/w/a.klab', '/w/b.klab', false],
    ['/w/100%.klab', '/w/100%.klab', true],
  ])('%s and %s are the same: %s', (a, b, same) => {
    expect(sameSource(a, b)).toBe(same);
  });

  test('a source is found under the name that the session knows', () => {
    expect(findSource('vscode-vfs:/w/a%20b.klab', ['klab-kernel:/mm/x.klab', 'vscode-vfs:/w/a b.klab'])).toBe(
      'vscode-vfs:/w/a b.klab',
    );
    expect(findSource('/other', ['/w/a'])).toBeUndefined();
  });

  test('kernel sources go by reference only where asked', () => {
    expect(toSource('klab-kernel:/mm/kmap-local.klab', 0)).toEqual({
      name: 'kmap-local.klab',
      path: 'klab-kernel:/mm/kmap-local.klab',
      origin: 'kernel source',
    });
    expect(toSource('klab-kernel:/mm/kmap-local.klab', 4)).toMatchObject({ sourceReference: 4 });
    expect(toSource('/w/p.klab', 4)).toEqual({ name: 'p.klab', path: '/w/p.klab' });
    expect(baseName('scheme:/a%20b.klab')).toBe('a b.klab');
  });
});

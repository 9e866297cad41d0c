import { describe, expect, test } from 'vitest';
import { resolveBeside } from '../../src/util/beside.ts';

describe('a file named beside another', () => {
  test.each([
    ['/w/p.klab', './mine.klab', '/w/mine.klab'],
    ['/w/x/p.klab', '../mine.klab', '/w/mine.klab'],
    ['kmaplab-fs:/s/p.klab', 'm/mine.klab', 'kmaplab-fs:/s/m/mine.klab'],
    ['/w/p.klab', '/abs/mine.klab', '/abs/mine.klab'],
    ['p.klab', './mine.klab', 'mine.klab'],
    ['../p.klab', '../mine.klab', '../../mine.klab'],
    ['x/y/p.klab', '../../mine.klab', 'mine.klab'],
    ['C:\\w\\p.klab', './mine.klab', 'C:\\w\\mine.klab'],
    ['/w/p.klab', 'C:/mine.klab', 'C:/mine.klab'],
  ])('beside %s, %s is %s', (program, relative, resolved) => {
    expect(resolveBeside(program, relative)).toBe(resolved);
  });
});

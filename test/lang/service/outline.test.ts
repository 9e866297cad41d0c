import { expect, test } from 'vitest';
import { outline } from '../../../src/lang/service/outline.ts';
import { analyse } from './analyse.ts';

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

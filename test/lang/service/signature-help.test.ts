import { expect, test } from 'vitest';
import { signatureHelp } from '../../../src/lang/service/signature-help.ts';
import { analyse } from './analyse.ts';

test('signature help shows the prototype and the argument at the cursor', () => {
  const { analysis, offset } = analyse('task t(cpu = 0) { shown(put(1), "a,b"^); }');
  expect(signatureHelp(analysis, offset)).toMatchObject({
    label: 'int shown(int first, char *second)',
    parameters: ['int first', 'char *second'],
    active: 1,
  });
});

import { expect, test } from 'vitest';
import { builtinNames } from '../../../src/lang/checker-builtins.ts';
import { describeBuiltin } from '../../../src/lang/service/builtins.ts';

test('every built-in name is documented', () => {
  for (const name of builtinNames()) expect(describeBuiltin(name), name).toBeDefined();
});

import { expect, test } from 'vitest';
import { printed, runProgram } from '../../support/run-program.ts';

test('%s says where nothing can be read, in the words of the kernel', () => {
  const kernel = runProgram(`
    task t() {
      char *nothing = NULL;
      printk("%s", nothing);
      printk("%s", (char *)16);
      printk("%s", current->comm);
    }
  `);
  expect(printed(kernel)).toEqual(['(null)', '(efault)', 't']);
});

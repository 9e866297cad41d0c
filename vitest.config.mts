import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**'],
    globalSetup: ['test/global-setup.ts'],
    testTimeout: 60_000,
    // Tests compute all the time: a worker for each processor.
    maxWorkers: '100%',
  },
});

#!/usr/bin/env node
/** Starts the command line as built by `npm run build`. */
import { existsSync } from 'node:fs';

const built = new URL('../dist/cli.mjs', import.meta.url);
if (existsSync(built)) await import(built.href);
else {
  console.error('kmaplab is not built yet. Run: npm run build');
  process.exitCode = 2;
}

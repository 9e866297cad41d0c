/** Everything that the editor offers for `.klab` texts, and their `expect` lines as tests. */
import type * as vscode from 'vscode';
import { registerTestExplorer } from '../expectations/test-explorer.ts';
import { registerInlineValues } from './inline-values.ts';
import { registerProblems } from './problems.ts';
import { Programs } from './programs.ts';
import { registerProviders } from './providers.ts';

export function startLanguage(): vscode.Disposable[] {
  const programs = new Programs();
  return [
    ...registerProblems(programs),
    ...registerProviders(programs),
    registerInlineValues(programs),
    ...registerTestExplorer(),
  ];
}

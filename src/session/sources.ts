/** Texts that a program consists of, and the names of things in it. */
import { isFindingSlug } from '../kernel/catalogue.ts';
import type { CompletionEntry } from './api.ts';
import type { Debuggee } from './debuggee.ts';

/** Completions offered at once. */
const COMPLETIONS_MAX = 200;

/** Whether a word in an event condition stands for itself: a task, an interrupt, a page, a finding, a state. */
export function isProgramName(debuggee: Debuggee, word: string): boolean {
  const { kernel, built } = debuggee;
  return (
    kernel.tasks.some((task) => task.comm === word) ||
    kernel.devices.some((device) => device.name === word) ||
    built.program.pages.some((page) => page.declaration.name === word) ||
    isFindingSlug(word) ||
    word === built.profile.mapping ||
    ['R', 'S', 'D', 'X', 'page', 'range', 'all'].includes(word)
  );
}

/** Names that begin with the word at the end of `text`: locals first, then those of the program and the kernel. */
export function completeName(debuggee: Debuggee, word: string, locals: readonly string[]): CompletionEntry[] {
  const { built, programSource } = debuggee;
  const { names } = built.program;
  const entries: CompletionEntry[] = locals.filter((name) => name.startsWith(word)).map((label) => ({ label, kind: 'variable' }));
  const seen = new Set(locals);
  for (const name of ['current', ...names.names(programSource)]) {
    if (entries.length >= COMPLETIONS_MAX) break;
    if (!name.startsWith(word) || seen.has(name)) continue;
    seen.add(name);
    const symbol = names.symbol(name, programSource);
    entries.push({ label: name, kind: symbol?.kind ?? 'variable' });
  }
  return entries;
}

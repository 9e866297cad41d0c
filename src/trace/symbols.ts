/**
 * Code addresses as trace files want them. The emulated code has no bytes at kernel addresses, so an exported file shows instruction n
 * 4 n bytes behind the start of its text.
 */
import type { CodeFunction } from './recording.ts';

/** `_stext`: a symbol of its own, so that no function lies there. */
const TEXT_START = 0xc1000000;
const FIRST_FUNCTION = 0x1000;

/** Relative to `_stext`. @param pc code address, -1 for none */
export const textOffset = (pc: number): number => (pc < 0 ? -TEXT_START : FIRST_FUNCTION + 4 * pc);
const textAddress = (pc: number): number => TEXT_START + textOffset(pc);

export class Symbols {
  readonly #functions: readonly CodeFunction[];

  constructor(functions: readonly CodeFunction[]) {
    this.#functions = functions;
  }

  /** As `%pS` of a code address: `name+0x8/0x24`. */
  place(pc: number): string {
    const found = this.#at(pc);
    if (!found) return `0x${textAddress(pc).toString(16)}`;
    return `${found.name}+0x${(4 * (pc - found.entry)).toString(16)}/0x${(4 * (found.end - found.entry)).toString(16)}`;
  }

  /** First address of the function called `name`, 0 when there is none. */
  addressOf(name: string): number {
    const found = this.#functions.find((one) => one.name === name);
    return found ? textAddress(found.entry) : 0;
  }

  /** As /proc/kallsyms. */
  kallsyms(): string {
    const lines = this.#functions.map(({ name, entry }) => `${textAddress(entry).toString(16)} t ${name}`);
    return `${[`${TEXT_START.toString(16)} T _stext`, ...lines].join('\n')}\n`;
  }

  #at(pc: number): CodeFunction | undefined {
    let low = 0;
    let high = this.#functions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#functions[middle].end <= pc) low = middle + 1;
      else high = middle;
    }
    const found = this.#functions[low];
    return found && found.entry <= pc ? found : undefined;
  }
}

/** Reads the arguments of a command. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './io.ts';

type OptionSpecs = NonNullable<ParseArgsConfig['options']>;

export interface Options {
  positionals: string[];
  flag(name: string): boolean;
  text(name: string): string | undefined;
  /** All values of an option that may be given several times. */
  list(name: string): readonly string[];
  /** @throws UsageError unless it is a whole number from `lowest` to 2^53. */
  integer(name: string, lowest: number): number | undefined;
  /** `--set` as overrides. @throws UsageError for a piece without `=`. */
  settings(): Record<string, string>;
}

/** Options that every command takes. */
export const COMMON: OptionSpecs = {
  set: { type: 'string', multiple: true },
  json: { type: 'boolean' },
};

/** @throws UsageError naming the option that is wrong. */
export function readOptions(args: readonly string[], specs: OptionSpecs): Options {
  let values: Readonly<Record<string, unknown>>;
  let positionals: string[];
  try {
    ({ values, positionals } = parseArgs({ args: [...args], options: specs, allowPositionals: true }));
  } catch (error) {
    // The library's second sentence speaks of `--`, which helps nobody here.
    throw new UsageError((error as Error).message.split('. ')[0]);
  }
  const text = (name: string): string | undefined => values[name] as string | undefined;
  return {
    positionals,
    flag: (name) => values[name] === true,
    text,
    list: (name) => (values[name] as string[] | undefined) ?? [],
    integer(name, lowest) {
      const written = text(name);
      if (written === undefined) return undefined;
      const value = Number(written);
      if (!/^\d+$/.test(written) || !Number.isSafeInteger(value) || value < lowest) {
        throw new UsageError(`--${name} wants a whole number from ${lowest} on, not "${written}"`);
      }
      return value;
    },
    settings() {
      const overrides: Record<string, string> = {};
      for (const piece of (values.set as string[] | undefined) ?? []) {
        const at = piece.indexOf('=');
        if (at <= 0) throw new UsageError(`--set wants NAME=VALUE, not "${piece}"`);
        overrides[piece.slice(0, at).trim()] = piece.slice(at + 1).trim();
      }
      return overrides;
    },
  };
}

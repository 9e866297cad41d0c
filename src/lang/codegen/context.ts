/** What the code generator knows while it works: of the whole program, and of the function at hand. */
import type { Diagnostic } from '../diagnostics.ts';
import type { LanguageEnvironment } from '../environment.ts';
import type { Range, Source } from '../source.ts';
import type { FunctionSymbol, NameExpression, VariableSymbol } from '../tree.ts';
import type { Type } from '../types.ts';
import type { DataSegment } from './data.ts';
import type { Emitter, Label } from './emitter.ts';
import type { Frame } from './frame.ts';

/** Where a local lives. */
export type Place = { kind: 'register'; register: number } | { kind: 'memory'; word: number };

export interface ProgramContext {
  emitter: Emitter;
  data: DataSegment;
  environment: LanguageEnvironment;
  sources: readonly Source[];
  /** Function index by symbol; a symbol that only has a prototype is found by its name. */
  functionIndex(symbol: FunctionSymbol): number | undefined;
  functionNamed(name: string): { index: number; symbol: FunctionSymbol } | undefined;
  intrinsicIndex: ReadonlyMap<string, number>;
  report(diagnostic: Diagnostic): void;
}

/** Where `break` and `continue` go; a switch has no `continue`. */
export interface JumpTargets {
  breakTo: Label;
  continueTo: Label | undefined;
}

/** A local as debug info will show it, with its place. */
export interface PlacedLocal {
  symbol: VariableSymbol;
  place: Place;
  start: number;
  end: number;
  /** As in `LocalInfo`; -1: nothing has been stored in it so far. */
  setFrom: number | undefined;
}

export interface FunctionContext {
  program: ProgramContext;
  emitter: Emitter;
  frame: Frame;
  /** Index in `Image.functions`. */
  index: number;
  name: string;
  /** Index of its source. */
  source: number;
  returns: Type;
  /** Ends in IRET. */
  asmlinkage: boolean;
  /** Body of a user task: calls of SYSCALL functions enter the kernel. */
  userMode: boolean;
  places: Map<VariableSymbol, Place>;
  locals: PlacedLocal[];
  /** Code address of each loop around, outermost first. */
  loopStarts: number[];
  /** Control can come from below by `goto`: where a local has a value is not a matter of addresses. */
  hasLabels: boolean;
  /** Register of the "is set" flag of locals that may be read before they are set. */
  flags: Map<VariableSymbol, number>;
  /** Reads that need the check. */
  uncertain: ReadonlySet<NameExpression>;
  labels: Map<string, Label>;
  jumps: JumpTargets[];
  /** Labels of the case statements of the switches around. */
  cases: Map<object, Label>;
  tags: ReadonlyMap<number, readonly string[]>;
  /** 0-based line of an offset in this function's source. */
  lineOf(offset: number): number;
}

/** Text of a range of the function's source. */
export function textOf(context: FunctionContext, range: Range): string {
  return context.program.sources[context.source].text.slice(range.start, range.end);
}

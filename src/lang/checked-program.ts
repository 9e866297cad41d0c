/** What the checker hands on: everything that the program and the kernel sources declare, with symbols, over all files. */
import type { Source } from './source.ts';
import type {
  ExpectDeclaration,
  FunctionDeclaration,
  FunctionSymbol,
  IrqDeclaration,
  NamedSymbol,
  PageDeclaration,
  ScheduleDeclaration,
  Setting,
  SourceFile,
  TaskDeclaration,
  VariableDeclaration,
  VariableSymbol,
} from './tree.ts';
import type { FunctionType, StructType, Type } from './types.ts';

/** A function with a body: of the kernel, of the learner, or the body of a task or interrupt handler. */
export interface CheckedFunction {
  kind: 'function' | 'syscall' | 'task' | 'irq' | 'nmi';
  symbol: FunctionSymbol;
  declaration: FunctionDeclaration | TaskDeclaration | IrqDeclaration;
  /** Index into `CheckedProgram.sources`. */
  source: number;
  parameters: VariableSymbol[];
  /** Locals in the order of their declaration, without parameters and static locals. */
  locals: VariableSymbol[];
}

/** A variable with static storage; those declared `static` in a function are here too. */
export interface CheckedVariable {
  symbol: VariableSymbol;
  declaration: VariableDeclaration;
  source: number;
  /** Constant: integers, addresses of variables and functions, strings, lists of those. Without one all bytes are 0. */
  initializer?: VariableDeclaration['initializer'];
}

export interface CheckedPage {
  declaration: PageDeclaration;
  symbol: VariableSymbol;
  source: number;
  /** 1 for a single page. */
  count: number;
  /** Text of each page; the rest of a page is zero. */
  texts: string[];
}

/** A setting with its value: a word, a number (times in ns), or a text. */
export type SettingNumberOrWord = number | string;

export interface CheckedTask {
  declaration: TaskDeclaration;
  function: CheckedFunction;
  source: number;
  /** By name, as written; times in ns. What is not written is missing. */
  settings: ReadonlyMap<string, SettingNumberOrWord>;
}

export interface CheckedIrq {
  declaration: IrqDeclaration;
  function: CheckedFunction;
  source: number;
  settings: ReadonlyMap<string, SettingNumberOrWord>;
  /** Device line: maskable interrupts count from 0 in the order of the text, NMIs are -1. In code an interrupt's name has this value. */
  line: number;
}

/** Names as the whole program sees them: what a watch expression starts from. */
export interface ProgramNames {
  /** Functions, variables, pages, constants, intrinsics. `source`: also what is static in that source. */
  symbol(name: string, source?: number): NamedSymbol | undefined;
  /** Typedef names and the integer types of the language. */
  typedef(name: string): Type | undefined;
  /** `struct NAME`, complete or not. */
  struct(name: string): StructType | undefined;
  /** `enum NAME`. */
  enumeration(name: string): Type | undefined;
  /** All names that `symbol` knows, for completion and for "did you mean". */
  names(source?: number): Iterable<string>;
}

export interface CheckedProgram {
  sources: readonly Source[];
  /** Same order as `sources`. */
  files: readonly SourceFile[];
  /** Functions with bodies, in the order of the sources and their text. */
  functions: CheckedFunction[];
  globals: CheckedVariable[];
  structs: StructType[];
  pages: CheckedPage[];
  tasks: CheckedTask[];
  irqs: CheckedIrq[];
  schedules: { declaration: ScheduleDeclaration; source: number }[];
  expects: { declaration: ExpectDeclaration; source: number }[];
  /** All settings of `machine { }`, as written. */
  machine: Setting[];
  names: ProgramNames;
  /** Signatures of the environment's intrinsics, in its order. */
  intrinsicTypes: FunctionType[];
}

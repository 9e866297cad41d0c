/** Where the checker stands: in which source, in which function, with which names in reach. */
import type { DiagnosticKey } from './diagnostic-catalogue.ts';
import type { Diagnostic } from './diagnostics.ts';
import type { ProgramScope } from './program-scope.ts';
import type { Reporter } from './reporter.ts';
import type { Range, SourceRole } from './source.ts';
import type { Expression, NamedSymbol, VariableSymbol } from './tree.ts';
import type { Type } from './types.ts';

/** The names of one block; blocks inside see those of the blocks around. */
export class BlockScope {
  readonly symbols = new Map<string, NamedSymbol>();
  readonly parent: BlockScope | undefined;

  constructor(parent?: BlockScope) {
    this.parent = parent;
  }

  find(name: string): NamedSymbol | undefined {
    for (let scope: BlockScope | undefined = this; scope; scope = scope.parent) {
      const symbol = scope.symbols.get(name);
      if (symbol) return symbol;
    }
    return undefined;
  }

  *names(): Iterable<string> {
    for (let scope: BlockScope | undefined = this; scope; scope = scope.parent) yield* scope.symbols.keys();
  }
}

export interface FunctionState {
  name: string;
  kind: 'function' | 'syscall' | 'task' | 'irq' | 'nmi';
  /** The body of a user task: it may only make system calls. */
  userMode: boolean;
  returns: Type;
  parameters: VariableSymbol[];
  locals: VariableSymbol[];
  labels: Map<string, Range>;
  gotos: { label: string; range: Range }[];
  /** What `break` and `continue` would leave or repeat. */
  loops: number;
  switches: SwitchState[];
  /** Nesting in which a `break` stands: the innermost of loop and switch. */
  breakable: number;
}

export interface SwitchState {
  type: Type;
  values: Map<number, Range>;
  default?: Range;
}

export interface CheckContext {
  program: ProgramScope;
  source: number;
  role: SourceRole;
  text: string;
  reporter: Reporter;
  /** Names in text that could not be read: they may be declared there, so nobody complains about them. */
  skippedNames: ReadonlySet<string>;
  /** The text has faults already: advice about unused variables and missing results would be guesswork. */
  faulty: boolean;
  /** Undeclared names that were reported in this function. */
  unknownNames: Set<string>;
  block?: BlockScope;
  function?: FunctionState;
  /** Locals that something read, or whose address was taken. */
  used: Set<VariableSymbol>;
}

export function report(
  c: CheckContext,
  key: DiagnosticKey,
  range: Range,
  message: string,
  related?: Diagnostic['related'],
): void {
  c.reporter.report(key, { start: range.start, end: range.end }, message, related);
}

/** The symbol that `name` means here. */
export function lookup(c: CheckContext, name: string): NamedSymbol | undefined {
  return c.block?.find(name) ?? c.program.symbol(name, c.source);
}

/** Source text of a node, shortened for messages. */
export function sourceText(c: CheckContext, range: Range): string {
  const text = c.text.slice(range.start, range.end).replace(/\s+/g, ' ');
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}

export function typed<E extends Expression>(e: E, type: Type): E {
  e.type = type;
  return e;
}

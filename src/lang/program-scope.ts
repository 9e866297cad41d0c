/**
 * Names of the whole program: what all files and the environment declare, whatever the order. Types and constants are worked out
 * when somebody asks for them first.
 */

import type { ProgramNames } from './checked-program.ts';
import type { IntrinsicSignature, LanguageEnvironment, NamedConstant } from './environment.ts';
import { builtinTypeNames, integerByName } from './integer-types.ts';
import type { Range } from './source.ts';
import { StructTable } from './struct-table.ts';
import type { ConstantSymbol, FunctionSymbol, NamedSymbol, VariableSymbol } from './tree.ts';
import { ERROR } from './type-facts.ts';
import type { EnumType, StructType, Type } from './types.ts';

/** Something that is resolved at the first question; asking for it meanwhile is a cycle. */
export interface Lazy<T> {
  resolve(): T | undefined;
}

/** `onCycle` runs when the answer is asked for while it is being worked out. */
export function lazy<T>(make: () => T | undefined, onCycle?: () => void): Lazy<T> {
  let state: 'new' | 'busy' | 'done' = 'new';
  let result: T | undefined;
  return {
    resolve() {
      if (state === 'busy') {
        onCycle?.();
        return undefined;
      }
      if (state === 'new') {
        state = 'busy';
        result = make();
        state = 'done';
      }
      return result;
    },
  };
}

export class ProgramScope implements ProgramNames {
  readonly environment: LanguageEnvironment;
  readonly structs: StructTable;
  readonly #global = new Map<string, NamedSymbol>();
  readonly #files: Map<string, NamedSymbol>[];
  readonly #constants = new Map<string, Lazy<ConstantSymbol>>();
  readonly #typedefs = new Map<string, Lazy<Type>>();
  readonly #intrinsics = new Map<string, IntrinsicSignature>();
  readonly #enums = new Map<string, EnumType>();
  /** First use of each function that somewhere is called or whose address is taken. */
  readonly uses = new Map<FunctionSymbol, { source: number; range: Range }>();

  /** `extern` variables that nobody has defined yet. */
  readonly externs = new Map<VariableSymbol, Range>();
  readonly uris: readonly string[];
  readonly #later: (() => void)[] = [];

  constructor(environment: LanguageEnvironment, uris: readonly string[]) {
    this.environment = environment;
    this.uris = uris;
    this.#files = uris.map(() => new Map());
    for (const intrinsic of environment.intrinsics) this.#intrinsics.set(intrinsic.name, intrinsic);
    this.structs = new StructTable(environment.layouts, (name) => this.typedef(name));
  }

  symbol(name: string, source?: number): NamedSymbol | undefined {
    const own = source === undefined ? undefined : this.#files[source]?.get(name);
    return own ?? this.#global.get(name) ?? this.#constants.get(name)?.resolve();
  }

  /** The symbol that a new declaration of `name` would clash with: in the whole program, or only among a file's own. */
  existing(name: string, onlyIn: number | undefined): NamedSymbol | undefined {
    const own = onlyIn === undefined ? undefined : this.#files[onlyIn].get(name);
    if (own) return own;
    const other = this.#global.get(name) ?? this.#constants.get(name)?.resolve();
    // What is static in a file may have the name of something elsewhere, but not of something in the same file.
    if (onlyIn === undefined) return other;
    return other && 'source' in other && other.source === onlyIn ? other : undefined;
  }

  markExtern(symbol: VariableSymbol, range: Range): void {
    this.externs.set(symbol, range);
  }

  isExtern(symbol: VariableSymbol): boolean {
    return this.externs.has(symbol);
  }

  markDefined(symbol: VariableSymbol): void {
    this.externs.delete(symbol);
  }

  /** Runs `check` when all types are known. */
  later(check: () => void): void {
    this.#later.push(check);
  }

  runLater(): void {
    for (const check of this.#later.splice(0)) check();
  }

  noteUse(symbol: FunctionSymbol, place: { source: number; range: Range }): void {
    if (!this.uses.has(symbol)) this.uses.set(symbol, place);
  }

  /** Whether `name` is declared, without working anything out. */
  declares(name: string, source: number): boolean {
    return this.#files[source].has(name) || this.#global.has(name) || this.#constants.has(name);
  }

  define(name: string, symbol: NamedSymbol, onlyIn?: number): void {
    if (onlyIn === undefined) this.#global.set(name, symbol);
    else this.#files[onlyIn].set(name, symbol);
  }

  defineConstant(name: string, constant: Lazy<ConstantSymbol>): void {
    this.#constants.set(name, constant);
  }

  /** Declares the environment's constants; `typeOf` reads the C type as written there. */
  defineEnvironmentConstants(constants: readonly NamedConstant[], typeOf: (text: string) => Type): void {
    for (const { name, value, type, doc } of constants) {
      this.#constants.set(
        name,
        lazy(() => ({ kind: 'constant', name, value, type: typeOf(type), doc })),
      );
    }
  }

  typedef(name: string): Type | undefined {
    const own = this.#typedefs.get(name);
    // A typedef that is made of itself was reported where it stands.
    if (own) return own.resolve() ?? ERROR;
    return integerByName(name);
  }

  hasTypedef(name: string): boolean {
    return this.#typedefs.has(name);
  }

  defineTypedef(name: string, type: Lazy<Type>): void {
    this.#typedefs.set(name, type);
  }

  intrinsic(name: string): IntrinsicSignature | undefined {
    return this.#intrinsics.get(name);
  }

  struct(name: string): StructType | undefined {
    return this.structs.find(name);
  }

  enumeration(name: string): EnumType | undefined {
    return this.#enums.get(name);
  }

  defineEnumeration(type: EnumType): void {
    this.#enums.set(type.name, type);
  }

  *names(source?: number): Iterable<string> {
    if (source !== undefined) yield* this.#files[source]?.keys() ?? [];
    yield* this.#global.keys();
    yield* this.#constants.keys();
  }

  *typeNames(): Iterable<string> {
    yield* this.#typedefs.keys();
    yield* builtinTypeNames();
    yield* ['int', 'char', 'long', 'void', 'bool', 'short', 'unsigned'];
  }

  enumNames(): Iterable<string> {
    return this.#enums.keys();
  }
}

/** Nodes of the declarations of C. See `tree.ts`. */
import type { Range } from './source.ts';
import type { FunctionSymbol, VariableSymbol } from './symbols.ts';
import type { BlockStatement } from './tree.ts';
import type { Expression, TypeName } from './tree-expressions.ts';

export interface VariableDeclaration extends Range {
  kind: 'variable';
  name: string;
  nameRange: Range;
  typeName: TypeName;
  storage: { static: boolean; perCpu: boolean; extern: boolean };
  initializer?: Expression;
  symbol?: VariableSymbol;
}
export interface Parameter extends Range {
  name: string;
  nameRange: Range;
  typeName: TypeName;
  symbol?: VariableSymbol;
}
export interface FunctionDeclaration extends Range {
  kind: 'function';
  name: string;
  nameRange: Range;
  returns: TypeName;
  parameters: Parameter[];
  variadic: boolean;
  /** `static`, `inline`, and the laboratory's `SYSCALL`. */
  specifiers: string[];
  /** Undefined for a prototype. */
  body?: BlockStatement;
  /** There is a body, and it was passed over: `body` is empty. */
  skipped?: true;
  /** Text of the comment directly above, without comment marks: hover documentation. */
  doc: string;
  symbol?: FunctionSymbol;
}
export interface StructDeclaration extends Range {
  kind: 'struct';
  name: string;
  nameRange: Range;
  members: { name: string; nameRange: Range; typeName: TypeName }[];
}
export interface EnumDeclaration extends Range {
  kind: 'enum';
  /** Empty for an enum without a name and for `#define`. */
  name: string;
  nameRange: Range;
  /** `#define NAME value`: one constant whose type is that of its value. */
  macro?: true;
  constants: { name: string; nameRange: Range; value?: Expression }[];
}
export interface TypedefDeclaration extends Range {
  kind: 'typedef';
  name: string;
  nameRange: Range;
  typeName: TypeName;
}

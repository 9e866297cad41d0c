/** Nodes of expressions, and types as written. See `tree.ts`. */
import type { Range } from './source.ts';
import type { NamedSymbol } from './symbols.ts';
import type { Parameter } from './tree-declarations.ts';
import type { Type } from './types.ts';

interface ExpressionBase extends Range {
  /** Set by the checker; arrays and functions have decayed to pointers where C says so. */
  type?: Type;
  /** Value of a constant integer expression, if it is one (as a JS number; exact up to 2^53). */
  constant?: number;
}
export interface IntegerLiteral extends ExpressionBase {
  kind: 'integer';
  value: number;
  suffix: string;
}
export interface CharLiteral extends ExpressionBase {
  kind: 'char';
  value: number;
}
export interface StringLiteral extends ExpressionBase {
  kind: 'string';
  value: string;
}
export interface NameExpression extends ExpressionBase {
  kind: 'name';
  name: string;
  symbol?: NamedSymbol;
  /** `current`: a name that the compiler knows; it has no symbol. */
  builtin?: 'current';
}
export interface UnaryExpression extends ExpressionBase {
  kind: 'unary';
  operator: '-' | '+' | '!' | '~' | '*' | '&';
  operand: Expression;
}
/** `++x`, `x--`. */
export interface StepExpression extends ExpressionBase {
  kind: 'step';
  operator: '++' | '--';
  prefix: boolean;
  operand: Expression;
}
export interface BinaryExpression extends ExpressionBase {
  kind: 'binary';
  operator:
    | '*'
    | '/'
    | '%'
    | '+'
    | '-'
    | '<<'
    | '>>'
    | '<'
    | '>'
    | '<='
    | '>='
    | '=='
    | '!='
    | '&'
    | '^'
    | '|'
    | '&&'
    | '||'
    | ',';
  left: Expression;
  right: Expression;
}
/** `=` and the compound assignments; operator is what comes before the `=` or '' for plain. */
export interface AssignExpression extends ExpressionBase {
  kind: 'assign';
  operator: '' | '*' | '/' | '%' | '+' | '-' | '<<' | '>>' | '&' | '^' | '|';
  target: Expression;
  value: Expression;
  /**
   * Compound assignments to integers: the type in which the operation is done (the common type of target and value; for shifts the
   * promoted target). `value` has been converted to it (shifts: to int); the result is converted to the target's type.
   */
  operationType?: Type;
}
export interface ConditionalExpression extends ExpressionBase {
  kind: 'conditional';
  test: Expression;
  then: Expression;
  otherwise: Expression;
}
export interface CallExpression extends ExpressionBase {
  kind: 'call';
  callee: Expression;
  args: Expression[];
  /**
   * Set by the checker when the callee is no function but a per-CPU operation (`this_cpu_read`, `__this_cpu_inc`, `raw_cpu_add`,
   * `this_cpu_ptr`, `per_cpu_ptr`, `per_cpu` ...), which the compiler knows by the callee's name; `callee` has no type then.
   * The variable (`args[0]`) keeps its own type; values have been converted to it, CPU numbers to int. `per_cpu(x, cpu)` is an
   * lvalue. All other built-ins are rewritten in terms of C: `READ_ONCE(x)` is a plain read, `WRITE_ONCE` an assignment,
   * `container_of` pointer arithmetic, `offsetof`, `IS_ENABLED` and `ARRAY_SIZE` integers, `likely(x)` is `!!x`, `min(a, b)` is
   * `a < b ? a : b`.
   */
  builtin?: 'perCpu';
}
export interface MemberExpression extends ExpressionBase {
  kind: 'member';
  arrow: boolean;
  object: Expression;
  name: string;
  nameRange: Range;
  offset?: number;
}
export interface IndexExpression extends ExpressionBase {
  kind: 'index';
  object: Expression;
  index: Expression;
}
export interface CastExpression extends ExpressionBase {
  kind: 'cast';
  typeName: TypeName;
  operand: Expression;
}
export interface SizeofExpression extends ExpressionBase {
  kind: 'sizeof';
  typeName?: TypeName;
  operand?: Expression;
}
/** Put in by the checker: an implicit conversion of `operand` to `type` (integer promotion, decay, 0 to pointer). */
export interface ConvertExpression extends ExpressionBase {
  kind: 'convert';
  operand: Expression;
}
/** `{ 1, 2, .x = 3 }` in an initialiser. */
export interface InitializerList extends ExpressionBase {
  kind: 'initializer';
  items: InitializerItem[];
}
export interface InitializerItem {
  designator?: { member?: string; index?: Expression; range: Range };
  /** A nested list, a string for a char array, or an expression already converted to the element's type. */
  value: Expression;
  /** Bytes from the start of the list's own object; set by the checker. What no item names is zero. */
  offset?: number;
}
export interface ErrorExpression extends ExpressionBase {
  kind: 'error';
}

export type Expression =
  | IntegerLiteral
  | CharLiteral
  | StringLiteral
  | NameExpression
  | UnaryExpression
  | StepExpression
  | BinaryExpression
  | AssignExpression
  | ConditionalExpression
  | CallExpression
  | MemberExpression
  | IndexExpression
  | CastExpression
  | SizeofExpression
  | ConvertExpression
  | InitializerList
  | ErrorExpression;

/** A type as written: base with `*`s and array lengths folded in. The checker resolves it into `type`. */
export interface TypeName extends Range {
  base: TypeBase;
  constant: boolean;
  /** Outermost last: `char *const __user *p` has two. */
  pointers: { constant: boolean; user: boolean; perCpu: boolean }[];
  /** Outermost first: `int a[2][3]` has [2, 3]; undefined for `[]`. */
  arrays: (Expression | undefined)[];
  /** `int (*f)(int)`: the pointed-to function's parameters. */
  functionParameters?: Parameter[];
  type?: Type;
}
export type TypeBase =
  | { kind: 'words'; words: string[] } // int, unsigned long, u8, pte_t ...
  | { kind: 'struct'; name: string; range: Range }
  | { kind: 'enum'; name: string; range: Range };

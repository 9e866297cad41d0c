/**
 * The tree of a source text. The parser makes it, the checker fills in `type`, `symbol`, `constant` and inserts
 * conversions (`Convert`), the compiler reads it. Every node has its exact range.
 */
import type { Range } from './source.ts';
import type { FunctionType, Type } from './types.ts';

// ---------------------------------------------------------------- expressions

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

// ---------------------------------------------------------------- types as written

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

// ---------------------------------------------------------------- statements

interface StatementBase extends Range {
  /** A label comment on this statement's first line: an anchor name for schedules and breakpoints. */
  anchor?: string;
}
export interface ExpressionStatement extends StatementBase {
  kind: 'expression';
  expression: Expression;
}
export interface DeclarationStatement extends StatementBase {
  kind: 'declaration';
  variables: VariableDeclaration[];
}
export interface BlockStatement extends StatementBase {
  kind: 'block';
  body: Statement[];
}
export interface IfStatement extends StatementBase {
  kind: 'if';
  test: Expression;
  then: Statement;
  otherwise?: Statement;
}
export interface WhileStatement extends StatementBase {
  kind: 'while';
  test: Expression;
  body: Statement;
}
export interface DoStatement extends StatementBase {
  kind: 'do';
  body: Statement;
  test: Expression;
}
export interface ForStatement extends StatementBase {
  kind: 'for';
  init?: DeclarationStatement | ExpressionStatement;
  test?: Expression;
  step?: Expression;
  body: Statement;
}
export interface SwitchStatement extends StatementBase {
  kind: 'switch';
  value: Expression;
  body: Statement;
}
export interface CaseStatement extends StatementBase {
  kind: 'case';
  value?: Expression;
  body: Statement;
} // value undefined: default
export interface ReturnStatement extends StatementBase {
  kind: 'return';
  value?: Expression;
}
export interface BreakStatement extends StatementBase {
  kind: 'break';
}
export interface ContinueStatement extends StatementBase {
  kind: 'continue';
}
export interface GotoStatement extends StatementBase {
  kind: 'goto';
  label: string;
  labelRange: Range;
}
export interface LabelStatement extends StatementBase {
  kind: 'label';
  name: string;
  nameRange: Range;
  body: Statement;
}
export interface EmptyStatement extends StatementBase {
  kind: 'empty';
}

export type Statement =
  | ExpressionStatement
  | DeclarationStatement
  | BlockStatement
  | IfStatement
  | WhileStatement
  | DoStatement
  | ForStatement
  | SwitchStatement
  | CaseStatement
  | ReturnStatement
  | BreakStatement
  | ContinueStatement
  | GotoStatement
  | LabelStatement
  | EmptyStatement;

// ---------------------------------------------------------------- C declarations

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

// ---------------------------------------------------------------- the laboratory's declarations

export type SettingValue =
  | { kind: 'name'; name: string }
  | { kind: 'number'; value: number; unit?: TimeUnit }
  | { kind: 'string'; value: string };
export type TimeUnit = 'ns' | 'us' | 'ms';
export interface Setting extends Range {
  name: string;
  nameRange: Range;
  value: SettingValue;
  valueRange: Range;
}
/** `machine { cpus = 2; ... }` */
export interface MachineDeclaration extends Range {
  kind: 'machine';
  settings: Setting[];
}
/** `page x = "text";`, `page low y`, `user page z = "text" absent;`, `page letter[2] = { ... };` */
export interface PageDeclaration extends Range {
  kind: 'page';
  name: string;
  nameRange: Range;
  low: boolean;
  user: boolean;
  absent: boolean;
  /** Undefined: a single page. */
  count?: Expression;
  contents: StringLiteral[];
  symbol?: VariableSymbol;
}
/** `task writer(policy = SCHED_FIFO, prio = 10, cpu = 0) { ... }`, `user task ...` */
export interface TaskDeclaration extends Range {
  kind: 'task';
  name: string;
  nameRange: Range;
  user: boolean;
  parameters: Setting[];
  body: BlockStatement;
  doc: string;
}
/** `irq nic(cpu = 0, when = any) { ... }`, also `nmi` */
export interface IrqDeclaration extends Range {
  kind: 'irq';
  name: string;
  nameRange: Range;
  nmi: boolean;
  parameters: Setting[];
  body: BlockStatement;
  doc: string;
}
/** One entry of a schedule: `irq nic at FUNCTION "label" 2;` */
export interface ScheduleEntry extends Range {
  what:
    | { kind: 'irq'; name: string; range: Range }
    | { kind: 'run'; cpu: number; range: Range }
    | { kind: 'switch'; task: string; range: Range };
  /** Before the n-th hit (from 1) of this anchor, on the CPU where it is hit (or `cpu`). */
  at: { function: string; label?: string; line?: number; hit: number; range: Range; cpu?: number };
}
export interface ScheduleDeclaration extends Range {
  kind: 'schedule';
  name: string;
  nameRange: Range;
  entries: ScheduleEntry[];
}
/** `expect slot_busy when mapping == kmap_temporary on torvalds;` */
export interface ExpectDeclaration extends Range {
  kind: 'expect';
  outcome: string;
  outcomeRange: Range;
  /** Condition over settings; undefined: always. */
  when?: Expression;
  on: { kind: 'default' } | { kind: 'any' } | { kind: 'schedule'; name: string; range: Range };
}
export interface ErrorDeclaration extends Range {
  kind: 'error';
}

export type Declaration =
  | VariableDeclaration
  | FunctionDeclaration
  | StructDeclaration
  | EnumDeclaration
  | TypedefDeclaration
  | MachineDeclaration
  | PageDeclaration
  | TaskDeclaration
  | IrqDeclaration
  | ScheduleDeclaration
  | ExpectDeclaration
  | ErrorDeclaration;

export interface SourceFile {
  declarations: Declaration[];
  /** Text of the comment that opens the file. */
  header: string;
  /** Tags in comments, by line (0-based): `H-D02`, `H-7.2 step 5`, in the order written. */
  tags: ReadonlyMap<number, readonly string[]>;
  /** Names in text that could not be read: what they declare is unknown, so nobody complains that they are missing. */
  skippedNames: ReadonlySet<string>;
  /** Something in the text could not be read, so advice about what is missing would be guesswork. */
  faulty: boolean;
}

// ---------------------------------------------------------------- symbols

export interface VariableSymbol {
  kind: 'variable';
  name: string;
  type: Type;
  constant: boolean;
  storage:
    | { kind: 'local' }
    | { kind: 'parameter'; index: number }
    /** Data segment. */
    | { kind: 'static' }
    | { kind: 'perCpu' }
    /** `page x`: a constant `struct page *`; a `user page` is a constant `char __user *`. The kernel's boot supplies the value. */
    | { kind: 'page' }
    /** A value that the caller of `checkExpression` supplies: a field of the event in a breakpoint's condition. */
    | { kind: 'field' };
  /** Locals whose address is taken, arrays and structs live in frame memory, the others in registers. */
  addressTaken: boolean;
  declaredAt: Range;
  source: number;
}
export interface FunctionSymbol {
  kind: 'function';
  name: string;
  type: FunctionType;
  /** Undefined while only a prototype was seen. */
  definition?: FunctionDeclaration | TaskDeclaration | IrqDeclaration;
  intrinsic?: string;
  syscall: boolean;
  source: number;
  declaredAt: Range;
}
export interface ConstantSymbol {
  kind: 'constant';
  name: string;
  value: number;
  type: Type;
  doc: string;
}
export type NamedSymbol = VariableSymbol | FunctionSymbol | ConstantSymbol;

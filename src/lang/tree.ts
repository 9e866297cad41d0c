/**
 * The tree of a source text. The parser makes it, the checker fills in `type`, `symbol`, `constant` and inserts
 * conversions (`Convert`), the compiler reads it. Every node has its exact range.
 */
import type { Range } from './source.ts';
import type {
  EnumDeclaration,
  FunctionDeclaration,
  StructDeclaration,
  TypedefDeclaration,
  VariableDeclaration,
} from './tree-declarations.ts';
import type { Expression } from './tree-expressions.ts';
import type {
  ErrorDeclaration,
  ExpectDeclaration,
  IrqDeclaration,
  MachineDeclaration,
  PageDeclaration,
  ScheduleDeclaration,
  TaskDeclaration,
} from './tree-laboratory.ts';

export type * from './symbols.ts';
export type * from './tree-declarations.ts';
export type * from './tree-expressions.ts';
export type * from './tree-laboratory.ts';

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

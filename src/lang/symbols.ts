/** What names stand for. See `tree.ts`. */
import type { Range } from './source.ts';
import type { FunctionDeclaration } from './tree-declarations.ts';
import type { IrqDeclaration, TaskDeclaration } from './tree-laboratory.ts';
import type { FunctionType, Type } from './types.ts';

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

/** Types of the language: those of kernel C for a 32-bit machine. */
import type { StructLayout } from '../machine/layout.ts';

/** Rank and signedness of an integer type; `long` is 32 bits, `long long` and s64/u64 are 64 (word pairs). */
export interface IntegerType {
  kind: 'integer';
  /** Canonical C spelling used in messages: `int`, `unsigned long`, `char`, `u64`, `bool`, `pte_t` (a typedef keeps its name). */
  name: string;
  size: 1 | 2 | 4 | 8;
  signed: boolean;
  /** `bool`: stores 0 or 1. */
  boolean?: true;
}
export interface VoidType {
  kind: 'void';
}
export interface PointerType {
  kind: 'pointer';
  to: Type;
  /** `char __user *`: an address in user memory; only copy functions may follow it. */
  user?: true;
  /** `const T *`: what it points to must not be written. */
  constant?: true;
  /** `T __percpu *`. */
  perCpu?: true;
}
export interface ArrayType {
  kind: 'array';
  of: Type;
  length: number;
}
export interface StructType {
  kind: 'struct';
  name: string;
  /** Filled when the struct is complete. Structs of the machine come from layouts, the learner's from their text. */
  members: StructMember[] | undefined;
  size: number;
  alignment: number;
  layout?: StructLayout;
}
export interface StructMember {
  name: string;
  type: Type;
  offset: number;
  doc: string;
  constant?: true;
}
export interface EnumType {
  kind: 'enum';
  name: string;
  constants: ReadonlyMap<string, number>;
}
export interface FunctionType {
  kind: 'function';
  returns: Type;
  parameters: { name: string; type: Type }[];
  /** Only `printk` and its family. */
  variadic?: true;
}
/** What a faulty expression has; silences everything that follows from it. */
export interface ErrorType {
  kind: 'error';
}

export type Type = IntegerType | VoidType | PointerType | ArrayType | StructType | EnumType | FunctionType | ErrorType;

/** A type with `const`, which only messages and assignments care about. */
export interface Qualified {
  type: Type;
  constant: boolean;
}

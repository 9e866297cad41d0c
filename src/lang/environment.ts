/**
 * What the language knows of the kernel below it. `lang` declares the type; `kernel` supplies the value, so that checker,
 * hover, completion and documentation read one table and lang imports nothing of the kernel.
 */
import type { StructLayout } from '../machine/layout.ts';

/** Where a call is allowed: the checker uses it for messages, the kernel's own checks happen at run time. */
export type CallContext = 'any' | 'task' | 'kernel-only';

export interface IntrinsicSignature {
  name: string;
  /** C prototype, parsed by the language's own parser: `void set_pte(pte_t *ptep, pte_t pte)`. */
  prototype: string;
  /** One line, plain words. */
  doc: string;
  context: CallContext;
  maySleep: boolean;
  /**
   * Set on the few intrinsics that offer a choice: the micro-step ends *before* them, so that what they can choose from
   * is known before anything happens.
   */
  choice?: true;
  /** The compiler passes the argument's source text as one more argument (string literal): WARN_ON(x), BUG_ON(x), assert(x). */
  conditionText?: true;
}

export interface NamedConstant {
  name: string;
  value: number;
  /** C type: `int`, `unsigned long`, `gfp_t`. */
  type: string;
  doc: string;
}

export interface TypedefSpec {
  name: string;
  type: string;
  doc: string;
}

/** One setting of `machine { }`, also a launch override and `--set name=value`. */
export interface SettingSpec {
  /** snake_case name. */
  name: string;
  doc: string;
  value:
    | { kind: 'enum'; values: readonly { name: string; doc: string }[] }
    | { kind: 'integer'; min: number; max: number; unit?: 'ns' }
    | { kind: 'flag' }
    /** One of `values`, or a string literal with the path of a learner's file. */
    | { kind: 'enum-or-path'; values: readonly { name: string; doc: string }[] };
  default: string | number | boolean;
}

export interface LanguageEnvironment {
  layouts: readonly StructLayout[];
  typedefs: readonly TypedefSpec[];
  constants: readonly NamedConstant[];
  intrinsics: readonly IntrinsicSignature[];
  settings: readonly SettingSpec[];
  /** Slugs that `expect` may name besides `clean`, with a one-line text. */
  outcomes: readonly { name: string; doc: string }[];
  /** `IS_ENABLED(CONFIG_X)` is the constant 1 for these names, 0 for `disabledOptions`, an error for others. */
  enabledOptions: ReadonlySet<string>;
  disabledOptions: ReadonlySet<string>;
  /** For "call exists only under mapping = ...": function name to the models that define it. */
  functionModels: ReadonlyMap<string, readonly string[]>;
}

/** Expressions of a person: watches, conditions, log points, assignments. Texts are checked once per place in the code. */
import { checkExpression, type ExpressionScope, expressionScope } from '../lang/check-expression.ts';
import { type EvaluationResult, type EvaluationWriter, evaluate, type Value } from '../lang/evaluate.ts';
import { formatValue } from '../lang/format-value.ts';
import type { Range } from '../lang/source.ts';
import type { Expression } from '../lang/tree.ts';
import type { Debuggee } from './debuggee.ts';
import { FrameReader } from './reader.ts';
import type { FrameContext } from './stack.ts';

type Checked = { ok: true; expression: Expression } | { ok: false; message: string; range?: Range };
type Answer<T> = { ok: true; value: T } | { ok: false; message: string };

/** Characters of an expression. */
const TEXT_MAX = 2000;
/** Checked texts kept. */
const CACHE_MAX = 500;

export class Expressions {
  readonly #debuggee: Debuggee;
  readonly #cache = new Map<string, Checked>();

  constructor(debuggee: Debuggee) {
    this.#debuggee = debuggee;
  }

  /** What is wrong with `text` at code address `pc`; undefined: nothing. */
  check(text: string, pc: number): string | undefined {
    const checked = this.#checked(text, pc);
    return checked.ok ? undefined : checked.message;
  }

  evaluate(text: string, frame: FrameContext | undefined, writer?: EvaluationWriter): EvaluationResult {
    const checked = this.#checked(text, frame?.pc ?? -1);
    if (!checked.ok) return checked;
    return evaluate(checked.expression, new FrameReader(this.#debuggee, frame), writer);
  }

  /** Whether a condition holds. */
  test(text: string, frame: FrameContext | undefined): Answer<boolean> {
    const result = this.evaluate(text, frame);
    return result.ok ? { ok: true, value: isTrue(result.value) } : result;
  }

  /** The value as a log point prints it, or why there is none. */
  text(text: string, frame: FrameContext | undefined): string {
    const result = this.evaluate(text, frame);
    if (!result.ok) return `<${result.message}>`;
    const reader = new FrameReader(this.#debuggee, frame);
    return formatValue(result.value, { reader, functionName: reader.functionName, objectName: reader.objectName });
  }

  #checked(text: string, pc: number): Checked {
    const key = `${pc}:${text}`;
    const known = this.#cache.get(key);
    if (known) return known;
    const checked = this.#check(text, pc);
    if (this.#cache.size >= CACHE_MAX) this.#cache.clear();
    this.#cache.set(key, checked);
    return checked;
  }

  #check(text: string, pc: number): Checked {
    if (text.trim() === '') return { ok: false, message: 'there is nothing to evaluate' };
    if (text.length > TEXT_MAX) return { ok: false, message: `an expression has at most ${TEXT_MAX} characters` };
    const { expression, diagnostics } = checkExpression(text, this.#scope(pc), this.#debuggee.built.environment);
    const fault = diagnostics.find((diagnostic) => diagnostic.severity === 'error');
    if (fault) return { ok: false, message: fault.message, range: fault.range };
    return { ok: true, expression };
  }

  #scope(pc: number): ExpressionScope {
    const { code, built, programSource } = this.#debuggee;
    const scope = expressionScope(built.program, code.functionAt(pc)?.name, code.statementAt(pc)?.span);
    // What is static in the program is in reach everywhere: a watch must not go blind while kernel code runs.
    const locals = new Map(scope.locals);
    for (const { symbol, source } of built.program.globals) {
      const free = !locals.has(symbol.name) && !built.program.names.symbol(symbol.name, scope.source);
      if (source === programSource && free) locals.set(symbol.name, symbol);
    }
    return { ...scope, locals };
  }
}

function isTrue(value: Value): boolean {
  return value.low !== 0 || value.high !== 0;
}

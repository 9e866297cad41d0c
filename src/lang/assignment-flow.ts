/**
 * Reads of locals in which certainly nothing has been stored: no path from the function's start to the read stores anything. What
 * may or may not be stored is checked at run time by compiled code. Errs on the side of silence.
 */
import type { BlockStatement, Expression, NameExpression, Statement, VariableSymbol } from './tree.ts';

/** The first such read of each variable. */
export function certainlyUninitialised(body: BlockStatement): NameExpression[] {
  const flow = new AssignmentFlow();
  flow.statement(body);
  return [...flow.reads.values()];
}

type Assigned = Set<VariableSymbol>;

class AssignmentFlow {
  readonly reads = new Map<VariableSymbol, NameExpression>();
  /** Locals without initialiser that have been declared so far. */
  readonly #open = new Set<VariableSymbol>();
  /** What some path may have stored in. */
  #assigned: Assigned = new Set();
  /** After a label or case control may come from anywhere: everything counts as stored in. */
  #anything = false;
  /** Reads do not count now. */
  #collecting = false;

  statement(s: Statement | undefined): void {
    if (!s) return;
    switch (s.kind) {
      case 'expression':
        this.expression(s.expression);
        break;
      case 'declaration':
        for (const { symbol, initializer } of s.variables) {
          if (initializer) this.expression(initializer);
          else if (symbol && isTracked(symbol)) this.#open.add(symbol);
        }
        break;
      case 'block':
        for (const inner of s.body) this.statement(inner);
        break;
      case 'if':
        this.expression(s.test);
        this.#either(
          () => this.statement(s.then),
          () => this.statement(s.otherwise),
        );
        break;
      case 'while':
      case 'do':
      case 'for':
        if (s.kind === 'for') this.statement(s.init);
        this.#loop(() => {
          if (s.kind !== 'do' && s.test) this.expression(s.test);
          this.statement(s.body);
          if (s.kind === 'do') this.expression(s.test);
          if (s.kind === 'for' && s.step) this.expression(s.step);
        });
        break;
      case 'switch':
        this.expression(s.value);
        this.statement(s.body);
        break;
      case 'label':
        this.#anything = true;
        this.statement(s.body);
        break;
      case 'case':
        this.statement(s.body);
        break;
      case 'return':
        if (s.value) this.expression(s.value);
        break;
    }
  }

  /** Two ways of which one is taken. */
  #either(first: () => void, second: () => void): void {
    const before: Assigned = new Set(this.#assigned);
    first();
    const after = this.#assigned;
    this.#assigned = before;
    second();
    for (const symbol of after) this.#assigned.add(symbol);
  }

  /** A body that may run again: what it stores in may be stored in at its start too. The first walk only collects that. */
  #loop(body: () => void): void {
    const outermost = !this.#collecting;
    this.#collecting = true;
    body();
    if (!outermost) return;
    this.#collecting = false;
    body();
  }

  expression(e: Expression): void {
    switch (e.kind) {
      case 'name':
        this.#read(e);
        break;
      case 'unary':
        // Whoever has the address may store through it.
        if (e.operator === '&') this.#store(e.operand);
        else this.expression(e.operand);
        break;
      case 'step':
      case 'cast':
      case 'convert':
        this.expression(e.operand);
        break;
      case 'assign':
        if (e.operator !== '') this.expression(e.target);
        else if (e.target.kind !== 'name') this.expression(e.target);
        this.expression(e.value);
        this.#store(e.target);
        break;
      case 'binary':
        this.expression(e.left);
        if (e.operator === '&&' || e.operator === '||') {
          this.#either(
            () => this.expression(e.right),
            () => undefined,
          );
        } else this.expression(e.right);
        break;
      case 'conditional':
        this.expression(e.test);
        this.#either(
          () => this.expression(e.then),
          () => this.expression(e.otherwise),
        );
        break;
      case 'call':
        this.expression(e.callee);
        for (const argument of e.args) this.expression(argument);
        break;
      case 'member':
        this.expression(e.object);
        break;
      case 'index':
        this.expression(e.object);
        this.expression(e.index);
        break;
      case 'initializer':
        for (const item of e.items) this.expression(item.value);
        break;
    }
  }

  #read(e: NameExpression): void {
    const { symbol } = e;
    if (this.#collecting || this.#anything || symbol?.kind !== 'variable' || !this.#open.has(symbol)) return;
    if (!this.#assigned.has(symbol) && !this.reads.has(symbol)) this.reads.set(symbol, e);
  }

  #store(e: Expression): void {
    if (e.kind === 'name' && e.symbol?.kind === 'variable') this.#assigned.add(e.symbol);
    else if (e.kind === 'member' || e.kind === 'index') this.expression(e.object);
  }
}

/** Arrays and structs are set piece by piece, and what has an address may be set from elsewhere. */
function isTracked(symbol: VariableSymbol): boolean {
  return symbol.storage.kind === 'local' && !symbol.addressTaken && ['integer', 'enum', 'pointer'].includes(symbol.type.kind);
}

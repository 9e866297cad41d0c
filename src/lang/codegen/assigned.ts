/**
 * Which reads of locals may come before any assignment. Plain definite-assignment analysis: a set of assigned locals is
 * carried through the function; where paths join, what both have stays. Labels that are reached from below by `goto` are
 * solved by repeating the walk until nothing changes.
 */
import type { BlockStatement, Expression, NameExpression, Statement, VariableSymbol } from '../tree.ts';
import { isScalar } from '../type-facts.ts';

/** Locals that certainly have a value. Undefined: this place is not reached, so anything holds. */
type Assigned = ReadonlySet<VariableSymbol> | undefined;

/** Reads of locals that flow analysis cannot prove to come after an assignment. */
export function uncertainReads(body: BlockStatement): ReadonlySet<NameExpression> {
  const walk = new Walk();
  do walk.start(body);
  while (walk.changed);
  return walk.uncertain;
}

function join(a: Assigned, b: Assigned): Assigned {
  if (a === undefined) return b;
  if (b === undefined || a === b) return a;
  const both = new Set<VariableSymbol>();
  for (const symbol of a) if (b.has(symbol)) both.add(symbol);
  return both;
}

const same = (a: Assigned, b: Assigned) => a === b || (a !== undefined && b !== undefined && a.size === b.size);

const isTracked = (symbol: VariableSymbol) => symbol.storage.kind === 'local' && !symbol.addressTaken && isScalar(symbol.type);

interface Exits {
  breaks: Assigned;
  continues: Assigned;
}

class Walk {
  readonly uncertain = new Set<NameExpression>();
  changed = false;
  readonly #labels = new Map<string, Assigned>();
  #state: Assigned;
  #exits: Exits[] = [];
  #switches: Assigned[] = [];

  start(body: BlockStatement): void {
    this.changed = false;
    this.uncertain.clear();
    this.#state = new Set();
    this.#statement(body);
  }

  #statement(s: Statement): void {
    switch (s.kind) {
      case 'expression':
        this.#value(s.expression);
        break;
      case 'declaration':
        for (const variable of s.variables) {
          if (!variable.symbol || variable.storage.static) continue;
          if (variable.initializer) this.#value(variable.initializer);
          this.#set(variable.symbol, variable.initializer !== undefined);
        }
        break;
      case 'block':
        for (const inner of s.body) this.#statement(inner);
        break;
      case 'if': {
        const [yes, no] = this.#condition(s.test);
        this.#state = yes;
        this.#statement(s.then);
        const afterThen = this.#state;
        this.#state = no;
        if (s.otherwise) this.#statement(s.otherwise);
        this.#state = join(afterThen, this.#state);
        break;
      }
      case 'while':
        this.#loop(s.test, s.body, undefined, false);
        break;
      case 'do':
        this.#loop(s.test, s.body, undefined, true);
        break;
      case 'for':
        if (s.init) this.#statement(s.init);
        this.#loop(s.test, s.body, s.step, false);
        break;
      case 'switch':
        this.#switch(s);
        break;
      case 'case': {
        const before = this.#switches[this.#switches.length - 1];
        this.#state = join(this.#state, before);
        this.#statement(s.body);
        break;
      }
      case 'label':
        this.#state = join(this.#state, this.#labels.get(s.name));
        this.#statement(s.body);
        break;
      case 'goto': {
        const known = this.#labels.get(s.label);
        const joined = this.#labels.has(s.label) ? join(known, this.#state) : this.#state;
        if (!this.#labels.has(s.label) || !same(known, joined)) this.changed = true;
        this.#labels.set(s.label, joined);
        this.#state = undefined;
        break;
      }
      case 'return':
        if (s.value) this.#value(s.value);
        this.#state = undefined;
        break;
      case 'break': {
        const exits = this.#exits[this.#exits.length - 1];
        if (exits) exits.breaks = join(exits.breaks, this.#state);
        this.#state = undefined;
        break;
      }
      case 'continue': {
        const exits = this.#exits[this.#exits.length - 1];
        if (exits) exits.continues = join(exits.continues, this.#state);
        this.#state = undefined;
        break;
      }
      case 'empty':
        break;
    }
  }

  #loop(test: Expression | undefined, body: Statement, step: Expression | undefined, bodyFirst: boolean): void {
    const exits: Exits = { breaks: undefined, continues: undefined };
    this.#exits.push(exits);
    let otherwise: Assigned;
    if (!bodyFirst && test) [this.#state, otherwise] = this.#condition(test);
    this.#statement(body);
    this.#state = join(this.#state, exits.continues);
    if (step) this.#value(step);
    if (bodyFirst && test) [, otherwise] = this.#condition(test);
    this.#exits.pop();
    this.#state = join(otherwise, exits.breaks);
  }

  #switch(s: Statement & { kind: 'switch' }): void {
    this.#value(s.value);
    const before = this.#state;
    const outer = this.#exits[this.#exits.length - 1];
    // `continue` inside a switch belongs to the loop around it.
    const exits: Exits = { breaks: undefined, continues: outer?.continues };
    this.#exits.push(exits);
    this.#switches.push(before);
    this.#state = undefined;
    this.#statement(s.body);
    this.#switches.pop();
    this.#exits.pop();
    if (outer) outer.continues = exits.continues;
    const end = join(this.#state, exits.breaks);
    this.#state = hasDefault(s.body) ? end : join(end, before);
  }

  /** Walks `e`; the states in which it is true and false. */
  #condition(e: Expression): [Assigned, Assigned] {
    if (e.constant !== undefined) {
      // A constant is never evaluated, so what it mentions is not read.
      return e.constant !== 0 ? [this.#state, undefined] : [undefined, this.#state];
    }
    if (e.kind === 'unary' && e.operator === '!') {
      const [yes, no] = this.#condition(e.operand);
      return [no, yes];
    }
    if (e.kind === 'convert') return this.#condition(e.operand);
    if (e.kind === 'binary' && (e.operator === '&&' || e.operator === '||')) {
      const [yes, no] = this.#condition(e.left);
      this.#state = e.operator === '&&' ? yes : no;
      const [rightYes, rightNo] = this.#condition(e.right);
      return e.operator === '&&' ? [rightYes, join(no, rightNo)] : [join(yes, rightYes), rightNo];
    }
    this.#value(e);
    return [this.#state, this.#state];
  }

  #value(e: Expression): void {
    if (e.constant !== undefined) return;
    switch (e.kind) {
      case 'name':
        if (e.symbol?.kind === 'variable') this.#read(e, e.symbol);
        break;
      case 'unary':
      case 'cast':
      case 'convert':
        if (e.operand) this.#value(e.operand);
        break;
      case 'step':
        this.#value(e.operand);
        break;
      case 'binary':
        if (e.operator === '&&' || e.operator === '||') {
          const [yes, no] = this.#condition(e);
          this.#state = join(yes, no);
        } else {
          this.#value(e.left);
          this.#value(e.right);
        }
        break;
      case 'assign':
        this.#value(e.value);
        if (e.operator !== '' || e.target.kind !== 'name') this.#value(e.target);
        if (e.target.kind === 'name' && e.target.symbol?.kind === 'variable') this.#set(e.target.symbol, true);
        break;
      case 'conditional': {
        const [yes, no] = this.#condition(e.test);
        this.#state = yes;
        this.#value(e.then);
        const afterThen = this.#state;
        this.#state = no;
        this.#value(e.otherwise);
        this.#state = join(afterThen, this.#state);
        break;
      }
      case 'call':
        this.#value(e.callee);
        for (const argument of e.args) this.#value(argument);
        break;
      case 'member':
        this.#value(e.object);
        break;
      case 'index':
        this.#value(e.object);
        this.#value(e.index);
        break;
      case 'initializer':
        for (const item of e.items) this.#value(item.value);
        break;
      default:
        break;
    }
  }

  #read(e: NameExpression, symbol: VariableSymbol): void {
    if (isTracked(symbol) && this.#state && !this.#state.has(symbol)) this.uncertain.add(e);
  }

  #set(symbol: VariableSymbol, assigned: boolean): void {
    if (!this.#state || !isTracked(symbol) || this.#state.has(symbol) === assigned) return;
    const next = new Set(this.#state);
    if (assigned) next.add(symbol);
    else next.delete(symbol);
    this.#state = next;
  }
}

function hasDefault(s: Statement): boolean {
  switch (s.kind) {
    case 'case':
      return s.value === undefined || hasDefault(s.body);
    case 'block':
      return s.body.some(hasDefault);
    case 'label':
      return hasDefault(s.body);
    default:
      return false;
  }
}

/** All names of a source with what they mean: the table behind hover, definition, references and rename. */
import type { Range } from '../source.ts';
import type { Declaration, Expression, InitializerList, NamedSymbol, SourceFile, Statement, TypeName } from '../tree.ts';
import type { Type } from '../types.ts';

export type Meaning =
  | { kind: 'symbol'; symbol: NamedSymbol }
  | { kind: 'member'; struct: string; type: Type | undefined }
  | { kind: 'struct' }
  | { kind: 'enum' }
  | { kind: 'typedef'; type: Type | undefined }
  | { kind: 'constant' }
  /** `within`: the name of the function around. */
  | { kind: 'label'; within: string }
  | { kind: 'function' }
  | { kind: 'task' }
  | { kind: 'irq' }
  | { kind: 'page' }
  | { kind: 'schedule' }
  | { kind: 'outcome' }
  /** A name in `machine { }`, or in the parentheses of a task or irq. */
  | { kind: 'setting'; of: 'machine' | 'task' | 'irq' };

export interface Occurrence extends Range {
  name: string;
  meaning: Meaning;
  definition: boolean;
}

export function occurrencesOf(file: SourceFile, text: string): Occurrence[] {
  const collector = new Collector(text);
  for (const declaration of file.declarations) collector.declaration(declaration);
  return collector.found.sort((a, b) => a.start - b.start || a.end - b.end);
}

class Collector {
  readonly found: Occurrence[] = [];
  readonly #text: string;
  #function = '';

  constructor(text: string) {
    this.#text = text;
  }

  #add(range: Range, name: string, meaning: Meaning, definition = false): void {
    // Names that the checker put in for a macro stand nowhere in the text.
    if (range.end > range.start && this.#text.startsWith(name, range.start))
      this.found.push({ start: range.start, end: range.end, name, meaning, definition });
  }

  declaration(d: Declaration): void {
    switch (d.kind) {
      case 'variable':
        this.#type(d.typeName);
        if (d.symbol) this.#add(d.nameRange, d.name, { kind: 'symbol', symbol: d.symbol }, true);
        if (d.initializer) this.#expression(d.initializer);
        break;
      case 'function':
        this.#function = d.name;
        this.#type(d.returns);
        this.#add(
          d.nameRange,
          d.name,
          d.symbol ? { kind: 'symbol', symbol: d.symbol } : { kind: 'function' },
          d.body !== undefined,
        );
        for (const parameter of d.parameters) {
          this.#type(parameter.typeName);
          if (parameter.symbol)
            this.#add(parameter.nameRange, parameter.name, { kind: 'symbol', symbol: parameter.symbol }, true);
        }
        if (d.body) this.#statement(d.body);
        break;
      case 'struct':
        this.#add(d.nameRange, d.name, { kind: 'struct' }, true);
        for (const member of d.members) {
          this.#type(member.typeName);
          this.#add(member.nameRange, member.name, { kind: 'member', struct: d.name, type: member.typeName.type }, true);
        }
        break;
      case 'enum':
        this.#add(d.nameRange, d.name, { kind: 'enum' }, true);
        for (const constant of d.constants) {
          this.#add(constant.nameRange, constant.name, { kind: 'constant' }, true);
          if (constant.value) this.#expression(constant.value);
        }
        break;
      case 'typedef':
        this.#type(d.typeName);
        this.#add(d.nameRange, d.name, { kind: 'typedef', type: d.typeName.type }, true);
        break;
      case 'machine':
        for (const setting of d.settings) this.#add(setting.nameRange, setting.name, { kind: 'setting', of: 'machine' });
        break;
      case 'page':
        this.#add(d.nameRange, d.name, d.symbol ? { kind: 'symbol', symbol: d.symbol } : { kind: 'page' }, true);
        if (d.count) this.#expression(d.count);
        break;
      case 'task':
      case 'irq':
        this.#function = d.name;
        this.#add(d.nameRange, d.name, { kind: d.kind }, true);
        for (const setting of d.parameters) this.#add(setting.nameRange, setting.name, { kind: 'setting', of: d.kind });
        this.#statement(d.body);
        break;
      case 'schedule':
        this.#add(d.nameRange, d.name, { kind: 'schedule' }, true);
        for (const { what, at } of d.entries) {
          if (what.kind === 'irq') this.#add(this.#word(what.range, what.name), what.name, { kind: 'irq' });
          if (what.kind === 'switch') this.#add(this.#word(what.range, what.task), what.task, { kind: 'task' });
          this.#add(this.#word(at.range, at.function), at.function, { kind: 'function' });
        }
        break;
      case 'expect':
        this.#add(d.outcomeRange, d.outcome, { kind: 'outcome' });
        if (d.when) this.#expression(d.when);
        if (d.on.kind === 'schedule') this.#add(this.#word(d.on.range, d.on.name), d.on.name, { kind: 'schedule' });
        break;
      case 'error':
        break;
    }
  }

  /** Where in `range` the word stands. */
  #word(range: Range, word: string): Range {
    const at = this.#text.slice(range.start, range.end).search(new RegExp(`\\b${word.replace(/\W/g, '\\$&')}\\b`));
    return at < 0 ? { start: range.start, end: range.start } : { start: range.start + at, end: range.start + at + word.length };
  }

  #type(t: TypeName): void {
    const { base } = t;
    if (base.kind !== 'words') {
      this.#add(base.range, base.name, { kind: base.kind });
    } else if (base.words.length === 1) {
      this.#add(this.#word({ start: t.start, end: t.end }, base.words[0]), base.words[0], { kind: 'typedef', type: t.type });
    }
    for (const length of t.arrays) if (length) this.#expression(length);
    for (const parameter of t.functionParameters ?? []) this.#type(parameter.typeName);
  }

  #statement(s: Statement): void {
    switch (s.kind) {
      case 'expression':
        this.#expression(s.expression);
        break;
      case 'declaration':
        for (const variable of s.variables) this.declaration(variable);
        break;
      case 'block':
        for (const inner of s.body) this.#statement(inner);
        break;
      case 'if':
        this.#expression(s.test);
        this.#statement(s.then);
        if (s.otherwise) this.#statement(s.otherwise);
        break;
      case 'while':
      case 'do':
        this.#expression(s.test);
        this.#statement(s.body);
        break;
      case 'for':
        if (s.init) this.#statement(s.init);
        if (s.test) this.#expression(s.test);
        if (s.step) this.#expression(s.step);
        this.#statement(s.body);
        break;
      case 'switch':
        this.#expression(s.value);
        this.#statement(s.body);
        break;
      case 'case':
        if (s.value) this.#expression(s.value);
        this.#statement(s.body);
        break;
      case 'return':
        if (s.value) this.#expression(s.value);
        break;
      case 'goto':
        this.#add(s.labelRange, s.label, { kind: 'label', within: this.#function });
        break;
      case 'label':
        this.#add(s.nameRange, s.name, { kind: 'label', within: this.#function }, true);
        this.#statement(s.body);
        break;
      default:
        break;
    }
  }

  #expression(e: Expression): void {
    switch (e.kind) {
      case 'name':
        if (e.symbol) this.#add({ start: e.start, end: e.start + e.name.length }, e.name, { kind: 'symbol', symbol: e.symbol });
        break;
      case 'member':
        this.#expression(e.object);
        this.#add(e.nameRange, e.name, { kind: 'member', struct: structName(e.object.type), type: e.type });
        break;
      case 'unary':
      case 'step':
      case 'convert':
        this.#expression(e.operand);
        break;
      case 'cast':
        this.#type(e.typeName);
        this.#expression(e.operand);
        break;
      case 'sizeof':
        if (e.typeName) this.#type(e.typeName);
        if (e.operand) this.#expression(e.operand);
        break;
      case 'binary':
        this.#expression(e.left);
        this.#expression(e.right);
        break;
      case 'assign':
        this.#expression(e.target);
        this.#expression(e.value);
        break;
      case 'conditional':
        this.#expression(e.test);
        this.#expression(e.then);
        this.#expression(e.otherwise);
        break;
      case 'call':
        this.#expression(e.callee);
        for (const argument of e.args) this.#expression(argument);
        break;
      case 'index':
        this.#expression(e.object);
        this.#expression(e.index);
        break;
      case 'initializer':
        this.#items(e);
        break;
      default:
        break;
    }
  }

  #items(e: InitializerList): void {
    for (const item of e.items) this.#expression(item.value);
  }
}

/** Tag of the struct that an object, or what it points to, has. */
export function structName(type: Type | undefined): string {
  if (type?.kind === 'pointer' || type?.kind === 'array') return structName(type.kind === 'pointer' ? type.to : type.of);
  return type?.kind === 'struct' ? type.name : '';
}

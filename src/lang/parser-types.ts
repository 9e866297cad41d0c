/** Types as written: `const char __user *`, `struct page *const`, `int (*handler)(int)`. */
import { parseAssignment } from './parser-expressions.ts';
import type { Range } from './source.ts';
import type { TokenCursor } from './token-cursor.ts';
import { integerTypeNames, keywords, specifierWords, typeWords } from './tokens.ts';
import type { Expression, Parameter, TypeBase, TypeName } from './tree.ts';

const qualifiers: ReadonlySet<string> = new Set([
  'const',
  'volatile',
  '__user',
  '__percpu',
  '__iomem',
  '__force',
  '__rcu',
  '__maybe_unused',
]);

interface Qualifiers {
  constant: boolean;
  user: boolean;
  perCpu: boolean;
}

export interface BaseType {
  base: TypeBase;
  qualifiers: Qualifiers;
  range: Range;
}

export interface Declarator {
  name: string;
  nameRange: Range;
  typeName: TypeName;
  /** `f(...)`: what is declared is a function. The parser stands on its `(`. */
  isFunction: boolean;
}

/** Whether a type starts here, judged by the words alone. */
export function startsType(p: TokenCursor): boolean {
  const { token } = p;
  if (token.kind !== 'name') return false;
  return (
    typeWords.has(token.text) ||
    qualifiers.has(token.text) ||
    ['struct', 'enum', 'union', 'float', 'double'].includes(token.text) ||
    p.isTypeName(token.text)
  );
}

/** Whether a declaration starts here: a type or specifier, or `name name`, `name *name =`. */
export function startsDeclaration(p: TokenCursor): boolean {
  const { token } = p;
  if (token.kind !== 'name') return false;
  const { text } = token;
  if (specifierWords.has(text) || ['struct', 'enum', 'union', 'typedef', 'float', 'double'].includes(text)) return true;
  if (typeWords.has(text) || qualifiers.has(text)) return true;
  if (keywords.has(text)) return false;
  let distance = 1;
  while (p.isAt(distance, '*') || qualifiers.has(p.peek(distance).text)) distance += 1;
  const after = p.peek(distance);
  if (after.kind !== 'name' || (keywords.has(after.text) && !typeWords.has(after.text))) {
    // `pte_t (*f)(void)`
    if (distance === 1 && p.isTypeName(text) && p.isAt(1, '(') && p.isAt(2, '*') && p.peek(3).kind === 'name') {
      return p.isAt(4, ')') && p.isAt(5, '(');
    }
    return integerTypeNames.has(text) && distance > 1;
  }
  if (distance === 1) return !after.first;
  return p.isTypeName(text) || ['=', ';', ',', '['].some((sign) => p.isAt(distance + 1, sign));
}

function readQualifiers(p: TokenCursor, into: Qualifiers): void {
  while (p.token.kind === 'name') {
    const { text } = p.token;
    if (text === '__attribute__') {
      p.next();
      if (p.is('(')) p.skipGroup();
      continue;
    }
    if (!qualifiers.has(text)) return;
    if (text === 'const') into.constant = true;
    else if (text === '__user') into.user = true;
    else if (text === '__percpu') into.perCpu = true;
    p.next();
  }
}

/** Reads base type and qualifiers. A missing type is reported and stands as `int`. */
export function parseBaseType(p: TokenCursor): BaseType {
  const start = p.token.start;
  const found: Qualifiers = { constant: false, user: false, perCpu: false };
  readQualifiers(p, found);
  let base: TypeBase | undefined;
  const { token } = p;
  if (p.is('struct') || p.is('enum') || p.is('union')) {
    const word = p.next().text;
    if (word === 'union')
      p.fault('unsupported', token, 'the language has no union: use a struct, or convert the pointer with a cast');
    const name = p.token;
    if (word === 'enum' && p.is('{')) {
      base = { kind: 'enum', name: '', range: { start: name.start, end: name.start } };
    } else if (name.kind === 'name' && !keywords.has(name.text)) {
      p.next();
      base = { kind: word === 'enum' ? 'enum' : 'struct', name: name.text, range: { start: name.start, end: name.end } };
    } else if (p.is('{')) {
      p.fault(
        'unsupported',
        token,
        'a struct without a name can stand in a typedef only: give it a name, and declare it on its own',
      );
    } else p.fault('expectedName', name, `expected the name of the ${word} before ${p.describe()}`);
  } else if (p.is('float') || p.is('double')) {
    p.fault('unsupported', token, 'the kernel calculates without floating point: use an integer, in a smaller unit if need be');
    p.next();
    p.panic = false;
    base = { kind: 'words', words: ['int'] };
  } else {
    const words: string[] = [];
    while (p.token.kind === 'name' && typeWords.has(p.token.text)) {
      words.push(p.next().text);
      readQualifiers(p, found);
    }
    if (words.length === 0 && p.token.kind === 'name' && !keywords.has(p.token.text)) words.push(p.next().text);
    if (words.length > 0) base = { kind: 'words', words };
    else p.fault('expectedType', p.token, `expected a type before ${p.describe()}`);
  }
  readQualifiers(p, found);
  return { base: base ?? { kind: 'words', words: [] }, qualifiers: found, range: p.rangeFrom(start) };
}

function parsePointers(p: TokenCursor, first: Qualifiers): TypeName['pointers'] {
  const pointers: TypeName['pointers'] = [];
  let address = { user: first.user, perCpu: first.perCpu };
  while (p.accept('*')) {
    const after: Qualifiers = { constant: false, user: false, perCpu: false };
    readQualifiers(p, after);
    pointers.push({ constant: after.constant, ...address });
    address = { user: after.user, perCpu: after.perCpu };
  }
  return pointers;
}

function parseArrays(p: TokenCursor): (Expression | undefined)[] {
  const arrays: (Expression | undefined)[] = [];
  while (p.accept('[')) {
    arrays.push(p.is(']') ? undefined : parseAssignment(p));
    if (!p.expect(']', "to close '['")) {
      p.recoverTo(']');
    }
  }
  return arrays;
}

/** Reads what follows the base type up to the name and its arrays. `abstract`: a name may be missing (casts, prototypes). */
export function parseDeclarator(p: TokenCursor, base: BaseType, abstract: boolean, what = 'a name'): Declarator {
  const start = base.range.start;
  const pointers = parsePointers(p, base.qualifiers);
  const make = (nameRange: Range, name: string, rest: Partial<TypeName>, isFunction = false): Declarator => ({
    name,
    nameRange,
    isFunction,
    typeName: {
      ...{ base: base.base, constant: base.qualifiers.constant, pointers, arrays: [] },
      ...rest,
      ...{ start, end: Math.max(base.range.end, p.previousEnd) },
    },
  });
  if (p.is('(') && p.isAt(1, '*')) {
    p.next();
    p.next();
    const name = p.token.kind === 'name' && !keywords.has(p.token.text) ? p.next() : undefined;
    if (!name && !abstract) p.fault('expectedName', p.token, `expected the name of the function pointer before ${p.describe()}`);
    const nameRange = name ? { start: name.start, end: name.end } : { start: p.previousEnd, end: p.previousEnd };
    const arrays = parseArrays(p);
    p.expect(')', 'after the name of the function pointer');
    const functionParameters = p.is('(') ? parseParameters(p).parameters : [];
    return make(nameRange, name?.text ?? '', { arrays, functionParameters });
  }
  const { token } = p;
  if (token.kind === 'name' && !keywords.has(token.text)) {
    p.next();
    const nameRange = { start: token.start, end: token.end };
    if (p.is('(')) return make(nameRange, token.text, {}, true);
    const arrays = parseArrays(p);
    return make(nameRange, token.text, { arrays });
  }
  const gap = { start: p.previousEnd, end: p.previousEnd };
  if (!abstract) {
    const reserved = token.kind === 'name';
    p.fault(
      'expectedName',
      token,
      reserved ? `'${token.text}' is a word of the language: choose another name` : `expected ${what} before ${p.describe()}`,
    );
    if (reserved && ['=', ';', ',', '[', ')'].some((sign) => p.isAt(1, sign))) {
      p.next();
      p.panic = false;
    }
  }
  const arrays = p.is('[') ? parseArrays(p) : [];
  return make(gap, '', { arrays });
}

/** A type without a name, as in casts and `sizeof`. */
export function parseTypeName(p: TokenCursor): TypeName {
  return parseDeclarator(p, parseBaseType(p), true).typeName;
}

/** `(int a, char *b, ...)`; the parser stands on `(`. Always ends behind the list, without panic. */
export function parseParameters(p: TokenCursor): { parameters: Parameter[]; variadic: boolean } {
  p.expect('(');
  const parameters: Parameter[] = [];
  let variadic = false;
  if (p.is('void') && p.isAt(1, ')')) p.next();
  while (!p.is(')') && !p.atEnd && !p.panic) {
    if (p.accept('...')) {
      variadic = true;
      break;
    }
    const start = p.token.start;
    const base = parseBaseType(p);
    const declarator = parseDeclarator(p, base, true);
    parameters.push({
      ...p.rangeFrom(start),
      name: declarator.name,
      nameRange: declarator.nameRange,
      typeName: declarator.typeName,
    });
    if (!p.accept(',')) break;
    if (p.is(')')) p.fault('expectedType', p.token, "expected another parameter before ')': remove the ','");
  }
  if (!p.panic) p.expect(')', 'to close the parameters');
  if (p.panic) p.recoverTo(')');
  return { parameters, variadic };
}

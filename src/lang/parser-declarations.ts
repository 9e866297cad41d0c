/** Declarations of C: variables, functions, structs, enums, typedefs, and the kernel's declaring macros. */
import { objectMacros, parseCount } from './object-macros.ts';
import { parseAssignment, parseExpression, parseInitializer } from './parser-expressions.ts';
import { parseBlock, startsBodyWithoutBrace } from './parser-statements.ts';
import { type BaseType, type Declarator, parseBaseType, parseDeclarator, parseParameters } from './parser-types.ts';
import type { Range } from './source.ts';
import type { TokenCursor } from './token-cursor.ts';
import { keywords, specifierWords } from './tokens.ts';
import type {
  BlockStatement,
  Declaration,
  EnumDeclaration,
  FunctionDeclaration,
  StructDeclaration,
  VariableDeclaration,
} from './tree.ts';

type Storage = VariableDeclaration['storage'];

interface Specifiers {
  words: string[];
  storage: Storage;
}

function parseSpecifiers(p: TokenCursor): Specifiers {
  const words: string[] = [];
  while (p.token.kind === 'name' && specifierWords.has(p.token.text) && !['const', 'volatile'].includes(p.token.text)) {
    words.push(p.next().text);
  }
  return { words, storage: { static: words.includes('static'), perCpu: false, extern: words.includes('extern') } };
}

/** Variables inside a function, without the final semicolon. */
export function parseVariables(p: TokenCursor): VariableDeclaration[] {
  const start = p.token.start;
  if (p.is('typedef')) {
    p.fault('misplaced', p.token, 'types are declared outside of functions: move this typedef out');
    return [];
  }
  const specifiers = parseSpecifiers(p);
  const base = parseBaseType(p);
  if (p.is('{')) {
    p.fault('misplaced', p.token, 'types are declared outside of functions: move this declaration out');
    p.skipGroup();
    return [];
  }
  if (p.panic) return [];
  const declarator = parseDeclarator(p, base, false, 'the name of the variable');
  if (declarator.isFunction) {
    p.fault(
      'misplaced',
      declarator.nameRange,
      `'${declarator.name}' looks like a function, and functions do not stand inside functions`,
    );
    return [];
  }
  return parseDeclarators(p, start, specifiers.storage, base, declarator);
}

/** declarator ('=' initializer)? (',' ...)* */
function parseDeclarators(
  p: TokenCursor,
  start: number,
  storage: Storage,
  base: BaseType,
  first: Declarator,
): VariableDeclaration[] {
  const variables: VariableDeclaration[] = [];
  let declarator = first;
  let from = start;
  for (;;) {
    const initializer = !p.panic && p.accept('=') ? parseInitializer(p) : undefined;
    if (declarator.name !== '') {
      variables.push({
        kind: 'variable',
        name: declarator.name,
        nameRange: declarator.nameRange,
        typeName: declarator.typeName,
        storage,
        ...(initializer ? { initializer } : {}),
        ...p.rangeFrom(from),
      });
    }
    if (p.panic || !p.is(',') || continuesOtherwise(p)) return variables;
    p.next();
    from = p.token.start;
    declarator = parseDeclarator(p, base, false, 'the name of the next variable');
  }
}

/** Behind the comma comes no other variable: `for (int i = 0, i < 3, i++)`. */
function continuesOtherwise(p: TokenCursor): boolean {
  return p.peek().kind === 'name' && ['<', '>', '<=', '>=', '==', '!=', '++', '--'].some((sign) => p.isAt(2, sign));
}

/** A file-level declaration of C. Always moves on; the caller recovers from panic. */
export function parseDeclaration(p: TokenCursor): Declaration[] {
  const { token } = p;
  const { start } = token;
  const doc = p.comments.docAbove(token.line);
  if (token.kind === 'directive') return parseDirective(p);
  if (token.kind === 'name' && (p.isAt(1, '(') || token.text === 'static') && macroAt(p)) return parseMacro(p);
  if (p.accept('typedef')) return parseTypedef(p, start);
  const specifiers = parseSpecifiers(p);
  if (specifiers.words.length > 0 && p.isAt(1, '(') && macroAt(p)) return parseMacro(p);
  const base = parseBaseType(p);
  if (p.panic) return [];
  if (p.is('{') && base.base.kind !== 'words') return parseBody(p, start, specifiers, base);
  if (p.accept(';')) {
    if (base.base.kind === 'words') p.note('expectedName', base.range, 'this declares nothing: add a name after the type');
    return [];
  }
  const declarator = parseDeclarator(p, base, false, 'a name');
  if (declarator.isFunction) return [parseFunction(p, start, specifiers, declarator, doc)];
  const variables = parseDeclarators(p, start, specifiers.storage, base, declarator);
  endOfDeclaration(p);
  return variables;
}

export function endOfDeclaration(p: TokenCursor): void {
  if (p.panic || p.accept(';')) return;
  const gap = { start: p.previousEnd, end: p.previousEnd };
  const atLineEnd = p.token.first || p.atEnd;
  p.fault('expectedSemicolon', gap, `expected ';' after the declaration${atLineEnd ? '' : ` before ${p.describe()}`}`);
  if (atLineEnd) p.panic = false;
}

function parseFunction(
  p: TokenCursor,
  start: number,
  specifiers: Specifiers,
  declarator: Declarator,
  doc: string,
): FunctionDeclaration {
  const { parameters, variadic } = parseParameters(p);
  const head = {
    kind: 'function' as const,
    name: declarator.name,
    nameRange: declarator.nameRange,
    returns: declarator.typeName,
    parameters,
    variadic,
    specifiers: specifiers.words,
    doc,
  };
  while (
    p.is('__attribute__') ||
    (p.token.kind === 'name' && /^__(must_hold|acquires|releases|printf|cold|pure)$/.test(p.token.text))
  ) {
    p.next();
    if (p.is('(')) p.skipGroup();
  }
  if (p.is('{')) {
    if (p.source.outline) {
      const bodyStart = p.token.start;
      p.skipGroup();
      const body: BlockStatement = { kind: 'block', body: [], start: bodyStart, end: p.previousEnd };
      return { ...head, body, skipped: true, ...p.rangeFrom(start) };
    }
    const body = parseBlock(p, `the function '${head.name}'`);
    p.accept(';');
    return { ...head, body, ...p.rangeFrom(start) };
  }
  if (!p.accept(';')) {
    const gap = { start: p.previousEnd, end: p.previousEnd };
    p.fault('expectedToken', gap, `expected '{' and a body, or ';' for a prototype, before ${p.describe()}`);
    if (startsBodyWithoutBrace(p)) {
      p.panic = true;
      const body = parseBlock(p, `the function '${head.name}'`);
      return { ...head, body, ...p.rangeFrom(start) };
    }
    if (p.token.first) {
      p.panic = false;
      // The indented lines that follow are the body whose brace is missing.
      while (!p.atEnd && !(p.token.first && p.column === 0)) p.skipGroup();
      p.accept('}');
    }
  }
  return { ...head, ...p.rangeFrom(start) };
}

/** `struct x { ... } variables?;`, `enum x { ... };` */
function parseBody(p: TokenCursor, start: number, specifiers: Specifiers, base: BaseType): Declaration[] {
  const type = base.base;
  if (type.kind === 'words') return [];
  const declared =
    type.kind === 'struct' ? parseStructBody(p, start, type.name, type.range) : parseEnumBody(p, start, type.name, type.range);
  if (p.panic || p.accept(';')) return [declared];
  if (p.token.kind === 'name' && !p.token.first) {
    const variables = parseDeclarators(p, start, specifiers.storage, base, parseDeclarator(p, base, false));
    endOfDeclaration(p);
    return [declared, ...variables];
  }
  const gap = { start: p.previousEnd, end: p.previousEnd };
  p.note('expectedSemicolon', gap, `expected ';' after the '}' of the ${type.kind}`);
  return [declared];
}

function parseStructBody(p: TokenCursor, start: number, name: string, nameRange: Range): StructDeclaration {
  p.next();
  const members: StructDeclaration['members'] = [];
  while (!p.is('}') && !p.atEnd) {
    const before = p.index;
    const base = parseBaseType(p);
    if (p.is('{')) p.fault('unsupported', p.token, 'declare this struct on its own, outside, and use its name here');
    while (!p.panic) {
      const declarator = parseDeclarator(p, base, false, 'the name of the member');
      if (declarator.isFunction)
        p.fault('unsupported', declarator.nameRange, 'a member cannot be a function: make it a pointer, `int (*name)(int)`');
      if (p.is(':')) p.fault('unsupported', p.token, 'the language has no bit-fields: use a whole integer');
      if (declarator.name !== '')
        members.push({ name: declarator.name, nameRange: declarator.nameRange, typeName: declarator.typeName });
      if (p.panic || !p.accept(',')) break;
    }
    p.endItem('the member');
    if (p.index === before) p.next();
  }
  p.expect('}', `to close 'struct ${name}'`);
  return { kind: 'struct', name, nameRange, members, ...p.rangeFrom(start) };
}

function parseEnumBody(p: TokenCursor, start: number, name: string, nameRange: Range): EnumDeclaration {
  p.next();
  const constants: EnumDeclaration['constants'] = [];
  while (!p.is('}') && !p.atEnd && !p.panic) {
    const { token } = p;
    if (token.kind !== 'name' || keywords.has(token.text)) {
      p.fault('expectedName', token, `expected the name of a constant before ${p.describe()}`);
      break;
    }
    p.next();
    const value = p.accept('=') ? parseAssignment(p) : undefined;
    constants.push({ name: token.text, nameRange: { start: token.start, end: token.end }, ...(value ? { value } : {}) });
    if (!p.accept(',')) break;
  }
  if (!p.panic) p.expect('}', "or ',' in the enum");
  if (p.panic) {
    while (!p.atEnd && !p.is('}') && !p.is(';')) p.skipGroup();
    p.accept('}');
    p.panic = false;
  }
  return { kind: 'enum', name, nameRange, constants, ...p.rangeFrom(start) };
}

function parseTypedef(p: TokenCursor, start: number): Declaration[] {
  const declarations: Declaration[] = [];
  let base: BaseType;
  if ((p.is('struct') || p.is('enum')) && p.isAt(1, '{')) {
    const kind = p.next().text === 'enum' ? 'enum' : 'struct';
    const bodyStart = p.token.start;
    const nameRange = { start: bodyStart, end: bodyStart };
    // A struct without a tag is called as the typedef that follows it; a blank keeps it apart from real tags.
    const body = kind === 'struct' ? parseStructBody(p, bodyStart, '', nameRange) : parseEnumBody(p, bodyStart, '', nameRange);
    const after = p.token;
    body.name = after.kind === 'name' ? `typedef ${after.text}` : 'typedef ';
    declarations.push(body);
    base = {
      base: { kind, name: body.name, range: nameRange },
      qualifiers: { constant: false, user: false, perCpu: false },
      range: { start, end: p.previousEnd },
    };
  } else {
    base = parseBaseType(p);
    if (p.is('{') && base.base.kind === 'struct') declarations.push(parseStructBody(p, start, base.base.name, base.base.range));
    else if (p.is('{') && base.base.kind === 'enum') declarations.push(parseEnumBody(p, start, base.base.name, base.base.range));
  }
  if (p.panic) return declarations;
  const declarator = parseDeclarator(p, base, false, 'the name of the type');
  if (declarator.isFunction) {
    p.fault('unsupported', declarator.nameRange, 'declare a pointer to the function instead: `typedef int (*name)(int);`');
    return declarations;
  }
  endOfDeclaration(p);
  if (declarator.name !== '') {
    const { name, nameRange, typeName } = declarator;
    declarations.push({ kind: 'typedef', name, nameRange, typeName, ...p.rangeFrom(start) });
  }
  return declarations;
}

function macroAt(p: TokenCursor): boolean {
  const text = p.is('static') ? p.peek().text : p.token.text;
  return (
    /^(DEFINE|DECLARE)_PER_CPU(_[A-Z_]+)?$/.test(text) ||
    objectMacros[text] !== undefined ||
    /^(EXPORT_SYMBOL(_[A-Z_]+)?|MODULE_[A-Z_]+|LIST_HEAD)$/.test(text)
  );
}

/** `DEFINE_PER_CPU(type, name);`, `DEFINE_MUTEX(name);`, `EXPORT_SYMBOL(name);` */
function parseMacro(p: TokenCursor): Declaration[] {
  const { start } = p.token;
  const isStatic = p.accept('static');
  const macro = p.next();
  const range = { start: macro.start, end: macro.end };
  if (/^(EXPORT_SYMBOL|MODULE_)/.test(macro.text)) {
    if (p.is('(')) p.skipGroup();
    p.accept(';');
    return [];
  }
  p.expect('(');
  const perCpu = macro.text.includes('PER_CPU');
  const storage = { static: isStatic, perCpu, extern: macro.text.startsWith('DECLARE_PER_CPU') };
  let declarator: Declarator | undefined;
  if (perCpu) {
    const base = parseBaseType(p);
    const type = p.panic ? undefined : parseDeclarator(p, base, true);
    if (!p.panic) p.expect(',', 'between the type and the name');
    if (type && !p.panic) {
      const named = parseDeclarator(p, base, false, 'the name of the per-CPU variable');
      const arrays = [...named.typeName.arrays, ...type.typeName.arrays];
      declarator = { ...named, typeName: { ...type.typeName, arrays, end: Math.max(type.typeName.end, named.typeName.end) } };
    }
  } else {
    const [kind, name] = macro.text === 'LIST_HEAD' ? (['struct', 'list_head'] as const) : objectMacros[macro.text];
    const base: BaseType = {
      base: kind === 'struct' ? { kind, name, range } : { kind, words: [name] },
      qualifiers: { constant: false, user: false, perCpu: false },
      range,
    };
    declarator = parseDeclarator(p, base, false, 'the name of the object');
  }
  const count = macro.text === 'DEFINE_SEMAPHORE' && !p.panic ? parseCount(p) : undefined;
  if (!p.panic) p.expect(')', `to close ${macro.text}`);
  const initializer = !p.panic && p.accept('=') ? parseInitializer(p) : count;
  endOfDeclaration(p);
  if (!declarator || declarator.name === '') return [];
  const { name, nameRange, typeName } = declarator;
  return [
    { kind: 'variable', name, nameRange, typeName, storage, ...(initializer ? { initializer } : {}), ...p.rangeFrom(start) },
  ];
}

/** `#include` is read over, `#define NAME value` declares a constant, the rest is refused. */
function parseDirective(p: TokenCursor): Declaration[] {
  const directive = p.next();
  const { line, start } = directive;
  const skipLine = (): void => {
    while (!p.atEnd && p.token.line === line) p.next();
  };
  const name = p.token;
  if (directive.text === 'include' || directive.text === 'pragma') {
    skipLine();
    return [];
  }
  if (directive.text !== 'define' || name.line !== line || name.kind !== 'name') {
    const conditional = /^(if|ifdef|ifndef|else|elif|endif)$/.test(directive.text);
    p.note(
      'unsupported',
      directive,
      conditional
        ? "there is no preprocessor: use 'if (IS_ENABLED(CONFIG_...))' inside a function"
        : "there is no preprocessor; only '#define NAME value' and '#include' (which is read over) are understood",
    );
    skipLine();
    return [];
  }
  p.next();
  const nameRange = { start: name.start, end: name.end };
  const after = p.token;
  if (after.line === line && after.text === '(' && after.start === name.end) {
    p.note(
      'unsupported',
      nameRange,
      `macros with arguments are not part of the language: make '${name.text}' a static inline function`,
    );
    p.skippedNames.add(name.text);
    skipLine();
    return [];
  }
  if (after.line !== line || p.atEnd) return [];
  const value = parseExpression(p);
  if (!p.panic && p.token.line === line && !p.atEnd) {
    p.fault('unsupported', p.token, `'#define ${name.text}' can only name a constant value`);
  }
  if (value.kind === 'string') {
    p.fault('unsupported', value, `'#define' names numbers only: write 'static const char ${name.text}[] = ...'`);
  }
  if (p.panic) {
    p.skippedNames.add(name.text);
    p.panic = false;
    skipLine();
    return [];
  }
  return [
    { kind: 'enum', name: '', nameRange, macro: true, constants: [{ name: name.text, nameRange, value }], ...p.rangeFrom(start) },
  ];
}

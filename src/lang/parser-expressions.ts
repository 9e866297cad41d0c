/** Expressions, by recursive descent with precedence climbing. The grammar line stands at each function. */
import { limits } from './limits.ts';
import { parseTypeName, startsType } from './parser-types.ts';
import type { TokenCursor } from './token-cursor.ts';
import { keywords } from './tokens.ts';
import type {
  AssignExpression,
  BinaryExpression,
  ErrorExpression,
  Expression,
  InitializerItem,
  InitializerList,
  UnaryExpression,
} from './tree.ts';

const precedence: Readonly<Record<string, number>> = {
  '*': 10,
  '/': 10,
  '%': 10,
  '+': 9,
  '-': 9,
  '<<': 8,
  '>>': 8,
  '<': 7,
  '>': 7,
  '<=': 7,
  '>=': 7,
  '==': 6,
  '!=': 6,
  '&': 5,
  '^': 4,
  '|': 3,
  '&&': 2,
  '||': 1,
};
const assignments: ReadonlySet<string> = new Set(['=', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '<<=', '>>=']);
const unaries: ReadonlySet<string> = new Set(['-', '+', '!', '~', '*', '&']);
/** Calls whose first or second argument is a type; it is carried by a `sizeof` node. */
const typeArguments: Readonly<Record<string, number>> = { container_of: 1, list_entry: 1, offsetof: 0, min_t: 0, max_t: 0 };

function errorAt(p: TokenCursor, start?: number): ErrorExpression {
  return { kind: 'error', ...(start === undefined ? p.missing() : p.rangeFrom(start)) };
}

/** expression := assignment (',' assignment)* */
export function parseExpression(p: TokenCursor): Expression {
  let left = parseAssignment(p);
  for (let count = 0; p.is(',') && !p.panic; count += 1) {
    if (chainTooLong(p, count)) break;
    p.next();
    const right = parseAssignment(p);
    left = { kind: 'binary', operator: ',', left, right, start: left.start, end: right.end };
  }
  return left;
}

function chainTooLong(p: TokenCursor, count: number): boolean {
  if (count > p.chainMax) p.chainMax = count;
  if (count < limits.chain.max) return false;
  p.fault('limit', p.token, limits.chain.message);
  return true;
}

/** assignment := conditional (('=' | '+=' ...) assignment)? */
export function parseAssignment(p: TokenCursor): Expression {
  const target = parseConditional(p);
  if (p.panic || p.token.kind !== 'punctuator' || !assignments.has(p.token.text)) return target;
  const operator = p.next().text.slice(0, -1) as AssignExpression['operator'];
  const value = p.nested(() => parseAssignment(p)) ?? errorAt(p);
  return { kind: 'assign', operator, target, value, start: target.start, end: Math.max(target.end, value.end) };
}

/** conditional := binary ('?' expression ':' conditional)? */
export function parseConditional(p: TokenCursor): Expression {
  const test = parseBinary(p, 1);
  if (p.panic || !p.is('?')) return test;
  p.next();
  const short = p.is(':');
  // GCC's `a ?: b`.
  const then = short ? test : (p.nested(() => parseExpression(p)) ?? errorAt(p));
  if (!p.panic) p.expect(':', "for the '?'");
  const otherwise = p.panic ? errorAt(p) : (p.nested(() => parseConditional(p)) ?? errorAt(p));
  if (short && !p.panic) {
    p.note(
      'unsupported',
      { start: test.end, end: otherwise.start },
      "'?:' without a middle is not part of the language: write it out",
    );
  }
  return { kind: 'conditional', test, then, otherwise, ...p.rangeFrom(test.start) };
}

/** binary(level) := unary (operator unary)*, operators of at least this level, left to right */
function parseBinary(p: TokenCursor, level: number): Expression {
  let left = parseUnary(p);
  for (let count = 0; !p.panic && p.token.kind === 'punctuator'; count += 1) {
    const own = precedence[p.token.text];
    if (own === undefined || own < level) break;
    if (chainTooLong(p, count)) break;
    const operator = p.next().text as BinaryExpression['operator'];
    const right = parseBinary(p, own + 1);
    left = { kind: 'binary', operator, left, right, start: left.start, end: Math.max(left.end, right.end) };
  }
  return left;
}

/** unary := ('-' | '+' | '!' | '~' | '*' | '&') unary | ('++' | '--') unary | 'sizeof' ... | '(' type ')' unary | postfix */
function parseUnary(p: TokenCursor): Expression {
  const { token } = p;
  if (token.kind === 'punctuator') {
    if (unaries.has(token.text)) {
      p.next();
      const operand = p.nested(() => parseUnary(p)) ?? errorAt(p);
      return { kind: 'unary', operator: token.text as UnaryExpression['operator'], operand, ...p.rangeFrom(token.start) };
    }
    if (token.text === '++' || token.text === '--') {
      p.next();
      const operand = p.nested(() => parseUnary(p)) ?? errorAt(p);
      return { kind: 'step', operator: token.text, prefix: true, operand, ...p.rangeFrom(token.start) };
    }
    if (token.text === '(' && startsCast(p)) return p.nested(() => parseCast(p)) ?? errorAt(p);
  }
  if (p.is('sizeof')) return p.nested(() => parseSizeof(p)) ?? errorAt(p);
  return parsePostfix(p);
}

/** Whether the parenthesis here holds a type: by its words, by `*)`, or by what follows a lone name. */
function startsCast(p: TokenCursor): boolean {
  const first = p.peek(1);
  if (first.kind !== 'name') return false;
  p.index += 1;
  const byWords = startsType(p);
  p.index -= 1;
  if (byWords) return true;
  if (keywords.has(first.text)) return false;
  let distance = 2;
  while (p.isAt(distance, '*')) distance += 1;
  if (!p.isAt(distance, ')')) return false;
  if (distance > 2) return true;
  const after = p.peek(distance + 1);
  if (after.kind === 'number' || after.kind === 'string' || after.kind === 'char') return true;
  return after.kind === 'name' && !after.first && !keywords.has(after.text);
}

function parseCast(p: TokenCursor): Expression {
  const start = p.next().start;
  const typeName = parseTypeName(p);
  if (!p.panic) p.expect(')', 'after the type');
  if (p.panic) return errorAt(p, start);
  if (p.is('{')) {
    p.fault(
      'unsupported',
      p.token,
      'a struct value in the middle of an expression is not part of the language: declare a variable',
    );
    return errorAt(p, start);
  }
  const operand = parseUnary(p);
  return { kind: 'cast', typeName, operand, ...p.rangeFrom(start) };
}

function parseSizeof(p: TokenCursor): Expression {
  const start = p.next().start;
  if (p.is('(')) {
    p.index += 1;
    const isType = startsType(p);
    p.index -= 1;
    if (isType) {
      p.next();
      const typeName = parseTypeName(p);
      if (!p.panic) p.expect(')', 'after the type');
      return { kind: 'sizeof', typeName, ...p.rangeFrom(start) };
    }
  }
  const operand = parseUnary(p);
  return { kind: 'sizeof', operand, ...p.rangeFrom(start) };
}

/** postfix := primary ('(' arguments ')' | '[' expression ']' | '.' name | '->' name | '++' | '--')* */
function parsePostfix(p: TokenCursor): Expression {
  let object = parsePrimary(p);
  for (let count = 0; !p.panic && p.token.kind === 'punctuator'; count += 1) {
    if (chainTooLong(p, count)) break;
    const { start } = object;
    const callee: Expression = object;
    if (p.is('(')) object = p.nested(() => parseCall(p, callee)) ?? errorAt(p, start);
    else if (p.accept('[')) {
      const index = p.nested(() => parseExpression(p)) ?? errorAt(p);
      if (!p.panic) p.expect(']', "to close '['");
      object = { kind: 'index', object, index, ...p.rangeFrom(start) };
    } else if (p.is('.') || p.is('->')) {
      const arrow = p.next().text === '->';
      const name = p.token;
      if (name.kind !== 'name') {
        p.fault('expectedName', name, `expected the name of a member before ${p.describe()}`);
        return {
          kind: 'member',
          arrow,
          object,
          name: '',
          nameRange: { start: p.previousEnd, end: p.previousEnd },
          ...p.rangeFrom(start),
        };
      }
      p.next();
      object = {
        kind: 'member',
        arrow,
        object,
        name: name.text,
        nameRange: { start: name.start, end: name.end },
        ...p.rangeFrom(start),
      };
    } else if (p.is('++') || p.is('--')) {
      const operator = p.next().text as '++' | '--';
      object = { kind: 'step', operator, prefix: false, operand: object, ...p.rangeFrom(start) };
    } else break;
  }
  return object;
}

function parseCall(p: TokenCursor, callee: Expression): Expression {
  p.next();
  const args: Expression[] = [];
  const typeArgument = callee.kind === 'name' ? typeArguments[callee.name] : undefined;
  while (!p.is(')') && !p.atEnd && !p.panic) {
    if (args.length === typeArgument) {
      const start = p.token.start;
      const typeName = parseTypeName(p);
      args.push({ kind: 'sizeof', typeName, ...p.rangeFrom(start) });
    } else args.push(parseAssignment(p));
    if (p.panic || !p.accept(',')) break;
    if (p.is(')')) p.fault('expectedExpression', p.token, "expected another argument before ')': remove the ','");
  }
  if (!p.panic && !p.accept(')')) {
    const gap = { start: p.previousEnd, end: p.previousEnd };
    const what = callee.kind === 'name' ? `the call of '${callee.name}'` : 'the call';
    p.fault('expectedToken', gap, `expected ',' or ')' in ${what} before ${p.describe()}`);
  }
  return { kind: 'call', callee, args, ...p.rangeFrom(callee.start) };
}

/** primary := number | character | string+ | name | '(' expression ')' */
function parsePrimary(p: TokenCursor): Expression {
  const { token } = p;
  const { start, end } = token;
  switch (token.kind) {
    case 'number':
      p.next();
      if (/^(ns|us|ms|s)$/.test(token.suffix)) {
        p.note(
          'badNumber',
          token,
          `times with a unit stand only in declarations: write the number alone, in the unit the function expects`,
        );
      }
      return token.faulty
        ? { kind: 'error', start, end }
        : { kind: 'integer', value: token.value, suffix: token.suffix, start, end };
    case 'char':
      p.next();
      return token.faulty ? { kind: 'error', start, end } : { kind: 'char', value: token.value, start, end };
    case 'string':
      return parseStrings(p);
    case 'name':
      if (keywords.has(token.text)) break;
      p.next();
      // KERN_INFO "text": the level is accepted and has no effect.
      if (/^KERN_[A-Z]+$/.test(token.text) && p.token.kind === 'string') return { ...parseStrings(p), start };
      return { kind: 'name', name: token.text, start, end };
    case 'punctuator':
      if (token.text !== '(') break;
      return p.nested(() => parseParenthesis(p)) ?? errorAt(p);
  }
  const word = token.kind === 'name' ? `: '${token.text}' is a word of the language and cannot stand here` : '';
  p.fault('expectedExpression', token, `expected an expression before ${p.describe()}${word}`);
  return { kind: 'error', ...p.missing() };
}

function parseParenthesis(p: TokenCursor): Expression {
  const { start } = p.next();
  if (p.is('{')) {
    p.fault('unsupported', p.token, "'({ ... })' is not part of the language: write a function");
    return errorAt(p, start);
  }
  const inner = parseExpression(p);
  if (!p.panic) p.expect(')', "to close '('");
  // The parentheses belong to the expression's range, so that ranges nest.
  return { ...inner, ...p.rangeFrom(start) };
}

function parseStrings(p: TokenCursor): Expression {
  const { start } = p.token;
  let value = '';
  while (p.token.kind === 'string') value += p.next().text;
  return { kind: 'string', value, ...p.rangeFrom(start) };
}

/** initializer := assignment | '{' (designator? initializer ',')* '}' */
export function parseInitializer(p: TokenCursor): Expression {
  if (!p.is('{')) return parseAssignment(p);
  return p.nested(() => parseInitializerList(p)) ?? errorAt(p);
}

function parseInitializerList(p: TokenCursor): InitializerList {
  const { start } = p.next();
  const items: InitializerItem[] = [];
  while (!p.is('}') && !p.atEnd && !p.panic) {
    const designator = parseDesignator(p);
    const value: Expression = p.panic ? errorAt(p) : parseInitializer(p);
    items.push(designator ? { designator, value } : { value });
    if (p.panic || !p.accept(',')) break;
  }
  if (!p.panic) p.expect('}', "or ',' in the list");
  else if (p.braceBalance === 0) {
    // The braces of the text match, so the end of this list is the brace that matches its beginning.
    while (!p.atEnd && !p.is('}')) p.skipGroup();
    p.accept('}');
  }
  return { kind: 'initializer', items, ...p.rangeFrom(start) };
}

function parseDesignator(p: TokenCursor): InitializerItem['designator'] {
  const { start } = p.token;
  if (p.is('.') && p.peek().kind === 'name') {
    p.next();
    const member = p.next().text;
    p.expect('=', 'after the member');
    return { member, range: { start, end: start + 1 + member.length } };
  }
  if (!p.accept('[')) return undefined;
  const index = parseConditional(p);
  if (p.is('...'))
    p.fault('unsupported', p.token, "'[a ... b] =' is not part of the language: write the elements out, or fill them in a loop");
  if (!p.panic) p.expect(']', "to close '['");
  const range = p.rangeFrom(start);
  if (!p.panic) p.expect('=', 'after the index');
  return { index, range };
}

/** Statements. Each function leaves the parser behind its statement and out of panic. */
import { parseVariables } from './parser-declarations.ts';
import { parseExpression } from './parser-expressions.ts';
import { startsLaboratory } from './parser-laboratory.ts';
import { parseStatementMacro, startsStatementMacro } from './parser-macros.ts';
import { startsDeclaration } from './parser-types.ts';
import { closest } from './spelling.ts';
import type { TokenCursor } from './token-cursor.ts';
import { keywords, specifierWords } from './tokens.ts';
import type {
  BlockStatement,
  DeclarationStatement,
  EmptyStatement,
  Expression,
  ExpressionStatement,
  ForStatement,
  Statement,
} from './tree.ts';

const statementWords: ReadonlySet<string> = new Set(
  'if else while do for switch case default return break continue goto'.split(' '),
);

/** block := '{' statement* '}'; the parser stands on `{`, or the brace is reported as missing. */
export function parseBlock(p: TokenCursor, of: string): BlockStatement {
  const open = p.token;
  if (!p.expect('{', `to begin ${of}`)) {
    p.panic = false;
    const gap = p.previousEnd;
    if (!startsBodyWithoutBrace(p)) return { kind: 'block', body: [], start: gap, end: gap };
    p.braceBalance += 1;
  }
  const body: Statement[] = [];
  const indentation = p.indentationAt(open.start);
  const unclosed = (before: string): BlockStatement => {
    if (p.braceBalance > 0) {
      p.braceBalance -= 1;
      p.note('unclosedBlock', open, `this '{' has no '}': ${of} must end before ${before}`);
    }
    return { kind: 'block', body, ...p.rangeFrom(open.start) };
  };
  for (;;) {
    if (p.atEnd) return unclosed('the end of the file');
    if (p.is('}')) {
      const outer = p.token.first ? p.column : undefined;
      if (outer !== undefined && p.braceBalance > 0 && outer < indentation)
        return unclosed(`the '}' on line ${p.token.line + 1}`);
      if (outer !== undefined && p.braceBalance < 0 && outer > indentation && !closesNothingElse(p)) {
        p.braceBalance += 1;
        p.note('strayBrace', p.token, `this '}' closes nothing: remove it`);
        p.next();
        continue;
      }
      p.next();
      return { kind: 'block', body, ...p.rangeFrom(open.start) };
    }
    if (p.braceBalance > 0 && p.token.first && p.column === 0 && startsAtFileLevel(p)) return unclosed(p.describe());
    const before = p.index;
    body.push(parseStatement(p));
    if (p.index === before) p.next();
  }
}

/** A brace is missing somewhere, and indented lines follow: they are the body, and its end is there. */
export function startsBodyWithoutBrace(p: TokenCursor): boolean {
  return p.braceBalance < 0 && p.token.first && p.column > 0;
}

/** After a stray `}` more of the block follows; otherwise the brace is merely indented in an unusual way. */
function closesNothingElse(p: TokenCursor): boolean {
  const after = p.peek();
  return after.kind === 'end' || after.line === p.token.line;
}

/** What begins here can only stand outside of functions. */
function startsAtFileLevel(p: TokenCursor): boolean {
  const { token } = p;
  if (token.kind === 'directive') return true;
  if (token.kind !== 'name' || statementWords.has(token.text) || p.isAt(1, ':')) return false;
  return startsLaboratory(p) || startsDeclaration(p) || specifierWords.has(token.text);
}

export function parseStatement(p: TokenCursor): Statement {
  const anchor = p.is('{') ? undefined : p.comments.anchors.get(p.token.line);
  if (anchor !== undefined) p.comments.anchors.delete(p.token.line);
  const statement = p.nested(() => parseStatementHere(p)) ?? skipped(p);
  if (p.panic) {
    recoverStatement(p);
    statement.end = Math.max(statement.end, p.previousEnd);
  }
  if (anchor !== undefined) statement.anchor = anchor;
  return statement;
}

function skipped(p: TokenCursor): EmptyStatement {
  const { start } = p.token;
  p.skipGroup();
  return { kind: 'empty', ...p.rangeFrom(start) };
}

/** Skips to the end of a faulty statement: its `;`, the `}` or `{` around or behind it, or a line that begins another. */
function recoverStatement(p: TokenCursor): void {
  const { line } = p.token;
  let first = true;
  while (!p.atEnd && !p.is('}')) {
    if (p.accept(';')) break;
    if (p.is('{') && !first) break;
    if (p.token.first && (p.token.line > line || !first) && startsOtherStatement(p)) break;
    p.skipGroup();
    first = false;
  }
  p.panic = false;
}

function startsOtherStatement(p: TokenCursor): boolean {
  const { token } = p;
  if (token.kind !== 'name') return false;
  if (statementWords.has(token.text) || startsDeclaration(p)) return true;
  const after = p.peek();
  return !after.first && ['=', '(', '->', '++', '--', '+=', '-=', '[', ':'].includes(after.text);
}

function endOfStatement(p: TokenCursor, after: string): void {
  if (p.panic || p.accept(';')) return;
  const gap = { start: p.previousEnd, end: p.previousEnd };
  const atLineEnd = p.token.first || p.is('}') || p.atEnd;
  const where = atLineEnd && !p.is('}') ? '' : ` before ${p.describe()}`;
  p.fault('expectedSemicolon', gap, `expected ';' after ${after}${where}`);
  // A statement that ends its line lacks nothing but the semicolon: go on with the next one.
  if (atLineEnd) p.panic = false;
}

function parseStatementHere(p: TokenCursor): Statement {
  const { token } = p;
  const { start } = token;
  if (token.kind === 'punctuator') {
    if (token.text === '{') return parseBlock(p, 'the block');
    if (token.text === ';') {
      p.next();
      return { kind: 'empty', ...p.rangeFrom(start) };
    }
  }
  if (token.kind === 'directive') {
    p.fault('unsupported', token, `'#${token.text}' cannot stand in a function: use 'if (IS_ENABLED(CONFIG_...))'`);
    while (!p.atEnd && p.peek().line === token.line && p.peek().kind !== 'end') p.next();
    p.next();
    p.panic = false;
    return { kind: 'empty', ...p.rangeFrom(start) };
  }
  if (token.kind !== 'name') return parseExpressionStatement(p);
  switch (token.text) {
    case 'if':
      return parseIf(p);
    case 'while': {
      p.next();
      const test = parseCondition(p, 'while');
      return { kind: 'while', test, body: parseSubStatement(p, 'the loop'), ...p.rangeFrom(start) };
    }
    case 'do':
      return parseDo(p);
    case 'for':
      return parseFor(p);
    case 'switch': {
      p.next();
      const value = parseCondition(p, 'switch');
      return { kind: 'switch', value, body: parseSubStatement(p, "the 'switch'"), ...p.rangeFrom(start) };
    }
    case 'case':
    case 'default':
      return parseCase(p);
    case 'return': {
      p.next();
      const value = p.is(';') || p.is('}') ? undefined : parseExpression(p);
      endOfStatement(p, value ? 'the value' : "'return'");
      return { kind: 'return', ...(value ? { value } : {}), ...p.rangeFrom(start) };
    }
    case 'break':
    case 'continue':
      p.next();
      endOfStatement(p, `'${token.text}'`);
      return { kind: token.text, ...p.rangeFrom(start) };
    case 'goto':
      return parseGoto(p);
    case 'else':
      p.fault(
        'unexpectedElse',
        token,
        "this 'else' has no 'if': the 'if' before it has ended already (a ';' or a '}' too many?)",
      );
      p.next();
      p.panic = false;
      return parseSubStatement(p, "the 'else'");
  }
  if (p.isAt(1, ':') && !keywords.has(token.text)) {
    p.next();
    p.next();
    const nameRange = { start, end: token.end };
    const body: Statement = p.is('}') ? emptyAt(p) : parseStatement(p);
    return { kind: 'label', name: token.text, nameRange, body, ...p.rangeFrom(start) };
  }
  if (startsStatementMacro(p)) {
    return parseStatementMacro(
      p,
      () => parseSubStatement(p, 'the loop'),
      () => endOfStatement(p, 'the call'),
    );
  }
  if (startsLaboratory(p) && !p.isTypeName(token.text)) {
    p.fault(
      'misplaced',
      token,
      `'${token.text}' declarations stand outside of functions: move it out, or close the function before it`,
    );
    return { kind: 'empty', ...p.rangeFrom(start) };
  }
  if (startsDeclaration(p)) return parseDeclarationStatement(p);
  return parseExpressionStatement(p);
}

function emptyAt(p: TokenCursor): EmptyStatement {
  const gap = p.previousEnd;
  return { kind: 'empty', start: gap, end: gap };
}

function parseExpressionStatement(p: TokenCursor): ExpressionStatement {
  const { start } = p.token;
  const expression = parseExpression(p);
  const word =
    !p.panic && p.is('{') && expression.kind === 'call' && expression.callee.kind === 'name' ? expression.callee.name : '';
  const near = word === '' ? undefined : closest(word, ['if', 'while', 'for', 'switch']);
  if (near !== undefined) {
    p.note(
      'expectedStatement',
      expression.start === start ? { start, end: start + word.length } : expression,
      `'${word}' begins no statement; did you mean '${near}'?`,
    );
    return { kind: 'expression', expression: { kind: 'error', start, end: expression.end }, ...p.rangeFrom(start) };
  }
  endOfStatement(p, expression.kind === 'call' ? 'the call' : 'the expression');
  return { kind: 'expression', expression, ...p.rangeFrom(start) };
}

function parseDeclarationStatement(p: TokenCursor): DeclarationStatement {
  const { start } = p.token;
  const variables = parseVariables(p);
  endOfStatement(p, 'the declaration');
  return { kind: 'declaration', variables, ...p.rangeFrom(start) };
}

/** '(' expression ')' of if, while, switch; always ends behind it and out of panic. */
function parseCondition(p: TokenCursor, word: string): Expression {
  const { start } = p.token;
  if (!p.expect('(', `after '${word}'`)) {
    if (p.is('{') || p.is(';')) {
      p.panic = false;
      return { kind: 'error', start: p.previousEnd, end: p.previousEnd };
    }
    // The condition without parentheses: read it, so that the body is found.
    p.panic = false;
    const condition = parseExpression(p);
    p.accept(')');
    p.panic = false;
    return { ...condition, start, end: Math.max(p.previousEnd, start) };
  }
  const condition = parseExpression(p);
  if (!p.panic) p.expect(')', `to close the condition of '${word}'`);
  if (p.panic) p.recoverTo(')');
  return condition;
}

/** The statement governed by `if`, `else` or a loop. */
function parseSubStatement(p: TokenCursor, of: string): Statement {
  if (p.token.kind === 'name' && startsDeclaration(p) && !p.isAt(1, ':')) {
    p.note('misplaced', p.token, `a declaration cannot be the only statement of ${of}: put braces round it`);
  }
  if (p.is('}')) {
    const gap = p.previousEnd;
    p.note('expectedStatement', { start: gap, end: gap }, `expected a statement for ${of} before '}'`);
    return emptyAt(p);
  }
  return parseStatement(p);
}

function parseIf(p: TokenCursor): Statement {
  const { start } = p.next();
  const test = parseCondition(p, 'if');
  const then = parseSubStatement(p, "the 'if'");
  const otherwise = p.accept('else') ? parseSubStatement(p, "the 'else'") : undefined;
  return { kind: 'if', test, then, ...(otherwise ? { otherwise } : {}), ...p.rangeFrom(start) };
}

function parseDo(p: TokenCursor): Statement {
  const { start } = p.next();
  const body = parseSubStatement(p, "the 'do'");
  if (!p.is('while')) {
    const gap = { start: p.previousEnd, end: p.previousEnd };
    p.note('expectedToken', gap, `expected 'while (...)' after the body of 'do' before ${p.describe()}`);
    return { kind: 'do', body, test: { kind: 'error', ...gap }, ...p.rangeFrom(start) };
  }
  p.next();
  const test = parseCondition(p, 'while');
  endOfStatement(p, "'do ... while (...)'");
  return { kind: 'do', body, test, ...p.rangeFrom(start) };
}

function parseFor(p: TokenCursor): ForStatement {
  const { start } = p.next();
  const parts: Pick<ForStatement, 'init' | 'test' | 'step'> = {};
  if (p.expect('(', "after 'for'")) {
    if (startsDeclaration(p)) parts.init = parseDeclarationStatement(p);
    else if (!p.accept(';')) parts.init = parseExpressionStatement(p);
    if (!p.panic && !p.is(';')) parts.test = parseExpression(p);
    if (!p.panic) p.expect(';', "after the condition of 'for'");
    if (!p.panic && !p.is(')')) parts.step = parseExpression(p);
    if (!p.panic) p.expect(')', "to close 'for ('");
  }
  if (p.panic) {
    while (!p.atEnd && !p.is(')') && !p.is('{') && !p.is('}')) p.skipGroup();
    p.accept(')');
    p.panic = false;
  }
  const body = parseSubStatement(p, 'the loop');
  return { kind: 'for', ...parts, body, ...p.rangeFrom(start) };
}

function parseCase(p: TokenCursor): Statement {
  const { start, text } = p.next();
  const value = text === 'case' ? parseExpression(p) : undefined;
  if (!p.panic && p.is('...')) {
    p.fault('unsupported', p.token, "'case a ... b' is not part of the language: write one 'case' for each value");
  }
  if (!p.panic) p.expect(':', text === 'case' ? 'after the value' : "after 'default'");
  const body: Statement = p.panic || p.is('}') ? emptyAt(p) : parseStatement(p);
  return { kind: 'case', ...(value ? { value } : {}), body, ...p.rangeFrom(start) };
}

function parseGoto(p: TokenCursor): Statement {
  const { start } = p.next();
  const { token } = p;
  if (token.kind === 'name' && !keywords.has(token.text)) {
    p.next();
    endOfStatement(p, 'the label');
    return { kind: 'goto', label: token.text, labelRange: { start: token.start, end: token.end }, ...p.rangeFrom(start) };
  }
  p.fault('expectedName', token, `expected a label after 'goto' before ${p.describe()}`);
  const gap = { start: p.previousEnd, end: p.previousEnd };
  return { kind: 'goto', label: '', labelRange: gap, ...p.rangeFrom(start) };
}

/** Source text to tree. Total: every text gives a tree and a list of diagnostics, and takes time in proportion to its length. */
import { type CommentFacts, readComments } from './comments.ts';
import type { Diagnostic } from './diagnostics.ts';
import { lex } from './lexer.ts';
import { limits } from './limits.ts';
import { parseDeclaration } from './parser-declarations.ts';
import { parseExpression } from './parser-expressions.ts';
import { parseLaboratory, startsLaboratory } from './parser-laboratory.ts';
import { parseStatement } from './parser-statements.ts';
import { parseTypeName, startsDeclaration } from './parser-types.ts';
import { Reporter } from './reporter.ts';
import type { Source } from './source.ts';
import { TokenCursor } from './token-cursor.ts';
import type { Token } from './tokens.ts';
import type { Declaration, Expression, FunctionDeclaration, SourceFile, Statement, TypeName } from './tree.ts';
import { cutDeepNodes } from './tree-depth.ts';

/** Parses a whole source text. */
export function parseSource(source: Source): { file: SourceFile; diagnostics: Diagnostic[] } {
  const { p, reporter } = open(source);
  const declarations: Declaration[] = [];
  while (!p.atEnd) {
    const before = p.index;
    declarations.push(...parseFileLevel(p));
    if (p.panic) declarations.push(recoverDeclaration(p));
    if (p.index === before) p.next();
  }
  if (p.depthMax * (p.chainMax + 4) > limits.treeDepth.max) cutDeepNodes(declarations, reporter);
  const file: SourceFile = {
    declarations,
    header: p.comments.header,
    tags: p.comments.tags,
    skippedNames: p.skippedNames,
    faulty: reporter.diagnostics.length > 0,
  };
  return { file, diagnostics: reporter.diagnostics };
}

/** Parses a text that is one expression, such as a watch. */
export function parseExpressionText(source: Source): { expression: Expression; diagnostics: Diagnostic[] } {
  const { p, reporter } = open(source);
  const expression = parseExpression(p);
  if (!p.panic && !p.atEnd) p.fault('expectedToken', p.token, `expected the end of the expression before ${p.describe()}`);
  return { expression, diagnostics: reporter.diagnostics };
}

/** Parses one statement of our own (a macro's template). */
export function parseStatementText(text: string): Statement {
  return parseStatement(open({ uri: 'statement', text, role: 'kernel' }).p);
}

/** Parses a prototype such as `void *kmap(struct page *page)`; undefined if it is none. */
export function parsePrototype(prototype: string): FunctionDeclaration | undefined {
  const text = prototype.trimEnd().endsWith(';') ? prototype : `${prototype};`;
  const { file, diagnostics } = parseSource({ uri: 'prototype', text, role: 'kernel' });
  const [declaration] = file.declarations;
  return diagnostics.length === 0 && file.declarations.length === 1 && declaration.kind === 'function' ? declaration : undefined;
}

/** Parses a type such as `struct page *`; undefined if the text is none. */
export function parseTypeText(text: string): TypeName | undefined {
  const { p, reporter } = open({ uri: 'type', text, role: 'kernel' });
  const type = parseTypeName(p);
  return p.atEnd && reporter.diagnostics.length === 0 ? type : undefined;
}

function open(source: Source): { p: TokenCursor; reporter: Reporter } {
  const reporter = new Reporter(source.uri);
  const { tokens, facts } = source.outline ? lexOnce(source.text, reporter) : lexWhole(source.text, reporter);
  return { p: new TokenCursor(source, tokens, facts, reporter), reporter };
}

interface Lexed {
  tokens: readonly Token[];
  facts: CommentFacts;
}

function lexWhole(text: string, reporter: Reporter): Lexed {
  const { tokens, comments } = lex(text, reporter);
  return { tokens, facts: readComments(comments, tokens) };
}

/** Sources read as outlines are the few that never change: their tokens are kept. */
const kept = new Map<string, Lexed>();

function lexOnce(text: string, reporter: Reporter): Lexed {
  const known = kept.get(text);
  if (known) return known;
  const lexed = lexWhole(text, reporter);
  kept.set(text, lexed);
  return lexed;
}

function parseFileLevel(p: TokenCursor): Declaration[] {
  const { token } = p;
  if (p.accept(';')) return [];
  if (p.is('}')) {
    p.note('strayBrace', token, "this '}' closes nothing: remove it");
    p.next();
    return [];
  }
  if (startsLaboratory(p)) return [parseLaboratory(p)];
  if (
    startsDeclaration(p) ||
    token.kind === 'directive' ||
    (token.kind === 'name' && p.isAt(1, '(') && /^[A-Z_]+$/.test(token.text))
  ) {
    return parseDeclaration(p);
  }
  const statement = token.kind === 'name' && /^(if|while|do|for|switch|return|goto|break|continue)$/.test(token.text);
  const call = token.kind === 'name' && p.isAt(1, '(');
  p.fault(
    'expectedDeclaration',
    token,
    statement || call
      ? `${p.describe()} begins a statement, and statements stand inside of functions and tasks`
      : `expected a declaration before ${p.describe()}: a function, a variable, a task, a page ...`,
  );
  return [];
}

/** Skips to where the next declaration is likely to begin: after a `;` or a block, or at a name in the first column. */
function recoverDeclaration(p: TokenCursor): Declaration {
  const { start } = p.token;
  let first = true;
  while (!p.atEnd) {
    if (
      !first &&
      p.token.first &&
      p.column === 0 &&
      (startsDeclaration(p) || startsLaboratory(p) || p.token.kind === 'directive')
    )
      break;
    if (p.accept(';')) break;
    const block = p.is('{');
    if (p.is('}') && !first) {
      if (p.braceBalance >= 0) p.next();
      break;
    }
    p.skipGroup();
    first = false;
    if (block && !p.is(';') && !p.is(',')) break;
  }
  p.panic = false;
  return { kind: 'error', start, end: Math.max(start, p.previousEnd) };
}

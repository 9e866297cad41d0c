/**
 * Formatting as far as it needs no taste: indentation by tabs as the kernel has it, no blanks at the ends of lines, one line
 * end at the end of the file. What stands within a line stays as it is, and so do lines that continue another.
 */
import { lex } from '../lexer.ts';
import { LineIndex } from '../line-index.ts';
import { Reporter } from '../reporter.ts';
import type { Range } from '../source.ts';
import type { Token } from '../tokens.ts';
import { Nesting } from './nesting.ts';

export interface TextEdit {
  range: Range;
  newText: string;
}

/** The edits that format `text`, in the order of the text; none for a text that is formatted. */
export function format(text: string): TextEdit[] {
  const { tokens, comments } = lex(text, new Reporter(''));
  const byLine = new Map<number, Token[]>();
  for (const token of tokens) {
    if (token.kind === 'end') continue;
    const line = byLine.get(token.line);
    if (line) line.push(token);
    else byLine.set(token.line, [token]);
  }
  /** Lines inside of comments are drawings of their author. */
  const inside = new Set<number>();
  const begins = new Set<number>();
  for (const comment of comments) {
    if (comment.first) begins.add(comment.line);
    for (let line = comment.line + 1; line <= comment.endLine; line++) inside.add(line);
  }
  const nesting = new Nesting();
  const edits: TextEdit[] = [];
  const { starts } = new LineIndex(text);
  starts.forEach((start, line) => {
    const end = starts[line + 1] === undefined ? text.length : starts[line + 1] - 1;
    const content = text.slice(start, end);
    const length = content.trimEnd().length;
    const here = byLine.get(line) ?? [];
    const blank = /^\s*/.exec(content.slice(0, length))?.[0].length ?? 0;
    if (length > 0 && !inside.has(line)) {
      const depth =
        begins.has(line) && here.length === 0 ? depthOfComment(nesting, line, byLine, starts.length) : lineDepth(nesting, here);
      const wanted = depth === undefined ? undefined : '\t'.repeat(depth);
      if (wanted !== undefined && wanted !== content.slice(0, blank)) {
        edits.push({ range: { start, end: start + blank }, newText: wanted });
      }
    }
    if (length < content.length) edits.push({ range: { start: start + length, end }, newText: '' });
    for (const token of here) nesting.take(token);
  });
  if (text !== '' && !text.endsWith('\n')) edits.push({ range: { start: text.length, end: text.length }, newText: '\n' });
  return edits;
}

function lineDepth(nesting: Nesting, line: readonly Token[]): number | undefined {
  return line.length === 0 ? undefined : nesting.depthOf(line[0], line[1]);
}

/** A comment on its own line stands like the code that follows it; before a closing brace, like the code inside. */
function depthOfComment(
  nesting: Nesting,
  line: number,
  byLine: ReadonlyMap<number, readonly Token[]>,
  lines: number,
): number | undefined {
  for (let next = line + 1; next < lines; next++) {
    const tokens = byLine.get(next);
    if (!tokens) continue;
    const depth = lineDepth(nesting, tokens);
    return depth !== undefined && tokens[0].text === '}' ? depth + 1 : depth;
  }
  return undefined;
}

/** `text` with the edits made. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let at = 0;
  for (const { range, newText } of edits) {
    result += text.slice(at, range.start) + newText;
    at = range.end;
  }
  return result + text.slice(at);
}

/**
 * What comments say to the product: the documentation above a function, the header of a file, anchors (`// @restore`) and tags
 * (`H-D02`, `H-7.2 step 5`).
 */
import type { Comment, Token } from './tokens.ts';

export interface CommentFacts {
  header: string;
  /** By line of the statement that they belong to. */
  tags: ReadonlyMap<number, readonly string[]>;
  /** Anchor name by line; taken out by the first statement of that line. */
  anchors: Map<number, string>;
  /** Documentation that ends directly above `line`. */
  docAbove(line: number): string;
}

const tagPattern =
  /\b([HS]-(?:D\d+|S\d+|V?\d+(?:\.\d+)*))(?:\s+steps?\s+(\d+[a-z]?(?:(?:\s*,\s*|\s+and\s+|\s*-\s*)\d+[a-z]?)*))?/g;
const anchorPattern = /(?:^|\s)@([A-Za-z_][\w-]*)/;

/** Tags of a comment in the order written; `H-7.2 steps 3-5` gives one for each step. */
export function readTags(comment: string): string[] {
  const tags: string[] = [];
  for (const match of comment.matchAll(tagPattern)) {
    const [, place, steps] = match;
    if (!steps) {
      tags.push(place);
      continue;
    }
    for (const part of steps.split(/\s*,\s*|\s+and\s+/)) {
      const range = /^(\d+)\s*-\s*(\d+)$/.exec(part);
      if (!range) tags.push(`${place} step ${part}`);
      else
        for (let step = Number(range[1]); step <= Math.min(Number(range[2]), Number(range[1]) + 50); step += 1)
          tags.push(`${place} step ${step}`);
    }
  }
  return tags;
}

export function readComments(comments: readonly Comment[], tokens: readonly Token[]): CommentFacts {
  const tags = new Map<number, string[]>();
  const anchors = new Map<number, string>();
  const lineAfter = lineOfTokenAfter(tokens);
  for (const comment of comments) {
    if (!comment.text.includes('@') && !/[HS]-/.test(comment.text)) continue;
    // A comment on a line of its own speaks of what follows it.
    const line = comment.first ? lineAfter(comment.end) : comment.line;
    const found = readTags(comment.text);
    if (found.length > 0) tags.set(line, [...(tags.get(line) ?? []), ...found]);
    const anchor = anchorPattern.exec(comment.text);
    if (anchor && !anchors.has(line)) anchors.set(line, anchor[1]);
  }
  const byEndLine = new Map<number, Comment>();
  for (const comment of comments) if (comment.first) byEndLine.set(comment.endLine, comment);

  return {
    header: headerOf(comments, tokens),
    tags,
    anchors,
    docAbove(line) {
      const parts: string[] = [];
      let comment = byEndLine.get(line - 1);
      const lineComment = comment !== undefined && comment.line === comment.endLine;
      while (comment) {
        parts.unshift(comment.text);
        if (!lineComment) break;
        const above: Comment | undefined = byEndLine.get(comment.line - 1);
        comment = above !== undefined && above.line === above.endLine ? above : undefined;
      }
      return parts.join('\n').trim();
    },
  };
}

/** The comments before the first token, up to the first empty line. */
function headerOf(comments: readonly Comment[], tokens: readonly Token[]): string {
  const parts: string[] = [];
  let line = -1;
  for (const comment of comments) {
    if (comment.start > tokens[0].start || (line >= 0 && comment.line > line + 1)) break;
    parts.push(comment.text);
    line = comment.endLine;
  }
  return parts.join('\n').trim();
}

/** Finds the line of the first token at or after an offset, for offsets asked in rising order. */
function lineOfTokenAfter(tokens: readonly Token[]): (offset: number) => number {
  let index = 0;
  return (offset) => {
    while (index < tokens.length - 1 && tokens[index].start < offset) index += 1;
    return tokens[index].line;
  };
}

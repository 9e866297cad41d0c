/** The expression in front of a `.` or `->` that is just being typed, and its type. Works on text, as the tree has a hole there. */
import type { Type } from '../types.ts';

/** How names are looked up where the cursor is. */
export interface NameTypes {
  variable(name: string): Type | undefined;
  /** What a function returns. */
  returns(name: string): Type | undefined;
}

type Link =
  | { kind: 'name'; name: string }
  | { kind: 'call'; name: string }
  | { kind: 'member'; name: string }
  | { kind: 'index' };

/** Characters looked at before the cursor. */
const WINDOW = 400;

/** Type of what stands before the `.` or `->` that ends at `offset`, if a member name could follow here. */
export function receiverType(text: string, offset: number, names: NameTypes): Type | undefined {
  const before = text.slice(Math.max(0, offset - WINDOW), offset);
  const match = /(->|\.)\s*\w*$/.exec(before);
  if (!match) return undefined;
  const links = chainBefore(before.slice(0, match.index));
  if (!links) return undefined;
  let type: Type | undefined;
  for (const link of links) {
    type = follow(type, link, names);
    if (!type) return undefined;
  }
  return type;
}

function follow(type: Type | undefined, link: Link, names: NameTypes): Type | undefined {
  switch (link.kind) {
    case 'name':
      return names.variable(link.name);
    case 'call':
      return names.returns(link.name);
    case 'index':
      return type?.kind === 'pointer' ? type.to : type?.kind === 'array' ? type.of : undefined;
    case 'member': {
      const struct = type?.kind === 'pointer' ? type.to : type;
      return struct?.kind === 'struct' ? struct.members?.find((member) => member.name === link.name)?.type : undefined;
    }
  }
}

/** Reads `a->b[i].c(x)` backwards from the end of `text`. */
function chainBefore(text: string): Link[] | undefined {
  const links: Link[] = [];
  let rest = text.trimEnd();
  for (;;) {
    let called = false;
    while (rest.endsWith(']') || rest.endsWith(')')) {
      const open = openingBefore(rest);
      if (open < 0) return undefined;
      if (rest.endsWith(']')) links.unshift({ kind: 'index' });
      else called = true;
      rest = rest.slice(0, open).trimEnd();
      if (called) break;
    }
    const word = /[A-Za-z_]\w*$/.exec(rest);
    if (!word) return undefined;
    rest = rest.slice(0, word.index).trimEnd();
    const member = /(->|\.)$/.exec(rest);
    if (called) {
      if (member) return undefined;
      links.unshift({ kind: 'call', name: word[0] });
      return links;
    }
    if (!member) {
      links.unshift({ kind: 'name', name: word[0] });
      return links;
    }
    links.unshift({ kind: 'member', name: word[0] });
    rest = rest.slice(0, member.index).trimEnd();
  }
}

/** Index of the bracket that the last character closes. */
function openingBefore(text: string): number {
  let depth = 0;
  for (let i = text.length - 1; i >= 0; i--) {
    if (text[i] === ')' || text[i] === ']') depth++;
    else if ((text[i] === '(' || text[i] === '[') && --depth === 0) return i;
  }
  return -1;
}

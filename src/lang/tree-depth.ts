/**
 * Bounds the depth of trees, so that everybody may walk them by recursion. Nesting and chains of operators are bounded one by one while
 * parsing; a text that combines both to the utmost is cut here.
 */
import { limits } from './limits.ts';
import type { Reporter } from './reporter.ts';
import type { Declaration } from './tree.ts';

interface TreeNode {
  kind: string;
  start: number;
  end: number;
}

function isNode(value: object): value is TreeNode {
  return 'kind' in value && 'start' in value;
}

/** Turns every node below the limit into an error node and reports the first. Walks with a list of its own instead of recursion. */
export function cutDeepNodes(declarations: readonly Declaration[], reporter: Reporter): void {
  let reported = false;
  const waiting: { value: object; depth: number }[] = declarations.map((value) => ({ value, depth: 0 }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value, depth } = next;
    if (isNode(value) && depth > limits.treeDepth.max) {
      if (!reported) reporter.report('limit', { start: value.start, end: value.end }, limits.treeDepth.message);
      reported = true;
      value.kind = 'error';
      continue;
    }
    const below = isNode(value) ? depth + 1 : depth;
    for (const inner of Object.values(value)) {
      if (typeof inner === 'object' && inner !== null) waiting.push({ value: inner, depth: below });
    }
  }
}

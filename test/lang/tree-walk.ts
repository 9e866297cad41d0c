/** Every node of a tree with its range, for laws that hold for all of them. */
import type { Range } from '../../src/lang/source.ts';

export interface Node extends Range {
  kind: string;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'kind' in value && 'start' in value && 'end' in value;
}

/** Calls `visit` with each node and the node around it. Symbols and types are not part of the tree. */
export function walk(root: unknown, visit: (node: Node, parent: Node | undefined) => void, parent?: Node): void {
  if (Array.isArray(root)) {
    for (const item of root) walk(item, visit, parent);
    return;
  }
  if (typeof root !== 'object' || root === null) return;
  const own = isNode(root) ? root : parent;
  if (isNode(root)) visit(root, parent);
  for (const [key, value] of Object.entries(root)) {
    if (!['symbol', 'type', 'operationType', 'designator'].includes(key)) walk(value, visit, own);
  }
}

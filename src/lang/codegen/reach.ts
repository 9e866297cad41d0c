/** Whether something inside a statement can be jumped to from outside. */
import type { Statement } from '../tree.ts';

/** A label, or a case of a switch around it: then the statement's code is needed even if its condition is a constant. */
export function containsEntry(s: Statement): boolean {
  switch (s.kind) {
    case 'label':
    case 'case':
      return true;
    case 'block':
      return s.body.some(containsEntry);
    case 'if':
      return containsEntry(s.then) || (s.otherwise !== undefined && containsEntry(s.otherwise));
    case 'while':
    case 'do':
    case 'for':
      return containsEntry(s.body);
    case 'switch':
      return containsLabel(s.body);
    default:
      return false;
  }
}

function containsLabel(s: Statement): boolean {
  switch (s.kind) {
    case 'label':
      return true;
    case 'case':
      return containsLabel(s.body);
    case 'switch':
      return containsLabel(s.body);
    case 'block':
      return s.body.some(containsLabel);
    case 'if':
      return containsLabel(s.then) || (s.otherwise !== undefined && containsLabel(s.otherwise));
    case 'while':
    case 'do':
    case 'for':
      return containsLabel(s.body);
    default:
      return false;
  }
}

/** Whether something inside a statement can be jumped to from outside. */
import type { Statement } from '../tree.ts';

/**
 * Whether `s` contains a label, or a case that belongs to a switch around it: then its code is needed even if its condition is a
 * constant. `anyCase`: cases of switches inside count too.
 */
export function containsEntry(s: Statement, anyCase = false): boolean {
  switch (s.kind) {
    case 'label':
    case 'case':
      return true;
    case 'block':
      return s.body.some((inner) => containsEntry(inner, anyCase));
    case 'if':
      return containsEntry(s.then, anyCase) || (s.otherwise !== undefined && containsEntry(s.otherwise, anyCase));
    case 'while':
    case 'do':
    case 'for':
      return containsEntry(s.body, anyCase);
    case 'switch':
      return anyCase ? containsEntry(s.body, true) : containsLabel(s.body);
    default:
      return false;
  }
}

/** Whether `s` contains a label for `goto`. */
export function containsLabel(s: Statement): boolean {
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

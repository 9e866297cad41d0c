/** Objects: what can be assigned to, what is constant, whose address is taken. */
import { type CheckContext, report, sourceText } from './check-context.ts';
import type { Expression } from './tree.ts';
import { typeText } from './type-facts.ts';

/** Whether `e` names a place in memory (or a register variable). */
export function isLvalue(e: Expression): boolean {
  switch (e.kind) {
    case 'name':
      return e.symbol?.kind === 'variable';
    case 'member':
      return e.arrow || isLvalue(e.object);
    case 'index':
    case 'string':
    case 'error':
      return true;
    case 'unary':
      return e.operator === '*';
    case 'call':
      return e.builtin === 'perCpu' && e.callee.kind === 'name' && e.callee.name === 'per_cpu';
    default:
      return false;
  }
}

/** Whether the object that `e` names is constant. */
export function isConstantObject(e: Expression): boolean {
  switch (e.kind) {
    case 'name':
      return e.symbol?.kind === 'variable' && e.symbol.constant;
    case 'member': {
      const pointer = e.object.type;
      if (e.arrow) return pointer?.kind === 'pointer' && pointer.constant === true;
      return isConstantObject(e.object);
    }
    case 'index': {
      if (e.object.kind === 'convert' && e.object.operand.type?.kind === 'array') return isConstantObject(e.object.operand);
      const pointer = e.object.type;
      return pointer?.kind === 'pointer' && pointer.constant === true;
    }
    case 'unary': {
      const pointer = e.operand.type;
      return e.operator === '*' && pointer?.kind === 'pointer' && pointer.constant === true;
    }
    default:
      return false;
  }
}

/** Name of the per-CPU variable (or text of the per-CPU pointer) whose object `e` is a part of. */
export function perCpuRoot(e: Expression): string | undefined {
  switch (e.kind) {
    case 'name':
      return e.symbol?.kind === 'variable' && e.symbol.storage.kind === 'perCpu' ? e.name : undefined;
    case 'member':
      return e.arrow ? undefined : perCpuRoot(e.object);
    case 'index':
      return e.object.kind === 'convert' && e.object.operand.type?.kind === 'array' ? perCpuRoot(e.object.operand) : undefined;
    default:
      return undefined;
  }
}

/** Notes that the address of the variable behind `e` is taken: it cannot live in a register alone. */
export function markAddressTaken(c: CheckContext, e: Expression): void {
  if (e.kind === 'name' && e.symbol?.kind === 'variable') {
    e.symbol.addressTaken = true;
    c.used.add(e.symbol);
  } else if (e.kind === 'member' && !e.arrow) markAddressTaken(c, e.object);
  else if (e.kind === 'index' && e.object.kind === 'convert') markAddressTaken(c, e.object.operand);
}

/** Reports unless `e` can be changed; `verb` says how ("assigned to", "incremented"). */
export function checkModifiable(c: CheckContext, e: Expression, verb: string): boolean {
  const type = e.type;
  if (!type || type.kind === 'error') return false;
  const text = sourceText(c, e);
  if (!isLvalue(e)) {
    report(c, 'notAssignable', e, `'${text}' is a value and no place where something is kept, so it cannot be ${verb}`);
    return false;
  }
  const root = perCpuRoot(e);
  if (root !== undefined) {
    report(
      c,
      'perCpuAccess',
      e,
      `'${root}' exists once per CPU: say which copy, as in this_cpu_write(${text}, value) or per_cpu(${text}, cpu) = value`,
    );
    return false;
  }
  if (type.kind === 'array') {
    report(c, 'notAssignable', e, `'${text}' is an array, which cannot be ${verb} as a whole: change its elements`);
    return false;
  }
  if (type.kind === 'function' || type.kind === 'void') {
    report(c, 'notAssignable', e, `'${text}' is of type '${typeText(type)}' and cannot be ${verb}`);
    return false;
  }
  if (isConstantObject(e)) {
    const page = e.kind === 'name' && e.symbol?.kind === 'variable' && e.symbol.storage.kind === 'page';
    report(
      c,
      'constAssigned',
      e,
      page
        ? `'${text}' is the name of a page and always means that page: it cannot be ${verb}`
        : `'${text}' is constant and cannot be ${verb}`,
    );
    return false;
  }
  return true;
}

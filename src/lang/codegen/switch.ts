/** `switch`: the value is compared with one case after the other, then the body follows. */
import { Op } from '../../machine/bytecode.ts';
import type { CaseStatement, Statement, SwitchStatement } from '../tree.ts';
import type { FunctionContext } from './context.ts';
import { newLabel } from './emitter.ts';
import { constant, value } from './expression.ts';
import { begin, statement } from './statement.ts';
import { isWide } from './type-facts.ts';

export function compileSwitch(context: FunctionContext, s: SwitchStatement): void {
  const { emitter, frame } = context;
  const text = context.program.sources[context.source].text;
  const close = text.indexOf(')', s.value.end);
  begin(context, { start: s.start, end: close >= 0 && close < s.end ? close + 1 : s.value.end }, s.anchor);
  const end = newLabel();
  const mark = frame.mark();
  const register = value(context, s.value);
  const wide = isWide(s.value.type!);
  let otherwise = end;
  for (const each of casesOf(s.body)) {
    const label = newLabel();
    context.cases.set(each, label);
    if (!each.value) {
      otherwise = label;
      continue;
    }
    const wanted = each.value.constant ?? 0;
    if (wide) {
      const inner = frame.mark();
      const pair = constant(context, wanted, s.value.type!);
      const equal = frame.temporary();
      emitter.emit(Op.EQ64, equal, register, pair);
      emitter.jumpOnZero(Op.JNZ, equal, label);
      frame.release(inner);
    } else if ((wanted | 0) >= -32768 && (wanted | 0) <= 32767) {
      if (wanted === 0) emitter.jumpOnZero(Op.JZ, register, label);
      else emitter.jumpOnCompare(Op.JEQI, register, wanted | 0, label);
    } else {
      const scratch = frame.temporary();
      emitter.loadConstant(scratch, wanted | 0);
      emitter.jumpOnCompare(Op.JEQ, register, scratch, label);
    }
  }
  frame.release(mark);
  emitter.jump(otherwise);
  context.jumps.push({ breakTo: end, continueTo: undefined });
  statement(context, s.body);
  context.jumps.pop();
  emitter.bind(end);
}

/** The cases that belong to this switch, in order; those of switches inside are theirs. */
function casesOf(s: Statement): CaseStatement[] {
  switch (s.kind) {
    case 'case':
      return [s, ...casesOf(s.body)];
    case 'block':
      return s.body.flatMap(casesOf);
    case 'label':
    case 'while':
    case 'do':
    case 'for':
      return casesOf(s.body);
    case 'if':
      return [...casesOf(s.then), ...(s.otherwise ? casesOf(s.otherwise) : [])];
    default:
      return [];
  }
}

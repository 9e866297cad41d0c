/** Format strings of printk and its family: as many values as the text asks for, and of the right kind. */
import { type CheckContext, report } from './check-context.ts';
import type { CallExpression, Expression, StringLiteral } from './tree.ts';
import { ERROR, isInteger, sizeOfType, typeText } from './type-facts.ts';
import type { Type } from './types.ts';

const directive = /%(?:%|[-+ #0]*(\d+|\*)?(?:\.(?:\d+|\*))?(hh|h|ll|l|z|t|L|q)?([a-zA-Z]?))/g;

/** Checks a call whose parameter `formatIndex` is the format. Formats that are not literal text are left alone. */
export function checkFormat(c: CheckContext, e: CallExpression, formatIndex: number, name: string): void {
  const format = literalOf(e.args[formatIndex]);
  if (!format || c.faulty) return;
  const values = e.args.slice(formatIndex + 1);
  let next = 0;
  for (const match of format.value.matchAll(directive)) {
    const [text, , length, letter] = match;
    if (text === '%%') continue;
    if (!letter || !'diuxXocsp'.includes(letter)) {
      report(
        c,
        'badFormat',
        format,
        `'${text}' in the format of ${name}() is not understood: use %d %u %x %o %c %s %p, with l or ll before them for long values`,
      );
      return;
    }
    const value = values[next];
    next += 1;
    if (value) checkValueFits(c, value, text, letter, length);
  }
  if (next === values.length) return;
  const wants = `the format of ${name}() asks for ${next} value${next === 1 ? '' : 's'}`;
  if (next < values.length)
    report(c, 'badFormat', values[next], `${wants}, and ${values.length} follow: remove the rest, or add to the format`);
  else report(c, 'badFormat', format, `${wants}, and ${values.length === 0 ? 'none follows' : `only ${values.length} follow`}`);
}

function literalOf(e: Expression | undefined): StringLiteral | undefined {
  if (e?.kind === 'string') return e;
  return e?.kind === 'convert' ? literalOf(e.operand) : undefined;
}

function checkValueFits(c: CheckContext, value: Expression, text: string, letter: string, length: string | undefined): void {
  const type = value.type ?? ERROR;
  if (type.kind === 'error' || type.kind === 'void') return;
  if (letter === 's') {
    if (!isText(type)) report(c, 'badFormat', value, `'${text}' prints a string, and this is '${typeText(type)}'`);
    return;
  }
  if (letter === 'p') {
    if (type.kind !== 'pointer') report(c, 'badFormat', value, `'${text}' prints an address, and this is '${typeText(type)}'`);
    return;
  }
  if (!isInteger(type)) {
    report(
      c,
      'badFormat',
      value,
      `'${text}' prints a number, and this is '${typeText(type)}'${type.kind === 'pointer' ? ': use %p' : ''}`,
    );
    return;
  }
  const wide = sizeOfType(type) === 8;
  if (wide !== (length === 'll' || length === 'L' || length === 'q')) {
    report(
      c,
      'badFormat',
      value,
      wide
        ? `'${text}' prints 32 bits, and this is '${typeText(type)}': write %ll${letter}`
        : `'${text}' prints 64 bits, and this is '${typeText(type)}': write %${letter}`,
    );
  }
}

function isText(type: Type): boolean {
  return type.kind === 'pointer' && !type.user && (type.to.kind === 'void' || (type.to.kind === 'integer' && type.to.size === 1));
}

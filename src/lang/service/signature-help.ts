/** The prototype of the call around the cursor, and which argument is being typed. */
import { typeText } from '../type-facts.ts';
import type { Analysis } from './analysis.ts';
import { describeSymbol } from './describe.ts';

export interface SignatureHelp {
  /** The prototype. */
  label: string;
  documentation: string[];
  parameters: string[];
  /** Index of the argument at the cursor. */
  active: number;
}

/** Characters looked at before the cursor. */
const WINDOW = 2000;

export function signatureHelp(analysis: Analysis, offset: number): SignatureHelp | undefined {
  const open = openCall(analysis.text.slice(Math.max(0, offset - WINDOW), offset));
  const symbol = open && analysis.program.names.symbol(open.name, analysis.source);
  if (symbol?.kind !== 'function') return undefined;
  const { code, text } = describeSymbol(analysis, symbol);
  const parameters = symbol.type.parameters.map((each) => typeText(each.type, each.name));
  if (symbol.type.variadic) parameters.push('...');
  return { label: code, documentation: text, parameters, active: Math.min(open!.argument, Math.max(0, parameters.length - 1)) };
}

/** Name and argument number of the innermost call that is open at the end of the text. */
function openCall(text: string): { name: string; argument: number } | undefined {
  const blank = text.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, (literal) => ' '.repeat(literal.length));
  let depth = 0;
  let argument = 0;
  for (let i = blank.length - 1; i >= 0; i--) {
    const character = blank[i];
    if (character === ')' || character === ']') depth++;
    else if (character === '[') depth--;
    else if (character === ';' || character === '{' || character === '}') return undefined;
    else if (character === ',' && depth === 0) argument++;
    else if (character === '(' && depth-- === 0) {
      const name = /([A-Za-z_]\w*)\s*$/.exec(blank.slice(0, i));
      if (name && !['if', 'while', 'for', 'switch', 'return', 'sizeof'].includes(name[1])) return { name: name[1], argument };
      depth = 0;
      argument = 0;
    }
  }
  return undefined;
}

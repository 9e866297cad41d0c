/** What can be typed at a place. */
import { builtinNames } from '../checker-builtins.ts';
import { builtinTypeNames } from '../integer-types.ts';
import { irqParameters, type ParameterSpec, taskParameters } from '../laboratory-settings.ts';
import { keywords } from '../tokens.ts';
import type { NamedSymbol, VariableSymbol } from '../tree.ts';
import { typeText } from '../type-facts.ts';
import type { Type } from '../types.ts';
import { type Analysis, endsInCommentOrString } from './analysis.ts';
import { describeBuiltin } from './builtins.ts';
import { describeSetting, describeSymbol } from './describe.ts';
import { receiverType } from './receiver.ts';

export interface CompletionItem {
  label: string;
  kind: 'keyword' | 'variable' | 'function' | 'constant' | 'field' | 'type' | 'setting' | 'value' | 'snippet';
  /** One line: type or prototype. */
  detail: string;
  documentation: string[];
  /** With `$1` places for the editor; the label when absent. */
  snippet?: string;
}

const item = (label: string, kind: CompletionItem['kind'], detail = '', documentation: string[] = []): CompletionItem => ({
  label,
  kind,
  detail,
  documentation,
});

const declarations: [string, string][] = [
  ['machine', 'machine {\n\tcpus    = $1;\n\tmapping = $2;\n}\n'],
  ['page', 'page $1 = "$2";'],
  ['task', 'task $1(policy = SCHED_FIFO, prio = 10, cpu = 0)\n{\n\t$0\n}\n'],
  ['irq', 'irq $1(cpu = 0, when = any)\n{\n\t$0\n}\n'],
  ['schedule', 'schedule $1 { irq $2 at $3; }'],
  ['expect', 'expect $1;'],
];

/** Everything that may stand at `offset`; the editor filters by what is typed already. */
export function complete(analysis: Analysis, offset: number): CompletionItem[] {
  const before = analysis.text.slice(0, offset);
  if (endsInCommentOrString(before)) return [];
  if (/(->|\.)\s*\w*$/.test(before) && !/\b\d+\.\w*$/.test(before)) return members(analysis, offset);
  const block = openBlock(before);
  if (block?.kind === 'machine') return inMachine(analysis, before);
  if (block?.kind === 'settings') return settingsOf(block.of === 'irq' ? irqParameters : taskParameters);
  if (/\bexpect\s+\w*$/.test(before)) return outcomes(analysis);
  if (/\bstruct\s+\w*$/.test(before)) return structs(analysis);
  const inside = analysis.functionAt(offset);
  return inside ? inFunction(analysis, offset) : topLevel(analysis);
}

/** The laboratory's block or parenthesis that is open at the end of the text. */
function openBlock(before: string): { kind: 'machine' } | { kind: 'settings'; of: 'task' | 'irq' } | undefined {
  if (/\bmachine\s*\{[^}]*$/.test(before)) return { kind: 'machine' };
  const head = /(?:^|\n)\s*(?:user\s+)?(task|irq|nmi)\s+\w+\s*\([^){]*$/.exec(before);
  return head ? { kind: 'settings', of: head[1] === 'task' ? 'task' : 'irq' } : undefined;
}

function members(analysis: Analysis, offset: number): CompletionItem[] {
  const locals = visibleLocals(analysis, offset);
  const symbol = (name: string) =>
    locals.find((each) => each.name === name) ?? analysis.program.names.symbol(name, analysis.source);
  const type = receiverType(analysis.text, offset, {
    variable: (name) => typeOfSymbol(symbol(name)),
    returns: (name) => {
      const found = symbol(name);
      return found?.kind === 'function' ? found.type.returns : undefined;
    },
  });
  const struct = type?.kind === 'pointer' ? type.to : type;
  if (struct?.kind !== 'struct') return [];
  return (struct.members ?? []).map((member) =>
    item(member.name, 'field', typeText(member.type), member.doc ? [member.doc] : []),
  );
}

const typeOfSymbol = (symbol: NamedSymbol | undefined): Type | undefined =>
  symbol?.kind === 'variable' || symbol?.kind === 'constant' ? symbol.type : undefined;

function inMachine(analysis: Analysis, before: string): CompletionItem[] {
  const { settings } = analysis.environment;
  const assigned = /(\w+)\s*=\s*\w*$/.exec(before);
  const setting = assigned && settings.find((each) => each.name === assigned[1]);
  if (!setting) {
    return settings.map((each) =>
      item(each.name, 'setting', describeSetting(each)?.code ?? '', describeSetting(each)?.text ?? []),
    );
  }
  const { value } = setting;
  if (value.kind === 'flag') return [item('on', 'value'), item('off', 'value')];
  if (value.kind === 'integer') return [item(String(setting.default), 'value', `${value.min} to ${value.max}`)];
  return value.values.map((each) => item(each.name, 'value', setting.name, [each.doc]));
}

/** Settings in the parentheses of a task or irq. */
const settingsOf = (parameters: readonly ParameterSpec[]): CompletionItem[] =>
  parameters.map(({ name, doc }) => ({ ...item(name, 'setting', doc), snippet: `${name} = $1` }));

function outcomes(analysis: Analysis): CompletionItem[] {
  const clean = item('clean', 'value', 'no finding at all');
  return [clean, ...analysis.environment.outcomes.map((each) => item(each.name, 'value', '', [each.doc]))];
}

function structs(analysis: Analysis): CompletionItem[] {
  const layouts = new Map(analysis.environment.layouts.map((layout) => [layout.name, layout.doc]));
  return analysis.program.structs.map((struct) =>
    item(struct.name, 'type', `struct ${struct.name}`, [layouts.get(struct.name) ?? '']),
  );
}

/** Parameters and the locals that are declared before `offset`. */
function visibleLocals(analysis: Analysis, offset: number): VariableSymbol[] {
  const inside = analysis.functionAt(offset);
  if (!inside) return [];
  return [...inside.parameters, ...inside.locals.filter((local) => local.declaredAt.start < offset)];
}

const statementWords = [
  'if',
  'else',
  'while',
  'for',
  'do',
  'switch',
  'case',
  'default',
  'return',
  'break',
  'continue',
  'goto',
  'sizeof',
];

function inFunction(analysis: Analysis, offset: number): CompletionItem[] {
  const items = new Map<string, CompletionItem>();
  const add = (entry: CompletionItem) => items.has(entry.label) || items.set(entry.label, entry);
  for (const local of visibleLocals(analysis, offset).reverse()) add(item(local.name, 'variable', typeText(local.type)));
  for (const name of analysis.program.names.names(analysis.source)) {
    const symbol = analysis.program.names.symbol(name, analysis.source);
    if (symbol) add(symbolItem(analysis, symbol));
  }
  for (const name of [...builtinNames(), 'current', 'NULL']) {
    const { code, text } = describeBuiltin(name) ?? { code: '', text: [] };
    const call = code.includes('(');
    add({ ...item(name, call ? 'function' : 'constant', code, text), ...(call ? { snippet: `${name}($1)` } : {}) });
  }
  for (const word of statementWords) add(item(word, 'keyword'));
  for (const entry of types(analysis)) add(entry);
  return [...items.values()];
}

function symbolItem(analysis: Analysis, symbol: NamedSymbol): CompletionItem {
  const { code, text } = describeSymbol(analysis, symbol);
  const entry = item(symbol.name, symbol.kind, code, text);
  if (symbol.kind !== 'function') return entry;
  const more = symbol.type.parameters.length > 0 || symbol.type.variadic;
  return { ...entry, snippet: more ? `${symbol.name}($1)` : `${symbol.name}()` };
}

function types(analysis: Analysis): CompletionItem[] {
  const names = ['void', 'bool', 'char', 'int', 'long', 'unsigned', 'struct', 'const', 'static', ...builtinTypeNames()];
  const own = analysis.environment.typedefs.map((each) => item(each.name, 'type', each.type, [each.doc]));
  return [...names.map((name) => item(name, keywords.has(name) ? 'keyword' : 'type')), ...own];
}

function topLevel(analysis: Analysis): CompletionItem[] {
  const snippets = declarations.map(([label, snippet]) => ({ ...item(label, 'snippet', 'declaration'), snippet }));
  return [...snippets, item('SYSCALL', 'keyword'), item('user', 'keyword'), ...types(analysis)];
}

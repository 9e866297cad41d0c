/** What a name is, in C's spelling and in plain words: for hover and completion. */
import type { IntrinsicSignature, SettingSpec } from '../environment.ts';
import type { FunctionSymbol, NamedSymbol } from '../tree.ts';
import { typeText } from '../type-facts.ts';
import type { Type } from '../types.ts';
import type { Analysis } from './analysis.ts';
import type { Occurrence } from './occurrences.ts';

export interface Description {
  /** A line of C. */
  code: string;
  /** Paragraphs of plain text. */
  text: string[];
}

const contexts: Record<IntrinsicSignature['context'], string> = {
  any: 'Allowed in every context.',
  task: 'Only in task context, not in an interrupt.',
  'kernel-only': 'Only in kernel source.',
};

export function describe(analysis: Analysis, occurrence: Occurrence): Description | undefined {
  const { name, meaning } = occurrence;
  const { environment, program } = analysis;
  switch (meaning.kind) {
    case 'symbol':
      return describeSymbol(analysis, meaning.symbol);
    case 'function': {
      const symbol = program.names.symbol(name, analysis.source);
      return symbol && describeSymbol(analysis, symbol);
    }
    case 'member':
      return describeMember(analysis, meaning.struct, name);
    case 'struct': {
      const layout = environment.layouts.find((each) => each.name === name);
      const struct = program.names.struct(name);
      const size = struct?.members ? [`${struct.size} bytes.`] : [];
      return { code: `struct ${name}`, text: [...(layout ? [layout.doc] : []), ...size] };
    }
    case 'enum':
      return { code: `enum ${name}`, text: [] };
    case 'typedef': {
      const known = environment.typedefs.find((each) => each.name === name);
      if (known) return { code: `typedef ${known.type} ${name}`, text: [known.doc] };
      return meaning.type && occurrence.definition ? { code: `typedef ${typeText(meaning.type, name)}`, text: [] } : undefined;
    }
    case 'constant': {
      const symbol = program.names.symbol(name, analysis.source);
      return symbol && describeSymbol(analysis, symbol);
    }
    case 'setting':
      return meaning.of === 'machine' ? describeSetting(environment.settings.find((each) => each.name === name)) : undefined;
    case 'outcome': {
      if (name === 'clean') return { code: 'clean', text: ['The run ends without any finding.'] };
      const outcome = environment.outcomes.find((each) => each.name === name);
      return outcome && { code: name, text: [outcome.doc] };
    }
    case 'task': {
      const task = program.tasks.find((each) => each.declaration.name === name);
      return task && { code: `${task.declaration.user ? 'user ' : ''}task ${name}`, text: paragraphs(task.declaration.doc) };
    }
    case 'irq': {
      const irq = program.irqs.find((each) => each.declaration.name === name);
      if (!irq) return undefined;
      const line = irq.line >= 0 ? [`Interrupt line ${irq.line}.`] : [];
      return { code: `${irq.declaration.nmi ? 'nmi' : 'irq'} ${name}`, text: [...paragraphs(irq.declaration.doc), ...line] };
    }
    default:
      return undefined;
  }
}

export function paragraphs(doc: string): string[] {
  return doc
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '');
}

export function describeSymbol(analysis: Analysis, symbol: NamedSymbol): Description {
  switch (symbol.kind) {
    case 'variable':
      return { code: variableText(analysis, symbol.name, symbol.type, symbol.storage.kind), text: [] };
    case 'constant':
      return { code: `${symbol.name} = ${symbol.value}`, text: paragraphs(symbol.doc) };
    case 'function':
      return describeFunction(analysis, symbol);
  }
}

function variableText(analysis: Analysis, name: string, type: Type, storage: string): string {
  const text = typeText(type, name);
  if (storage === 'page') return `page ${name}  /* ${typeText(type)} */`;
  if (storage === 'perCpu') return `DEFINE_PER_CPU(${typeText(type)}, ${name})`;
  const global =
    storage === 'static' && analysis.program.globals.some((each) => each.declaration.storage.static && each.symbol.name === name);
  return global ? `static ${text}` : text;
}

/** Prototype with the names of the parameters. */
export function prototypeOf(symbol: FunctionSymbol): string {
  const parameters = symbol.type.parameters.map((each) => typeText(each.type, each.name));
  if (symbol.type.variadic) parameters.push('...');
  const declarator = `${symbol.name}(${parameters.join(', ') || 'void'})`;
  return typeText(symbol.type.returns, declarator);
}

function describeFunction(analysis: Analysis, symbol: FunctionSymbol): Description {
  const { environment } = analysis;
  const intrinsic = environment.intrinsics.find((each) => each.name === (symbol.intrinsic ?? symbol.name));
  if (symbol.intrinsic !== undefined && intrinsic) {
    const sleep = intrinsic.maySleep ? ['May sleep.'] : [];
    return { code: intrinsic.prototype, text: [intrinsic.doc, [contexts[intrinsic.context], ...sleep].join(' ')] };
  }
  const doc = symbol.definition && 'doc' in symbol.definition ? symbol.definition.doc : '';
  const models = environment.functionModels.get(symbol.name);
  const only = models && models.length > 0 ? [`Exists under mapping = ${models.join(', ')}.`] : [];
  const uri = analysis.program.sources[symbol.source]?.uri ?? '';
  const from = symbol.source !== analysis.source && uri !== '' ? [`Defined in ${uri}.`] : [];
  return { code: `${symbol.syscall ? 'SYSCALL ' : ''}${prototypeOf(symbol)}`, text: [...paragraphs(doc), ...only, ...from] };
}

function describeMember(analysis: Analysis, struct: string, name: string): Description | undefined {
  const member = analysis.program.names.struct(struct)?.members?.find((each) => each.name === name);
  if (!member) return undefined;
  return {
    code: `${typeText(member.type, name)}  /* struct ${struct}, offset ${member.offset} */`,
    text: paragraphs(member.doc),
  };
}

export function describeSetting(setting: SettingSpec | undefined): Description | undefined {
  if (!setting) return undefined;
  const { value } = setting;
  const text = [setting.doc];
  if (value.kind === 'integer') text.push(`From ${value.min} to ${value.max}${value.unit ? ` ${value.unit}` : ''}.`);
  if (value.kind === 'flag') text.push('`on` or `off`.');
  if (value.kind === 'enum' || value.kind === 'enum-or-path') {
    for (const each of value.values) text.push(`${each.name}: ${each.doc}`);
  }
  if (value.kind === 'enum-or-path') text.push('Or a string: the path of a file with a mapping model.');
  const initial = typeof setting.default === 'boolean' ? (setting.default ? 'on' : 'off') : String(setting.default);
  return { code: `${setting.name} = ${initial};`, text };
}

/** The laboratory's declarations: pages, tasks, interrupts, schedules, expectations. */
import { type CheckContext, report } from './check-context.ts';
import type { CheckedPage, SettingNumberOrWord } from './checked-program.ts';
import { isReserved, reportTaken } from './checker-declarations.ts';
import { constantValue } from './checker-expressions.ts';
import { checkExpectCondition } from './expect-condition.ts';
import { CHAR, INT } from './integer-types.ts';
import type { ParameterSpec } from './laboratory-settings.ts';
import { limits } from './limits.ts';
import { byCloseness, closest, didYouMean } from './spelling.ts';
import type {
  ConstantSymbol,
  ExpectDeclaration,
  FunctionSymbol,
  IrqDeclaration,
  PageDeclaration,
  ScheduleDeclaration,
  Setting,
  TaskDeclaration,
  VariableSymbol,
} from './tree.ts';
import { pointerTo, VOID } from './type-facts.ts';
import type { Type } from './types.ts';

/** Declares a page (or array of pages) as a constant pointer. */
export function declarePage(c: CheckContext, declaration: PageDeclaration): CheckedPage | undefined {
  const { name, nameRange, user, low, absent, contents } = declaration;
  if (name === '') return undefined;
  let count = 1;
  if (declaration.count) {
    const wanted = constantValue(c, declaration.count, 'the number of pages');
    if (wanted !== undefined && wanted < 1)
      report(c, 'badPage', declaration.count, `an array has at least one page, and this number is ${wanted}`);
    count = Math.max(1, wanted ?? 1);
    if (count > limits.pages.max) {
      report(c, 'limit', declaration.count, limits.pages.message);
      count = 1;
    }
  }
  if (contents.length > count) {
    const extra = contents[count];
    report(
      c,
      'badPage',
      extra,
      `'${name}' has ${count} page${count === 1 ? '' : 's'}, and this is text number ${count + 1}: remove it, or make the array longer`,
    );
  }
  for (const text of contents) if (text.value.length > limits.pageText.max) report(c, 'limit', text, limits.pageText.message);
  if (user && low) report(c, 'badPage', nameRange, `'${name}' is a user page, and only pages of the kernel can be 'low'`);
  if (absent && !user)
    report(c, 'badPage', nameRange, `'${name}' is a page of the kernel, which is always there: only a 'user page' can be absent`);

  const element: Type = user ? pointerTo(CHAR, { user: true }) : pointerTo(c.program.structs.named('page'));
  const symbol: VariableSymbol = {
    kind: 'variable',
    name,
    type: declaration.count ? { kind: 'array', of: element, length: count } : element,
    constant: true,
    storage: { kind: 'page' },
    addressTaken: false,
    declaredAt: nameRange,
    source: c.source,
  };
  declaration.symbol = symbol;
  if (isReserved(c, name, nameRange)) return undefined;
  const existing = c.program.existing(name, undefined);
  if (existing) {
    reportTaken(c, name, nameRange, existing);
    return undefined;
  }
  c.program.define(name, symbol);
  return { declaration, symbol, source: c.source, count, texts: contents.map((text) => text.value) };
}

/** Declares the body of a task or handler as a function without parameters. An interrupt's name is the number of its line. */
export function declareBody(
  c: CheckContext,
  declaration: TaskDeclaration | IrqDeclaration,
  line: number,
): FunctionSymbol | undefined {
  const { name, nameRange } = declaration;
  const symbol: FunctionSymbol = {
    kind: 'function',
    name,
    type: { kind: 'function', returns: VOID, parameters: [] },
    definition: declaration,
    syscall: false,
    source: c.source,
    declaredAt: nameRange,
  };
  if (name === '') return symbol;
  if (isReserved(c, name, nameRange)) return undefined;
  const existing = c.program.existing(name, undefined);
  if (existing) {
    reportTaken(c, name, nameRange, existing);
    return undefined;
  }
  if (declaration.kind === 'irq' && !declaration.nmi) {
    const constant: ConstantSymbol = {
      kind: 'constant',
      name,
      value: line,
      type: INT,
      doc: `Interrupt '${name}': its device line.`,
    };
    c.program.define(name, constant);
  } else c.program.define(name, symbol);
  return symbol;
}

/** Checks settings in parentheses against their table. */
export function checkParameters(
  c: CheckContext,
  settings: readonly Setting[],
  specs: readonly ParameterSpec[],
  what: string,
): Map<string, SettingNumberOrWord> {
  const values = new Map<string, SettingNumberOrWord>();
  const names = specs.map(({ name }) => name);
  for (const setting of settings) {
    const spec = specs.find(({ name }) => name === setting.name);
    if (!spec) {
      report(
        c,
        'unknownSetting',
        setting.nameRange,
        `${what} has no setting '${setting.name}'; it has ${byCloseness(setting.name, names).join(', ')}`,
      );
      continue;
    }
    if (values.has(setting.name)) {
      report(c, 'settingTwice', setting.nameRange, `'${setting.name}' is set twice: remove one of the two`);
      continue;
    }
    const value = parameterValue(c, setting, spec);
    if (value !== undefined) values.set(setting.name, value);
  }
  return values;
}

function parameterValue(
  c: CheckContext,
  setting: Setting,
  { name, value: spec }: ParameterSpec,
): SettingNumberOrWord | undefined {
  const { value, valueRange } = setting;
  const bad = (message: string): undefined => {
    report(c, 'badSetting', valueRange, message);
  };
  switch (spec.kind) {
    case 'enum': {
      const known = spec.values.map((entry) => entry.name);
      if (value.kind === 'name' && known.includes(value.name)) return value.name;
      const given = value.kind === 'name' ? value.name : '';
      return bad(`'${name}' is ${known.length === 1 ? 'only' : 'one of'} ${byCloseness(given, known).join(', ')}`);
    }
    case 'integer':
      if (value.kind === 'number' && !value.unit && value.value >= spec.min && value.value <= spec.max) return value.value;
      return bad(`'${name}' is a number from ${spec.min} to ${spec.max}`);
    case 'time':
      if (value.kind === 'number' && value.unit && value.value > 0) {
        return value.value * (value.unit === 'ms' ? 1_000_000 : value.unit === 'us' ? 1_000 : 1);
      }
      return bad(`'${name}' is a time, a number with its unit: '2ms', '500us' or '100ns'`);
  }
}

/** One way to be raised at a time. */
export function checkIrqSettings(
  c: CheckContext,
  declaration: IrqDeclaration,
  values: ReadonlyMap<string, SettingNumberOrWord>,
): void {
  const given = ['when', 'at', 'every'].filter((name) => values.has(name));
  if (given.includes('when') && given.length > 1) {
    const range = declaration.parameters.find((setting) => setting.name === 'when')?.nameRange ?? declaration.nameRange;
    report(c, 'badSetting', range, `'when = any' leaves the moment open, and '${given[1]}' fixes it: keep one of them`);
  }
}

export function checkSchedule(
  c: CheckContext,
  declaration: ScheduleDeclaration,
  irqs: ReadonlySet<string>,
  tasks: ReadonlySet<string>,
): void {
  for (const { what, at } of declaration.entries) {
    if (what.kind === 'irq' && what.name !== '' && !irqs.has(what.name)) {
      report(c, 'badSchedule', what.range, `there is no interrupt '${what.name}'${didYouMean(what.name, irqs)}`);
    }
    if (what.kind === 'switch' && what.task !== '' && !tasks.has(what.task)) {
      report(c, 'badSchedule', what.range, `there is no task '${what.task}'${didYouMean(what.task, tasks)}`);
    }
    if (what.kind === 'run' && (what.cpu < 0 || what.cpu >= limits.cpus.max)) report(c, 'limit', what.range, limits.cpus.message);
    if (at.cpu !== undefined && at.cpu >= limits.cpus.max) report(c, 'limit', at.range, limits.cpus.message);
    if (at.hit < 1) report(c, 'badSchedule', at.range, 'hits are counted from 1: the first time is 1');
  }
}

export function checkExpect(c: CheckContext, declaration: ExpectDeclaration, schedules: ReadonlySet<string>): void {
  const { outcome, outcomeRange, when, on } = declaration;
  const known = ['clean', ...c.program.environment.outcomes.map(({ name }) => name)];
  if (outcome !== '' && !known.includes(outcome)) {
    const near = closest(outcome, known);
    const some = byCloseness(outcome, known).slice(0, 6).join(', ');
    report(
      c,
      'badExpectation',
      outcomeRange,
      `there is no outcome '${outcome}'${near ? `; did you mean '${near}'?` : `; outcomes are ${some} ...`}`,
    );
  }
  if (when) checkExpectCondition(c, when);
  if (on.kind === 'schedule' && on.name !== '' && !schedules.has(on.name)) {
    report(
      c,
      'badExpectation',
      on.range,
      `there is no schedule '${on.name}'${didYouMean(on.name, [...schedules, 'any', 'default']) || ": write 'default', 'any' or the name of a schedule"}`,
    );
  }
}

/** The condition of an `expect` line: settings compared with their values, joined by `&&`, `||`, `!` and parentheses. */
import { type CheckContext, report } from './check-context.ts';
import type { SettingSpec } from './environment.ts';
import { byCloseness, closest } from './spelling.ts';
import type { Expression } from './tree.ts';

const flagWords: ReadonlySet<string> = new Set(['on', 'off', 'true', 'false']);

/** Reports settings and values that do not exist. */
export function checkExpectCondition(c: CheckContext, e: Expression): void {
  const { settings } = c.program.environment;
  if (e.kind === 'error') return;
  if (e.kind === 'binary' && (e.operator === '&&' || e.operator === '||')) {
    checkExpectCondition(c, e.left);
    checkExpectCondition(c, e.right);
    return;
  }
  if (e.kind === 'assign') {
    report(c, 'badExpectation', e, "a condition compares: write '==' instead of '='");
    return;
  }
  if (e.kind === 'unary' && e.operator === '!') {
    checkExpectCondition(c, e.operand);
    return;
  }
  if (e.kind === 'binary' && ['==', '!=', '<', '>', '<=', '>='].includes(e.operator)) {
    const spec = settingOf(c, e.left);
    if (spec) checkValueOf(c, e.right, spec, e.operator);
    return;
  }
  if (e.kind === 'name') {
    const spec = settingOf(c, e);
    if (spec && spec.value.kind !== 'flag') {
      report(c, 'badExpectation', e, `'${e.name}' is not on or off: compare it, as in '${e.name} == ${exampleOf(spec)}'`);
    }
    return;
  }
  const first = settings[0]?.name ?? 'mapping';
  report(
    c,
    'badExpectation',
    e,
    `a condition compares settings with values, as in '${first} == ${settings[0] ? exampleOf(settings[0]) : 'x'}'`,
  );
}

function settingOf(c: CheckContext, e: Expression): SettingSpec | undefined {
  const { settings } = c.program.environment;
  if (e.kind === 'error') return undefined;
  if (e.kind !== 'name') {
    report(c, 'badExpectation', e, 'on the left stands the name of a setting');
    return undefined;
  }
  const spec = settings.find(({ name }) => name === e.name);
  if (!spec) {
    const near = byCloseness(
      e.name,
      settings.map(({ name }) => name),
    ).slice(0, 5);
    report(
      c,
      'unknownSetting',
      e,
      `there is no setting '${e.name}'; settings are ${near.join(', ')}${settings.length > 5 ? ' ...' : ''}`,
    );
  }
  return spec;
}

function exampleOf({ value }: SettingSpec): string {
  if (value.kind === 'flag') return 'on';
  return value.kind === 'integer' ? String(value.min) : (value.values[0]?.name ?? 'x');
}

function checkValueOf(c: CheckContext, e: Expression, { name, value }: SettingSpec, operator: string): void {
  if (e.kind === 'error') return;
  const ordered = operator !== '==' && operator !== '!=';
  if (value.kind === 'integer') {
    if (e.kind !== 'integer') report(c, 'badExpectation', e, `'${name}' is a number from ${value.min} to ${value.max}`);
    return;
  }
  if (ordered) {
    report(c, 'badExpectation', e, `'${name}' is a word: compare it with '==' or '!='`);
    return;
  }
  if (value.kind === 'flag') {
    if (e.kind !== 'name' || !flagWords.has(e.name)) report(c, 'badExpectation', e, `'${name}' is on or off`);
    return;
  }
  if (value.kind === 'enum-or-path' && e.kind === 'string') return;
  const known = value.values.map((entry) => entry.name);
  if (e.kind === 'name' && known.includes(e.name)) return;
  const near = e.kind === 'name' ? closest(e.name, known) : undefined;
  report(
    c,
    'badExpectation',
    e,
    `'${name}' has no such value${near ? `; did you mean '${near}'? It` : ': it'} is one of ${known.join(', ')}`,
  );
}

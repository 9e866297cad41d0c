/**
 * `expect OUTCOME [when CONDITION] [on default | on NAME | on any];` as plain questions: does the condition hold for a profile,
 * and did a run come out as the line says? Who runs the program is somebody else's business.
 */
import type { ExpectDeclaration, Expression } from '../lang/tree.ts';
import type { Finding } from './findings.ts';
import type { Profile } from './profile.ts';
import type { SettingOverrides } from './resolve-profile.ts';
import { settings } from './settings.ts';

export type ExpectationStatus =
  /** The run came out as expected. */
  | 'passed'
  | 'failed'
  /** `on any`: nothing here can look at every schedule, so the line is neither right nor wrong. */
  | 'unproven'
  /** The condition does not hold for this profile. */
  | 'skipped';

export interface ExpectationResult {
  declaration: ExpectDeclaration;
  /** The line as written, without `expect` and the semicolon. */
  text: string;
  status: ExpectationStatus;
  /** What happened instead, for `failed`; why not, for `unproven` and `skipped`. */
  message: string;
}

/** What one run showed. */
export interface RunOutcome {
  findings: readonly Finding[];
  /** The run ended by itself; otherwise what stopped it, such as the limit of steps. */
  ended: boolean;
  reason: string;
  /** How the run's schedule fared; `none` unless given. */
  scheduleState?: 'none' | 'skipped' | 'pending' | 'followed';
}

type Value = string | number | boolean;

/** Whether the line applies to a machine with these settings. */
export function appliesTo(declaration: ExpectDeclaration, profile: Profile): boolean {
  return !declaration.when || truth(conditionValue(declaration.when, profile));
}

/**
 * Settings under which the line applies: none when it applies as the program stands, else values of the settings that its
 * condition names, as few changes as possible. Undefined: no combination fits. Settings in `fixed` keep their value; of
 * integer settings the numbers in the condition are tried and some near them.
 */
export function settingsFor(
  declaration: ExpectDeclaration,
  profile: Profile,
  fixed: readonly string[] = [],
): SettingOverrides | undefined {
  const names = settingsNamed(declaration.when).filter((name) => !fixed.includes(name));
  let candidates: SettingOverrides[] = [{}];
  for (const name of names) {
    const others = valuesOf(name, declaration.when).filter((value) => value !== profile[name]);
    candidates = candidates.flatMap((base) => [base, ...others.map((value) => ({ ...base, [name]: value }))]);
  }
  const changes = (overrides: SettingOverrides) => Object.keys(overrides).length;
  return candidates
    .sort((a, b) => changes(a) - changes(b))
    .find((overrides) => appliesTo(declaration, { ...profile, ...overrides } as Profile));
}

function settingsNamed(when: Expression | undefined): (keyof Profile)[] {
  if (!when) return [];
  switch (when.kind) {
    case 'name':
      return settings.filter(({ name }) => name === when.name).map(({ name }) => name);
    case 'convert':
    case 'unary':
      return settingsNamed(when.operand);
    case 'binary': {
      const right = isValueOf(when.left, when.right) ? [] : settingsNamed(when.right);
      return [...new Set([...settingsNamed(when.left), ...right])];
    }
    default:
      return [];
  }
}

/** Whether `right` is a word for a value of the setting `left`: a value may have the name of another setting, as `alloc_policy == kernel`. */
function isValueOf(left: Expression, right: Expression): boolean {
  if (left.kind !== 'name' || right.kind !== 'name') return false;
  const value = settings.find(({ name }) => name === left.name)?.value;
  return value !== undefined && 'values' in value && value.values.some(({ name }) => name === right.name);
}

function valuesOf(name: keyof Profile, when: Expression | undefined): Value[] {
  const spec = settings.find((setting) => setting.name === name);
  if (!spec) return [];
  if (spec.value.kind === 'integer') {
    const { min, max } = spec.value;
    // Doubles come first: some settings are powers of two.
    const near = numbersIn(when).flatMap((number) => [number, number * 2, Math.floor(number / 2), number + 1, number - 1]);
    return [...new Set(near)].filter((number) => number >= min && number <= max);
  }
  return spec.value.kind === 'flag' ? [true, false] : spec.value.values.map((value) => value.name);
}

function numbersIn(when: Expression | undefined): number[] {
  switch (when?.kind) {
    case 'integer':
      return [when.value];
    case 'convert':
    case 'unary':
      return numbersIn(when.operand);
    case 'binary':
      return [...numbersIn(when.left), ...numbersIn(when.right)];
    default:
      return [];
  }
}

/** Compares one line with the run that it speaks of. */
export function checkOutcome(declaration: ExpectDeclaration, text: string, run: RunOutcome): ExpectationResult {
  const seen = run.findings.filter(({ suppressed }) => !suppressed);
  const slugs = [...new Set(seen.map(({ slug }) => slug))];
  const found = slugs.length === 0 ? 'the run was clean' : `the run showed ${slugs.join(', ')}`;
  const done = (status: ExpectationStatus, message: string): ExpectationResult => ({ declaration, text, status, message });
  if (run.scheduleState === 'skipped') return done('skipped', 'this machine does not have the places of the schedule');
  if (declaration.outcome !== 'clean') {
    return slugs.includes(declaration.outcome) ? done('passed', '') : done('failed', `no ${declaration.outcome}; ${found}`);
  }
  if (slugs.length > 0) return done('failed', `${found}: ${seen[0].headline}`);
  if (run.scheduleState === 'pending')
    return done('failed', 'the schedule was not followed to its end: a moment of it never came');
  return run.ended ? done('passed', '') : done('failed', `the run did not end: ${run.reason}`);
}

/** Text of an expectation for lists and messages. */
export function expectationText(source: string, { start, end }: ExpectDeclaration): string {
  return source
    .slice(start, end)
    .replace(/^expect\s+/, '')
    .replace(/\s*;\s*$/, '')
    .replace(/\s+/g, ' ');
}

function truth(value: Value): boolean {
  return value !== false && value !== 0;
}

/** Value of a condition over settings: a setting's name is its value, `on` and `off` are flags, any other word is itself. */
function conditionValue(expression: Expression, profile: Profile): Value {
  switch (expression.kind) {
    case 'integer':
    case 'char':
      return expression.value;
    case 'string':
      return expression.value;
    case 'name':
      return wordValue(expression.name, profile);
    case 'convert':
      return conditionValue(expression.operand, profile);
    case 'unary':
      return expression.operator === '!' ? !truth(conditionValue(expression.operand, profile)) : false;
    case 'binary':
      return binaryValue(expression.operator, expression.left, expression.right, profile);
    default:
      return false;
  }
}

function wordValue(name: string, profile: Profile): Value {
  if (name === 'on' || name === 'true') return true;
  if (name === 'off' || name === 'false') return false;
  return name in profile ? profile[name as keyof Profile] : name;
}

function binaryValue(operator: string, left: Expression, right: Expression, profile: Profile): Value {
  const a = conditionValue(left, profile);
  if (operator === '&&') return truth(a) && truth(conditionValue(right, profile));
  if (operator === '||') return truth(a) || truth(conditionValue(right, profile));
  const b = comparedValue(left, right, profile);
  switch (operator) {
    case '==':
      return same(a, b);
    case '!=':
      return !same(a, b);
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      return false;
  }
}

/** What a setting is compared with: for one whose values are words, `on` and `off` are two of those words and no flags. */
function comparedValue(left: Expression, right: Expression, profile: Profile): Value {
  const [name] = left.kind === 'name' ? settingsNamed(left) : [];
  const words = name !== undefined && settings.some((spec) => spec.name === name && spec.value.kind.startsWith('enum'));
  return words && right.kind === 'name' ? right.name : conditionValue(right, profile);
}

/** Flags may be compared with 0 and 1 as well. */
function same(a: Value, b: Value): boolean {
  if (typeof a === 'boolean' || typeof b === 'boolean') return truth(a) === truth(b);
  return a === b;
}

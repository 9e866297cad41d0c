/** From `machine { }` and the overrides of launch configuration and command line to a Profile. */
import type { Diagnostic } from '../lang/diagnostics.ts';
import type { Range } from '../lang/source.ts';
import type { Setting } from '../lang/tree.ts';
import { KERNEL_ERAS, mappingModel } from './mapping-models.ts';
import type { Profile } from './profile.ts';
import { type KernelSetting, presets, settings } from './settings.ts';

export type SettingOverrides = Readonly<Record<string, string | number | boolean>>;

type Value = string | number | boolean;
type Outcome = { value: Value } | { fault: string; code: string };

/**
 * Resolves the settings: defaults, then the preset of `profile`, then `machine { }`, then `overrides`. A fault in an
 * override is reported at the start of the text and names the override. The profile is always complete.
 */
export function resolveProfile(
  uri: string,
  written: readonly Setting[],
  overrides: SettingOverrides = {},
): { profile: Profile; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const report = (code: string, range: Range, message: string) =>
    diagnostics.push({ code, severity: 'error', uri, range: { start: range.start, end: range.end }, message });
  const chosen = new Map<string, { value: Value; range: Range; override: boolean }>();

  for (const setting of written) {
    const spec = find(setting.name);
    if (!spec) {
      report('K5001', setting.nameRange, unknownSetting(setting.name));
      continue;
    }
    const outcome = fromTree(spec, setting);
    if ('fault' in outcome) report(outcome.code, setting.valueRange, outcome.fault);
    else if (chosen.has(setting.name))
      report('K5004', setting.nameRange, `'${setting.name}' is set twice; remove one of the two`);
    else chosen.set(setting.name, { value: outcome.value, range: setting.valueRange, override: false });
  }
  const start = { start: 0, end: 0 };
  for (const [name, value] of Object.entries(overrides)) {
    const spec = find(name);
    if (!spec) {
      report('K5001', start, `override: ${unknownSetting(name)}`);
      continue;
    }
    const outcome = fromOverride(spec, value);
    if ('fault' in outcome) report(outcome.code, start, `override ${name}=${value}: ${outcome.fault}`);
    else chosen.set(name, { value: outcome.value, range: start, override: true });
  }

  const preset = presets[(chosen.get('profile')?.value ?? 'teaching') as Profile['profile']];
  const values: Record<string, Value> = {};
  for (const spec of settings) values[spec.name] = chosen.get(spec.name)?.value ?? preset[spec.name] ?? spec.default;
  const profile = values as unknown as Profile;
  if (chosen.get('mapping')?.override) forgetWritten(values, chosen);
  const model = mappingModel(profile.mapping);
  if (values.kernel === 'auto') profile.kernel = model?.kernels[0] ?? KERNEL_ERAS[KERNEL_ERAS.length - 1];
  const conflict = conflictOf(profile);
  if (conflict) {
    const at = chosen.get(conflict.setting);
    report(
      'K5005',
      at?.range ?? start,
      at?.override ? `override ${conflict.setting}=${at.value}: ${conflict.message}` : conflict.message,
    );
  }
  return { profile, diagnostics };
}

/**
 * A program that is run under another mapping model than the one it was written for keeps what else it says about the model, unless
 * that model does not know it: kernel, architecture with its page tables and caches, overlay.
 */
function forgetWritten(values: Record<string, Value>, chosen: ReadonlyMap<string, { override: boolean }>): void {
  for (const name of ['kernel', 'arch', 'overlay', 'pae', 'cache', 'cache_colours'] as const) {
    if (!chosen.has(name) || chosen.get(name)?.override) continue;
    const profile = values as unknown as Profile;
    const conflict = modelConflict(profile) ?? archConflict(profile);
    const first = find(name)?.default;
    if (first !== undefined && conflict?.setting === name) values[name] = first;
  }
}

/** Whether preempt_disable() counts under this profile. */
export function countsPreemption(profile: Profile): boolean {
  if (profile.preempt_count !== 'auto') return profile.preempt_count === 'on';
  return preemptsKernel(profile) || profile.debug_atomic_sleep || profile.debug_lockdep;
}

/** CONFIG_PREEMPTION: kernel code is preempted at interrupt return and where the count comes to 0. */
export function preemptsKernel({ preempt }: Pick<Profile, 'preempt'>): boolean {
  return preempt === 'full' || preempt === 'lazy' || preempt === 'rt';
}

/**
 * CONFIG_PREEMPT_RCU: readers are preempted and counted by themselves. Kernels that choose their model at boot (`preempt_count = on`) are built
 * like that whatever they chose (scheduler 1.3).
 */
export function preemptsReaders(profile: Profile): boolean {
  return preemptsKernel(profile) || profile.preempt_count === 'on';
}

interface Conflict {
  setting: keyof Profile;
  message: string;
}

function conflictOf(profile: Profile): Conflict | undefined {
  const wrong = modelConflict(profile);
  if (wrong) return wrong;
  if ((profile.last_pkmap & (profile.last_pkmap - 1)) !== 0) {
    const message = `'last_pkmap' is a power of two: 4, 8, 16 and so on up to 1024; not ${profile.last_pkmap}`;
    return { setting: 'last_pkmap', message };
  }
  if (profile.migrate_disable === 'as_preempt' && profile.preempt === 'rt') {
    const message =
      "'migrate_disable = as_preempt' does not go with 'preempt = rt': there spin_lock() disables migration and may sleep under another lock";
    return { setting: 'migrate_disable', message };
  }
  if (profile.migrate_disable === 'rostedt_lock' && profile.preempt === 'rt') {
    const message =
      "'migrate_disable = rostedt_lock' does not go with 'preempt = rt': there spin_lock() disables migration inside a reader section of RCU, where nothing may sleep";
    return { setting: 'migrate_disable', message };
  }
  if (profile.migrate_disable === 'rostedt_kmap_lock' && mappingModel(profile.mapping) && profile.mapping !== 'kmap_local') {
    const message = "'migrate_disable = rostedt_kmap_lock' needs 'mapping = kmap_local': the lock is taken by its map calls";
    return { setting: 'migrate_disable', message };
  }
  const arch = archConflict(profile);
  if (arch) return arch;
  if (profile.preempt_count !== 'off') return undefined;
  if (preemptsKernel(profile)) {
    return {
      setting: 'preempt_count',
      message: "'preempt_count = off' needs 'preempt = none' or 'voluntary': a kernel that preempts itself is built on the count",
    };
  }
  if (profile.debug_atomic_sleep) {
    return {
      setting: 'preempt_count',
      message: "'preempt_count = off' needs 'debug_atomic_sleep = off', which selects the count",
    };
  }
  if (profile.debug_lockdep) {
    return {
      setting: 'preempt_count',
      message: "'preempt_count = off' needs 'debug_lockdep = off', which selects the count",
    };
  }
  return undefined;
}

/** Page tables and data caches that the architecture does not have. */
function archConflict({ pae, cache, cache_colours, arch, cpus }: Profile): Conflict | undefined {
  if (pae && arch !== 'x86') return { setting: 'pae', message: `'pae = on' needs 'arch = x86', not '${arch}'` };
  if (cache === 'vivt' && arch !== 'arm') {
    return { setting: 'cache', message: `'cache = vivt' needs 'arch = arm', not '${arch}'` };
  }
  if (cache === 'vivt' && cpus > 1) {
    return { setting: 'cache', message: "'cache = vivt' needs 'cpus = 1': no ARM with such caches has more" };
  }
  if (cache_colours === 3) return { setting: 'cache_colours', message: "'cache_colours' is a power of two: 1, 2 or 4" };
  if (cache_colours > 1 && arch !== 'xtensa') {
    return { setting: 'cache_colours', message: `'cache_colours = ${cache_colours}' needs 'arch = xtensa', not '${arch}'` };
  }
  return undefined;
}

/** Kernels for which an architecture's form of a model is known; undefined: all that had the model. */
function eraOfArch(arch: Profile['arch'], model: string): readonly Profile['kernel'][] | undefined {
  if (arch === 'x86') return undefined;
  if (model === 'km_type') return ['v2_6_31'];
  return model === 'atomic_stack' && arch !== 'arm' ? ['v5_9', 'v5_10'] : undefined;
}

/** Source of the checks of 2009; a model without it would not look. */
const OVERLAYS = '/mm/overlay-2009.klab';

/** What the mapping model does not know. */
function modelConflict({ mapping, kernel, arch, overlay }: Profile): Conflict | undefined {
  const model = mappingModel(mapping);
  if (!model) return undefined;
  const { name, kernels, architectures } = model;
  if ((kernel as string) !== 'auto' && !kernels.includes(kernel)) {
    return {
      setting: 'kernel',
      message: `'kernel = ${kernel}' did not have '${name}'; kernels that had it: ${kernels.join(', ')}`,
    };
  }
  if (!architectures.includes(arch)) {
    return { setting: 'arch', message: `'${name}' is followed on ${architectures.join(', ')} only, not on '${arch}'` };
  }
  const followed = eraOfArch(arch, name);
  if (followed && (kernel as string) !== 'auto' && !followed.includes(kernel)) {
    return { setting: 'arch', message: `'${name}' of '${arch}' is followed for 'kernel = ${followed.join("' or '")}' only` };
  }
  if (overlay === 'strict_types' && model.holder !== 'types') {
    return { setting: 'overlay', message: `'overlay = strict_types' needs 'mapping = km_type': '${name}' has no types` };
  }
  if (overlay !== 'none' && !model.files.includes(OVERLAYS)) {
    return { setting: 'overlay', message: `'overlay = ${overlay}' needs 'mapping = km_type' or 'atomic_stack'` };
  }
  return undefined;
}

function find(name: string): KernelSetting | undefined {
  return settings.find((spec) => spec.name === name);
}

function fromTree(spec: KernelSetting, { value }: Setting): Outcome {
  switch (value.kind) {
    case 'name':
      return fromWord(spec, value.name);
    case 'string':
      return spec.value.kind === 'enum-or-path' ? { value: value.value } : wrongValue(spec, `"${value.value}"`);
    case 'number': {
      const scale = value.unit === 'ms' ? 1_000_000 : value.unit === 'us' ? 1_000 : 1;
      return fromNumber(spec, value.value * scale, value.unit !== undefined);
    }
  }
}

function fromOverride(spec: KernelSetting, value: Value): Outcome {
  if (typeof value === 'boolean') return spec.value.kind === 'flag' ? { value } : wrongValue(spec, String(value));
  if (typeof value === 'number') return fromNumber(spec, value, false);
  const time = /^(\d+)\s*(ns|us|ms)?$/.exec(value);
  if (time && (spec.value.kind === 'integer' || spec.value.kind === 'flag')) {
    const scale = time[2] === 'ms' ? 1_000_000 : time[2] === 'us' ? 1_000 : 1;
    return fromNumber(spec, Number(time[1]) * scale, time[2] !== undefined);
  }
  if (spec.value.kind === 'enum-or-path' && /[./]/.test(value)) return { value };
  return fromWord(spec, value);
}

function fromWord(spec: KernelSetting, word: string): Outcome {
  const { value } = spec;
  if (value.kind === 'flag') {
    if (word === 'on' || word === 'true') return { value: true };
    if (word === 'off' || word === 'false') return { value: false };
  } else if (value.kind !== 'integer' && value.values.some(({ name }) => name === word)) {
    return { value: word };
  }
  return wrongValue(spec, word);
}

function fromNumber(spec: KernelSetting, number: number, timed: boolean): Outcome {
  const { value } = spec;
  if (value.kind === 'flag' && !timed && (number === 0 || number === 1)) return { value: number === 1 };
  if (value.kind !== 'integer' || (timed && value.unit !== 'ns')) return wrongValue(spec, String(number));
  if (!Number.isInteger(number) || number < value.min || number > value.max) {
    return { code: 'K5003', fault: `'${spec.name}' is out of range: ${number} is not within ${value.min} to ${value.max}` };
  }
  return { value: number };
}

function wrongValue(spec: KernelSetting, given: string): Outcome {
  return { code: 'K5002', fault: `'${spec.name}' cannot be ${given}; allowed: ${allowed(spec)}` };
}

function allowed({ value }: KernelSetting): string {
  switch (value.kind) {
    case 'flag':
      return 'on, off';
    case 'integer':
      return `${value.min} to ${value.max}${value.unit === 'ns' ? ' ns (or with us, ms)' : ''}`;
    case 'enum':
      return value.values.map(({ name }) => name).join(', ');
    case 'enum-or-path':
      return `${value.values.map(({ name }) => name).join(', ')}, or a path in quotes`;
  }
}

function unknownSetting(name: string): string {
  return `there is no setting '${name}'; settings: ${settings.map((spec) => spec.name).join(', ')}`;
}

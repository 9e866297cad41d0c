/**
 * Every setting of `machine { }`: its values, its default and its place in the Profile. The reference pages spell them with
 * dashes and dots (`kmap-local`, `debug.preempt`); here they are C identifiers.
 */
import type { Profile } from './profile.ts';
import { debugSettings } from './settings/debug.ts';
import type { KernelSetting } from './settings/kernel-setting.ts';
import { machineSettings } from './settings/machine.ts';
import { mappingSettings } from './settings/mapping.ts';
import { schedulingSettings } from './settings/scheduling.ts';

export { MAPPING_MODELS } from './mapping-models.ts';
export type { KernelSetting } from './settings/kernel-setting.ts';

export const settings: readonly KernelSetting[] = [
  ...machineSettings,
  ...mappingSettings,
  ...schedulingSettings,
  ...debugSettings,
];

/** What `profile = mainline` changes; a setting that is written out wins over its preset. */
export const presets: Readonly<Record<Profile['profile'], Partial<Profile>>> = {
  teaching: {},
  mainline: { irqs_during_switch: false },
};

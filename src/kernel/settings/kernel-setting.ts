/** What all settings have in common. */
import type { SettingSpec } from '../../lang/environment.ts';
import type { Profile } from '../profile.ts';

export const CPUS_MAX = 8;

/** A setting of the language that belongs to the Profile field of the same name. */
export type KernelSetting = SettingSpec & { name: keyof Profile };

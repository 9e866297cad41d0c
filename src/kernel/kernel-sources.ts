/** Which kernel sources a profile is built from, and their stable URIs. */
import type { Diagnostic } from '../lang/diagnostics.ts';
import type { Source } from '../lang/source.ts';
import type { Setting } from '../lang/tree.ts';
import { klabSources } from './klab/index.ts';
import type { Profile } from './profile.ts';
import { MAPPING_MODELS } from './settings.ts';

export const KERNEL_URI = 'klab-kernel:';

/** Files of each shipped model, besides the common ones. */
const modelFile = (mapping: string) => `/mm/${mapping.replaceAll('_', '-')}.klab`;

const modelFiles: ReadonlySet<string> = new Set(MAPPING_MODELS.map(({ name }) => modelFile(name)));

/** Text of the kernel source at `uri`; undefined when there is none. */
export function kernelSourceText(uri: string): string | undefined {
  return uri.startsWith(KERNEL_URI) ? klabSources[uri.slice(KERNEL_URI.length)] : undefined;
}

/** All kernel sources of `profile`: the common ones, and the one mapping model. */
export function kernelSources(
  uri: string,
  profile: Profile,
  written: readonly Setting[],
  readFile: ((relativePath: string) => string | undefined) | undefined,
): { sources: Source[]; diagnostics: Diagnostic[] } {
  const wanted = modelFile(profile.mapping);
  const shipped = modelFiles.has(wanted);
  const sources = Object.entries(klabSources)
    .filter(([path]) => !modelFiles.has(path) || path === wanted)
    .map(([path, text]): Source => ({ uri: KERNEL_URI + path, text, role: 'kernel' }));
  if (shipped) return { sources, diagnostics: [] };

  const own = readFile?.(profile.mapping);
  if (own !== undefined) return { sources: [...sources, { uri: profile.mapping, text: own, role: 'model' }], diagnostics: [] };
  const range = written.find(({ name }) => name === 'mapping')?.valueRange ?? { start: 0, end: 0 };
  return {
    sources,
    diagnostics: [
      {
        code: 'K5006',
        severity: 'error',
        uri,
        range: { start: range.start, end: range.end },
        message: `the mapping model "${profile.mapping}" cannot be read; the path is relative to this file`,
      },
    ],
  };
}

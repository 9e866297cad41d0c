/** Which kernel sources a profile is built from, and their stable URIs. */
import type { Diagnostic } from '../lang/diagnostics.ts';
import { parseSource } from '../lang/parser.ts';
import type { Source } from '../lang/source.ts';
import type { Setting } from '../lang/tree.ts';
import { resolveBeside } from '../util/beside.ts';
import { klabSources } from './klab/index.ts';
import { MAPPING_MODELS, mappingModel } from './mapping-models.ts';
import { hasMigrateSource } from './migrate-variants.ts';
import type { Profile } from './profile.ts';

export const KERNEL_URI = 'klab-kernel:';

/** Kernel sources of which there are two, where PREEMPT_RT replaces whole functions. */
const onRt: readonly string[] = [
  '/irq/softirq-rt.klab',
  '/kernel/local-lock-rt.klab',
  '/kernel/mutex-rt.klab',
  '/kernel/rwbase-rt.klab',
  '/kernel/rwlock-rt.klab',
  '/kernel/rwsem-rt.klab',
  '/kernel/spinlock-rt.klab',
];
const notOnRt: readonly string[] = [
  '/irq/softirq-bh.klab',
  '/kernel/local-lock.klab',
  '/kernel/mutex.klab',
  '/kernel/rwlock.klab',
  '/kernel/rwsem.klab',
  '/kernel/spinlock.klab',
];

const modelFiles: ReadonlySet<string> = new Set(MAPPING_MODELS.flatMap(({ files }) => files));

/** Text of the kernel source at `uri`; undefined when there is none. */
export function kernelSourceText(uri: string): string | undefined {
  return uri.startsWith(KERNEL_URI) ? klabSources[uri.slice(KERNEL_URI.length)] : undefined;
}

/** Whole kernel sources, or no more than what they declare. */
export type SourceDepth = 'whole' | 'outline';

/** All kernel sources of `profile`: the common ones, and those of the one mapping model. */
export function kernelSources(
  uri: string,
  profile: Profile,
  written: readonly Setting[],
  readFile: ((relativePath: string) => string | undefined) | undefined,
  nameFile: (relativePath: string) => string = (path) => resolveBeside(uri, path),
  depth: SourceDepth = 'whole',
): { sources: Source[]; diagnostics: Diagnostic[] } {
  const shipped = mappingModel(profile.mapping);
  const sources = Object.entries(klabSources)
    .filter(([path]) => !modelFiles.has(path) || shipped?.files.includes(path))
    .filter(([path]) => hasMigrateSource(profile.migrate_disable, path))
    .filter(([path]) => !(profile.preempt === 'rt' ? notOnRt : onRt).includes(path))
    .map(
      ([path, text]): Source => ({ uri: KERNEL_URI + path, text, role: 'kernel', ...(depth === 'outline' && { outline: true }) }),
    );
  if (shipped) return { sources, diagnostics: [] };

  const own = readFile?.(profile.mapping);
  if (own !== undefined)
    return { sources: [...sources, { uri: nameFile(profile.mapping), text: own, role: 'model' }], diagnostics: [] };
  const range = written.find(({ name }) => name === 'mapping')?.valueRange ?? { start: 0, end: 0 };
  // Some model has to be there, or every source that uses one would be at fault.
  const [standIn] = mappingModel('kmap_local')?.files ?? [];
  return {
    sources: [...sources, { uri: KERNEL_URI + standIn, text: klabSources[standIn], role: 'kernel' }],
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

let models: ReadonlyMap<string, readonly string[]> | undefined;

/** For each function that a mapping model defines for programs: the models that have it. */
export function functionModels(): ReadonlyMap<string, readonly string[]> {
  models ??= readModels();
  return models;
}

/** Functions of the kernel source at `path` that programs may call. */
function definedIn(path: string): string[] {
  const uri = KERNEL_URI + path;
  const { declarations } = parseSource({ uri, text: klabSources[path], role: 'kernel' }).file;
  return declarations.flatMap((declaration) =>
    declaration.kind === 'function' && declaration.body && !declaration.specifiers.includes('static') ? [declaration.name] : [],
  );
}

function readModels(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { name: model, files } of MAPPING_MODELS) {
    for (const name of files.flatMap(definedIn)) found.set(name, [...(found.get(name) ?? []), model]);
  }
  return found;
}

/** From a program's text to something that boots: parse, resolve the settings, choose kernel sources, check, compile. */
import type { CheckedProgram } from '../lang/checked-program.ts';
import { checkProgram } from '../lang/checker.ts';
import { compileProgram } from '../lang/compile.ts';
import type { DebugInfo } from '../lang/debug-info.ts';
import type { Diagnostic } from '../lang/diagnostics.ts';
import type { LanguageEnvironment } from '../lang/environment.ts';
import { parseSource } from '../lang/parser.ts';
import type { Source } from '../lang/source.ts';
import type { SourceFile } from '../lang/tree.ts';
import type { Image } from '../machine/bytecode.ts';
import { checkDeadlineTasks } from './deadline-admission.ts';
import { createEnvironment } from './environment.ts';
import { textHash } from './hash.ts';
import { kernelSources, kernelSourceText, type SourceDepth } from './kernel-sources.ts';
import { createLayouts, type KernelLayouts } from './layouts.ts';
import { mappingFacts } from './mapping-facts.ts';
import { checkInterface } from './model-interface.ts';
import type { Profile } from './profile.ts';
import { resolveProfile, type SettingOverrides } from './resolve-profile.ts';

export interface BuildRequest {
  uri: string;
  text: string;
  /** Overrides of `machine { }`. */
  settings?: SettingOverrides;
  /** Texts that the program names (its own mapping model). `undefined`: not found. */
  readFile?: (relativePath: string) => string | undefined;
  /** Name for such a text in diagnostics and breakpoints; unless given, the path beside the program. */
  nameFile?: (relativePath: string) => string;
  /** `outline`: of the kernel only its declarations are read, which is enough to check a program. Not for `buildProgram`. */
  depth?: SourceDepth;
}

export interface BuiltProgram {
  image: Image;
  debug: DebugInfo;
  profile: Profile;
  layouts: KernelLayouts;
  environment: LanguageEnvironment;
  program: CheckedProgram;
  /** The program's text names kernel_thread(): it needs a reserve of tasks. */
  forks: boolean;
  /** The program's text names a function of the allocator: it needs pages. */
  allocates: boolean;
  /** The program's text names schedule_work() or kvfree_rcu(): it needs threads for them. */
  works: boolean;
  /** It names cpu_down(): it needs the threads that take CPUs down and bring them up. */
  hotplugs: boolean;
  /** Hashes for the header of a schedule: the learner's text, and the kernel sources with the profile. */
  programHash: string;
  kernelHash: string;
}

export interface BuildResult {
  /** Undefined when there is an error among the diagnostics. */
  built?: BuiltProgram;
  diagnostics: Diagnostic[];
}

/** A program as far as the editor needs it: checked, whether or not it has errors. */
export interface CheckResult {
  program: CheckedProgram;
  environment: LanguageEnvironment;
  profile: Profile;
  layouts: KernelLayouts;
  /** The kernel sources of the profile, without the program. */
  sources: readonly Source[];
  diagnostics: Diagnostic[];
}

/** Parses and checks the program at `uri` together with the kernel sources of its profile. Never throws for what a learner wrote. */
export function checkText({ uri, text, settings = {}, readFile, nameFile, depth }: BuildRequest): CheckResult {
  const own: Source = { uri, text, role: 'program' };
  const parsed = parseSource(own);
  const written = parsed.file.declarations.flatMap((declaration) => (declaration.kind === 'machine' ? declaration.settings : []));
  const { profile, diagnostics: settingFaults } = resolveProfile(uri, written, settings);
  const { sources, diagnostics: sourceFaults } = kernelSources(uri, profile, written, readFile, nameFile, depth);
  const layouts = createLayouts({
    kmMaxIdx: mappingFacts(profile).slotsPerCpu,
    pae: profile.pae,
    rt: profile.preempt === 'rt',
  });
  const environment = createEnvironment(profile, layouts);

  const files: { source: Source; file: SourceFile }[] = [];
  const diagnostics = [...parsed.diagnostics, ...settingFaults, ...sourceFaults];
  const lacks: Diagnostic[] = [];
  for (const source of sources) {
    const { file, diagnostics: faults } = parseSource(source);
    files.push({ source, file });
    diagnostics.push(...faults);
    if (source.role === 'model') lacks.push(...checkInterface(source, file));
  }
  files.push({ source: own, file: parsed.file });
  const { program, diagnostics: checks } = checkProgram(files, environment);
  // What a model lacks is said once, in the model; not again where the kernel calls it.
  const told = lacks.length > 0 ? checks.filter((check) => kernelSourceText(check.uri) === undefined) : checks;
  diagnostics.push(...lacks, ...told, ...checkDeadlineTasks(uri, program, profile.cpus));
  return { program, environment, profile, layouts, sources, diagnostics };
}

/** Builds the program at `uri`. Never throws for what a learner wrote; diagnostics are those of the learner's files. */
export function buildProgram(request: Omit<BuildRequest, 'depth'>): BuildResult {
  const { program, environment, profile, layouts, sources, diagnostics } = checkText(request);
  if (diagnostics.some(({ severity }) => severity === 'error')) return { diagnostics };

  const { image, debug, diagnostics: limits } = compileProgram(program, environment);
  diagnostics.push(...limits);
  if (limits.some(({ severity }) => severity === 'error')) return { diagnostics };
  const kernelHash = textHash([...sources.map((source) => source.text), JSON.stringify(profile)]);
  return {
    built: {
      image,
      debug,
      profile,
      layouts,
      environment,
      program,
      forks: /\bkernel_thread\b/.test(request.text),
      allocates:
        /\b(?:alloc_pages?|alloc_pages_nolock|__get_free_page|get_zeroed_page|k[mz]alloc|kfree|k?v?free_rcu|kvfree_call_rcu|kvfree_rcu_mightsleep)\b/.test(
          request.text,
        ),
      works: /\b(?:schedule_work|kvfree_call_rcu|kvfree_rcu|kfree_rcu)/.test(request.text),
      hotplugs: /\bcpu_down\b/.test(request.text),
      programHash: textHash([request.text]),
      kernelHash,
    },
    diagnostics,
  };
}

/** A learner's mapping model checked by itself, as part of a kernel with a program that does nothing. `uri` names it in its diagnostics. */
export function checkModel(uri: string, text: string): CheckResult {
  const file = './model.klab';
  return checkText({ uri: 'untitled:none', text: '', settings: { mapping: file }, readFile: () => text, nameFile: () => uri });
}

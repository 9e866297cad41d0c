/** One diagnostic under one model and build, brought up twice, and what case files share. */
import type { MisuseCase, Model } from '../misuse-case.ts';

export interface DiagnosticCase {
  id: string;
  mapping: Model;
  settings?: MisuseCase['settings'];
  /** Body of the function that tasks a (pid 100) and b (pid 101) call on CPU 0, one after the other; or a whole program. */
  trigger: string;
  whole?: boolean;
  /** What task a does before; and ms after which b comes, 3 unless given. */
  before?: string;
  gap?: string;
  kernel: readonly string[];
  /** `debug_locks` at the end, 1 unless given. */
  debugLocks?: number;
}

type Settings = MisuseCase['settings'];
export const debug = { debug_highmem: 'on' };
export const TASK_MODELS = ['kmap_temporary', 'split_switch', 'kmap_local'] as const;
export const OTHER_ARCHS = ['arm', 'mips', 'powerpc', 'sparc'] as const;

export const of = (
  id: string,
  mapping: Model,
  settings: Settings,
  trigger: string,
  kernel: readonly string[],
  more: Partial<DiagnosticCase> = {},
): DiagnosticCase => ({ id, mapping, settings, trigger, kernel, ...more });
export const whole = (
  id: string,
  mapping: Model,
  settings: Settings,
  program: string,
  kernel: readonly string[],
  debugLocks = 1,
) => of(id, mapping, settings, program, kernel, { whole: true, debugLocks });

export const ofB = (line: string): string => line.replace('PID: 100', 'PID: 101');
/** BUG and WARN print for both tasks, WARN_ON_ONCE for the first only. */
export const both = (line: string): string[] => [line, ofB(line)];
export const once = (line: string): string[] => [line, `${line.slice(0, line.indexOf(':'))} (suppressed)`];
/** As kernels up to 3.10 print it. */
export const old = (line: string): string => `${line.replace(/CPU: \d+ PID: \d+ /, '')}()`;

export const PLACES = {
  kmap_temporary: {
    map: 'kmap_temporary_slot',
    unmap: 'kunmap_temporary',
    push: 'kmap_temporary_idx_push',
    pop: 'kmap_temporary_idx_pop',
  },
  split_switch: {
    map: 'kmap_temporary_slot',
    unmap: 'kunmap_temporary',
    push: 'kmap_temporary_idx_push',
    pop: 'kmap_temporary_idx_pop',
  },
  kmap_local: { map: '__kmap_local_pfn_prot', unmap: 'kunmap_local', push: 'kmap_local_idx_push', pop: 'kmap_local_idx_pop' },
} as const;
export const builds = (mapping: Model): Settings[] => (mapping === 'kmap_local' ? [{}, { debug_kmap_local: 'on' }] : [{}, debug]);
export const inTasks = (
  id: string,
  trigger: string,
  lines: (model: (typeof TASK_MODELS)[number]) => readonly string[],
): DiagnosticCase[] =>
  TASK_MODELS.flatMap((mapping) => builds(mapping).map((settings) => of(id, mapping, settings, trigger, lines(mapping))));
export const handler = (body: string, raises = 2): string =>
  `irq nic(cpu = 0, when = any) {\n${body}\n}\ntask a(cpu = 0) {\n${'\traise_irq(nic);\n'.repeat(raises)}}\n`;
export const order = '\tchar *x = map_page(p1);\n\tchar *y = map_page(p2);\n\tunmap_page(x);\n\tunmap_page(y);';

/** What the language knows of the kernel under one profile: structs, typedefs, constants, intrinsics, options. */
import type { LanguageEnvironment, NamedConstant, TypedefSpec } from '../lang/environment.ts';
import { findingCatalogue } from './catalogue.ts';
import { constants } from './constants.ts';
import { signatures } from './intrinsics/table.ts';
import { functionModels } from './kernel-sources.ts';
import { allLayouts, type KernelLayouts } from './layouts.ts';
import { mappingFacts } from './mapping-facts.ts';
import { options } from './options.ts';
import type { Profile } from './profile.ts';
import { settings } from './settings.ts';

const typedefsFor = ({ pae, preempt }: Profile): readonly TypedefSpec[] => [
  {
    name: 'pte_t',
    type: pae ? 'u64' : 'u32',
    doc: `A page table entry: page frame number << 12 | flags${pae ? ', bit 63 for no execution' : ''}; 0 is empty.`,
  },
  { name: 'cpumask_t', type: 'u32', doc: 'A set of CPUs, one bit each.' },
  { name: 'gfp_t', type: 'unsigned int', doc: 'How memory may be allocated.' },
  { name: 'raw_spinlock_t', type: 'struct raw_spinlock', doc: 'A lock that spins on every preemption model.' },
  { name: 'spinlock_t', type: 'struct spinlock', doc: 'Spins without PREEMPT_RT, sleeps with it.' },
  { name: 'rwlock_t', type: 'struct rwlock', doc: 'Many readers or one writer; spins without PREEMPT_RT, sleeps with it.' },
  {
    name: 'local_lock_t',
    type: preempt === 'rt' ? 'struct spinlock' : 'struct local_lock',
    doc: 'Names the per-CPU data that a section protects; with PREEMPT_RT a spinlock_t of each CPU.',
  },
  { name: 'wait_queue_head_t', type: 'struct wait_queue_head', doc: 'Tasks that wait for the same thing.' },
  { name: 'wait_queue_entry_t', type: 'struct wait_queue_entry', doc: 'One waiter.' },
  { name: 'pid_t', type: 'int', doc: 'Number of a task.' },
  { name: 'ktime_t', type: 's64', doc: 'A point in time, ns.' },
];

export function createEnvironment(profile: Profile, layouts: KernelLayouts): LanguageEnvironment {
  const facts = mappingFacts(profile);
  const own = options(profile);
  return {
    layouts: allLayouts(layouts),
    typedefs: typedefsFor(profile),
    constants: unique([...facts.constants, ...constants(profile, facts.layout)]),
    intrinsics: signatures,
    settings,
    outcomes: findingCatalogue.map(({ slug, title }) => ({ name: slug, doc: title })),
    enabledOptions: new Set([...facts.enabledOptions, ...own.enabled]),
    disabledOptions: new Set([...facts.disabledOptions, ...own.disabled]),
    functionModels: functionModels(),
  };
}

/** The first of each name. */
function unique(list: readonly NamedConstant[]): NamedConstant[] {
  return [...new Map([...list].reverse().map((one) => [one.name, one])).values()].reverse();
}

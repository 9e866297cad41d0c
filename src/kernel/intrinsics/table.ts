/** All intrinsics, in the order in which compiled code numbers them. */
import type { IntrinsicSignature } from '../../lang/environment.ts';
import { allocation } from './allocation.ts';
import { balancing } from './balancing.ts';
import { compiled } from './compiled.ts';
import { contention } from './contention.ts';
import { contextChecks } from './context-checks.ts';
import { deadline } from './deadline.ts';
import { fork } from './fork.ts';
import { hotplug } from './hotplug.ts';
import { interrupts } from './interrupts.ts';
import { type Intrinsic, type IntrinsicTable, signatureOf } from './intrinsic.ts';
import { lockdep } from './lockdep.ts';
import { locks } from './locks.ts';
import { memory } from './memory.ts';
import { preemption } from './preemption.ts';
import { printing } from './printing.ts';
import { reports } from './reports.ts';
import { rtmutex } from './rtmutex.ts';
import { rwlocks } from './rwlocks.ts';
import { scheduling } from './scheduling.ts';
import { switching } from './switching.ts';
import { timers } from './timers.ts';
import { traces } from './traces.ts';
import { userMemory } from './user-memory.ts';

const families: readonly IntrinsicTable[] = [
  preemption,
  interrupts,
  locks,
  rwlocks,
  contention,
  rtmutex,
  lockdep,
  scheduling,
  deadline,
  balancing,
  hotplug,
  switching,
  fork,
  contextChecks,
  timers,
  memory,
  allocation,
  userMemory,
  traces,
  reports,
  printing,
];

/** Those that are executed; the index of an entry is the number in the INTR instruction. */
export const executed: readonly (readonly [name: string, intrinsic: Intrinsic])[] = families.flatMap((table) =>
  Object.entries(table),
);

/** What the language knows: the executed ones in their order, then those that are single instructions. */
export const signatures: readonly IntrinsicSignature[] = [
  ...executed.map(([name, intrinsic]) => signatureOf(name, intrinsic)),
  ...compiled,
];

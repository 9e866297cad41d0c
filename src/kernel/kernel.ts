/**
 * The kernel of one machine as TypeScript sees it: its tasks and run queues as typed views over memory, the events that
 * happened, the findings. What the kernel does step by step is kernel source; what is here only looks, records and decides.
 */
import type { Machine } from '../machine/machine.ts';
import { assert } from '../util/assert.ts';
import type { BuiltProgram } from './build.ts';
import { findingEntry } from './catalogue.ts';
import type { EventDetail, KernelEvent } from './events.ts';
import type { Finding } from './findings.ts';
import type { KernelLayouts, RqView } from './layouts.ts';
import { mappingFacts } from './mapping-facts.ts';
import type { Profile } from './profile.ts';
import { Sanitizers } from './sanitizers/sanitizers.ts';
import type { Task } from './task.ts';

/** Why a run goes no further. `running`: it does. */
export type LifeState = 'running' | 'ended' | 'stuck' | 'panic';

export interface FindingReport {
  slug: string;
  /** As the kernel would print it; the entry's title when absent. */
  headline?: string;
  /** What happened here, with names, addresses and values. */
  detail: string;
  /** The once-only site had fired before: recorded, not printed, no stop. */
  suppressed?: boolean;
}

/** A device interrupt of the program: its line and where it goes. */
export interface Device {
  line: number;
  name: string;
  cpu: number;
  nmi: boolean;
  /** The explorer or a person chooses the moment. */
  any: boolean;
}

export interface KernelParts {
  built: BuiltProgram;
  machine: Machine;
  layouts: KernelLayouts;
  /** Idle tasks first, by CPU, then the program's tasks in order of declaration. */
  tasks: readonly Task[];
  runQueues: readonly RqView[];
  devices: readonly Device[];
}

export class Kernel {
  readonly built: BuiltProgram;
  readonly profile: Profile;
  readonly machine: Machine;
  readonly layouts: KernelLayouts;
  readonly tasks: readonly Task[];
  readonly devices: readonly Device[];
  /** Everything that happened, oldest first. Cut by `truncate` when a run turns back. */
  readonly events: KernelEvent[] = [];
  readonly findings: Finding[] = [];
  /** Told of every access through a window, of maps and unmaps; report what the kernel itself does not see. */
  readonly sanitizers: Sanitizers;
  /** Number of the micro-step being executed; set by whoever runs the machine. */
  step = 0;
  readonly #runQueues: readonly RqView[];
  readonly #byAddress: ReadonlyMap<number, Task>;

  constructor(parts: KernelParts) {
    this.built = parts.built;
    this.profile = parts.built.profile;
    this.machine = parts.machine;
    this.layouts = parts.layouts;
    this.tasks = parts.tasks;
    this.devices = parts.devices;
    this.#runQueues = parts.runQueues;
    this.#byAddress = new Map(parts.tasks.map((task) => [task.address, task]));
    this.sanitizers = new Sanitizers(this, mappingFacts(this.profile));
  }

  /** Tasks that the program declares: all but the idle tasks. */
  get programTasks(): readonly Task[] {
    return this.tasks.slice(this.profile.cpus);
  }

  rq(cpu: number): RqView {
    return this.#runQueues[cpu];
  }

  idleTask(cpu: number): Task {
    return this.tasks[cpu];
  }

  /** The task that CPU `cpu` runs: `current` there. */
  currentTask(cpu: number): Task {
    return this.task(this.machine.current(cpu));
  }

  /** The task whose task_struct lies at `address` (a kernel virtual address); it is our own fault if there is none. */
  task(address: number): Task {
    const task = this.#byAddress.get(address | 0);
    assert(task, `no task_struct lies at 0x${(address >>> 0).toString(16)}`);
    return task;
  }

  /** Like `task`, for addresses that may be anything. */
  taskAt(address: number): Task | undefined {
    return this.#byAddress.get(address | 0);
  }

  taskByPid(pid: number): Task | undefined {
    return this.tasks.find((task) => task.pid === pid);
  }

  /** Records an event of CPU `cpu`, in the context of the task that runs there. */
  emit(cpu: number, detail: EventDetail): void {
    const task = this.currentTask(cpu);
    this.events.push({
      step: this.step,
      time: this.machine.now,
      cpu,
      pid: task.pid,
      comm: task.comm,
      pc: this.machine.pc(cpu),
      ...detail,
    });
    this.sanitizers.observe(cpu, detail);
  }

  /** Records a finding on CPU `cpu`, and the event that tells of it. */
  report(cpu: number, { slug, headline, detail, suppressed = false }: FindingReport): Finding {
    const entry = findingEntry(slug);
    const task = this.currentTask(cpu);
    const finding: Finding = {
      number: this.findings.length,
      slug,
      kind: entry.kind,
      reference: entry.reference,
      headline: headline ?? entry.title,
      detail,
      step: this.step,
      time: this.machine.now,
      cpu,
      pid: task.pid,
      comm: task.comm,
      pc: this.machine.pc(cpu),
      suppressed,
    };
    this.findings.push(finding);
    this.emit(cpu, { type: 'finding', slug, headline: finding.headline, finding: finding.number });
    return finding;
  }

  /** Forgets what happened after step `step`: the run turned back to it. */
  truncate(step: number): void {
    cut(this.events, step);
    cut(this.findings, step);
  }
}

function cut(list: { step: number }[], step: number): void {
  let length = list.length;
  while (length > 0 && list[length - 1].step > step) length--;
  list.length = length;
}

/**
 * The kernel of one machine as TypeScript sees it: its tasks and run queues as typed views over memory, the events that
 * happened, the findings. What the kernel does step by step is kernel source; what is here only looks, records and decides.
 */

import { FUNCTION_BASE } from '../machine/bytecode.ts';
import { StopCause } from '../machine/cpu-state.ts';
import type { Machine } from '../machine/machine.ts';
import { NO_TRANSLATION } from '../machine/mmu.ts';
import { assert } from '../util/assert.ts';
import { hex } from '../util/bits.ts';
import type { BuiltProgram } from './build.ts';
import { findingEntry } from './catalogue.ts';
import { callerPlace, functionNameAt, placeName, trapPlace } from './code-places.ts';
import { type Device, raiseDevice } from './devices.ts';
import { EmulatedFault } from './emulated-fault.ts';
import { commonFlags, commonPreemptCount, taskStart } from './event-context.ts';
import type { EventDetail, KernelEvent, TaskStart } from './events.ts';
import type { Finding } from './findings.ts';
import type { KernelLayouts, RootDomainView, RqView } from './layouts.ts';
import { type LifeState, lifeState } from './life.ts';
import { Lockdep } from './lockdep/lockdep.ts';
import { mappingFacts } from './mapping-facts.ts';
import { Once } from './once.ts';
import { optionsAt } from './options-at.ts';
import { Pkmap } from './pkmap.ts';
import type { Profile } from './profile.ts';
import { countsPreemption } from './resolve-profile.ts';
import { Sanitizers } from './sanitizers/sanitizers.ts';
import type { Task } from './task.ts';

export type { Device } from './devices.ts';
export type { LifeState } from './life.ts';

export interface FindingReport {
  slug: string;
  /** How the kernel took it, where that differs by model: the same check warns in one and stops in another. */
  kind?: Finding['kind'];
  /** As the kernel would print it; the entry's title when absent. */
  headline?: string;
  /** What happened here, with names, addresses and values. */
  detail: string;
  /** The once-only site had fired before: recorded, not printed, no stop. */
  suppressed?: boolean;
  /** Code address it is about, when that is not where the CPU is. */
  pc?: number;
}

export interface KernelParts {
  built: BuiltProgram;
  machine: Machine;
  layouts: KernelLayouts;
  /** Idle tasks first, by CPU, then kernel threads, then the program's tasks in order of declaration. */
  tasks: readonly Task[];
  /** Index of the program's first task. */
  firstTask: number;
  /** Tasks that forks will bring to life, in this order. */
  reserve: readonly Task[];
  runQueues: readonly RqView[];
  devices: readonly Device[];
  /** Frame of each page of user memory, in the order of their addresses. */
  userPages: readonly number[];
}

export class Kernel {
  readonly built: BuiltProgram;
  readonly profile: Profile;
  readonly machine: Machine;
  readonly layouts: KernelLayouts;
  readonly devices: readonly Device[];
  readonly userPages: readonly number[];
  readonly sanitizers: Sanitizers;
  readonly once: Once;
  readonly lockdep: Lockdep;
  /** The window of persistent mappings. */
  readonly pkmap: Pkmap;
  /** CONFIG_PREEMPT_COUNT. */
  readonly countsPreemption: boolean;
  /** Everything that happened, oldest first. Cut by `truncate` when a run turns back. */
  readonly events: KernelEvent[] = [];
  readonly findings: Finding[] = [];
  /** Every task that was there at boot, as it was then. */
  readonly taskStarts: readonly TaskStart[];
  /** Number of the micro-step being executed; set by whoever runs the machine. */
  step = 0;
  /** Known steps are executed again: what happens is recorded already and is not recorded twice. */
  muted = false;
  /** What all CPUs share for balancing. */
  readonly rootDomain: RootDomainView;
  readonly #firstTask: number;
  readonly #runQueues: readonly RqView[];
  /** The tasks of `tasks` when 0, 1, 2... have been made at run time. */
  readonly #tasksWith: readonly (readonly Task[])[];
  /** Word that says how many those are. */
  readonly #forkedWord: number;
  readonly #byAddress: ReadonlyMap<number, Task>;
  readonly #rqByAddress: ReadonlyMap<number, RqView>;
  /** Words of `__cpu_active_mask`, `__cpu_online_mask`, `__cpu_dying_mask` and `cpu_hotplug_active_writer`. */
  readonly #maskWords: { active: number; online: number; dying: number; writer: number };
  /** Word offset of `__preempt_need_resched` in a per-CPU segment. */
  readonly #needResched: number;

  constructor(parts: KernelParts) {
    this.built = parts.built;
    this.profile = parts.built.profile;
    this.machine = parts.machine;
    this.layouts = parts.layouts;
    this.taskStarts = parts.tasks.map(taskStart);
    this.#forkedWord = this.machine.plan.region('forked').offset >>> 2;
    this.#firstTask = parts.firstTask;
    this.#tasksWith = [parts.tasks, ...parts.reserve.map((_, i) => [...parts.tasks, ...parts.reserve.slice(0, i + 1)])];
    this.devices = parts.devices;
    this.userPages = parts.userPages;
    this.countsPreemption = countsPreemption(this.profile);
    this.#runQueues = parts.runQueues;
    this.#byAddress = new Map([...parts.tasks, ...parts.reserve].map((task) => [task.address | 0, task]));
    this.#rqByAddress = new Map(parts.runQueues.map((rq) => [this.machine.addressOf(rq.$base), rq]));
    this.#needResched = this.variableOffset('__preempt_need_resched');
    const { memory, plan } = this.machine;
    this.rootDomain = this.layouts.root_domain.view(memory, plan.region('data').offset + this.variableOffset('def_root_domain'));
    const word = (name: string) => (this.machine.plan.region('data').offset + this.variableOffset(name)) >>> 2;
    this.#maskWords = {
      active: word('__cpu_active_mask'),
      online: word('__cpu_online_mask'),
      dying: word('__cpu_dying_mask'),
      writer: word('cpu_hotplug_active_writer'),
    };
    this.once = new Once(this.machine, this.variableOffset('debug_locks'), this.profile.debug_lockdep_go_on);
    this.lockdep = new Lockdep(this);
    const facts = mappingFacts(this.profile);
    this.pkmap = new Pkmap(this, facts.layout);
    this.sanitizers = new Sanitizers(this, facts);
  }

  // ---- tasks and run queues

  /** Idle tasks first, by CPU, then kernel threads, then the program's in order of declaration, then those that were made at run time: as of now. */
  get tasks(): readonly Task[] {
    return this.#tasksWith[this.machine.memory.words[this.#forkedWord]];
  }

  /** The program's tasks and what they have made; neither idle tasks nor the kernel's own threads. */
  get programTasks(): readonly Task[] {
    return this.tasks.slice(this.#firstTask);
  }

  /** The kernel's own threads, such as `migration/0`. */
  get kernelThreads(): readonly Task[] {
    return this.#tasksWith[0].slice(this.profile.cpus, this.#firstTask);
  }

  /** Tasks that the program declares. */
  get declaredTasks(): readonly Task[] {
    return this.#tasksWith[0].slice(this.#firstTask);
  }

  /** Tasks that there can ever be: those of `tasks`, now or later. */
  get possibleTasks(): readonly Task[] {
    return this.#tasksWith[this.#tasksWith.length - 1];
  }

  /** The next task of the reserve comes to life; undefined: there is none left. */
  takeReservedTask(): Task | undefined {
    const made = this.machine.memory.words[this.#forkedWord];
    const next = this.#tasksWith[made + 1];
    if (!next) return undefined;
    this.machine.memory.write(this.#forkedWord, made + 1);
    return next[next.length - 1];
  }

  rq(cpu: number): RqView {
    return this.#runQueues[cpu];
  }

  /** The run queue at `address`; for intrinsics, which fault when there is none. */
  rqAt(address: number): RqView {
    const rq = this.#rqByAddress.get(address | 0);
    if (!rq) throw new EmulatedFault(address);
    return rq;
  }

  /** CPUs on which tasks may be placed, one bit each: all but those that are going down. */
  get activeCpus(): number {
    return this.machine.memory.words[this.#maskWords.active];
  }

  /** CPUs that run, one bit each. */
  get onlineCpus(): number {
    return this.machine.memory.words[this.#maskWords.online];
  }

  /** CPUs on their way down, one bit each. */
  get dyingCpus(): number {
    return this.machine.memory.words[this.#maskWords.dying];
  }

  /** The task that takes a CPU down or brings it up. */
  get hotplugWriter(): Task | undefined {
    return this.taskAt(this.machine.memory.words[this.#maskWords.writer]);
  }

  /** Whether a run queue lies at `address`; its lock is the first thing in it. */
  isRunQueue(address: number): boolean {
    return this.#rqByAddress.has(address | 0);
  }

  idleTask(cpu: number): Task {
    return this.tasks[cpu];
  }

  /** The task that CPU `cpu` runs: `current` there. */
  currentTask(cpu: number): Task {
    return this.task(this.machine.current(cpu));
  }

  /** The task whose task_struct lies at `address` (a kernel virtual address); intrinsics fault when there is none. */
  task(address: number): Task {
    const task = this.#byAddress.get(address | 0);
    if (!task) throw new EmulatedFault(address);
    return task;
  }

  /** Like `task`, for addresses that may be anything. */
  taskAt(address: number): Task | undefined {
    const task = this.#byAddress.get(address | 0);
    return task && task.index < this.tasks.length ? task : undefined;
  }

  taskByPid(pid: number): Task | undefined {
    return this.tasks.find((task) => task.pid === pid);
  }

  // ---- what a CPU is doing

  irqsEnabled(cpu: number): boolean {
    return this.machine.cpus[cpu].irqs_enabled !== 0;
  }

  /** Whether the CPU has taken note that its task should give way. */
  preemptNeedResched(cpu: number): boolean {
    return this.machine.memory.words[this.#needReschedWord(cpu)] !== 0;
  }

  setPreemptNeedResched(cpu: number): void {
    this.machine.memory.write(this.#needReschedWord(cpu), 1);
  }

  #needReschedWord(cpu: number): number {
    return (this.machine.offsetOf(this.machine.perCpuBase(cpu)) + this.#needResched) >>> 2;
  }

  /** Whether the run can go on, and if not, why. */
  get life(): LifeState {
    return lifeState(this);
  }

  /** How many options the choosing intrinsic has that CPU `cpu` is about to execute; 1 when it is about to do anything else. */
  optionsAt(cpu: number): number {
    return optionsAt(this, cpu);
  }

  /** A device raises its line: on its own CPU, wherever it is asked from. */
  raiseDevice(device: Device): void {
    raiseDevice(this, device);
  }

  // ---- memory and code

  /** Offset of a kernel variable in its segment; it is our own fault if the sources do not define it. */
  variableOffset(name: string): number {
    const variable = this.built.image.variables.find((one) => one.name === name);
    assert(variable, `the kernel sources define no variable ${name}`);
    return variable.offset;
  }

  /** Kernel virtual address of a static variable of the kernel. */
  dataAddress(name: string): number {
    return this.machine.addressOf(this.machine.offsetIn('data') + this.variableOffset(name));
  }

  /** Word index of the lock at `address`; the call faults when that is nothing that can be written. */
  lockWord(cpu: number, address: number): number {
    const offset = this.machine.translate(cpu, address, true);
    if (offset === NO_TRANSLATION || (offset & 3) !== 0) throw new EmulatedFault(address);
    return offset >>> 2;
  }

  /** The NUL-terminated string at `address` as CPU `cpu` sees it, at most 1,024 characters; '(efault)' where it cannot be read. */
  stringAt(cpu: number, address: number): string {
    let text = '';
    for (let i = 0; i < 1024; i++) {
      const offset = this.machine.peek((address + i) | 0, cpu);
      if (offset === NO_TRANSLATION) return `${text}(efault)`;
      const byte = this.machine.memory.bytes[offset];
      if (byte === 0) break;
      text += String.fromCharCode(byte);
    }
    return text;
  }

  /** Name of the function whose address is `pointer`, as `%pS` prints it. */
  functionName(pointer: number): string {
    const index = (pointer - FUNCTION_BASE) >>> 4;
    return this.built.image.functions[index]?.name ?? hex(pointer);
  }

  functionAt(pc: number): string {
    return functionNameAt(this.built.debug, pc);
  }

  /** File and function of the learner's code that led to where CPU `cpu` is. */
  callerName(cpu: number): string {
    return placeName(this.built.debug, callerPlace(this.machine, this.built.debug, cpu));
  }

  /** Where the exception happened that CPU `cpu` is handling. */
  trapPc(cpu: number): number {
    return trapPlace(this.machine, cpu);
  }

  // ---- what happened

  /** Records an event of CPU `cpu`, in the context of the task that runs there. */
  emit(cpu: number, detail: EventDetail): void {
    if (!this.muted) {
      const task = this.currentTask(cpu);
      const { pid, comm } = task;
      this.events.push({
        step: this.step,
        time: this.machine.now,
        cpu,
        pid,
        comm,
        pc: this.machine.pc(cpu),
        common_flags: commonFlags(this, cpu, task),
        common_preempt_count: commonPreemptCount(task),
        ...detail,
      });
    }
    this.sanitizers.observe(cpu, detail);
  }

  /** Records a finding on CPU `cpu`, and the event that tells of it. */
  report(cpu: number, { slug, kind, headline, detail, suppressed = false, pc }: FindingReport): Finding {
    const entry = findingEntry(slug);
    const task = this.currentTask(cpu);
    const finding: Finding = {
      number: this.findings.length,
      slug,
      kind: kind ?? entry.kind,
      reference: entry.reference,
      headline: headline ?? entry.title,
      detail,
      step: this.step,
      time: this.machine.now,
      cpu,
      pid: task.pid,
      comm: task.comm,
      pc: pc ?? this.machine.pc(cpu) - 1,
      suppressed,
    };
    // As oops_enter() does: what locks are held then is anybody's guess.
    if (finding.kind === 'bug' || finding.kind === 'oops') this.once.turnLocksOff();
    if (!this.muted) this.findings.push(finding);
    this.emit(cpu, { type: 'finding', slug, headline: finding.headline, finding: finding.number });
    return finding;
  }

  /** Reports the first time that this place does; later ones are recorded as suppressed. */
  reportOnce(cpu: number, report: FindingReport): Finding {
    return this.report(cpu, { ...report, suppressed: !this.once.take(this.machine.pc(cpu) - 1) });
  }

  /** A check of the locking debug code: the first report anywhere silences all others. */
  reportLocks(cpu: number, report: FindingReport): Finding {
    return this.report(cpu, { ...report, suppressed: !this.once.takeDebugLocks() });
  }

  /** Whether the machine has panicked. */
  get panicked(): boolean {
    return this.machine.stopped === StopCause.panic;
  }
}

/**
 * Stepping forward: over, in, out. A step follows its task: while the task is switched out the machine runs on until it is
 * back. With `step_follows = cpu` it follows the CPU and ends in whatever task comes next there. An interrupt that lands
 * in the middle is stepped over, unless it is the very next thing that happens and the step goes in.
 */
import { ChoiceKind } from '../history/choice.ts';
import type { KernelEvent } from '../kernel/events.ts';
import type { Task } from '../kernel/task.ts';
import type { StepGranularity, Stop } from './api.ts';
import { Mark } from './code-map.ts';
import type { Debuggee } from './debuggee.ts';
import { eventText } from './event-text.ts';
import { FrameChain } from './frame-chain.ts';
import type { Goal } from './goal.ts';
import type { Stops } from './stops.ts';
import { hasExited } from './tasks.ts';

export type StepKind = 'next' | 'in' | 'out';

export class StepGoal implements Goal {
  readonly checks = true;
  readonly #debuggee: Debuggee;
  readonly #stops: Stops;
  readonly #task: Task;
  readonly #kind: StepKind;
  readonly #granularity: StepGranularity;
  readonly #followsCpu: boolean;
  readonly #chain: FrameChain;
  readonly #startPc: number;
  readonly #startFp: number;
  readonly #startLine: string;
  #cpu: number;
  /** The task has gone on from where it stood; an interrupt may come in and return before that. */
  #begun = false;
  /** The task has executed something since the step began. */
  #stepped = false;
  /** An interrupt came in before the task did anything: a step in enters it. */
  #enters = false;

  constructor(debuggee: Debuggee, stops: Stops, task: Task, kind: StepKind, granularity: StepGranularity) {
    const { pc, fp } = debuggee.position(task);
    this.#debuggee = debuggee;
    this.#stops = stops;
    this.#task = task;
    this.#kind = kind;
    this.#granularity = granularity;
    this.#cpu = debuggee.cpuOf(task);
    this.#followsCpu = debuggee.built.profile.step_follows === 'cpu' && this.#cpu >= 0;
    this.#chain = new FrameChain(debuggee.machine, pc, fp, kind === 'out' ? 1 : 0);
    this.#startPc = pc;
    this.#startFp = fp;
    this.#startLine = this.#lineAt(pc);
  }

  before(cpu: number, pc: number): undefined {
    if (this.#begun || pc !== this.#startPc) return;
    const { machine } = this.#debuggee;
    this.#begun = machine.current(cpu) === this.#task.address && (machine.cpus[cpu].fp | 0) === this.#startFp;
  }

  after(kind: ChoiceKind, cpu: number): Stop | undefined {
    if (kind !== ChoiceKind.step && kind !== ChoiceKind.deliver) return undefined;
    const { machine } = this.#debuggee;
    const isTask = machine.current(cpu) === this.#task.address;
    if (this.#followsCpu) {
      if (cpu !== this.#cpu) return undefined;
    } else if (!isTask) {
      return cpu === this.#cpu ? this.#gone(cpu) : undefined;
    }
    this.#cpu = cpu;
    if (kind === ChoiceKind.deliver && !this.#stepped) this.#enters = true;
    if (kind === ChoiceKind.step) this.#stepped = true;
    return this.#arrived(cpu, isTask) ? this.#stops.onCpu(cpu, 'step', this.#description(isTask, cpu)) : undefined;
  }

  onEvent(event: KernelEvent): Stop | undefined {
    if (this.#granularity !== 'event') return undefined;
    const ours = this.#followsCpu ? event.cpu === this.#cpu : this.#debuggee.machine.current(event.cpu) === this.#task.address;
    return ours ? this.#stops.onCpu(event.cpu, 'step', eventText(event), { event }) : undefined;
  }

  /** The CPU left the task. If it never comes back, neither does the step. */
  #gone(cpu: number): Stop | undefined {
    if (!hasExited(this.#task)) return undefined;
    return this.#stops.onCpu(cpu, 'step', `${this.#task.comm} has exited`);
  }

  #arrived(cpu: number, isTask: boolean): boolean {
    const { machine, code } = this.#debuggee;
    const pc = machine.pc(cpu);
    const { fp } = machine.cpus[cpu];
    if (this.#granularity === 'event') return false;
    if (!isTask) return (code.marks[pc] & Mark.statement) !== 0;
    if (!this.#begun && pc === this.#startPc && (fp | 0) === this.#startFp) return false;
    if (this.#granularity === 'instruction') return this.#kind === 'in' || this.#chain.has(fp);
    if (this.#kind === 'out') return this.#chain.has(fp);
    if ((code.marks[pc] & Mark.statement) === 0) return false;
    if (this.#granularity === 'line' && (fp | 0) === this.#startFp && this.#lineAt(pc) === this.#startLine) return false;
    if (this.#kind === 'next') return this.#chain.has(fp);
    return this.#enters || !this.#chain.interruptedAt(pc, fp);
  }

  #lineAt(pc: number): string {
    if (this.#granularity !== 'line') return '';
    const location = this.#debuggee.code.locationAt(pc);
    return location ? `${location.uri}:${location.line}` : '';
  }

  #description(isTask: boolean, cpu: number): string {
    return isTask ? 'step' : `step: CPU ${cpu} now runs ${this.#debuggee.kernel.currentTask(cpu).comm}`;
  }
}

/** The scopes of a frame: its locals, its task, its CPU, the machine, the static variables. */
import type { TaskView } from '../kernel/layouts.ts';
import type { GlobalInfo } from '../lang/debug-info.ts';
import { hex } from '../util/bits.ts';
import { contextOf, decodePreemptCount } from '../views/preempt-count.ts';
import type { ScopeName, Variable } from './api.ts';
import type { Debuggee } from './debuggee.ts';
import { pageList, slotList } from './hardware-lists.ts';
import { FrameReader } from './reader.ts';
import type { FrameContext } from './stack.ts';
import { milliseconds, taskInfo } from './tasks.ts';
import type { Variables } from './variables.ts';

/** The per-CPU variable that is shown as `rq`. */
const RUN_QUEUES = 'runqueues';

export interface ScopeList {
  name: ScopeName;
  label: string;
  reference: number;
}

export class Scopes {
  readonly #debuggee: Debuggee;
  readonly #variables: Variables;

  constructor(debuggee: Debuggee, variables: Variables) {
    this.#debuggee = debuggee;
    this.#variables = variables;
  }

  of(frame: FrameContext): ScopeList[] {
    const reader = new FrameReader(this.#debuggee, frame);
    const cpu = reader.cpu();
    const scope = (name: ScopeName, label: string, make: () => Variable[]): ScopeList => ({
      name,
      label,
      reference: this.#variables.list(frame, make),
    });
    return [
      scope('locals', 'Locals', () => this.#locals(frame, reader)),
      scope('task', `Task ${frame.task.comm}`, () => this.#task(frame)),
      scope('cpu', `CPU ${cpu}`, () => this.#cpu(frame, cpu)),
      scope('machine', 'Machine', () => this.#machine()),
      scope('globals', 'Globals', () => this.#globals(frame)),
    ];
  }

  #locals(frame: FrameContext, reader: FrameReader): Variable[] {
    return reader.locals().map((local) => {
      const place = reader.localPlace(local);
      const address = place.kind === 'address' ? place.address : 0;
      const variable = this.#variables.object({ name: local.name, expression: local.name }, local.type, address, frame);
      return place.kind === 'address' && place.unset
        ? { ...variable, value: '(not set yet)', reference: 0, changed: false }
        : variable;
    });
  }

  #task(frame: FrameContext): Variable[] {
    const info = taskInfo(this.#debuggee, frame.task);
    const type = this.#debuggee.built.program.names.struct('task_struct');
    const state = this.#variables.note('(state)', info.state);
    if (!type) return [state];
    const whole = this.#variables.object({ name: 'current', expression: '*current' }, type, frame.task.address, frame);
    return [state, ...this.#variables.children(whole.reference)];
  }

  #cpu(frame: FrameContext, cpu: number): Variable[] {
    const { kernel, machine, built, code } = this.#debuggee;
    const state = machine.cpus[cpu];
    const running = kernel.currentTask(cpu);
    const notes = [
      this.#variables.note('(runs)', running.comm),
      this.#variables.note('(preempt_count)', preemptText(running.view)),
      this.#variables.note('(interrupts)', state.irqs_enabled ? 'on' : 'off'),
      this.#variables.note('(pending lines)', state.pending === 0 ? 'none' : hex(state.pending, 1)),
      this.#variables.note('(halted)', state.halted ? 'yes' : 'no'),
      this.#variables.note('(clock)', milliseconds(state.clock)),
    ];
    const rq = built.program.names.struct('rq');
    const queue = rq
      ? [
          this.#variables.object(
            { name: 'rq', expression: `*cpu_rq(${cpu})` },
            rq,
            machine.addressOf(kernel.rq(cpu).$base),
            frame,
          ),
        ]
      : [];
    const perCpu = code.debug.globals
      .filter((global) => global.storage === 'perCpu' && global.name !== RUN_QUEUES)
      .map((global) => {
        const named = { name: global.name, expression: `per_cpu(${global.name}, ${cpu})` };
        return this.#variables.object(named, global.type, machine.perCpuBase(cpu) + global.address, frame);
      });
    return [...notes, ...queue, ...perCpu];
  }

  #machine(): Variable[] {
    const { built, walk, machine } = this.#debuggee;
    const settings = Object.entries(built.profile).map(([name, value]) => this.#variables.note(name, String(value)));
    const reference = this.#variables.list(undefined, () => settings);
    return [
      this.#variables.note('(step)', `${walk.step}`),
      this.#variables.note('(time)', milliseconds(machine.now)),
      this.#variables.note('(mapping)', built.profile.mapping),
      this.#listed('(pages)', pageList(this.#debuggee), 'pages'),
      this.#listed('(slots)', slotList(this.#debuggee), 'slots'),
      this.#variables.note('(settings)', `${settings.length} settings`, '', reference),
    ];
  }

  #listed(name: string, list: Variable[], what: string): Variable {
    const reference = list.length > 0 ? this.#variables.list(undefined, () => list) : 0;
    return this.#variables.note(name, `${list.length} ${what}`, '', reference);
  }

  #globals(frame: FrameContext): Variable[] {
    const { globals } = this.#debuggee.code.debug;
    const shown = (global: GlobalInfo) =>
      this.#variables.object({ name: global.name, expression: global.name }, global.type, global.address, frame);
    const program = (global: GlobalInfo) => (global.storage === 'page' ? 0 : 1);
    return globals
      .filter((global) => global.storage !== 'perCpu')
      .sort((a, b) => program(a) - program(b))
      .map(shown);
  }
}

/** `0x00000001: depth 1, task context`. */
function preemptText({ thread_info, softirq_disable_cnt }: TaskView): string {
  const count = decodePreemptCount(thread_info.preempt_count, softirq_disable_cnt);
  return `${count.raw}: depth ${count.preempt}, ${contextOf(count)} context`;
}

/**
 * Leaks: mappings left behind by an interrupt handler, at exit, or at the return to user mode. The kernel checks only the last one,
 * and only in kmap_local; here the others are looked at as well, from the events that mark those moments.
 */
import type { Machine } from '../../machine/machine.ts';
import type { RegionRequest } from '../../machine/memory-plan.ts';
import type { EventDetail } from '../events.ts';
import type { Kernel } from '../kernel.ts';
import type { MappingFacts } from '../mapping-facts.ts';
import { mappingIndex } from '../mapping-index.ts';
import type { Task } from '../task.ts';
import { taskName } from './describe.ts';
import type { MappingShadow } from './shadow.ts';

const REGION = 'shadow:irq';
/** Handlers that can nest on one CPU and are watched: an NMI over hardirqs that enable interrupts. */
const NESTING_MAX = 15;

export function leakRegion(cpus: number): RegionRequest {
  return { name: REGION, area: 'hardware', size: (NESTING_MAX + 1) * 4, count: cpus, owner: 'cpu' };
}

const mappings = (count: number): string => (count === 1 ? 'one mapping' : `${count} mappings`);

export class LeakCheck {
  readonly #kernel: Kernel;
  readonly #machine: Machine;
  readonly #facts: MappingFacts;
  readonly #shadow: MappingShadow;
  readonly #region: { offset: number; stride: number };

  constructor(kernel: Kernel, facts: MappingFacts, shadow: MappingShadow) {
    this.#kernel = kernel;
    this.#machine = kernel.machine;
    this.#facts = facts;
    this.#shadow = shadow;
    this.#region = kernel.machine.plan.region(REGION);
  }

  observe(cpu: number, event: EventDetail): void {
    switch (event.type) {
      case 'irq_handler_entry':
      case 'nmi_entry':
        this.#handlerEntered(cpu);
        break;
      case 'irq_handler_exit':
      case 'nmi_exit':
        this.#handlerLeft(cpu);
        break;
      case 'sched_process_exit':
        this.#left(cpu, 'leak_at_exit', 'exits');
        break;
      case 'sys_exit':
        if (this.#kernel.profile.mapping !== 'kmap_local') this.#left(cpu, 'leak_at_user_return', 'returns to user mode');
        break;
    }
  }

  #handlerEntered(cpu: number): void {
    const at = this.#word(cpu);
    const depth = this.#machine.memory.words[at];
    if (depth < NESTING_MAX) this.#machine.memory.write(at + 1 + depth, this.#depth(cpu));
    this.#machine.memory.write(at, depth + 1);
  }

  #handlerLeft(cpu: number): void {
    const at = this.#word(cpu);
    const depth = this.#machine.memory.words[at] - 1;
    if (depth < 0) return;
    this.#machine.memory.write(at, depth);
    if (depth >= NESTING_MAX) return;
    const left = (this.#depth(cpu) - this.#machine.memory.words[at + 1 + depth]) / this.#facts.increment;
    if (left === 0) return;
    const what = left > 0 ? `leaves ${mappings(left)} behind` : `has unmapped ${mappings(-left)} too many`;
    this.#kernel.report(cpu, {
      slug: 'leak_at_irq_return',
      headline: `an interrupt handler on CPU ${cpu} ${what}`,
      detail: this.#whoseStack(cpu),
    });
  }

  #whoseStack(cpu: number): string {
    switch (this.#facts.holder) {
      case 'task':
        return `Handlers map on the stack of the task that they interrupt; here it is that of ${taskName(this.#task(cpu))}, which knows nothing of it`;
      case 'cpu':
        return `Handlers map on the stack of the CPU; whoever unmaps next on CPU ${cpu} gets the wrong slot`;
      case 'types':
        return `The slots of its types stay in use; the next one on CPU ${cpu} that takes such a type finds it busy`;
      case 'shared':
        return 'Such mappings belong to nobody';
    }
  }

  /** What a handler has to leave as it was. Where there is no index, the mappings made and not unmapped are counted. */
  #depth(cpu: number): number {
    if (this.#facts.holder === 'types') return this.#shadow.liveCount(this.#task(cpu).index);
    return mappingIndex(this.#kernel, cpu);
  }

  #left(cpu: number, slug: string, what: string): void {
    const task = this.#task(cpu);
    const { holder, increment } = this.#facts;
    const count = holder === 'task' ? task.view.kmap_ctrl.idx / increment : this.#shadow.liveCount(task.index);
    if (count <= 0 || this.#wasKilled(task)) return;
    this.#kernel.report(cpu, {
      slug,
      headline: `${taskName(task)} ${what} with ${mappings(count)}`,
      detail: 'Every map call needs its unmap in the same task, newest first',
    });
  }

  /** A task that an oops has ended could not have unmapped; that it leaks is no finding of its own. */
  #wasKilled(task: Task): boolean {
    return this.#kernel.findings.some(
      ({ pid, kind }) => pid === task.pid && (kind === 'bug' || kind === 'oops' || kind === 'panic'),
    );
  }

  #task(cpu: number): Task {
    return this.#kernel.currentTask(cpu);
  }

  #word(cpu: number): number {
    return (this.#region.offset + cpu * this.#region.stride) >>> 2;
  }
}

/** The lines of lockdep's reports, worded as in `kernel/locking/lockdep.c`; places are file and line of the program. */
import { LineIndex } from '../../lang/line-index.ts';
import { statementAt } from '../code-places.ts';
import type { Kernel } from '../kernel.ts';
import type { HeldLockView } from '../layouts/lockdep.ts';
import type { TaskView } from '../layouts.ts';
import type { Task } from '../task.ts';
import { type LockContext, lockContext } from './context.ts';
import type { LockClasses } from './lock-classes.ts';
import { usageText } from './usage.ts';

/** A lock in a report: one that is held, or that is about to be. */
export interface ShownLock {
  instance: number;
  classIndex: number;
  ip: number;
}

/** `writer (raw.klab:12)`: function, file and line of a code address. */
export function placeText(kernel: Kernel, pc: number): string {
  const { debug } = kernel.built;
  const name = kernel.functionAt(pc);
  const statement = statementAt(debug, pc);
  if (!statement) return name;
  const { uri, text } = debug.sources[statement.span.source];
  return `${name} (${uri.replace(/^klab-kernel:\//, '').replace(/^.*:.*[/\\]/, '')}:${new LineIndex(text).lineOf(statement.span.start) + 1})`;
}

export class Splat {
  readonly #kernel: Kernel;
  readonly #classes: LockClasses;

  constructor(kernel: Kernel, classes: LockClasses) {
    this.#kernel = kernel;
    this.#classes = classes;
  }

  place(ip: number): string {
    return placeText(this.#kernel, ip);
  }

  name(classIndex: number): string {
    return this.#classes.name(classIndex);
  }

  /** `(s){+.+.}-{3:3}` */
  className(classIndex: number): string {
    const { usage_mask } = this.#classes.view(classIndex);
    const types = `${this.#classes.outer(classIndex)}:${this.#classes.inner(classIndex)}`;
    return `(${this.name(classIndex)}){${usageText(usage_mask)}}-{${types}}`;
  }

  /** `c1000010 (s){+.+.}-{3:3}, at: writer (raw.klab:12)` */
  lock({ instance, classIndex, ip }: ShownLock): string {
    return `${(instance >>> 0).toString(16).padStart(8, '0')} ${this.className(classIndex)}, at: ${this.place(ip)}`;
  }

  /** `1 lock held by writer/100:` and a line for each. */
  heldLocks(task: Task): string[] {
    const { view, comm, pid } = task;
    const depth = view.lockdep_depth;
    if (depth === 0) return [`no locks held by ${comm}/${pid}.`];
    const lines = [`${depth} lock${depth > 1 ? 's' : ''} held by ${comm}/${pid}:`];
    for (let i = 0; i < depth; i++) lines.push(` #${i}: ${this.lock(shown(view.held_locks[i]))}`);
    return lines;
  }

  /** The lines that every report ends with. */
  end(task: Task): string[] {
    return ['other info that might help us debug this:', ...this.heldLocks(task)];
  }

  /** `[HC0[0]:SC0[0]:HE1:SE1]`: hardirq and softirq context, and whether they are on. */
  irqState(cpu: number): string {
    const { hardirq, softirq, hardirqsOn, softirqsOn }: LockContext = lockContext(this.#kernel, cpu);
    const hc = Number(hardirq);
    const sc = Number(softirq);
    return `[HC${hc}[${hc}]:SC${sc}[${sc}]:HE${Number(hardirqsOn)}:SE${Number(softirqsOn)}]`;
  }
}

export function shown(held: HeldLockView): ShownLock {
  return { instance: held.instance, classIndex: held.class_idx, ip: held.acquire_ip };
}

/** The locks that a task holds, outermost first. */
export function heldLocksOf(view: TaskView): HeldLockView[] {
  return view.held_locks.slice(0, view.lockdep_depth);
}

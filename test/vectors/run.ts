/** Runs a vector's program through the session, and what its test asks about the run. */
import type { KernelEvent } from '../../src/kernel/events.ts';
import type { Finding } from '../../src/kernel/findings.ts';
import type { Session } from '../../src/session/api.ts';
import { createSession } from '../../src/session/session.ts';

/** No vector needs more micro-steps than this. */
const STEPS_MAX = 400_000;

export interface VectorOptions {
  schedule?: string;
  settings?: Record<string, string | number | boolean>;
  /** Texts of files that the program names: its own mapping model. */
  files?: Record<string, string>;
}

export function open(text: string, { schedule, settings, files }: VectorOptions = {}, history = false): Session {
  const { session, diagnostics } = createSession({
    uri: 'vector.klab',
    text,
    settings,
    history,
    schedule: schedule === undefined ? undefined : { name: schedule },
    readFile: (path) => files?.[path],
  });
  if (!session) {
    const lines = diagnostics.map(({ uri, range, message }) => {
      const line = uri === 'vector.klab' ? text.slice(0, range.start).split('\n').length : 0;
      return `${uri}:${line}: ${message}`;
    });
    throw new Error(`the program does not build\n${lines.join('\n')}`);
  }
  session.setEventBreakpoints([], 'none');
  return session;
}

function finish(session: Session): void {
  session.run({ kind: 'continue' }, STEPS_MAX);
  if (!session.ended) throw new Error(`the run does not end: step ${session.step}, ${session.stop.description}`);
}

export function runVector(text: string, options: VectorOptions = {}): VectorRun {
  const session = open(text, options);
  finish(session);
  if (options.schedule !== undefined && session.scheduleState !== 'followed') {
    throw new Error(`the schedule '${options.schedule}' is ${session.scheduleState}: its interrupt never came`);
  }
  return new VectorRun(session, '');
}

/**
 * Runs the program once for each micro-step of the switch from task a to task b, from the event of the switch to the first line that b
 * prints afterwards, with its one interrupt raised before that step.
 */
export function sweepSwitch(text: string): VectorRun[] {
  const session = open(text, {}, true);
  const [device] = session.raisableInterrupts();
  finish(session);
  const events = session.events(0);
  const from = events.find((event) => event.type === 'sched_switch' && event.prev_comm === 'a' && event.next_comm === 'b');
  const to = events.find((event) => event.type === 'printk' && event.comm === 'b' && event.step > (from?.step ?? 0));
  if (!from || !to) throw new Error('the program has no switch from a to b');
  const runs: VectorRun[] = [];
  // Backwards, since each run makes a branch: going back to an earlier step leaves nothing of it.
  for (let step = to.step - 1; step >= from.step; step--) {
    session.run({ kind: 'to-step', step }, STEPS_MAX);
    const raised = session.raiseInterrupt(device.line, device.cpu);
    if (!raised.ok) throw new Error(raised.message);
    finish(session);
    runs.push(new VectorRun(session, `interrupt before step ${step + 1}`, from.step));
  }
  return runs.reverse();
}

const address = (value: number): string => (value >>> 0).toString(16);

export class VectorRun {
  readonly where: string;
  readonly #events: readonly KernelEvent[];
  readonly #findings: readonly Finding[];
  readonly #switchStep: number;
  readonly #idx: ReadonlyMap<string, number>;

  constructor(session: Session, where: string, switchStep = 0) {
    this.where = where;
    this.#events = [...session.events(0)];
    this.#findings = [...session.findings];
    this.#switchStep = switchStep;
    this.#idx = new Map(session.kernel.programTasks.map((task) => [task.comm, task.view.kmap_ctrl.idx]));
  }

  /** Everything that the program printed, oldest first; not the kernel's notes about a task that it had to kill. */
  printed(): string[] {
    return this.#of('printk').flatMap(({ text }) => (text.startsWith('note: ') ? [] : [text.trimEnd()]));
  }

  /** Slugs of all findings; the leaks that a killed task leaves behind are a matter of their own. */
  findings(): string[] {
    return this.#findings.map(({ slug, suppressed }) => (suppressed ? `${slug} (suppressed)` : slug));
  }

  kernelFindings(): string[] {
    return this.#slugs((finding) => finding.kind !== 'sanitizer');
  }

  sanitizerFindings(): string[] {
    return this.#slugs((finding) => finding.kind === 'sanitizer');
  }

  #slugs(wanted: (finding: Finding) => boolean): string[] {
    return this.#findings.filter(wanted).map(({ slug, suppressed }) => (suppressed ? `${slug} (suppressed)` : slug));
  }

  /** `slug as kind` of what the kernel itself reported. */
  kinds(): string[] {
    return this.#findings.filter(({ kind }) => kind !== 'sanitizer').map(({ slug, kind }) => `${slug} as ${kind}`);
  }

  sanitizerHeadlines(): string[] {
    return this.#findings.filter(({ kind }) => kind === 'sanitizer').map(({ headline }) => headline);
  }

  /** Details of all findings. */
  details(): string[] {
    return this.#findings.map(({ detail }) => detail);
  }

  /** Flushes of more than one page: `range ff400000 on CPU 0`, `all on CPU 1`. */
  flushes(): string[] {
    return this.#of('tlb_flush').flatMap(({ scope, address: at, cpu }) =>
      scope === 'page' ? [] : [`${scope}${scope === 'all' ? '' : ` ${address(at)}`} on CPU ${cpu}`],
    );
  }

  /** Slots of the maps (or unmaps), in order. */
  slots(type: 'kmap' | 'kunmap'): number[] {
    return this.#events.flatMap((event) => (event.type === type ? [event.slot] : []));
  }

  /** Page table and TLB changes, in order: `set_pte fffbb000`. */
  tableChanges(): string[] {
    return this.#events.flatMap((event) =>
      event.type === 'set_pte' || event.type === 'clear_pte' || event.type === 'tlb_flush' || event.type === 'cache_flush'
        ? [`${event.type} ${address(event.address)}`]
        : [],
    );
  }

  /** Flushes of the data cache: addresses of pages, or `all`. */
  cacheFlushes(): string[] {
    return this.#of('cache_flush').map((event) => (event.address < 0 ? 'all' : address(event.address)));
  }

  ptesSet(): string[] {
    return this.#of('set_pte').map((event) => address(event.address));
  }

  ptesCleared(comm: string): string[] {
    return this.#of('clear_pte').flatMap((event) => (event.comm === comm ? [address(event.address)] : []));
  }

  /** Addresses of the kernel page faults. */
  faults(): string[] {
    return this.#of('page_fault_kernel').map((event) => address(event.address));
  }

  /** `kmap_ctrl.idx` of a task at the end. */
  idxOf(comm: string): number | undefined {
    return this.#idx.get(comm);
  }

  /** Addresses that the interrupt handler of the switch programs got. */
  handlerAddresses(): string[] {
    return this.printed().flatMap((line) => /^irq on \w+ ([0-9a-f]+)$/.exec(line)?.[1] ?? []);
  }

  /** The task that the handler ran on. */
  handlerTask(): string | undefined {
    return this.#handlerEntry()?.comm;
  }

  /** How many slots the switch had restored when the handler came in. */
  restoredBefore(): number {
    return this.#inSwitchBeforeHandler('set_pte');
  }

  /** How many slots the switch had cleared when the handler came in. */
  clearedBefore(): number {
    return this.#inSwitchBeforeHandler('clear_pte');
  }

  /** How many translations the switch had flushed when the handler came in. */
  flushedBefore(): number {
    return this.#inSwitchBeforeHandler('tlb_flush');
  }

  #inSwitchBeforeHandler(type: KernelEvent['type']): number {
    const entry = this.#handlerEntry();
    const limit = entry ? this.#events.indexOf(entry) : this.#events.length;
    return this.#events.filter((event, index) => event.type === type && event.step > this.#switchStep && index < limit).length;
  }

  #handlerEntry(): KernelEvent | undefined {
    return this.#events.find((event) => event.type === 'irq_handler_entry' || event.type === 'nmi_entry');
  }

  #of<T extends KernelEvent['type']>(type: T): (KernelEvent & { type: T })[] {
    return this.#events.filter((event): event is KernelEvent & { type: T } => event.type === type);
  }
}

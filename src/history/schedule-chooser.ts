/**
 * Follows a schedule: chooses its entries, in their order, and leaves everything else to the base chooser. With the very
 * program and kernel of the recording an entry happens at its step; otherwise at its position in the program.
 */

import { Line } from '../machine/lines.ts';
import type { Anchors } from './anchors.ts';
import { type Choice, ChoiceKind, choiceArgument, choiceCpu, choiceKind, makeChoice } from './choice.ts';
import { enabled } from './enabled.ts';
import type { MemoryChange } from './run.ts';
import type { RunKernel } from './run-kernel.ts';
import type { Schedule, ScheduleEntry } from './schedule.ts';

/** What decides new steps instead of the default choice. */
export interface Chooser {
  /** The choice for new step `step`; undefined: the default one. */
  choose(step: number): Choice | undefined;
  /** A new step is about to be done by `choice`; `pc` is where its CPU begins it. */
  stepped?(choice: Choice, pc: number): void;
  /** The run that asks from now on; it numbers changes of memory. */
  attach?(run: { noteChange(change: MemoryChange): Choice }): void;
}

/** Hashes of what runs now, compared with those in a schedule. */
export interface ProgramHashes {
  programHash: string;
  kernelHash: string;
}

interface Waiting {
  entry: ScheduleEntry;
  /** Where the CPU must be; undefined: only the step counts. */
  cpu: number;
  pc: number | undefined;
  hit: number;
  offset: number;
  /** The CPU's step count when the n-th hit began; 0 before. */
  hitAt: number;
  /** Steps left of a run of steps. */
  left: number;
  /** A change of memory that the run has numbered. */
  change?: Choice;
}

/** A chooser for `schedule`, or why it is skipped as a whole. */
export function followSchedule(
  kernel: RunKernel,
  schedule: Schedule,
  anchors: Anchors,
  hashes: ProgramHashes,
): { chooser: ScheduleChooser | undefined; notes: string[] } {
  const same = schedule.program === hashes.programHash && schedule.kernel === hashes.kernelHash;
  const exact = same && schedule.entries.every(({ step }) => step !== undefined);
  const notes: string[] = [];
  if (!exact) {
    for (const { at, line } of schedule.entries) {
      if (at && anchors.addresses(at).length === 0) notes.push(`${place(line)}${anchors.missing(at)}`);
    }
    if (notes.length > 0) return { chooser: undefined, notes: [...notes, 'the schedule is skipped'] };
  }
  for (const entry of schedule.entries) {
    const missing = missingPart(kernel, entry);
    if (missing) return { chooser: undefined, notes: [`${place(entry.line)}${missing}; the schedule is skipped`] };
  }
  return { chooser: new ScheduleChooser(kernel, schedule, anchors, exact, notes), notes };
}

const place = (line: number): string => (line > 0 ? `line ${line}: ` : '');

/** What `entry` names that this machine does not have. */
function missingPart(kernel: RunKernel, { choice, at }: ScheduleEntry): string | undefined {
  const { cpuCount, memory } = kernel.machine;
  const cpu = Math.max('cpu' in choice ? (choice.cpu ?? 0) : 0, at?.cpu ?? 0);
  if (cpu >= cpuCount) return `there is no CPU ${cpu}`;
  if (choice.kind === 'raise' && !findDevice(kernel, choice.device)) return `there is no device ${choice.device}`;
  const outside = choice.kind === 'change' && choice.words.find(({ offset }) => offset >= memory.bytes.length);
  return outside ? `there is no memory at offset 0x${outside.offset.toString(16)}` : undefined;
}

function findDevice(kernel: RunKernel, device: string | number): { line: number; cpu: number } | undefined {
  if (typeof device === 'number') {
    const known = device <= Line.callFunction || device === Line.nmi;
    return kernel.devices.find(({ line }) => line === device) ?? (known ? { line: device, cpu: 0 } : undefined);
  }
  return kernel.devices.find(({ name }) => name === device);
}

export class ScheduleChooser implements Chooser {
  /** What could not be followed, for people. */
  readonly notes: string[];
  readonly #kernel: RunKernel;
  readonly #exact: boolean;
  readonly #entries: Waiting[];
  /** Steps that each CPU began. */
  readonly #cpuSteps: number[];
  /** Times that a CPU began a step at an address somebody waits for; key is address * 8 + CPU. */
  readonly #hits = new Map<number, number>();
  readonly #waitingFor = new Map<number, Waiting[]>();
  #current = 0;
  /** The choice of the present entry, while it is not made yet. */
  #proposed: Choice | undefined;
  #run: { noteChange(change: MemoryChange): Choice } | undefined;

  constructor(kernel: RunKernel, schedule: Schedule, anchors: Anchors, exact: boolean, notes: string[]) {
    this.#kernel = kernel;
    this.#exact = exact;
    this.notes = notes;
    this.#cpuSteps = Array(kernel.machine.cpuCount).fill(0);
    this.#entries = schedule.entries.map((entry) => this.#prepare(entry, anchors));
  }

  /** Whether every entry was followed or given up. */
  get finished(): boolean {
    return this.#current >= this.#entries.length;
  }

  attach(run: { noteChange(change: MemoryChange): Choice }): void {
    this.#run = run;
  }

  choose(step: number): Choice | undefined {
    this.#proposed = undefined;
    for (; this.#current < this.#entries.length; this.#current++) {
      const waiting = this.#entries[this.#current];
      const when = this.#exact ? Math.sign(step - waiting.entry.step!) : this.#compare(waiting, step);
      const { choice } = waiting.entry;
      if (choice.kind === 'run' && choice.count === undefined) {
        if (when < 0) return this.#runOnly(choice.cpu);
        continue;
      }
      if (when < 0) return undefined;
      if (waiting.left === 0) continue;
      if (when > 0 && waiting.left === lengthOf(waiting.entry)) {
        this.#note(waiting.entry, 'its moment passed before the entries above it were done');
        continue;
      }
      this.#proposed = this.#make(waiting);
      if (this.#proposed !== undefined) return this.#proposed;
      this.#note(waiting.entry, 'it cannot happen at this point of this run');
    }
    return undefined;
  }

  stepped(choice: Choice, pc: number): void {
    if (choice === this.#proposed) this.#entries[this.#current].left--;
    this.#proposed = undefined;
    if (choiceKind(choice) !== ChoiceKind.step) return;
    const cpu = choiceCpu(choice);
    const count = ++this.#cpuSteps[cpu];
    const key = pc * 8 + cpu;
    const waiting = this.#waitingFor.get(key);
    if (!waiting) return;
    const hits = (this.#hits.get(key) ?? 0) + 1;
    this.#hits.set(key, hits);
    for (const each of waiting) if (each.hit === hits) each.hitAt = count;
  }

  #prepare(entry: ScheduleEntry, anchors: Anchors): Waiting {
    const { at } = entry;
    const cpu = at?.cpu ?? this.#cpuOf(entry);
    const pc = at && !this.#exact ? anchors.addresses(at)[0] : undefined;
    const waiting: Waiting = {
      entry,
      cpu,
      pc,
      hit: at?.hit ?? 1,
      offset: at?.offset ?? 0,
      hitAt: 0,
      left: lengthOf(entry),
    };
    if (pc !== undefined) {
      const key = pc * 8 + cpu;
      const list = this.#waitingFor.get(key);
      if (list) list.push(waiting);
      else this.#waitingFor.set(key, [waiting]);
    }
    return waiting;
  }

  /** CPU whose hits count when the position does not say. */
  #cpuOf({ choice }: ScheduleEntry): number {
    if ('cpu' in choice && choice.cpu !== undefined) return choice.cpu;
    return choice.kind === 'raise' ? (findDevice(this.#kernel, choice.device)?.cpu ?? 0) : 0;
  }

  /** Negative: its moment is to come; 0: it is now; positive: it has passed. */
  #compare({ cpu, pc, hit, offset, hitAt, entry }: Waiting, step: number): number {
    if (pc === undefined) return Math.sign(step - (entry.step ?? step));
    const hits = this.#hits.get(pc * 8 + cpu) ?? 0;
    if (hits < hit) return offset === 0 && hits === hit - 1 && this.#kernel.machine.pc(cpu) === pc ? 0 : -1;
    if (hitAt === 0) return 1;
    return Math.sign(this.#cpuSteps[cpu] - hitAt + 1 - offset);
  }

  /** The choice of `waiting`, or undefined when it is not possible now. */
  #make(waiting: Waiting): Choice | undefined {
    const { choice } = waiting.entry;
    switch (choice.kind) {
      case 'run':
        return this.#ifEnabled(makeChoice(ChoiceKind.step, choice.cpu));
      case 'option':
        return this.#ifEnabled(makeChoice(ChoiceKind.step, choice.cpu, choice.option));
      case 'deliver':
        return this.#ifEnabled(makeChoice(ChoiceKind.deliver, choice.cpu, choice.line));
      case 'clock':
        return this.#ifEnabled(makeChoice(ChoiceKind.clock, 0));
      case 'raise': {
        const device = findDevice(this.#kernel, choice.device);
        return device && makeChoice(ChoiceKind.raise, choice.cpu ?? device.cpu, device.line);
      }
      case 'change':
        waiting.change ??= this.#run?.noteChange({
          words: choice.words.map(({ offset, value }) => ({ word: offset >>> 2, value })),
        });
        return waiting.change;
    }
  }

  #ifEnabled(choice: Choice): Choice | undefined {
    return enabled(this.#kernel).includes(choice) ? choice : undefined;
  }

  /** Only CPU `cpu` goes on: its interrupts, its steps, and time when it waits for it. */
  #runOnly(cpu: number): Choice | undefined {
    const choices = enabled(this.#kernel);
    const own = choices.filter((choice) => choiceKind(choice) <= ChoiceKind.deliver && choiceCpu(choice) === cpu);
    return (
      own.find((choice) => choiceKind(choice) === ChoiceKind.deliver) ??
      own.find((choice) => choiceArgument(choice) === 0) ??
      choices.find((choice) => choiceKind(choice) === ChoiceKind.clock)
    );
  }

  #note({ line, choice }: ScheduleEntry, why: string): void {
    this.notes.push(`${place(line)}'${choice.kind}' is left out: ${why}`);
  }
}

function lengthOf({ choice }: ScheduleEntry): number {
  return choice.kind === 'run' ? (choice.count ?? 1) : 1;
}

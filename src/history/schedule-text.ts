/**
 * Schedules as text: short, one entry a line, made for diffs.
 *
 *   kmaplab schedule 1
 *   program 1c2d3e4f
 *   kernel 5a6b7c8d
 *   base lockstep
 *
 *   raise nic on cpu0 at kmap_switch_temporary "restore" 2 step 512
 *   run cpu1 x20 at worker line 14 3 +2 step 530
 *   run cpu0 until writer line 9 1
 *   deliver 16 on cpu0 step 600
 *   option 2 on cpu1 step 640
 *   clock step 641
 *   change 0x1f40=0x5 step 700
 *
 * A place is a function, optionally a label in quotes or `line N`, the hit (1 unless given), `+N` micro-steps since, and `on cpuN`
 * where the CPU is another than the entry's own. `#` begins a comment.
 */
import { anchorText } from './anchors.ts';
import type { Position, Schedule, ScheduledChoice, ScheduleEntry } from './schedule.ts';

/** What is wrong with a schedule's text: where (from 1), what, and what to do. */
export interface ScheduleError {
  line: number;
  column: number;
  message: string;
}

/** Entries of one schedule at most. */
export const ENTRIES_MAX = 100_000;

export function printSchedule({ program, kernel, base, entries }: Schedule): string {
  const lines = ['kmaplab schedule 1'];
  if (program !== undefined) lines.push(`program ${program}`);
  if (kernel !== undefined) lines.push(`kernel ${kernel}`);
  lines.push(`base ${base}`, '', ...entries.map(entryText));
  return `${lines.join('\n').trimEnd()}\n`;
}

function entryText({ choice, at, step }: ScheduleEntry): string {
  const until = choice.kind === 'run' && choice.count === undefined;
  const parts = [choiceText(choice)];
  if (at) parts.push(`${until ? 'until' : 'at'} ${positionText(at, 'cpu' in choice ? choice.cpu : 0)}`);
  if (step !== undefined) parts.push(`step ${step}`);
  return parts.join(' ');
}

function choiceText(choice: ScheduledChoice): string {
  switch (choice.kind) {
    case 'run':
      return choice.count === undefined ? `run cpu${choice.cpu}` : `run cpu${choice.cpu} x${choice.count}`;
    case 'option':
      return `option ${choice.option} on cpu${choice.cpu}`;
    case 'deliver':
      return `deliver ${choice.line} on cpu${choice.cpu}`;
    case 'raise':
      return choice.cpu === undefined ? `raise ${choice.device}` : `raise ${choice.device} on cpu${choice.cpu}`;
    case 'clock':
      return 'clock';
    case 'change':
      return `change ${choice.words.map(({ offset, value }) => `${hexText(offset)}=${hexText(value)}`).join(' ')}`;
  }
}

function positionText(position: Position, own: number | undefined): string {
  const parts = [anchorText(position), String(position.hit)];
  if (position.offset > 0) parts.push(`+${position.offset}`);
  if (position.cpu !== undefined && position.cpu !== own) parts.push(`on cpu${position.cpu}`);
  return parts.join(' ');
}

const hexText = (value: number): string => `0x${(value >>> 0).toString(16)}`;

/** Reads a schedule. Lines that are wrong are left out and reported, so `schedule` holds the rest. */
export function parseSchedule(text: string): { schedule: Schedule; errors: ScheduleError[] } {
  const schedule: Schedule = { base: 'lockstep', entries: [] };
  const errors: ScheduleError[] = [];
  let titled = false;
  text.split('\n').forEach((content, index) => {
    const reader = new LineReader(content, index + 1);
    if (reader.atEnd) return;
    try {
      if (titled) readLine(reader, schedule);
      else readTitle(reader);
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      errors.push({ line: index + 1, column: error.column, message: error.message });
    }
    titled = true;
  });
  if (!titled) errors.push({ line: 1, column: 1, message: "the text is empty; a schedule begins with 'kmaplab schedule 1'" });
  return { schedule, errors };
}

function readTitle(reader: LineReader): void {
  if (reader.accept('kmaplab') && reader.accept('schedule') && reader.accept('1') && reader.atEnd) return;
  reader.fail("a schedule begins with 'kmaplab schedule 1'");
}

function readLine(reader: LineReader, schedule: Schedule): void {
  if (reader.accept('program')) schedule.program = reader.word('the hash of the program');
  else if (reader.accept('kernel')) schedule.kernel = reader.word('the hash of the kernel');
  else if (reader.accept('base')) {
    if (!reader.accept('lockstep')) reader.fail("the only base chooser is 'lockstep'");
  } else {
    if (schedule.entries.length >= ENTRIES_MAX) reader.fail(`a schedule has at most ${ENTRIES_MAX} entries; shorten it`);
    schedule.entries.push(readEntry(reader));
  }
  if (!reader.atEnd) reader.fail(`'${reader.peek}' is not expected here; one entry a line`);
}

function readEntry(reader: LineReader): ScheduleEntry {
  const choice = readChoice(reader);
  const entry: ScheduleEntry = { choice, line: reader.line };
  const own = 'cpu' in choice ? choice.cpu : 0;
  const until = choice.kind === 'run' && choice.count === undefined;
  if (reader.accept(until ? 'until' : 'at')) entry.at = readPosition(reader, own);
  else if (until) reader.fail("say how long the CPU runs: 'x20', or 'until' and a place");
  if (reader.accept('step')) entry.step = reader.number('the number of the step', 1);
  if (!entry.at && entry.step === undefined) reader.fail("say when: 'at' and a place, or 'step' and a number");
  return entry;
}

function readChoice(reader: LineReader): ScheduledChoice {
  if (reader.accept('run')) {
    const cpu = reader.cpu();
    const count = /^x([1-9]\d*)$/.exec(reader.peek);
    if (!count) return { kind: 'run', cpu };
    reader.next();
    return { kind: 'run', cpu, count: Number(count[1]) };
  }
  if (reader.accept('option')) {
    const option = reader.number('the number of the option', 0);
    return { kind: 'option', option, cpu: reader.onCpu() };
  }
  if (reader.accept('deliver')) {
    const line = reader.number('the interrupt line', 0);
    return { kind: 'deliver', line, cpu: reader.onCpu() };
  }
  if (reader.accept('raise')) {
    const name = reader.word('the name or line of a device');
    const device = /^\d+$/.test(name) ? Number(name) : name;
    return { kind: 'raise', device, cpu: reader.peek === 'on' ? reader.onCpu() : undefined };
  }
  if (reader.accept('clock')) return { kind: 'clock' };
  if (reader.accept('change')) return { kind: 'change', words: readChanges(reader) };
  return reader.fail("expected 'run', 'raise', 'deliver', 'option', 'clock' or 'change'");
}

function readChanges(reader: LineReader): { offset: number; value: number }[] {
  const words: { offset: number; value: number }[] = [];
  for (;;) {
    const match = /^0x([0-9a-f]+)=0x([0-9a-f]{1,8})$/i.exec(reader.peek);
    if (!match) break;
    reader.next();
    words.push({ offset: Number.parseInt(match[1], 16), value: Number.parseInt(match[2], 16) | 0 });
  }
  if (words.length === 0) reader.fail("expected an offset and a value, such as '0x1f40=0x5'");
  return words;
}

function readPosition(reader: LineReader, own: number | undefined): Position {
  const position: Position = { function: reader.word('the name of a function'), hit: 1, offset: 0, cpu: own };
  const label = /^"([^"]*)"$/.exec(reader.peek);
  if (label) {
    reader.next();
    position.label = label[1];
  } else if (reader.accept('line')) position.line = reader.number('the number of a line', 1);
  if (/^\d+$/.test(reader.peek)) position.hit = reader.number('which hit', 1);
  const offset = /^\+(\d+)$/.exec(reader.peek);
  if (offset) {
    reader.next();
    position.offset = Number(offset[1]);
  }
  if (reader.peek === 'on') position.cpu = reader.onCpu();
  return position;
}

class LineError extends Error {
  readonly column: number;
  constructor(message: string, column: number) {
    super(message);
    this.column = column;
  }
}

/** The words of one line, with their columns; a comment ends the line. */
class LineReader {
  readonly line: number;
  readonly #words: { text: string; column: number }[];
  readonly #endColumn: number;
  #at = 0;

  constructor(content: string, line: number) {
    this.line = line;
    const plain = content.replace(/#.*$/, '');
    this.#words = [...plain.matchAll(/"[^"]*"|\S+/g)].map((match) => ({ text: match[0], column: match.index + 1 }));
    this.#endColumn = plain.trimEnd().length + 1;
  }

  get atEnd(): boolean {
    return this.#at >= this.#words.length;
  }

  /** The next word; empty at the end. */
  get peek(): string {
    return this.#words[this.#at]?.text ?? '';
  }

  next(): string {
    return this.#words[this.#at++]?.text ?? '';
  }

  accept(word: string): boolean {
    if (this.peek !== word) return false;
    this.#at++;
    return true;
  }

  fail(message: string): never {
    throw new LineError(message, this.#words[this.#at]?.column ?? this.#endColumn);
  }

  word(what: string): string {
    if (this.atEnd) this.fail(`expected ${what}`);
    return this.next();
  }

  number(what: string, min: number): number {
    if (!/^\d{1,10}$/.test(this.peek) || Number(this.peek) < min) this.fail(`expected ${what}, a number from ${min}`);
    return Number(this.next());
  }

  /** `cpu3` */
  cpu(): number {
    const match = /^cpu([0-7])$/.exec(this.peek);
    if (!match) return this.fail("expected a CPU: 'cpu0' to 'cpu7'");
    this.#at++;
    return Number(match[1]);
  }

  /** `on cpu3` */
  onCpu(): number {
    if (!this.accept('on')) this.fail("expected 'on' and a CPU");
    return this.cpu();
  }
}

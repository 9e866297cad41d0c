/**
 * Data breakpoints: byte ranges of flat memory. A range is hit by the step that changes one of its bytes; per step a
 * few words are compared, nothing more. Works the same forward and back.
 */
import type { Memory } from '../../machine/memory.ts';
import type { BreakpointResult, DataBreakpointRequest, LogLine } from '../api.ts';
import type { Debuggee } from '../debuggee.ts';
import type { Expressions } from '../expressions.ts';
import type { FrameContext } from '../stack.ts';
import { type HitTest, parseHitCondition } from './hit-condition.ts';
import { HitList } from './hit-list.ts';

/** Bytes that one data breakpoint can watch: a page. */
export const WATCH_BYTES_MAX = 4096;

export interface Watch {
  id: number;
  key: string;
  label: string;
  first: number;
  /** The watched words, masks of the watched bytes in them, and their values when last looked at. */
  words: number;
  masks: Int32Array;
  seen: Int32Array;
  condition: string | undefined;
  hit: HitTest | undefined;
  hits: HitList;
  result: BreakpointResult;
}

export interface DataHit {
  ids: number[];
  /** `idx changed`. */
  text: string;
}

/** The id of a range: flat offset, size, and what a person calls it. */
export function dataId(offset: number, size: number, label: string): string {
  return `${offset}+${size}:${label}`;
}

export class DataBreakpoints {
  readonly #debuggee: Debuggee;
  readonly #expressions: Expressions;
  readonly #nextId: () => number;
  readonly #log: (line: LogLine) => void;
  #watches: Watch[] = [];

  constructor(debuggee: Debuggee, expressions: Expressions, nextId: () => number, log: (line: LogLine) => void) {
    this.#debuggee = debuggee;
    this.#expressions = expressions;
    this.#nextId = nextId;
    this.#log = log;
  }

  get any(): boolean {
    return this.#watches.length > 0;
  }

  set(requests: readonly DataBreakpointRequest[]): BreakpointResult[] {
    const made = requests.map(
      (request) => this.#watches.find((each) => each.key === JSON.stringify(request)) ?? this.#make(request),
    );
    this.#watches = made.flatMap((each) => ('masks' in each ? [each] : []));
    this.look();
    return made.map((each) => ('masks' in each ? each.result : each));
  }

  #make(request: DataBreakpointRequest): Watch | BreakpointResult {
    const id = this.#nextId();
    const refuse = (message: string): BreakpointResult => ({ id, verified: false, message });
    const match = /^(\d{1,9})\+(\d{1,5}):(.*)$/s.exec(request.dataId);
    if (!match) return refuse('this place is not known; ask for the data breakpoint again');
    const offset = Number(match[1]);
    const size = Number(match[2]);
    const { bytes } = this.#debuggee.machine.memory;
    if (size === 0 || size > WATCH_BYTES_MAX || offset + size > bytes.length) {
      return refuse(`a data breakpoint watches 1 to ${WATCH_BYTES_MAX} bytes of the machine's memory`);
    }
    if (request.accessType === 'read') return refuse('only writes can be watched; choose "Break on Value Change"');
    const hit = request.hitCondition === undefined ? undefined : parseHitCondition(request.hitCondition);
    if (hit && !hit.ok) return refuse(hit.message);
    const first = offset >>> 2;
    const words = ((offset + size - 1) >>> 2) - first + 1;
    return {
      id,
      key: JSON.stringify(request),
      label: match[3],
      first,
      words,
      masks: byteMasks(offset, size, words),
      seen: new Int32Array(words),
      condition: request.condition,
      hit: hit?.test,
      hits: new HitList(),
      result: { id, verified: true },
    };
  }

  /** Takes the present values as those last seen: the machine has been moved. */
  look(): void {
    const { words } = this.#debuggee.machine.memory;
    for (const watch of this.#watches) watch.seen.set(words.subarray(watch.first, watch.first + watch.words));
  }

  /** Whether a watched byte differs from what was last seen; nothing else happens. One call per step, either way. */
  get changed(): boolean {
    const { memory } = this.#debuggee.machine;
    for (const watch of this.#watches) if (differs(memory, watch)) return true;
    return false;
  }

  /** The watches whose bytes differ from what was last seen. */
  changedWatches(): readonly Watch[] {
    const { memory } = this.#debuggee.machine;
    return this.#watches.filter((watch) => differs(memory, watch));
  }

  /** After `changed` on the way forward: takes the new values as seen, and says which watches ask for a stop. */
  pass(frame: FrameContext | undefined, moment: number): DataHit | undefined {
    const changed = this.changedWatches();
    this.look();
    return this.accept(changed, frame, moment);
  }

  /** Which of `changed` ask for a stop at `moment`, the number of steps done after the change. */
  accept(changed: readonly Watch[], frame: FrameContext | undefined, moment: number): DataHit | undefined {
    const hits = changed.filter((watch) => this.#counts(watch, frame, moment));
    if (hits.length === 0) return undefined;
    return { ids: hits.map((watch) => watch.id), text: `${hits.map((watch) => watch.label).join(', ')} changed` };
  }

  #counts(watch: Watch, frame: FrameContext | undefined, moment: number): boolean {
    if (watch.condition !== undefined && frame) {
      const answer = this.#expressions.test(watch.condition, frame);
      if (!answer.ok)
        this.#log({ category: 'important', text: `data breakpoint condition '${watch.condition}': ${answer.message}` });
      else if (!answer.value) return false;
    }
    watch.hits.record(moment);
    return !watch.hit || watch.hit(watch.hits.count(moment));
  }

  cut(moment: number): void {
    for (const watch of this.#watches) watch.hits.cut(moment);
  }
}

function differs(memory: Memory, watch: Watch): boolean {
  for (let i = 0; i < watch.words; i++) {
    if (((memory.words[watch.first + i] ^ watch.seen[i]) & watch.masks[i]) !== 0) return true;
  }
  return false;
}

/** For each word that the range touches, which of its bytes belong to it. */
function byteMasks(offset: number, size: number, words: number): Int32Array {
  const masks = new Int32Array(words);
  for (let i = 0; i < size; i++) {
    const at = offset + i;
    masks[(at >>> 2) - (offset >>> 2)] |= 0xff << ((at & 3) << 3);
  }
  return masks;
}

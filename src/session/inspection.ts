/** Looking at a stopped machine: frames, scopes, variables, expressions, memory, code. Nothing here changes it. */
import { sizeOfType, typeText } from '../lang/type-facts.ts';
import type {
  CompletionEntry,
  DataBreakpointInfo,
  EvaluateResult,
  Frame,
  Location,
  TaskInfo,
  Variable,
  VariableTarget,
} from './api.ts';
import { dataId, WATCH_BYTES_MAX } from './breakpoints/data-breakpoints.ts';
import type { Debuggee } from './debuggee.ts';
import { instructionStarts, instructionText } from './disassembly.ts';
import type { Expressions } from './expressions.ts';
import { pieces } from './memory-access.ts';
import { FrameReader } from './reader.ts';
import { type ScopeList, Scopes } from './scopes.ts';
import { completeName } from './sources.ts';
import { type FrameContext, framesOf, Stacks } from './stack.ts';
import { taskInfo } from './tasks.ts';
import { Variables } from './variables.ts';

export class Inspection {
  readonly #debuggee: Debuggee;
  readonly #expressions: Expressions;
  readonly #stacks: Stacks;
  readonly #variables: Variables;
  readonly #scopes: Scopes;
  #instructions: number[] | undefined;

  constructor(debuggee: Debuggee, expressions: Expressions) {
    this.#debuggee = debuggee;
    this.#expressions = expressions;
    this.#stacks = new Stacks(debuggee);
    this.#variables = new Variables(debuggee);
    this.#scopes = new Scopes(debuggee, this.#variables);
  }

  /** The machine moved: frame ids and references given out so far mean nothing any more. */
  forget(): void {
    this.#stacks.forget();
    this.#variables.forget();
  }

  tasks(): TaskInfo[] {
    return this.#debuggee.kernel.tasks.map((task) => taskInfo(this.#debuggee, task));
  }

  frames(thread: number): Frame[] {
    const task = this.#debuggee.taskOfThread(thread);
    return task ? this.#stacks.frames(task) : [];
  }

  scopes(frameId: number): ScopeList[] {
    const frame = this.#stacks.frame(frameId);
    return frame ? this.#scopes.of(frame) : [];
  }

  children(reference: number, start?: number, count?: number): Variable[] {
    return this.#variables.children(reference, start, count);
  }

  /** The frame that an expression looks from: the given one, or where `thread` stands. */
  frameFor(frameId: number | undefined, thread: number): FrameContext | undefined {
    const given = frameId === undefined ? undefined : this.#stacks.frame(frameId);
    if (given) return given;
    const task = this.#debuggee.taskOfThread(thread);
    return task && framesOf(this.#debuggee, task)[0];
  }

  frameOfReference(reference: number): FrameContext | undefined {
    return this.#variables.handle(reference)?.frame;
  }

  evaluate(expression: string, frame: FrameContext | undefined): EvaluateResult {
    const result = this.#expressions.evaluate(expression, frame);
    if (!result.ok) return result;
    const named = { name: expression.trim(), expression: expression.trim() };
    return { ok: true, variable: this.#variables.value(named, result.value, frame) };
  }

  /** The variable called `name` in a list. */
  find(reference: number, name: string): Variable | undefined {
    const children = this.#variables.children(reference);
    const found = children.find((child) => child.name === name);
    if (found || !/^\[\d+\]$/.test(name)) return found;
    return this.#variables.children(reference, Number(name.slice(1, -1)), 1)[0];
  }

  dataBreakpointInfo(target: VariableTarget, thread: number): DataBreakpointInfo {
    const frame =
      target.reference === undefined ? this.frameFor(target.frameId, thread) : this.frameOfReference(target.reference);
    const variable = target.reference === undefined ? undefined : this.find(target.reference, target.name);
    if (target.reference !== undefined && !variable) return { description: `there is no variable '${target.name}' here` };
    if (variable?.place) {
      const { offset, size } = variable.place;
      return { dataId: dataId(offset, size, variable.name), description: `${variable.name} (${variable.type}, ${size} bytes)` };
    }
    const expression = variable ? variable.expression : target.name;
    if (expression === undefined) return { description: `'${target.name}' has no place in memory` };
    const result = this.#expressions.evaluate(expression, frame);
    if (!result.ok) return { description: result.message };
    const { address, type, wholeWords } = result.value;
    if (address === undefined) return { description: `'${expression}' is a value, not a variable: it has no place in memory` };
    const size = wholeWords ? Math.max(4, sizeOfType(type)) : sizeOfType(type);
    const at = pieces(this.#debuggee, address, size, new FrameReader(this.#debuggee, frame).cpu());
    if (size === 0 || size > WATCH_BYTES_MAX) return { description: `'${expression}' is too large to watch (${size} bytes)` };
    if (at.length !== 1 || at[0].size !== size) return { description: `'${expression}' lies in no mapped page, or across two` };
    return { dataId: dataId(at[0].offset, size, expression), description: `${expression} (${typeText(type)}, ${size} bytes)` };
  }

  /** What can stand at the end of `text`: members after `.` and `->`, names otherwise. */
  complete(text: string, frame: FrameContext | undefined): CompletionEntry[] {
    const access = /^(.*?)([\w\])][\w\s\])[(.>-]*)(\.|->)\s*(\w*)$/s.exec(text);
    if (access) {
      const [, before, object, operator, word] = access;
      const start = /[\w\])([.>-]*$/.exec(before)?.[0] ?? '';
      return this.#members(`${start}${object}`, operator, word, frame);
    }
    const word = /\w*$/.exec(text)?.[0] ?? '';
    const locals = new FrameReader(this.#debuggee, frame).locals().map((local) => local.name);
    return completeName(this.#debuggee, word, locals);
  }

  #members(object: string, operator: string, word: string, frame: FrameContext | undefined): CompletionEntry[] {
    const result = this.#expressions.evaluate(object.trim(), frame);
    if (!result.ok) return [];
    const { type } = result.value;
    const struct = operator === '->' && type.kind === 'pointer' ? type.to : type;
    if (struct.kind !== 'struct') return [];
    return (struct.members ?? [])
      .filter((member) => member.name.startsWith(word))
      .map((member) => ({ label: member.name, kind: 'field', detail: typeText(member.type) }));
  }

  /** `count` instructions beginning `offset` instructions after the one at `pc`; lines outside of the code say so. */
  disassemble(pc: number, offset: number, count: number): { pc: number; text: string; location?: Location }[] {
    const { built, code } = this.#debuggee;
    const { image } = built;
    this.#instructions ??= instructionStarts(image);
    const starts = this.#instructions;
    const names = {
      function: (index: number) => image.functions[index]?.name ?? '',
      intrinsic: (index: number) => built.environment.intrinsics[index]?.name ?? `intrinsic ${index}`,
    };
    const first = indexOf(starts, pc) + offset;
    return Array.from({ length: Math.max(0, Math.floor(count)) }, (_, i) => {
      const index = first + i;
      if (index < 0) return { pc: index, text: '(before the code)' };
      if (index >= starts.length) return { pc: image.code.length + index - starts.length, text: '(after the code)' };
      const at = starts[index];
      return { pc: at, text: instructionText(image, at, names), location: code.locationAt(at) };
    });
  }
}

/** Index of the instruction that contains `pc`; counts on beyond both ends of the code. */
function indexOf(starts: readonly number[], pc: number): number {
  if (pc < 0 || starts.length === 0) return pc;
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (starts[middle] <= pc) low = middle + 1;
    else high = middle;
  }
  const last = starts[starts.length - 1];
  return low < starts.length || pc <= last + 1 ? low - 1 : low - 1 + (pc - last);
}

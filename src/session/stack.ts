/**
 * Stacks are read from memory: a frame header names the caller's frame. An interrupt's frame lies on top of the frames of
 * the task it interrupted. Frame ids are never used twice, so an id of an earlier stop is known to be out of date.
 */
import type { Task } from '../kernel/task.ts';
import { FrameKind } from '../machine/bytecode.ts';
import { type FrameInfo, walkFrames } from '../machine/frames.ts';
import type { Frame } from './api.ts';
import type { Debuggee } from './debuggee.ts';

/** A frame as looked at: what expressions and scopes need. */
export interface FrameContext {
  task: Task;
  info: FrameInfo;
  /** Code address that says which statement the frame is in. */
  pc: number;
}

export class Stacks {
  readonly #debuggee: Debuggee;
  readonly #frames = new Map<number, FrameContext>();
  #nextId = 1;

  constructor(debuggee: Debuggee) {
    this.#debuggee = debuggee;
  }

  /** The machine moved: ids given out so far mean nothing any more. */
  forget(): void {
    this.#frames.clear();
  }

  frame(id: number): FrameContext | undefined {
    return this.#frames.get(id);
  }

  frames(task: Task): Frame[] {
    const { code } = this.#debuggee;
    return framesOf(this.#debuggee, task).map((context) => {
      const id = this.#nextId++;
      this.#frames.set(id, context);
      return {
        id,
        function: code.debug.functions[context.info.function]?.name ?? '?',
        kind: kindOf(context.info, code.debug.functions[context.info.function]?.kind),
        location: code.locationAt(context.pc),
        pc: context.info.pc,
      };
    });
  }
}

/** The frames of `task`, innermost first; empty when it has none (it has exited). */
export function framesOf(debuggee: Debuggee, task: Task): FrameContext[] {
  const { pc, fp } = debuggee.position(task);
  const infos = walkFrames(debuggee.machine, pc, fp);
  return infos.map((info, index) => ({ task, info, pc: statementPc(info, infos[index - 1]) }));
}

/**
 * A caller's pc is where it goes on after the call, which may be the next statement already; the call lies before it. An
 * interrupted function's pc is the very instruction that comes next.
 */
function statementPc(info: FrameInfo, callee: FrameInfo | undefined): number {
  return callee && callee.kind === FrameKind.call ? info.pc - 1 : info.pc;
}

function kindOf(info: FrameInfo, declared: string | undefined): Frame['kind'] {
  switch (info.kind) {
    case FrameKind.interrupt:
      return 'interrupt';
    case FrameKind.nmi:
      return 'nmi';
    case FrameKind.exception:
      return 'exception';
    case FrameKind.task:
      return 'task';
    default:
      return declared === 'task' ? 'task' : declared === 'syscall' ? 'syscall' : 'function';
  }
}

/** Making, entering and walking frames. The layout of a frame is described in `bytecode.ts`. */
import {
  FRAME_CALLER,
  FRAME_HEADER_WORDS,
  FRAME_META,
  FRAME_RETURN_PC,
  FrameKind,
  META_IF_SHIFT,
  META_KIND_SHIFT,
  RETURN_TO_NOTHING,
} from './bytecode.ts';
import type { Machine } from './machine.ts';

/** One frame of a stack, innermost first. */
export interface FrameInfo {
  /** Kernel virtual address of the frame. */
  address: number;
  /** Word index of the frame in flat memory. */
  word: number;
  /** Index of the function in the image. */
  function: number;
  kind: FrameKind;
  /** Where this frame's function goes on (or is, for the innermost frame). */
  pc: number;
  /** Interrupt flag before this frame was entered; only of interrupt, NMI and exception frames. */
  savedIf: number;
}

/** A stack is never deeper than this; a longer chain of frames is a damaged one. */
const WALK_MAX = 4096;

/** The frames from `fp` (an address) outwards, `pc` being where the innermost one is. Stops at anything that is no frame. */
export function walkFrames(machine: Machine, pc: number, fp: number): FrameInfo[] {
  const frames: FrameInfo[] = [];
  const { words } = machine.memory;
  let address = fp | 0;
  let at = pc;
  while (address !== 0 && frames.length < WALK_MAX && machine.isKernelAddress(address)) {
    const word = machine.offsetOf(address) >>> 2;
    const meta = words[word + FRAME_META];
    const index = meta & 0xffff;
    if (index >= machine.image.functions.length) break;
    const kind = ((meta >>> META_KIND_SHIFT) & 0xf) as FrameKind;
    frames.push({ address, word, function: index, kind, pc: at, savedIf: (meta >>> META_IF_SHIFT) & 1 });
    at = words[word + FRAME_RETURN_PC];
    address = words[word + FRAME_CALLER];
    if (at === RETURN_TO_NOTHING) break;
  }
  return frames;
}

/**
 * Writes a frame of function `index` whose highest word is just below `below` (an address) and returns the frame's address.
 * The registers keep what lay there, but for the arguments.
 */
export function writeFrame(
  machine: Machine,
  below: number,
  index: number,
  kind: FrameKind,
  returnPc: number,
  caller: number,
  savedIf: number,
  args: readonly number[],
): number {
  const { memory, image } = machine;
  const address = (below - image.functions[index].frameWords * 4) | 0;
  const word = machine.offsetOf(address) >>> 2;
  memory.write(word + FRAME_RETURN_PC, returnPc);
  memory.write(word + FRAME_CALLER, caller);
  memory.write(word + FRAME_META, index | (kind << META_KIND_SHIFT) | (savedIf << META_IF_SHIFT));
  for (let i = 0; i < args.length && i < image.functions[index].argumentWords; i++) {
    memory.write(word + FRAME_HEADER_WORDS + i, args[i] | 0);
  }
  return address;
}

/**
 * The first frame of a task, on a stack whose highest address is `top` (exclusive). The task starts with the function's first
 * instruction; what `switchContext` returns to it becomes the first argument.
 */
export function firstFrame(machine: Machine, top: number, index: number): { pc: number; fp: number } {
  const fp = writeFrame(machine, top, index, FrameKind.task, RETURN_TO_NOTHING, 0, 0, []);
  return { pc: machine.image.functions[index].entry, fp };
}

/** Anchors of the toy kernel: each STMT of its image is a statement, on a line of its own. */
import type { AnchorSource } from '../../src/history/anchors.ts';
import { instructionWords, Op } from '../../src/machine/bytecode.ts';
import type { ToyKernel } from './toy-kernel.ts';

/** The first statement of `worker` has the label "begin". */
export function toyAnchors({ machine }: ToyKernel): AnchorSource {
  const { code, functions } = machine.image;
  const starts: number[] = [];
  for (let pc = 0; pc < code.length; pc += instructionWords(code[pc] & 255)) if ((code[pc] & 255) === Op.STMT) starts.push(pc);
  const functionOf = (pc: number): number => functions.findIndex(({ entry, end }) => pc >= entry && pc < end);
  const lines = starts.map((_, i) => i * 10);
  return {
    sources: [{ uri: 'toy', text: '', lineStarts: lines }],
    functions: functions.map(({ name, entry, end }, index) => ({
      name,
      index,
      entry,
      end,
      kind: 'function',
      returns: { kind: 'void' },
      locals: [],
      span: { source: 0, start: 0, end: 0 },
      nameSpan: { source: 0, start: 0, end: 0 },
      doc: '',
    })),
    statements: starts.map((start, i) => ({
      start,
      end: starts[i + 1] ?? code.length,
      span: { source: 0, start: i * 10, end: i * 10 + 5 },
      function: functionOf(start),
      anchor: i === 0 ? 'begin' : undefined,
      tags: [],
    })),
  };
}

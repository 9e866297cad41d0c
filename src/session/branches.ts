/**
 * What a person changes at a stop: memory, variables, interrupts. Each change is a step of its own, so that going back
 * undoes it too; if there was a known future it is given up, and the log says so.
 */
import type { EvaluationWriter } from '../lang/evaluate.ts';
import type { EvaluateResult } from './api.ts';
import type { Breakpoints } from './breakpoints/breakpoints.ts';
import type { Debuggee } from './debuggee.ts';
import type { Expressions } from './expressions.ts';
import type { SessionLog } from './log.ts';
import { noMapping, type Piece, pieces } from './memory-access.ts';
import { FrameReader } from './reader.ts';
import type { FrameContext } from './stack.ts';

export class Branches {
  readonly #debuggee: Debuggee;
  readonly #expressions: Expressions;
  readonly #breakpoints: Breakpoints;
  readonly #log: SessionLog;

  constructor(debuggee: Debuggee, expressions: Expressions, breakpoints: Breakpoints, log: SessionLog) {
    this.#debuggee = debuggee;
    this.#expressions = expressions;
    this.#breakpoints = breakpoints;
    this.#log = log;
  }

  /** Sets what `expression` names to the value of `value`; answers only when that is not possible. */
  assign(expression: string, value: string, frame: FrameContext | undefined): (EvaluateResult & { ok: false }) | undefined {
    const cpu = new FrameReader(this.#debuggee, frame).cpu();
    const writes: { piece: Piece; bytes: Uint8Array }[] = [];
    const writer: EvaluationWriter = {
      writeBytes: (address, bytes) => {
        const found = pieces(this.#debuggee, address, bytes.length, cpu);
        if (found.reduce((sum, piece) => sum + piece.size, 0) < bytes.length) return false;
        let at = 0;
        for (const piece of found) {
          writes.push({ piece, bytes: bytes.subarray(at, at + piece.size) });
          at += piece.size;
        }
        return true;
      },
    };
    // The value first by itself, so that a fault in it is told in its own words.
    const alone = this.#expressions.evaluate(value, frame);
    if (!alone.ok) return { ok: false, message: `value: ${alone.message}` };
    const result = this.#expressions.evaluate(`${expression} = ${value}`, frame, writer);
    if (!result.ok) return { ok: false, message: result.message };
    this.#change(writes, `${expression} = ${value}`);
    return undefined;
  }

  writeMemory(address: number, bytes: Uint8Array): { written: number; message?: string } {
    const found = pieces(this.#debuggee, address, bytes.length);
    let written = 0;
    const writes = found.map((piece) => {
      const part = bytes.subarray(written, written + piece.size);
      written += piece.size;
      return { piece, bytes: part };
    });
    if (written > 0) this.#change(writes, `${written} bytes of memory changed`);
    return written < bytes.length ? { written, message: noMapping(address + written) } : { written };
  }

  #change(writes: readonly { piece: Piece; bytes: Uint8Array }[], why: string): void {
    const { memory } = this.#debuggee.machine;
    const words = new Map<number, number>();
    for (const { piece, bytes } of writes) {
      bytes.forEach((byte, i) => {
        const offset = piece.offset + i;
        const word = offset >>> 2;
        const shift = (offset & 3) << 3;
        const before = words.get(word) ?? memory.words[word];
        words.set(word, (before & ~(0xff << shift)) | (byte << shift));
      });
    }
    this.#branch(why, () => this.#debuggee.walk.change({ words: [...words].map(([word, value]) => ({ word, value })) }));
  }

  /** Does something that the run would not have done by itself. */
  #branch(why: string, act: () => void): void {
    const { walk, kernel } = this.#debuggee;
    const { step } = walk;
    this.#log.branch(step, why, walk.lastStep - step);
    this.#breakpoints.cut(step, kernel.events.length);
    act();
    this.#breakpoints.data.look();
  }

  /** The program's interrupts that are not waiting to be taken already. */
  raisableInterrupts(): { line: number; name: string; cpu: number }[] {
    const { kernel, machine } = this.#debuggee;
    if (kernel.life !== 'running') return [];
    return kernel.devices
      .filter(({ line, cpu }) => !machine.interrupts.isPending(line, cpu))
      .map(({ line, name, cpu }) => ({ line, name, cpu }));
  }

  raiseInterrupt(line: number, cpu: number): { ok: boolean; message: string } {
    const { kernel, machine } = this.#debuggee;
    const device = kernel.devices.find((each) => each.line === line && each.cpu === cpu);
    if (!device) {
      const names = kernel.devices.map((each) => `${each.name} (line ${each.line}, CPU ${each.cpu})`).join(', ');
      return { ok: false, message: `no interrupt of the program has line ${line} on CPU ${cpu}; there are: ${names || 'none'}` };
    }
    if (kernel.life !== 'running') return { ok: false, message: 'the run has ended: nothing comes in any more; step back first' };
    if (machine.interrupts.isPending(line, cpu)) {
      return { ok: false, message: `${device.name} is already waiting on CPU ${cpu}; it comes in when interrupts are on` };
    }
    const why = `interrupt ${device.name} raised on CPU ${cpu}`;
    this.#branch(why, () => this.#debuggee.walk.raise(line, cpu));
    const masked = machine.cpus[cpu].irqs_enabled === 0 && !device.nmi;
    return { ok: true, message: masked ? `${why}; it waits until interrupts are on there` : why };
  }
}

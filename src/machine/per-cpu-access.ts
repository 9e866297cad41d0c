/** The per-CPU instructions: where a CPU's variable lies, and reading, changing and writing it with nothing in between. */
import { type Bus, Outcome } from './access.ts';
import { NO_REGISTER, PerCpuChange } from './bytecode.ts';
import type { Machine } from './machine.ts';

/** Bytes read by each PerCpuSize. */
export const PER_CPU_BYTES = [1, 1, 2, 2, 4];

export class PerCpuAccess {
  readonly #machine: Machine;
  readonly #words: Int32Array;
  readonly #bus: Bus;

  constructor(machine: Machine, bus: Bus) {
    this.#machine = machine;
    this.#words = machine.memory.words;
    this.#bus = bus;
  }

  /** Address of what `instruction` means in the segment of CPU `cpu`; `offset` is its following word. */
  address(cpu: number, instruction: number, offset: number, base: number): number {
    const register = (instruction >>> 16) & 255;
    const index = register === NO_REGISTER ? 0 : this.#words[base + register];
    return (this.#machine.perCpuBase(cpu) + offset + index) | 0;
  }

  /** PRMW with `operand` in r[A]; its result. After a fault nothing has happened. */
  change(cpu: number, instruction: number, offset: number, base: number, operand: number, frame: number): number {
    const bus = this.#bus;
    const kind = (instruction >>> 24) & 15;
    const change = instruction >>> 28;
    const size = PER_CPU_BYTES[kind];
    const address = this.address(cpu, instruction, offset, base);
    const old = bus.load(cpu, address, size, frame);
    if (bus.outcome === Outcome.fault) return 0;
    let changed = operand;
    if (change === PerCpuChange.add) changed = (old + operand) | 0;
    else if (change === PerCpuChange.or) changed = old | operand;
    else if (change === PerCpuChange.and) changed = old & operand;
    bus.store(cpu, address, size, changed, frame);
    const result = change === PerCpuChange.xchg ? old : changed;
    const shift = 32 - 8 * size;
    return (kind & 1) === 0 ? (result << shift) >> shift : ((result << shift) >>> shift) | 0;
  }
}

/**
 * Loads and stores of the emulated CPU: 1, 2 or 4 bytes, at any alignment. Everything is checked before anything happens,
 * so that a fault can restart the instruction; an access that crosses a page is two accesses.
 */
import { FRAME_META, type Image } from './bytecode.ts';
import type { MachineHooks } from './hooks.ts';
import type { Memory } from './memory.ts';
import type { MemoryPlan } from './memory-plan.ts';
import { FaultCode, KERNEL_BASE, type Mmu, NO_TRANSLATION } from './mmu.ts';

/** What became of an access. */
export const Outcome = {
  /** The address lies in the running function's own frame: nobody else can see it. */
  private: 0,
  shared: 1,
  /** No effect; `faultAddress` and `faultCode` are set. */
  fault: 2,
} as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

export class Bus {
  outcome: Outcome = Outcome.private;
  faultAddress = 0;
  faultCode = 0;
  /** Reports accesses of kernel memory to the hook; for data breakpoints. */
  watchKernelAccess = false;
  readonly #memory: Memory;
  readonly #words: Int32Array;
  readonly #mmu: Mmu;
  readonly #hooks: MachineHooks;
  readonly #kernelStart: number;
  readonly #kernelSize: number;
  /** Words of each function's frame. */
  readonly #frameWords: Int32Array;

  constructor(memory: Memory, plan: MemoryPlan, image: Image, mmu: Mmu, hooks: MachineHooks) {
    this.#frameWords = Int32Array.from(image.functions, (each) => each.frameWords);
    this.#memory = memory;
    this.#words = memory.words;
    this.#mmu = mmu;
    this.#hooks = hooks;
    this.#kernelStart = plan.kernelStart;
    this.#kernelSize = plan.kernelSize;
  }

  /**
   * The unsigned value of `size` bytes at `address`, read by CPU `cpu` whose frame begins at word `frame`. Sets `outcome`;
   * the value is meaningless after a fault.
   */
  load(cpu: number, address: number, size: number, frame: number): number {
    const inKernel = (address - KERNEL_BASE) >>> 0;
    if (inKernel + size <= this.#kernelSize) {
      const offset = this.#kernelStart + inKernel;
      const word = offset >>> 2;
      if (word >= frame && word < frame + this.#frameWords[this.#words[frame + FRAME_META] & 0xffff])
        this.outcome = Outcome.private;
      else {
        this.outcome = Outcome.shared;
        if (this.watchKernelAccess) this.#hooks.kernelAccess?.(cpu, address, size, false);
      }
      return size === 4 && (offset & 3) === 0 ? this.#words[word] : this.#read(offset, size);
    }
    return this.#loadMapped(cpu, address, size);
  }

  /** Stores the low `size` bytes of `value`; otherwise like `load`. */
  store(cpu: number, address: number, size: number, value: number, frame: number): void {
    const inKernel = (address - KERNEL_BASE) >>> 0;
    if (inKernel + size <= this.#kernelSize) {
      const offset = this.#kernelStart + inKernel;
      const word = offset >>> 2;
      if (word >= frame && word < frame + this.#frameWords[this.#words[frame + FRAME_META] & 0xffff]) {
        this.outcome = Outcome.private;
        this.#write(offset, size, value);
      } else this.#storeShared(cpu, address, offset, size, value);
    } else this.#storeMapped(cpu, address, size, value);
  }

  #storeShared(cpu: number, address: number, offset: number, size: number, value: number): void {
    this.outcome = Outcome.shared;
    if (this.watchKernelAccess) this.#hooks.kernelAccess?.(cpu, address, size, true);
    const word = offset >>> 2;
    const before = this.#words[word];
    this.#write(offset, size, value);
    const after = this.#words[word];
    if (!this.#hooks.pteWritten) return;
    const page = this.#mmu.addressOfPte(word);
    if (page !== NO_TRANSLATION) this.#hooks.pteWritten(cpu, page, before, after);
  }

  #loadMapped(cpu: number, address: number, size: number): number {
    const inPage = 4096 - (address & 4095);
    if (inPage < size) {
      if (!this.#check(cpu, address, false) || !this.#check(cpu, address + inPage, false)) return 0;
      const low = this.#loadPiece(cpu, address, inPage);
      return low | (this.#loadPiece(cpu, (address + inPage) | 0, size - inPage) << (8 * inPage));
    }
    return this.#loadPiece(cpu, address, size);
  }

  #loadPiece(cpu: number, address: number, size: number): number {
    const offset = this.#mmu.translate(cpu, address, false);
    if (offset === NO_TRANSLATION) return this.#fault(address);
    this.outcome = Outcome.shared;
    if (this.#mmu.throughWindow) this.#hooks.windowAccess?.(cpu, address, offset, size, false, this.#mmu.hitStale);
    return this.#read(offset, size);
  }

  #storeMapped(cpu: number, address: number, size: number, value: number): void {
    const inPage = 4096 - (address & 4095);
    if (inPage < size) {
      if (!this.#check(cpu, address, true) || !this.#check(cpu, address + inPage, true)) return;
      this.#storePiece(cpu, address, inPage, value);
      this.#storePiece(cpu, (address + inPage) | 0, size - inPage, value >>> (8 * inPage));
    } else this.#storePiece(cpu, address, size, value);
  }

  #storePiece(cpu: number, address: number, size: number, value: number): void {
    const offset = this.#mmu.translate(cpu, address, true);
    if (offset === NO_TRANSLATION) {
      this.#fault(address);
      return;
    }
    this.outcome = Outcome.shared;
    if (this.#mmu.throughWindow) this.#hooks.windowAccess?.(cpu, address, offset, size, true, this.#mmu.hitStale);
    this.#write(offset, size, value);
  }

  /** There is no code at `address`. */
  fetchFault(address: number): void {
    this.faultAddress = address;
    this.faultCode = FaultCode.fetch;
  }

  /** Whether the page of `address` can be accessed; sets the fault when not. */
  #check(cpu: number, address: number, write: boolean): boolean {
    if (this.#mmu.probe(cpu, address | 0, write) !== NO_TRANSLATION) return true;
    this.#fault(address | 0);
    return false;
  }

  #fault(address: number): number {
    this.outcome = Outcome.fault;
    this.faultAddress = address;
    this.faultCode = this.#mmu.faultCode;
    return 0;
  }

  #read(offset: number, size: number): number {
    if (size === 4 && (offset & 3) === 0) return this.#words[offset >>> 2];
    const { bytes } = this.#memory;
    let value = 0;
    for (let i = 0; i < size; i++) value |= bytes[offset + i] << (8 * i);
    return value;
  }

  #write(offset: number, size: number, value: number): void {
    if (size === 4 && (offset & 3) === 0) this.#memory.write(offset >>> 2, value | 0);
    else if (size === 2 && (offset & 1) === 0) this.#memory.writeHalf(offset, value);
    else for (let i = 0; i < size; i++) this.#memory.writeByte(offset + i, (value >>> (8 * i)) & 0xff);
  }
}

/**
 * The machine: memory, CPUs, MMU, interrupt lines and clock, put together. It knows an image and some function names to
 * jump to, nothing of tasks. What it does at a step is decided by whoever calls it.
 */
import { assert } from '../util/assert.ts';
import { fromWords, highWord, lowWord, WORD } from '../util/bits.ts';
import { Bus } from './access.ts';
import { FRAME_HEADER_WORDS, FrameKind, type Image, Op, TrapKind } from './bytecode.ts';
import { Clock, timerRegion } from './clock.ts';
import { Cpu } from './cpu.ts';
import { CPU_STATE_BYTES, CpuWord, cpuState, MachineWord, machineState, type StepEnd, StopCause } from './cpu-state.ts';
import { writeFrame } from './frames.ts';
import { FUNCTION_NONE, type Handlers, resolveHandlers } from './handlers.ts';
import type { BetweenSteps, MachineHooks } from './hooks.ts';
import { Interrupts } from './interrupts.ts';
import type { ViewOf } from './layout.ts';
import { Memory } from './memory.ts';
import { COMPONENT_BYTES, type MemoryPlan, PAGE_SIZE, planMemory, type RegionRequest } from './memory-plan.ts';
import { KERNEL_BASE, Mmu, type WindowSpec, windowRegions } from './mmu.ts';

/** An intrinsic as the machine sees it; `C` is whatever the owner of the machine wants to be handed. */
export interface MachineIntrinsic<C = unknown> {
  /** The micro-step ends before it, unless it is the step's first instruction. */
  choice?: boolean;
  /**
   * Does the whole of its work. `args` is the word index of the first argument (64-bit arguments take two words, low word
   * first), `option` the chosen option. Returns the result's (low) word, undefined for void; a 64-bit result goes through
   * `machine.pair(value)`.
   */
  execute(context: C, cpu: number, args: number, option: number): number | undefined;
}

/** A page frame. The frames listed are all the memory there is besides the kernel area. */
export interface FrameSpec {
  pfn: number;
  /** Initial bytes; the rest of the page is 0. */
  data?: Uint8Array;
}

export interface MachineOptions {
  image: Image;
  /** 1 to 8. */
  cpus: number;
  /** What the owner keeps in memory, in the order in which it shall lie there. */
  regions?: readonly RegionRequest[];
  windows?: readonly WindowSpec[];
  frames?: readonly FrameSpec[];
  /** First pfn that the direct map does not reach; 0x373fe unless given. */
  lowmemEnd?: number;
  /** Virtual time of one micro-step, ns. */
  stepNs?: number;
  /** Bytes at the bottom of each stack that only exception frames and, after an overflow, their handlers may use; 1024. */
  stackReserve?: number;
  /** Number of timers; 64 unless given. */
  timers?: number;
  hooks?: MachineHooks;
}

export const CPUS_MAX = 8;

export class Machine {
  readonly memory: Memory;
  readonly plan: MemoryPlan;
  readonly image: Image;
  readonly cpuCount: number;
  readonly mmu: Mmu;
  readonly hooks: MachineHooks;
  /** Typed views of the CPUs' registers. */
  readonly cpus: readonly ViewOf<typeof cpuState>[];
  readonly state: ViewOf<typeof machineState>;
  readonly stepNs: number;
  readonly bus: Bus;
  readonly interrupts: Interrupts;
  readonly clock: Clock;
  /** An intrinsic asked for a trap; the interpreter takes it. */
  trapRequested = false;
  readonly #cpu: Cpu;
  readonly #stackReserve: number;
  /** Word index of the machine's own state. */
  readonly stateWord: number;
  /** Word index of CPU 0's state; CPU n is n * CPU_STATE_BYTES bytes further. */
  readonly cpuWord: number;
  readonly #handlers: Handlers;
  readonly #perCpuBases: Int32Array;
  #context: unknown;
  #intrinsics: readonly MachineIntrinsic[] = [];
  #trapKind: TrapKind = TrapKind.bug;
  /** High word of a 64-bit result, or undefined; lives from `pair()` to `storeResult()` of one intrinsic. */
  #resultHigh: number | undefined;

  constructor(options: MachineOptions) {
    const { image, cpus, regions = [], windows = [], frames = [] } = options;
    assert(cpus >= 1 && cpus <= CPUS_MAX, `a machine has 1 to ${CPUS_MAX} CPUs, not ${cpus}`);
    this.image = image;
    this.cpuCount = cpus;
    this.hooks = options.hooks ?? {};
    this.stepNs = options.stepNs ?? 100;
    this.#stackReserve = options.stackReserve ?? 1024;
    this.plan = planMemory(
      [
        { name: 'cpu', area: 'hardware', layout: cpuState, size: CPU_STATE_BYTES, count: cpus, owner: 'cpu' },
        { name: 'machine', area: 'hardware', layout: machineState, owner: 'shared', align: COMPONENT_BYTES },
        timerRegion(options.timers ?? 64),
        { name: 'data', area: 'kernel', size: image.data.length, owner: 'shared' },
        { name: 'percpu', area: 'kernel', size: image.perCpuData.length, count: cpus, owner: 'cpu', align: COMPONENT_BYTES },
        ...regions,
        ...windowRegions(windows, cpus),
      ],
      frames.length,
    );
    this.memory = new Memory(this.plan.size);
    const cpuRegion = this.plan.region('cpu');
    this.cpus = Array.from({ length: cpus }, (_, i) => cpuState.view(this.memory, cpuRegion.offset + i * CPU_STATE_BYTES));
    this.state = machineState.view(this.memory, this.plan.region('machine').offset);
    this.stateWord = this.plan.region('machine').offset >>> 2;
    this.cpuWord = cpuRegion.offset >>> 2;
    const pfns = frames.map((frame) => frame.pfn);
    this.mmu = new Mmu(this.memory, this.plan, windows, pfns, options.lowmemEnd ?? 0x373fe, cpus, this.hooks);
    this.bus = new Bus(this.memory, this.plan, image, this.mmu, this.hooks);
    this.#handlers = resolveHandlers(image);
    this.interrupts = new Interrupts(this);
    this.clock = new Clock(this);
    this.#cpu = new Cpu(this, this.bus);
    const perCpu = this.plan.region('percpu');
    this.#perCpuBases = Int32Array.from({ length: cpus }, (_, i) => this.addressOf(perCpu.offset + i * perCpu.stride));
    this.#load(frames);
  }

  #load(frames: readonly FrameSpec[]): void {
    const { bytes } = this.memory;
    bytes.set(this.image.data, this.plan.region('data').offset);
    const perCpu = this.plan.region('percpu');
    for (let cpu = 0; cpu < this.cpuCount; cpu++) {
      bytes.set(this.image.perCpuData, perCpu.offset + cpu * perCpu.stride);
    }
    frames.forEach(({ data }, index) => {
      if (data) bytes.set(data.subarray(0, PAGE_SIZE), this.plan.framesStart + index * PAGE_SIZE);
    });
  }

  // ---- addresses

  /** Byte offset in flat memory of kernel-area address `address`. */
  offsetOf(address: number): number {
    const inKernel = (address - KERNEL_BASE) >>> 0;
    assert(inKernel < this.plan.kernelSize, `address 0x${(address >>> 0).toString(16)} is not in the kernel area`);
    return this.plan.kernelStart + inKernel;
  }

  isKernelAddress(address: number): boolean {
    return (address - KERNEL_BASE) >>> 0 < this.plan.kernelSize;
  }

  /** Kernel virtual address (signed) of the byte at `offset` of flat memory, which lies in the kernel area. */
  addressOf(offset: number): number {
    return (offset - this.plan.kernelStart + KERNEL_BASE) | 0;
  }

  /** Byte offset of element `index` of region `name`. */
  offsetIn(name: string, index = 0): number {
    const region = this.plan.region(name);
    assert(index >= 0 && index < region.count, `memory region ${name} has no element ${index}`);
    return region.offset + index * region.stride;
  }

  /** Kernel virtual address of CPU `cpu`'s per-CPU segment. */
  perCpuBase(cpu: number): number {
    return cpu < this.cpuCount ? this.#perCpuBases[cpu] : 0;
  }

  /** As an access of CPU `cpu` would: fills its TLB. NO_TRANSLATION when it would fault. */
  translate(cpu: number, address: number, write = false): number {
    return this.mmu.translate(cpu, address | 0, write);
  }

  /** Byte offset that `address` means now, or NO_TRANSLATION. Never changes anything. */
  peek(address: number, cpu?: number): number {
    return this.mmu.peek(address, cpu);
  }

  /** Address of the task_struct that CPU `cpu` runs, as the kernel last told it. */
  current(cpu: number): number {
    return this.memory.words[this.cpuWord + cpu * (CPU_STATE_BYTES >>> 2) + CpuWord.current];
  }

  /** Index of the next instruction of CPU `cpu`; while an intrinsic runs: the one after the intrinsic. */
  pc(cpu: number): number {
    return this.memory.words[this.cpuWord + cpu * (CPU_STATE_BYTES >>> 2) + CpuWord.pc];
  }

  // ---- time

  /** Virtual time of the last step, ns. */
  get now(): number {
    const { words } = this.memory;
    return fromWords(words[this.stateWord], words[this.stateWord + 1]);
  }

  set now(value: number) {
    this.memory.write(this.stateWord, lowWord(value));
    this.memory.write(this.stateWord + 1, highWord(value));
  }

  // ---- running

  /** Executes one micro-step of CPU `cpu`, which is not halted. */
  step(cpu: number, option = 0): StepEnd {
    this.beginStep(cpu);
    return this.#cpu.step(cpu, option);
  }

  /**
   * Executes up to `count` micro-steps of CPU `cpu`, one after the other, as long as each is plain: private work or an
   * access to memory.
   */
  stepOn(cpu: number, count: number, between: BetweenSteps): void {
    this.beginStep(cpu);
    this.#cpu.step(cpu, 0, count, between);
  }

  /** Instructions executed so far; a statistic outside of the machine's state. */
  get instructions(): number {
    return this.#cpu.instructions;
  }

  get stopped(): StopCause {
    return this.memory.words[this.stateWord + MachineWord.stopped] as StopCause;
  }

  /** Ends everything: nothing can happen any more. */
  stop(cpu: number, cause: StopCause): void {
    this.memory.write(this.stateWord + MachineWord.stopped, cause);
    this.memory.write(this.stateWord + MachineWord.stoppedCpu, cpu);
    this.hooks.stopped?.(cpu, cause);
  }

  /** The step starts at max(now, the CPU's clock) and moves the CPU's clock one step further. */
  beginStep(cpu: number): void {
    const { memory } = this;
    const state = this.cpuWord + cpu * (CPU_STATE_BYTES >>> 2);
    const { words } = memory;
    const machine = this.stateWord;
    let low = words[machine];
    let high = words[machine + 1];
    const clockLow = words[state + CpuWord.clock];
    const clockHigh = words[state + CpuWord.clockHigh];
    if (clockHigh > high || (clockHigh === high && clockLow >>> 0 > low >>> 0)) {
      memory.write(machine, clockLow);
      if (clockHigh !== high) memory.write(machine + 1, clockHigh);
      low = clockLow;
      high = clockHigh;
    }
    const next = (low >>> 0) + this.stepNs;
    memory.write(state + CpuWord.clock, next | 0);
    if (next >= WORD) high++;
    if (high !== clockHigh) memory.write(state + CpuWord.clockHigh, high);
    if (words[state + CpuWord.delayRegister] !== 0) memory.write(state + CpuWord.delayRegister, 0);
  }

  /** DELAY: the CPU is busy for the nanoseconds in the register at word `register`. */
  beginDelay(cpu: number, register: number, pc: number): void {
    const view = this.cpus[cpu];
    view.clock = this.now + (this.memory.words[register] >>> 0);
    view.delay_register = this.addressOf(register << 2);
    view.delay_pc = pc;
    this.memory.write(register, 0);
  }

  /** HALT: lets interrupts in and stops the CPU, unless one that can come in is pending already. */
  halt(cpu: number): void {
    const view = this.cpus[cpu];
    view.irqs_enabled = 1;
    if ((view.pending & ~view.masked) === 0) view.halted = 1;
  }

  // ---- interrupts

  /** Makes line `line` of CPU `cpu` pending. */
  raiseLine(line: number, cpu: number): void {
    this.interrupts.raise(line, cpu);
  }

  /** CPU `cpu` takes the pending line `line` in. */
  deliver(line: number, cpu: number): void {
    this.interrupts.deliver(line, cpu);
  }

  // ---- intrinsics

  /** The table that INTR indexes, and what its functions are handed first. */
  setIntrinsics<C>(context: C, table: readonly MachineIntrinsic<C>[]): void {
    this.#context = context;
    this.#intrinsics = table as readonly MachineIntrinsic[];
  }

  hasIntrinsic(index: number): boolean {
    return index >>> 0 < this.#intrinsics.length;
  }

  offersChoice(index: number): boolean {
    return this.hasIntrinsic(index) && this.#intrinsics[index].choice === true;
  }

  /** The choosing intrinsic that CPU `cpu` is about to execute: its index, and the word of its arguments; else undefined. */
  choosingIntrinsic(cpu: number): { index: number; args: number } | undefined {
    const pc = this.pc(cpu);
    const instruction = this.image.code[pc];
    if ((instruction & 255) !== Op.INTR || !this.offersChoice(this.image.code[pc + 1])) return undefined;
    const frame = this.offsetOf(this.cpus[cpu].fp) >>> 2;
    return { index: this.image.code[pc + 1], args: frame + FRAME_HEADER_WORDS + ((instruction >>> 16) & 255) };
  }

  runIntrinsic(cpu: number, index: number, args: number, option: number): number | undefined {
    this.#resultHigh = undefined;
    return this.#intrinsics[index].execute(this.#context, cpu, args, option);
  }

  /** For intrinsics with a 64-bit result: `return machine.pair(value)`. Exact up to 2^53. */
  pair(value: number): number {
    this.#resultHigh = highWord(value);
    return lowWord(value);
  }

  /** The 64-bit argument whose low word is at `word`. */
  argument64(word: number): number {
    return fromWords(this.memory.words[word], this.memory.words[word + 1]);
  }

  storeResult(word: number, result: number): void {
    this.memory.write(word, result | 0);
    if (this.#resultHigh !== undefined) this.memory.write(word + 1, this.#resultHigh);
  }

  /**
   * For intrinsics that switch tasks: CPU `cpu` goes on at `pc` in frame `fp` (address) on the stack whose lowest
   * address is `stackLow`.
   */
  switchContext(cpu: number, pc: number, fp: number, stackLow: number, current: number): void {
    const view = this.cpus[cpu];
    view.pc = pc;
    view.fp = fp;
    view.stack_low = stackLow;
    view.stack_limit = stackLow + this.#stackReserve;
    view.current = current;
  }

  // ---- traps

  /** For intrinsics: the call traps instead of returning. For a page fault with its address and error code. */
  requestTrap(kind: TrapKind, address = 0, code = 0): void {
    this.trapRequested = true;
    this.#trapKind = kind;
    this.bus.faultAddress = address;
    this.bus.faultCode = code;
  }

  takeTrap(): TrapKind {
    this.trapRequested = false;
    return this.#trapKind;
  }

  /** Pushes the exception frame of a trap at `pc` and jumps to the handler. */
  exception(cpu: number, kind: number, pc: number, address: number, code: number): void {
    this.hooks.trapped?.(cpu, kind, pc, address, code);
    const fault = kind === TrapKind.pageFault;
    if (kind === TrapKind.stackOverflow) this.cpus[cpu].stack_limit = this.cpus[cpu].stack_low;
    const handler = fault ? this.#handlers.pageFault : this.#handlers.bug;
    this.enter(cpu, handler, FrameKind.exception, pc, fault ? [address, code] : [kind, address]);
  }

  /** Pushes a frame of function `handler` that remembers `pc` and the interrupt flag, turns interrupts off, and jumps there. */
  enter(cpu: number, handler: number, kind: FrameKind, pc: number, args: readonly number[]): void {
    const view = this.cpus[cpu];
    if (handler === FUNCTION_NONE) {
      this.stop(cpu, StopCause.doubleFault);
      return;
    }
    const { frameWords, entry } = this.image.functions[handler];
    if (view.fp - frameWords * 4 < view.stack_low) {
      this.stop(cpu, StopCause.doubleFault);
      return;
    }
    view.fp = writeFrame(this, view.fp, handler, kind, pc, view.fp, view.irqs_enabled, args);
    view.pc = entry;
    if (view.irqs_enabled === 0) return;
    view.irqs_enabled = 0;
    this.hooks.interruptFlag?.(cpu, false);
  }

  get handlers(): Handlers {
    return this.#handlers;
  }
}

/** The machine as an expression sees it, looking from one frame. Nothing here changes anything. */

import { OWNER_FLAGS } from '../kernel/locking/lock-owner.ts';
import { pageNameAt } from '../kernel/page-names.ts';
import type { FunctionDebugInfo, LocalInfo } from '../lang/debug-info.ts';
import type { EvaluationReader, Value, VariablePlace } from '../lang/evaluate.ts';
import type { FunctionSymbol, VariableSymbol } from '../lang/tree.ts';
import type { StructType } from '../lang/types.ts';
import { FUNCTION_BASE } from '../machine/bytecode.ts';
import { PAGE_SIZE } from '../machine/memory-plan.ts';
import { NO_TRANSLATION } from '../machine/mmu.ts';
import { hex } from '../util/bits.ts';
import type { Debuggee } from './debuggee.ts';
import type { FrameContext } from './stack.ts';

export class FrameReader implements EvaluationReader {
  readonly #debuggee: Debuggee;
  readonly #frame: FrameContext | undefined;

  /** Without a frame: the task of CPU 0, no locals. */
  constructor(debuggee: Debuggee, frame: FrameContext | undefined) {
    this.#debuggee = debuggee;
    this.#frame = frame;
  }

  readBytes(address: number, count: number): Uint8Array | undefined {
    const { machine } = this.#debuggee;
    const result = new Uint8Array(count);
    for (let done = 0; done < count; ) {
      const at = (address + done) | 0;
      const offset = machine.peek(at, this.cpu());
      if (offset === NO_TRANSLATION) return undefined;
      const size = Math.min(count - done, PAGE_SIZE - (at & (PAGE_SIZE - 1)));
      result.set(machine.memory.bytes.subarray(offset, offset + size), done);
      done += size;
    }
    return result;
  }

  place(symbol: VariableSymbol): VariablePlace | undefined {
    const { debug } = this.#debuggee.code;
    if (symbol.storage.kind === 'local' || symbol.storage.kind === 'parameter') {
      const local = this.locals().find(
        (each) =>
          each.name === symbol.name &&
          each.declaredAt.start === symbol.declaredAt.start &&
          each.declaredAt.source === symbol.source,
      );
      return local && this.localPlace(local);
    }
    const found = debug.globals.find(
      (each) =>
        each.name === symbol.name &&
        each.declaredAt.start === symbol.declaredAt.start &&
        each.declaredAt.source === symbol.source,
    );
    const global = found ?? debug.globals.find((each) => each.name === symbol.name);
    if (!global) return undefined;
    if (global.storage === 'perCpu') return { kind: 'perCpu', offset: global.address };
    return { kind: 'address', address: global.address, wholeWords: false };
  }

  /** Locals of the frame that are in scope where it stands, outer ones first. */
  locals(): LocalInfo[] {
    const frame = this.#frame;
    if (!frame) return [];
    return (this.function()?.locals ?? []).filter(
      (local) => local.parameter || (frame.pc >= local.start && frame.pc < local.end),
    );
  }

  function(): FunctionDebugInfo | undefined {
    return this.#frame && this.#debuggee.code.debug.functions[this.#frame.info.function];
  }

  localPlace(local: LocalInfo): VariablePlace {
    return {
      kind: 'address',
      address: ((this.#frame?.info.address ?? 0) + local.frameWord * 4) | 0,
      wholeWords: local.wholeWords,
      unset: this.#frame !== undefined && local.setFrom !== undefined && this.#frame.pc < local.setFrom,
    };
  }

  functionAddress(symbol: FunctionSymbol): number | undefined {
    const index = this.#debuggee.code.debug.functions.findIndex((each) => each.name === symbol.name);
    return index < 0 ? undefined : (FUNCTION_BASE + index * 16) | 0;
  }

  functionName = (address: number): string | undefined => {
    const distance = (address - FUNCTION_BASE) | 0;
    return (distance & 15) === 0 ? this.#debuggee.code.debug.functions[distance >> 4]?.name : undefined;
  };

  objectName = (type: StructType, address: number): string | undefined => {
    const { kernel } = this.#debuggee;
    // The low bits of a lock's owner word are flags.
    if (type.name === 'task_struct') return kernel.taskAt(address & ~OWNER_FLAGS)?.comm;
    return type.name === 'page' ? pageNameAt(kernel, address) : undefined;
  };

  current(): number {
    const { kernel } = this.#debuggee;
    return (this.#frame?.task ?? kernel.currentTask(0)).address;
  }

  cpu(): number {
    const task = this.#frame?.task;
    if (!task) return 0;
    const running = this.#debuggee.cpuOf(task);
    return running >= 0 ? running : task.view.cpu;
  }

  perCpuBase(cpu: number): number | undefined {
    const { machine } = this.#debuggee;
    return cpu >= 0 && cpu < machine.cpuCount ? machine.perCpuBase(cpu) : undefined;
  }

  call(name: string, args: readonly Value[]): number | undefined {
    const { kernel, machine } = this.#debuggee;
    switch (name) {
      case 'cpu_rq':
        return this.#rq(args[0]?.low ?? -1);
      case 'this_rq':
        return this.#rq(this.cpu());
      case 'task_rq': {
        const task = kernel.taskAt(args[0]?.low ?? 0);
        return task && this.#rq(task.view.cpu);
      }
      case 'task_cpu':
        return kernel.taskAt(args[0]?.low ?? 0)?.view.cpu;
      case 'preempt_count':
        return kernel.taskAt(this.current())?.view.thread_info.preempt_count;
      case 'irqs_disabled':
        return machine.cpus[this.cpu()].irqs_enabled === 0 ? 1 : 0;
      default:
        return undefined;
    }
  }

  #rq(cpu: number): number | undefined {
    const { kernel, machine } = this.#debuggee;
    return cpu >= 0 && cpu < machine.cpuCount ? machine.addressOf(kernel.rq(cpu).$base) : undefined;
  }

  explain(address: number): string {
    const { machine } = this.#debuggee;
    if (address >>> 0 < PAGE_SIZE) return 'this is the NULL page';
    const window = machine.mmu.windowOf(address);
    if (!window) return 'no memory lies there';
    return `the PTE of ${hex(address & -PAGE_SIZE)} in the ${window.name} window is empty`;
  }
}

/** An EvaluationReader over a machine that stopped somewhere: for the tests of evaluator and formatter. */
import type { EvaluationReader, EvaluationWriter } from '../../src/lang/evaluate.ts';
import { FUNCTION_BASE } from '../../src/machine/bytecode.ts';
import type { Machine } from '../../src/machine/machine.ts';
import type { Compiled } from './run.ts';

export function readerOf(
  compiled: Compiled,
  machine: Machine,
  functionName = 'main',
  cpu = 0,
): EvaluationReader & EvaluationWriter {
  const { debug, image } = compiled;
  const f = debug.functions.find((each) => each.name === functionName);
  return {
    readBytes(address, count) {
      const bytes = new Uint8Array(count);
      for (let i = 0; i < count; i++) {
        if (!machine.isKernelAddress(address + i)) return undefined;
        bytes[i] = machine.memory.bytes[machine.offsetOf(address + i)];
      }
      return bytes;
    },
    writeBytes(address, bytes) {
      if (!machine.isKernelAddress(address) || !machine.isKernelAddress(address + bytes.length - 1)) return false;
      bytes.forEach((byte, i) => {
        machine.memory.writeByte(machine.offsetOf(address + i), byte);
      });
      return true;
    },
    place(symbol) {
      const local = f?.locals.findLast((each) => each.name === symbol.name);
      if (local && symbol.storage.kind !== 'static') {
        return { kind: 'address', address: (machine.cpus[cpu].fp + 4 * local.frameWord) | 0, wholeWords: local.wholeWords };
      }
      const global = debug.globals.find((each) => each.name === symbol.name);
      if (!global) return undefined;
      if (global.storage === 'perCpu') return { kind: 'perCpu', offset: global.offset };
      return { kind: 'address', address: global.address, wholeWords: false };
    },
    functionAddress(symbol) {
      const index = image.functions.findIndex((each) => each.name === symbol.name);
      return index < 0 ? undefined : (FUNCTION_BASE + 16 * index) | 0;
    },
    current: () => machine.current(cpu),
    cpu: () => cpu,
    perCpuBase: (wanted) => (wanted >= 0 && wanted < machine.cpuCount ? machine.perCpuBase(wanted) : undefined),
    call: (name, args) => (name === 'fib' ? args[0].low * 2 : undefined),
  };
}

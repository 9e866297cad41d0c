import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encode, encodeOffset24, Op } from '../../src/machine/bytecode.ts';
import { StepEnd } from '../../src/machine/cpu-state.ts';
import type { Machine, MachineOptions } from '../../src/machine/machine.ts';
import { NO_TRANSLATION, PTE_KERNEL, PteFlag } from '../../src/machine/mmu.ts';
import { assemble, machineRunning, register, STMT } from './assemble.ts';

const WINDOW = 0xfff00000;
const LOOP = encodeOffset24(Op.JMP, -1);

function pageOf(byte: number): Uint8Array {
  return new Uint8Array(4096).fill(byte);
}

function smallMachine(options: Partial<MachineOptions> = {}): Machine {
  const image = assemble({
    main: {
      arguments: 2,
      words: 4,
      code: [encode(Op.LD32, 1, 0), LOOP],
    },
    store: { arguments: 2, words: 4, code: [encode(Op.ST32, 1, 0), LOOP] },
    exc_page_fault: { arguments: 2, words: 4, code: [STMT, encode(Op.IRET)] },
  });
  return machineRunning(image, ['main', 'main', 'store'], {
    windows: [{ name: 'fixmap', start: WINDOW, pages: 16 }],
    frames: [
      { pfn: 0x100, data: pageOf(1) },
      { pfn: 0x40000, data: pageOf(2) },
      { pfn: 0x40001, data: pageOf(3) },
    ],
    ...options,
  });
}

const pte = (pfn: number, flags = PTE_KERNEL): number => (pfn << 12) | flags;
function install(machine: Machine, page: number, value: number): void {
  machine.memory.write(machine.mmu.pteWord(WINDOW + page * 4096), value);
}
function byteAt(machine: Machine, cpu: number, address: number): number {
  const offset = machine.translate(cpu, address);
  return offset === NO_TRANSLATION ? NO_TRANSLATION : machine.memory.bytes[offset];
}
/** Lets CPU `cpu` execute its first instruction with register 0 = `address` and register 1 = `value`. */
function access(machine: Machine, cpu: number, address: number, value = 0): number {
  const word = (machine.offsetOf(machine.cpus[cpu].fp) >>> 2) + 3;
  machine.memory.write(word, address | 0);
  machine.memory.write(word + 1, value);
  return machine.step(cpu);
}

describe('the rules of highmem 1.3', () => {
  test('1: a cached translation is used even if the PTE has changed, otherwise the walk decides', () => {
    const machine = smallMachine();
    install(machine, 3, pte(0x40000));
    expect(byteAt(machine, 0, WINDOW + 3 * 4096)).toBe(2);
    install(machine, 3, 0);
    expect(byteAt(machine, 0, WINDOW + 3 * 4096)).toBe(2);
    expect(byteAt(machine, 1, WINDOW + 3 * 4096)).toBe(NO_TRANSLATION);
  });

  test('2: installing a PTE changes no TLB', () => {
    const machine = smallMachine();
    install(machine, 0, pte(0x40000));
    expect([0, 1, 2].map((cpu) => machine.mmu.tlbEntry(cpu, WINDOW))).toEqual([0, 0, 0]);
  });

  test('3: flushing a page is local', () => {
    const machine = smallMachine();
    install(machine, 0, pte(0x40000));
    byteAt(machine, 0, WINDOW);
    byteAt(machine, 1, WINDOW);
    install(machine, 0, pte(0x40001));
    machine.mmu.flushPage(0, WINDOW + 5);
    expect(byteAt(machine, 0, WINDOW)).toBe(3);
    expect(byteAt(machine, 1, WINDOW)).toBe(2);
  });

  test('4: flushing a range reaches every CPU, and only its pages', () => {
    const machine = smallMachine();
    for (const page of [0, 1, 2]) install(machine, page, pte(0x40000));
    for (const cpu of [0, 1]) for (const page of [0, 1, 2]) byteAt(machine, cpu, WINDOW + page * 4096);
    machine.mmu.flushRange(WINDOW, WINDOW + 2 * 4096);
    for (const cpu of [0, 1]) {
      expect([0, 1, 2].map((page) => machine.mmu.tlbEntry(cpu, WINDOW + page * 4096) !== 0)).toEqual([false, false, true]);
    }
  });

  test('4: a long range empties the TLBs', () => {
    const machine = smallMachine({ windows: [{ name: 'fixmap', start: WINDOW, pages: 64 }] });
    install(machine, 60, pte(0x40000));
    byteAt(machine, 1, WINDOW + 60 * 4096);
    machine.mmu.flushRange(WINDOW, WINDOW + 33 * 4096);
    expect(machine.mmu.tlbEntry(1, WINDOW + 60 * 4096)).not.toBe(0);
    machine.mmu.flushRange(WINDOW, WINDOW + 34 * 4096);
    expect(machine.mmu.tlbEntry(1, WINDOW + 60 * 4096)).toBe(0);
  });

  test('hold against a model for every sequence of operations', () => {
    const operation = fc.tuple(
      fc.constantFrom('install', 'clear', 'read', 'flush', 'range'),
      fc.integer({ min: 0, max: 2 }),
      fc.integer({ min: 0, max: 3 }),
      fc.constantFrom(0x40000, 0x40001),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 40 }), (operations) => {
        const machine = smallMachine();
        const ptes = new Map<number, number>();
        const tlbs = [0, 1, 2].map(() => new Map<number, number>());
        for (const [kind, cpu, page, pfn] of operations) {
          const address = WINDOW + page * 4096;
          if (kind === 'install') {
            install(machine, page, pte(pfn));
            ptes.set(page, pfn);
          } else if (kind === 'clear') {
            install(machine, page, 0);
            ptes.delete(page);
          } else if (kind === 'flush') {
            machine.mmu.flushPage(cpu, address);
            tlbs[cpu].delete(page);
          } else if (kind === 'range') {
            machine.mmu.flushRange(address, address + 4096);
            for (const tlb of tlbs) tlb.delete(page);
          } else {
            const pfnUsed = tlbs[cpu].get(page) ?? ptes.get(page);
            if (pfnUsed !== undefined) tlbs[cpu].set(page, pfnUsed);
            const expected = pfnUsed === undefined ? NO_TRANSLATION : pfnUsed - 0x40000 + 2;
            expect(byteAt(machine, cpu, address)).toBe(expected);
          }
        }
      }),
      { seed: 1303, numRuns: 200 },
    );
  });
});

describe('accesses', () => {
  test('low memory is reached through the direct map and the kernel area, high memory is not', () => {
    const machine = smallMachine();
    expect(byteAt(machine, 0, 0xc0100010)).toBe(1);
    expect(byteAt(machine, 0, 0xc0000000 + 0x101 * 4096)).toBe(NO_TRANSLATION);
    expect(byteAt(machine, 0, 0)).toBe(NO_TRANSLATION);
    expect(machine.peek(0xc1000000)).toBe(machine.plan.kernelStart);
  });

  test('without a translation fault, without any effect, and again after the handler returned', () => {
    const machine = smallMachine();
    expect(access(machine, 0, WINDOW + 4096)).toBe(StepEnd.trap);
    expect([register(machine, 0, 0), register(machine, 0, 1)]).toEqual([(WINDOW + 4096) | 0, 0]);
    install(machine, 1, pte(0x40001));
    machine.step(0);
    expect(machine.step(0)).toBe(StepEnd.shared);
    expect(register(machine, 0, 1)).toBe(0x03030303);
  });

  test('a write to a read-only page is a protection fault, and through a wrong frame a reserved one', () => {
    const machine = smallMachine();
    install(machine, 1, pte(0x40001, PteFlag.present));
    expect(access(machine, 2, WINDOW + 4096)).toBe(StepEnd.trap);
    expect(register(machine, 2, 1)).toBe(3);
    const other = smallMachine();
    install(other, 1, pte(0x77777));
    access(other, 0, WINDOW + 4096);
    expect(register(other, 0, 1)).toBe(9);
  });

  test('across two pages reach both, and change nothing when the second is missing', () => {
    const machine = smallMachine();
    install(machine, 0, pte(0x40000));
    expect(access(machine, 2, WINDOW + 4094, 0x11223344)).toBe(StepEnd.trap);
    expect(machine.mmu.tlbEntry(2, WINDOW)).toBe(0);
    expect(register(machine, 2, 0)).toBe((WINDOW + 4096) | 0);
    expect(machine.memory.bytes[machine.mmu.frameOffset(0x40000) + 4094]).toBe(2);

    const whole = smallMachine();
    install(whole, 0, pte(0x40000));
    install(whole, 1, pte(0x40001));
    expect(access(whole, 2, WINDOW + 4094, 0x11223344)).toBe(StepEnd.shared);
    const first = whole.mmu.frameOffset(0x40000);
    const second = whole.mmu.frameOffset(0x40001);
    expect([...whole.memory.bytes.subarray(first + 4093, first + 4096)]).toEqual([2, 0x44, 0x33]);
    expect([...whole.memory.bytes.subarray(second, second + 3)]).toEqual([0x22, 0x11, 3]);
    expect(access(whole, 0, WINDOW + 4094)).toBe(StepEnd.shared);
    expect(register(whole, 0, 1)).toBe(0x11223344);
  });

  test('through a window tell the hook where they go and whether the TLB entry was stale', () => {
    const seen: unknown[][] = [];
    const machine = smallMachine({ hooks: { windowAccess: (...all) => seen.push(all) } });
    install(machine, 0, pte(0x40000));
    access(machine, 0, WINDOW + 8);
    install(machine, 0, pte(0x40001));
    access(machine, 1, WINDOW + 8);
    machine.mmu.translate(2, WINDOW, true);
    install(machine, 0, 0);
    access(machine, 2, WINDOW + 12);
    const at = (pfn: number, offset: number): number => machine.mmu.frameOffset(pfn) + offset;
    expect(seen).toEqual([
      [0, (WINDOW + 8) | 0, at(0x40000, 8), 4, false, false],
      [1, (WINDOW + 8) | 0, at(0x40001, 8), 4, false, false],
      [2, (WINDOW + 12) | 0, at(0x40001, 12), 4, true, true],
    ]);
  });

  test('of people who look change nothing', () => {
    const machine = smallMachine();
    install(machine, 0, pte(0x40000));
    const before = machine.memory.words.slice();
    expect(machine.peek(WINDOW)).toBe(machine.mmu.frameOffset(0x40000));
    expect(machine.peek(WINDOW, 1)).toBe(machine.mmu.frameOffset(0x40000));
    expect(machine.peek(WINDOW + 4096)).toBe(NO_TRANSLATION);
    expect(machine.memory.words).toEqual(before);
  });

  test('a store to a PTE is seen by the hook for PTEs', () => {
    const seen: unknown[][] = [];
    const machine = smallMachine({ hooks: { pteWritten: (...all) => seen.push(all) } });
    const word = machine.mmu.pteWord(WINDOW + 2 * 4096);
    access(machine, 2, machine.addressOf(word * 4), pte(0x40000));
    expect(seen).toEqual([[2, (WINDOW + 2 * 4096) | 0, 0, pte(0x40000)]]);
  });
});

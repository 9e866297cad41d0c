import { describe, expect, test } from 'vitest';
import {
  addressLayout,
  fixmapAddress,
  fixmapWindow,
  highmemStart,
  ioApicAddress,
  slotAddress,
} from '../../src/machine/address-layout.ts';
import { hex } from '../../src/util/bits.ts';

describe('x86-32 address layouts (highmem 1.2)', () => {
  test.each([
    ['x86_5_9', 20, 147, '0xfff6c000'],
    ['x86_5_9', 41, 231, '0xfff18000'],
    ['x86_5_11', 16, 131, '0xfff7c000'],
    ['x86_5_11', 33, 199, '0xfff38000'],
  ] as const)('%s with %d slots a CPU', (name, stride, end, lowest) => {
    const layout = addressLayout(name, stride, 4);
    expect(layout.fixKmapEnd).toBe(end);
    expect(hex(fixmapAddress(layout, end))).toBe(lowest);
    expect(hex(slotAddress(layout, 0, 0))).toBe('0xfffbb000');
    expect(hex(ioApicAddress(layout))).toBe('0xfffbc000');
    expect(hex(layout.pkmapBase)).toBe('0xff400000');
    expect(hex(layout.highMemory)).toBe('0xf73fe000');
    expect(highmemStart(layout)).toBe(0x373fe);
  });

  test('the first slot of each CPU', () => {
    const local = addressLayout('x86_5_11', 16, 4);
    expect([0, 1, 2, 3].map((cpu) => hex(slotAddress(local, 0, cpu)))).toEqual([
      '0xfffbb000',
      '0xfffab000',
      '0xfff9b000',
      '0xfff8b000',
    ]);
    const older = addressLayout('x86_5_9', 20, 2);
    expect([0, 1].map((cpu) => hex(slotAddress(older, 0, cpu)))).toEqual(['0xfffbb000', '0xfffa7000']);
    const debug = addressLayout('x86_5_11', 33, 2);
    expect([0, 1, 2, 3].map((cpu) => hex(slotAddress(debug, 1, cpu)))).toEqual([
      '0xfffba000',
      '0xfff99000',
      '0xfff78000',
      '0xfff57000',
    ]);
  });

  test('five and more CPUs push the windows below the fixmap down', () => {
    const layout = addressLayout('x86_5_11', 16, 8);
    expect(layout.fixKmapEnd).toBe(68 + 16 * 8 - 1);
    expect(hex(layout.pkmapBase)).toBe('0xff000000');
    expect(highmemStart(layout)).toBe(0x36ffe);
  });

  test('the window holds every slot and the IO-APIC page', () => {
    const layout = addressLayout('x86_5_11', 16, 4);
    const window = fixmapWindow(layout);
    expect(hex(window.start)).toBe('0xfff7c000');
    expect(hex(window.start + (window.pages - 1) * 4096)).toBe('0xfffbc000');
  });
});

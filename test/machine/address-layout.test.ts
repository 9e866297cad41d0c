import { describe, expect, test } from 'vitest';
import { addressLayout, type LayoutName } from '../../src/machine/address-layout.ts';

const hex = (value: number): string => `0x${value.toString(16)}`;

describe('the table of the reference (highmem 1.2, without PAE)', () => {
  test.each([
    // layout, debug, slot 0 CPU 0, FIX_KMAP_END, lowest slot page, PKMAP_BASE, high_memory
    ['x86_2_6_31', false, '0xfffba000', 144, '0xfff6f000', '0xff800000', '0xf77fe000'],
    ['x86_2_6_31', true, '0xfffba000', 224, '0xfff1f000', '0xff800000', '0xf77fe000'],
    ['x86_2_6_37', false, '0xfffba000', 148, '0xfff6b000', '0xff800000', '0xf77fe000'],
    ['x86_2_6_37', true, '0xfffba000', 232, '0xfff17000', '0xff800000', '0xf77fe000'],
    ['x86_5_9', false, '0xfffbb000', 147, '0xfff6c000', '0xff400000', '0xf73fe000'],
    ['x86_5_9', true, '0xfffbb000', 231, '0xfff18000', '0xff400000', '0xf73fe000'],
    ['x86_5_11', false, '0xfffbb000', 131, '0xfff7c000', '0xff400000', '0xf73fe000'],
    ['x86_5_11', true, '0xfffbb000', 199, '0xfff38000', '0xff400000', '0xf73fe000'],
  ] as const)('%s, debug %s', (name, debug, slot, end, lowest, pkmap, highMemory) => {
    const layout = addressLayout({ name, cpus: 4, debug });
    expect(hex(layout.slotAddress(0, 0))).toBe(slot);
    expect(layout.FIX_KMAP_END).toBe(end);
    expect(hex(layout.fixAddress(layout.FIX_KMAP_END))).toBe(lowest);
    expect(hex(layout.PKMAP_BASE)).toBe(pkmap);
    expect(hex(layout.high_memory)).toBe(highMemory);
  });

  test.each([
    ['x86_5_11', ['0xfffbb000', '0xfffab000', '0xfff9b000', '0xfff8b000']],
    ['x86_5_9', ['0xfffbb000', '0xfffa7000', '0xfff93000', '0xfff7f000']],
    ['x86_2_6_37', ['0xfffba000', '0xfffa6000', '0xfff92000', '0xfff7e000']],
  ] as const)('first slot of each CPU of %s', (name, addresses) => {
    const layout = addressLayout({ name, cpus: 4, debug: false });
    expect([0, 1, 2, 3].map((cpu) => hex(layout.slotAddress(0, cpu)))).toEqual(addresses);
  });

  test('first usable slot of each CPU of x86-5.11 with guards', () => {
    const layout = addressLayout({ name: 'x86_5_11', cpus: 4, debug: true });
    const first = [0, 1, 2, 3].map((cpu) => hex(layout.slotAddress(1, cpu)));
    expect(first).toEqual(['0xfffba000', '0xfff99000', '0xfff78000', '0xfff57000']);
  });
});

describe('the table of the reference (highmem 1.2, with PAE)', () => {
  test.each([
    ['x86_2_6_31', '0xffa00000', '0xf79fe000'],
    ['x86_2_6_37', '0xffc00000', '0xf7bfe000'],
    ['x86_5_9', '0xff600000', '0xf75fe000'],
    ['x86_5_11', '0xff600000', '0xf75fe000'],
  ] as const)('%s', (name, pkmap, highMemory) => {
    for (const debug of [false, true]) {
      const layout = addressLayout({ name, cpus: 4, debug, pae: true });
      expect(hex(layout.PKMAP_BASE)).toBe(pkmap);
      expect(hex(layout.high_memory)).toBe(highMemory);
      expect(layout.LAST_PKMAP).toBe(512);
      expect(layout.slotAddress(0, 0)).toBe(addressLayout({ name, cpus: 4, debug }).slotAddress(0, 0));
    }
  });
});

test('high memory begins at page frame 0x373fe on up to four CPUs', () => {
  for (const cpus of [1, 2, 4]) expect(addressLayout({ name: 'x86_5_11', cpus, debug: false }).highmemStart).toBe(0x373fe);
});

test('five to eight CPUs are a kernel built for eight: its bigger CPU entry area pushes the persistent window down', () => {
  for (const name of ['x86_5_9', 'x86_5_11'] as LayoutName[]) {
    const layout = addressLayout({ name, cpus: 5, debug: false });
    expect(layout.nrCpus).toBe(8);
    expect(hex(layout.PKMAP_BASE)).toBe('0xff000000');
    expect(hex(layout.high_memory)).toBe('0xf6ffe000');
    expect(layout.slotAddress(0, 4)).toBe(layout.slotAddress(0, 0) - 4 * layout.stride * 4096);
  }
});

test('the window holds every slot, the entry before the first and the one after the last', () => {
  const layout = addressLayout({ name: 'x86_5_11', cpus: 2, debug: false });
  const [fixmap] = layout.windows;
  expect(fixmap.start).toBe(layout.fixAddress(layout.FIX_KMAP_END + 1));
  expect(fixmap.start + (fixmap.pages - 1) * 4096).toBe(layout.ioApicPage);
  expect(layout.ioApicPage).toBe(0xfffbc000);
});

test('old ARM goes up', () => {
  const layout = addressLayout({ name: 'arm_3_10', cpus: 2, debug: false });
  expect(hex(layout.slotAddress(3, 0))).toBe('0xfff03000');
  expect(layout.windows[0].start).toBe(0xfff00000);
});

import { expect, test } from 'vitest';
import { contextFlags, microsecondStamp, nanosecondStamp, taskColumn } from '../../src/trace/line-header.ts';

const flags = (common_flags: number, common_preempt_count = 0): string => contextFlags({ common_flags, common_preempt_count });

test('T05: migrate_disable 2, preempt_disable 1, interrupts off, both resched flags print as dN.12', () => {
  // 0x25: irqs off, need_resched of the task, folded bit.
  expect(flags(0x25, 0x21)).toBe('dN.12');
});

test.each([
  ['irqs on', 0x00, '.....'],
  ['irqs off', 0x01, 'd....'],
  ['BH off', 0x80, 'b....'],
  ['both off', 0x81, 'D....'],
  ['flag of the task only', 0x04, '.n...'],
  ['folded bit only', 0x20, '.p...'],
  ['both', 0x24, '.N...'],
  ['lazy flag only', 0x02, '.l...'],
  ['lazy and flag of the task', 0x06, '.b...'],
  ['lazy and folded bit', 0x22, '.L...'],
  ['all three', 0x26, '.B...'],
  ['hardirq', 0x08, '..h..'],
  ['softirq', 0x10, '..s..'],
  ['hardirq in softirq', 0x18, '..H..'],
  ['NMI, which counts as a hardirq too', 0x48, '..Z..'],
  ['NMI alone', 0x40, '..z..'],
])('the flag characters of %s', (_, value, text) => {
  expect(flags(value)).toBe(text);
});

test('depths are hex digits, and nothing at 0', () => {
  expect([flags(0, 0x01), flags(0, 0x0f), flags(0, 0xa0), flags(0, 0xff)]).toEqual(['...1.', '...f.', '....a', '...ff']);
});

test('times are rounded to microseconds as the kernel does, or kept to the nanosecond', () => {
  expect(microsecondStamp(1_006_499)).toBe('    0.001006');
  expect(microsecondStamp(1_006_500)).toBe('    0.001007');
  expect(microsecondStamp(12_345_999_999_600)).toBe('12346.000000');
  expect(nanosecondStamp(1_006_499)).toBe('    0.001006499');
});

test('the idle task has no name of its own in the first column', () => {
  expect(taskColumn({ comm: 'lo', pid: 100 })).toBe('              lo-100     ');
  expect(taskColumn({ comm: 'swapper/1', pid: 0 })).toBe('          <idle>-0       ');
});

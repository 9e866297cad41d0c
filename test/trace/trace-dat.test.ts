/** The bytes of trace.dat, read back by a small reader of our own; `trace-cmd.test.ts` asks the real one. */
import { describe, expect, test } from 'vitest';
import { Bytes } from '../../src/trace/tracedat/bytes.ts';
import { RingBuffer } from '../../src/trace/tracedat/ring-buffer.ts';
import { traceDat } from '../../src/trace/tracedat/trace-dat.ts';
import { event, record, recordingWith, STACKING } from './support.ts';

interface ReadRecord {
  time: number;
  data: Uint8Array;
}

/** The records of a ring-buffer page. */
function readPage(page: Uint8Array): ReadRecord[] {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  const u64 = (at: number) => view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
  const records: ReadRecord[] = [];
  let time = u64(0);
  let at = 16;
  const end = 16 + u64(8);
  while (at < end) {
    const word = view.getUint32(at, true);
    const kind = word & 31;
    const delta = word >>> 5;
    at += 4;
    if (kind === 30) {
      time += delta + view.getUint32(at, true) * 2 ** 27;
      at += 4;
      continue;
    }
    time += delta;
    const length = kind === 0 ? view.getUint32(at, true) - 4 : kind * 4;
    if (kind === 0) at += 4;
    records.push({ time, data: page.slice(at, at + length) });
    at += length;
  }
  expect(at).toBe(end);
  return records;
}

describe('the ring buffer', () => {
  const written = (entries: readonly [bytes: number, time: number][]) => {
    const buffer = new RingBuffer();
    for (const [bytes, time] of entries) buffer.add(new Uint8Array(bytes).fill(7), time);
    return buffer.pages();
  };

  test('records of all lengths come back with their times', () => {
    const entries: [number, number][] = [
      [8, 5],
      [112, 5],
      [116, 1000],
      [2048, 2 ** 27 + 1000 - 1],
      [4, 2 ** 28 + 2000],
      [4, 2 ** 45],
    ];
    const pages = written(entries);
    expect(pages.flatMap(readPage).map(({ data, time }) => [data.length, time])).toEqual(entries);
  });

  test('a page that is full is followed by another that begins with a time of its own', () => {
    const entries = Array.from({ length: 1000 }, (_, i): [number, number] => [4 * (1 + (i % 40)), i * 100_000_000]);
    const pages = written(entries);
    expect(pages.length).toBeGreaterThan(10);
    for (const page of pages) expect(page.length).toBe(4096);
    expect(pages.flatMap(readPage).map(({ data, time }) => [data.length, time])).toEqual(entries);
  });

  test('nothing recorded is no page', () => {
    expect(new RingBuffer().pages()).toEqual([]);
  });
});

describe('the bytes', () => {
  test('are little endian, also above 2^32 and below 0', () => {
    expect([
      ...new Bytes()
        .u16(0x1234)
        .u32(-2)
        .u64(2 ** 33 + 5)
        .take(),
    ]).toEqual([0x34, 0x12, 0xfe, 0xff, 0xff, 0xff, 5, 0, 0, 0, 2, 0, 0, 0]);
  });

  test('grow as far as they must', () => {
    const bytes = new Bytes().zeros(70_000).fixed('name too long', 6).pad(4096);
    expect(bytes.length).toBe(73_728);
    expect([...bytes.take().subarray(70_000, 70_006)]).toEqual([...'name '].map((c) => c.charCodeAt(0)).concat(0));
  });
});

const latin = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');

test('T05: the record holds common_flags 0x25 and common_preempt_count 0x21', () => {
  const one = event({ type: 'nmi_entry' }, { common_flags: 0x25, common_preempt_count: 0x21, pid: 0x0102_0304 });
  const file = traceDat(recordingWith([one], { cpus: 1 }));
  const [{ time, data }] = readPage(file.subarray(file.length - 4096));
  expect(time).toBe(1_006_000);
  expect([...data]).toEqual([300 & 255, 300 >> 8, 0x25, 0x21, 4, 3, 2, 1]);
});

test('the file begins with its mark, version 6, byte order, size of a long and size of a page', () => {
  const file = traceDat(record(STACKING));
  expect([...file.subarray(0, 3)]).toEqual([0x17, 0x08, 0x44]);
  expect(latin(file.subarray(3, 12))).toBe('tracing6\0');
  expect([...file.subarray(12, 18)]).toEqual([0, 8, 0, 16, 0, 0]);
});

test('fields lie where the kernel has them', () => {
  const text = latin(traceDat(record(STACKING)));
  const format = text.slice(text.indexOf('name: sched_switch'));
  const fields = [...format.slice(0, format.indexOf('print fmt')).matchAll(/field:([^;]+);\toffset:(\d+);\tsize:(\d+)/g)];
  expect(fields.map(([, name, offset, size]) => `${name} ${offset}/${size}`)).toEqual([
    'unsigned short common_type 0/2',
    'unsigned char common_flags 2/1',
    'unsigned char common_preempt_count 3/1',
    'int common_pid 4/4',
    'char prev_comm[16] 8/16',
    'int prev_pid 24/4',
    'int prev_prio 28/4',
    'long prev_state 32/8',
    'char next_comm[16] 40/16',
    'int next_pid 56/4',
    'int next_prio 60/4',
  ]);
});

test('the same run gives the same bytes; a run without events is a file too', () => {
  expect(Buffer.compare(traceDat(record(STACKING)), traceDat(record(STACKING)))).toBe(0);
  expect(traceDat(recordingWith([])).length).toBe(4096);
});

test('events that are not in order of time are our own fault', () => {
  const first = event({ type: 'nmi_entry' }, { time: 2 });
  const second = event({ type: 'nmi_exit' }, { time: 1 });
  expect(() => traceDat(recordingWith([first, second]))).toThrow('event at 1 ns after one at 2 ns');
});

/**
 * Exported trace.dat files read back with `trace-cmd report`. Without trace-cmd on the PATH these tests are skipped and say so; under CI=true
 * they fail instead. KernelShark reads the same files by the same library family; its window is unexecuted.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KernelEvent } from '../../src/kernel/events.ts';
import { EventTexts } from '../../src/trace/event-texts.ts';
import type { Recording } from '../../src/trace/recording.ts';
import { traceDat } from '../../src/trace/tracedat/trace-dat.ts';
import { event, record, recordingWith, STACKING } from './support.ts';

const installed = spawnSync('trace-cmd', ['--version']).error === undefined;
const required = process.env.CI === 'true';
if (!installed && !required) console.warn('SKIPPED: trace-cmd is not installed, exported trace.dat files are not read back');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kmaplab-trace-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Line {
  cpu: number;
  /** ns. */
  time: number;
  flags: string;
  name: string;
  text: string;
}

/** What `trace-cmd report` makes of the recording, in its order. @throws when it complains about anything */
function report(recording: Recording): Line[] {
  if (!installed) throw new Error('trace-cmd is not installed: apt-get install trace-cmd, as .ci/run does');
  const file = join(folder, 'trace.dat');
  writeFileSync(file, traceDat(recording));
  // -N: no plugins, which print some events in a way of their own; -l: flags; -t: nanoseconds.
  const { stdout, stderr, status } = spawnSync('trace-cmd', ['report', '-N', '-l', '-t', '-i', file], { encoding: 'utf8' });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  const [first, ...lines] = stdout.trimEnd().split('\n');
  expect(first).toBe(`cpus=${recording.cpus}`);
  return lines.map((line) => {
    const match = /^ *\S+-\d+ +(\d+)(\S{5}) +(\d+)\.(\d{9}): (\w+): *(.*)$/.exec(line);
    if (!match) throw new Error(`unreadable line: ${line}`);
    const [, cpu, flags, seconds, ns, name, text] = match;
    return { cpu: Number(cpu), time: Number(seconds) * 1e9 + Number(ns), flags, name, text };
  });
}

/** Events at the same time are in order of CPUs there. */
const inOrder = (events: readonly KernelEvent[]): KernelEvent[] => [...events].sort((a, b) => a.time - b.time || a.cpu - b.cpu);

/** trace-cmd knows no sizes of functions, and prints pointers in its own way. */
const alike = (text: string): string =>
  text.replace(/(\+0x[0-9a-f]+)\/0x[0-9a-f]+/g, '$1').replace(/^(0x)?([0-9a-f]{8}) \(/, '$2 (');

/** Every event, in order, with its time, CPU and text. */
function expectAlike(recording: Recording): void {
  const texts = new EventTexts(recording);
  const expected = inOrder(recording.events).map((one) => {
    const { name, text } = texts.of(one);
    return `${one.time} ${one.cpu} ${name}: ${alike(text)}`;
  });
  const got = report(recording).map(({ time, cpu, name, text }) => `${time} ${cpu} ${name}: ${alike(text)}`);
  expect(got).toEqual(expected);
}

const SCHED = ['sched_switch', 'sched_migrate_task'];

describe.skipIf(!installed && !required)('trace-cmd reads an exported trace.dat', () => {
  test('T07: every sched_switch and sched_migrate_task of the stacking program, in order, without any error text', () => {
    const recording = record(STACKING);
    const lines = report(recording).filter(({ name }) => SCHED.includes(name));
    const texts = new EventTexts(recording);
    const wanted = inOrder(recording.events.filter(({ type }) => SCHED.includes(type)));
    const short = lines.map(({ cpu, name, text }) => {
      const [, prev, next] = /prev_comm=(\S+) .* next_comm=(\S+) /.exec(text) ?? [];
      return name === 'sched_switch' ? `CPU${cpu}: ${prev} ==> ${next}` : text;
    });
    // B09: the stopper takes the runner off the pinned task's CPU.
    expect(short.slice(3, 9)).toEqual([
      'CPU0: l10 ==> h30',
      'CPU1: x50 ==> swapper/1',
      'CPU0: h30 ==> migration/0',
      'comm=h30 pid=102 prio=69 orig_cpu=0 dest_cpu=1',
      'CPU1: swapper/1 ==> h30',
      'CPU0: migration/0 ==> l10',
    ]);
    expect(lines.map(({ time, text }) => `${time} ${text}`)).toEqual(wanted.map((one) => `${one.time} ${texts.of(one).text}`));
  });

  test.each(['stacking', 'samples/preempted.klab', 'samples/switch-race.klab', 'samples/user-copy.klab'])(
    'T07: every event of %s with its time, CPU and text',
    (name) => {
      expectAlike(record(name === 'stacking' ? STACKING : readFileSync(name, 'utf8')));
    },
  );

  test('the five flag characters', () => {
    const context = { common_flags: 0x25, common_preempt_count: 0x21 };
    expect(report(recordingWith([event({ type: 'nmi_entry' }, context)]))[0].flags).toBe('dN.12');
  });

  test('long records, long waits, locks and softirqs', () => {
    const wait = { lock: 0xc034_5678, name: 'lock', flags: 33 };
    expectAlike(
      recordingWith([
        event({ type: 'printk', level: 6, text: 'x'.repeat(1000) }),
        event({ type: 'contention_begin', ...wait }, { time: 2_000_000 }),
        event({ type: 'softirq_raise', vec: 3, action: 'NET_RX' }, { time: 9_000_000_000, cpu: 1 }),
        event({ type: 'contention_end', lock: wait.lock, name: 'lock', ret: -4 }, { time: 3_600_000_000_000 }),
        event({ type: 'page_fault_user', address: 0x0804_8000, ip: '?', error_code: 6 }, { time: 3_600_000_000_001 }),
      ]),
    );
  });
});

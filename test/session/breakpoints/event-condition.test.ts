import { describe, expect, test } from 'vitest';
import type { KernelEvent } from '../../../src/kernel/events.ts';
import { conditionNames, parseEventCondition } from '../../../src/session/breakpoints/event-condition.ts';

const base = { step: 7, time: 700, cpu: 1, pid: 100, comm: 'reader', pc: 5, common_flags: 0, common_preempt_count: 0 };
const switching: KernelEvent = {
  ...base,
  type: 'sched_switch',
  prev_comm: 'reader',
  prev_pid: 100,
  prev_prio: 98,
  prev_state: 'S',
  next_comm: 'writer',
  next_pid: 101,
  next_prio: 49,
};
const mapping: KernelEvent = {
  ...base,
  type: 'kmap',
  address: 0xfff00000,
  pfn: 0x373fe,
  slot: 2,
  idx: 2,
  model: 'kmap_local',
  page: 'letter[1]',
};
const known = (name: string) => ['reader', 'writer', 'letter', 'S'].includes(name);

function holds(text: string, event: KernelEvent = switching): boolean | string {
  const condition = parseEventCondition(text, event.type === 'kmap' ? 'map' : 'context_switch', known);
  return condition.ok ? condition.test(event) : condition.message;
}

describe('conditions of event breakpoints', () => {
  test.each([
    ['prev == reader && next_prio < 50', true],
    ['prev == writer', false],
    ['next == 101', true],
    ['next != prev', true],
    ['reader == prev', true],
    ['task == reader', true],
    ["next_comm == 'writer'", true],
    ['prev_state == "S"', true],
    ['prev_state == S', true],
    ['cpu == 1 && step > 5 && time >= 700', true],
    ['!(cpu == 0) || next_pid == 1', true],
    ['next_prio + 1 == 50', true],
    ['prev_prio - 98', false],
    ['(prev_prio & 2) == 2', true],
    ['-1 < 0x10', true],
  ])('%s is %s', (text, expected) => {
    expect(holds(text)).toBe(expected);
  });

  test('fields of other events are conditions too', () => {
    expect(holds('slot >= 2 && page == "letter[1]" && task == reader', mapping)).toBe(true);
  });

  test.each([
    [
      'nobody == prev',
      "'nobody' is no field of 'Context switch' and nothing in the program; fields are prev, next, task, prev_comm",
    ],
    ['prev ==', 'expected a name or a number before the end'],
    ['prev == reader)', "')' is not expected here"],
    ['(prev == reader', "expected ')'"],
    ['prev @ reader', "'@' is not part of a condition"],
    ['slot == 1', "'slot' is no field of 'Context switch'"],
    ['', 'expected a name or a number before the end'],
    [`${'('.repeat(200)}1${')'.repeat(200)}`, 'it nests too deeply'],
  ])('%s is refused in words', (text, message) => {
    expect(holds(text)).toContain(message);
  });

  test('names of a group are its fields and the common ones', () => {
    expect(conditionNames('map')).toEqual(expect.arrayContaining(['task', 'slot', 'page', 'cpu', 'comm']));
    expect(conditionNames('map')).not.toContain('prev');
  });
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createSession } from '../../src/session/session.ts';
import { pkmapModel, pkmapSummary, pkmapText } from '../../src/views/pkmap.ts';
import type { PkmapSlotSnapshot, PkmapSnapshot } from '../../src/views/snapshot.ts';
import { RunViews } from '../../src/views/views.ts';
import { machine, PFN, pte } from './machine.ts';

const A = pte(PFN.letter0);
const B = pte(PFN.letter1);
const slot = (number: number, count: number, entry: number, tlb: readonly number[] = [0, 0]): PkmapSlotSnapshot => ({
  slot: number,
  address: 0xff400000 + number * 4096,
  pte: entry,
  count,
  tlb,
});
const at = (step: number, slots: PkmapSlotSnapshot[], more: Partial<PkmapSnapshot> = {}) =>
  machine({ step, pkmap: { size: 4, lastNrs: [1], waiting: [], slots, ...more } });

test('a count is told as users: one less, and at one "no users, still mapped"', () => {
  const model = pkmapModel(at(10, [slot(1, 2, A), slot(2, 1, B), slot(3, 4, A)]));
  expect(model.rows.map(({ count, users, state }) => [count, users, state])).toEqual([
    [2, 1, '1 user'],
    [1, 0, 'no users, still mapped'],
    [4, 3, '3 users'],
  ]);
  expect([model.size, model.free]).toEqual([4, 1]);
});

test('changes: new, changed, gone, and a TLB that took a page in', () => {
  const before = at(10, [slot(1, 2, A), slot(2, 1, B), slot(3, 2, A)]);
  const now = at(11, [slot(0, 2, A), slot(1, 3, A), slot(3, 2, A, [A, 0])]);
  expect(pkmapModel(now, before).rows.map((row) => [row.slot, row.change, row.state])).toEqual([
    [0, 'new', '1 user'],
    [1, 'changed', '2 users'],
    [2, 'gone', 'free'],
    [3, 'changed', '1 user'],
  ]);
  expect(pkmapModel(now).rows.map((row) => row.change)).toEqual(['', '', '']);
});

test('the line says how many are free, where the search goes on and who waits', () => {
  expect(pkmapSummary(pkmapModel(at(10, [])))).toBe('all 4 free, the search goes on after slot 1');
  const full = [slot(0, 2, A), slot(1, 2, A), slot(2, 2, A), slot(3, 2, A)];
  expect(pkmapSummary(pkmapModel(at(10, full, { lastNrs: [3], waiting: ['b'] })))).toBe(
    '0 of 4 free, the search goes on after slot 3; b waits for a slot',
  );
  expect(pkmapSummary(pkmapModel(at(10, full, { lastNrs: [3], waiting: ['b', 'c'] })))).toMatch(/; b and c wait for a slot$/);
});

test('the text twin', () => {
  const now = at(11, [slot(1, 2, A, [A, B]), slot(2, 1, B)]);
  expect(pkmapText(pkmapModel(now, at(10, [slot(1, 2, A, [A, B])])))).toMatchInlineSnapshot(`
    "kmap() window: 2 of 4 free, the search goes on after slot 1
         slot  address     PTE         page       count  users                   TLB
         1     0xff401000  0x373fe163  letter[0]  2      1 user                  fresh CPU 0, stale CPU 1 (letter[1])
      +  2     0xff402000  0x373ff163  letter[1]  1      no users, still mapped"
  `);
});

function open(sample: string) {
  const text = readFileSync(`samples/${sample}.klab`, 'utf8');
  const { session } = createSession({ uri: `${sample}.klab`, text });
  if (!session) throw new Error('the sample does not build');
  session.setEventBreakpoints([], 'none');
  return { session, views: new RunViews(session.viewsSource) };
}

test('a full window, as the sample leaves it: everybody waits', () => {
  const { session, views } = open('pkmap-full');
  session.run({ kind: 'continue' }, 2_000_000);
  expect(pkmapText(views.atStop().slots.pkmap)).toMatchInlineSnapshot(`
    "kmap() window: 0 of 4 free, the search goes on after slot 3; worker_left and worker_right wait for a slot
         slot  address     PTE         page      count  users   TLB
         0     0xff400000  0x37403163  right[0]  2      1 user
         1     0xff401000  0x37401163  left[1]   2      1 user
         2     0xff402000  0x37400163  left[0]   2      1 user
         3     0xff403000  0x37404163  right[1]  2      1 user"
  `);
});

test('the time line marks kmap(), kunmap() and the flush on every CPU', () => {
  const { session, views } = open('pkmap-full');
  session.run({ kind: 'continue' }, 2_000_000);
  const { labels } = views.atStop().timeline;
  expect(labels).toEqual(expect.arrayContaining(['kmap visitor[0]', 'kunmap visitor[0]', 'TLB flush of the kmap() window']));
});

test('stops at a kmap() and at a global flush say what happened', () => {
  const { session } = open('pkmap-full');
  const stopAt = (event: 'map' | 'tlb_flush') => {
    session.run({ kind: 'to-event', event, direction: 'forward' }, 2_000_000);
    return session.stop.description;
  };
  expect(stopAt('map')).toMatch(/^kmap: \w+ maps \w+\[0\] at 0xff40[0-3]000, slot \d of the kmap\(\) window, count 2 on CPU \d$/);
  expect(stopAt('tlb_flush')).toMatch(/^TLB flush of all pages from 0xff400000 up on CPU \d$/);
});

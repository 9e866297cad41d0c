import { expect, test } from 'vitest';
import { slotsModel, slotsText } from '../../src/views/slots.ts';
import { machine, PFN, pte } from './machine.ts';

const A = pte(PFN.letter0);
const B = pte(PFN.letter1);
const row = (model: ReturnType<typeof slotsModel>, cpu: number, slot: number) => model.cpus[cpu].rows[slot];

test('a TLB is fresh when it holds the PTE, stale when it holds anything else, also for an empty PTE', () => {
  const model = slotsModel(machine({ ptes: { 0: A }, tlbs: [{ 0: A, 1: B }, { 0: B }] }));
  expect(row(model, 0, 0).tlb.map((entry) => entry.state)).toEqual(['fresh', 'stale']);
  expect(row(model, 0, 1).tlb.map((entry) => entry.state)).toEqual(['stale', 'none']);
  expect(row(model, 0, 0).tlb[1].page).toBe('letter[1]');
});

test('the running task owns the slots that its index counts', () => {
  const model = slotsModel(machine({ tasks: [{ running: true, idx: 1, pteval: [A] }], ptes: { 0: A, 1: B } }));
  expect([row(model, 0, 0).owner, row(model, 0, 1).owner]).toEqual(['writer', '']);
});

test('a page left in its slot belongs to whoever saved it', () => {
  const tasks = [
    { pid: 101, comm: 'reader', running: true },
    { pid: 100, comm: 'writer', idx: 1, pteval: [A] },
  ];
  expect(row(slotsModel(machine({ tasks, ptes: { 0: A } })), 0, 0).owner).toBe('writer');
});

test('rows of unused slots are left out and counted', () => {
  const model = slotsModel(machine({ ptes: { 4: A } }));
  expect([model.cpus[0].rows.length, model.cpus[0].hidden]).toEqual([5, 11]);
  expect([model.cpus[1].rows.length, model.cpus[1].hidden]).toEqual([2, 14]);
});

test('a slot that was in use at the stop before keeps its row', () => {
  const model = slotsModel(machine({ step: 11 }), machine({ ptes: { 4: A } }));
  expect(model.cpus[0].rows.map((r) => r.change)).toEqual(['', '', '', '', 'gone']);
});

test('changes: new, changed, gone', () => {
  const before = machine({ ptes: { 0: A, 1: A } });
  const now = machine({ step: 11, ptes: { 1: B, 2: A } });
  expect(slotsModel(now, before).cpus[0].rows.map((r) => r.change)).toEqual(['gone', 'changed', 'new']);
});

test('the text twin', () => {
  const tasks = [{ running: true, idx: 1, pteval: [A] }];
  const model = slotsModel(machine({ tasks, ptes: { 0: A }, tlbs: [{ 0: A }, { 0: B }] }), machine({ step: 5, tasks }));
  expect(slotsText(model)).toMatchInlineSnapshot(`
    "PTE Slots at step 10 (kmap_local)
    CPU 0
         slot  address     PTE         page       owner   TLB
      +  0     0xfffbb000  0x373fe163  letter[0]  writer  fresh CPU 0, stale CPU 1 (letter[1])
         1     0xfffba000  0x00000000
      14 more slots, all empty
    CPU 1
         slot  address     PTE         page  owner  TLB
         0     0xfffab000  0x00000000
         1     0xfffaa000  0x00000000
      14 more slots, all empty
    kmap() window: all 1024 free"
  `);
});

test('guard slots are named in debug builds', () => {
  const model = slotsModel(machine({ increment: 2, slotsPerCpu: 33, cpus: 1, ptes: { 1: A } }));
  expect(slotsText(model)).toMatchInlineSnapshot(`
    "PTE Slots at step 10 (kmap_local)
    CPU 0
         slot  address     PTE         page       owner  TLB
         0     0xfffbb000  0x00000000  (guard)
         1     0xfffba000  0x373fe163  letter[0]
         2     0xfffb9000  0x00000000  (guard)
         3     0xfffb8000  0x00000000
      29 more slots, all empty
    kmap() window: all 1024 free"
  `);
});

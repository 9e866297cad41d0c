import { describe, expect, test } from 'vitest';
import { stacksModel, stacksText } from '../../src/views/stacks.ts';
import { type MachineSpec, machine, PFN, pte } from './machine.ts';

const A = pte(PFN.letter0);
const B = pte(PFN.letter1);

const stateOf = (spec: MachineSpec): (string | undefined)[] =>
  stacksModel(machine(spec)).tasks[0].entries.map((entry) => entry.state);

describe('state of an entry (highmem 7.5)', () => {
  const writer = { pid: 100, comm: 'writer', running: true };

  test('index raised, nothing mapped: claimed', () => {
    expect(stateOf({ tasks: [{ ...writer, idx: 1 }] })).toEqual(['claimed']);
  });
  test('PTE set, not saved: live, unsaved', () => {
    expect(stateOf({ tasks: [{ ...writer, idx: 1 }], ptes: { 0: A } })).toEqual(['live, unsaved']);
  });
  test('PTE set and saved: live', () => {
    expect(stateOf({ tasks: [{ ...writer, idx: 1, pteval: [A] }], ptes: { 0: A } })).toEqual(['live']);
  });
  test('switched out: parked, though the slot maps the page of whoever runs', () => {
    const tasks = [
      { ...writer, running: false, idx: 1, pteval: [A] },
      { pid: 101, comm: 'reader', running: true, idx: 1, pteval: [B] },
    ];
    expect(stateOf({ tasks, ptes: { 0: B } })).toEqual(['parked']);
  });
  test('current already, not yet put back: parked', () => {
    expect(stateOf({ tasks: [{ ...writer, idx: 1, pteval: [A] }], cpu: [{ switching: true }] })).toEqual(['parked']);
  });
  test('the newest entry in unmap: dying, the older ones stay live', () => {
    const tasks = [{ ...writer, idx: 2, pteval: [A, B] }];
    expect(stateOf({ tasks, ptes: { 0: A }, cpu: [{ unmapping: true }] })).toEqual(['live', 'dying']);
  });
  test('empty while the task runs and nobody unmaps: lost', () => {
    expect(stateOf({ tasks: [{ ...writer, idx: 1, pteval: [A] }] })).toEqual(['lost']);
  });
  test('another page in the slot: overwritten', () => {
    expect(stateOf({ tasks: [{ ...writer, idx: 1, pteval: [A] }], ptes: { 0: B } })).toEqual(['overwritten']);
  });
  test('not running, page still mapped: left', () => {
    expect(stateOf({ tasks: [{ ...writer, running: false, idx: 1, pteval: [A] }], ptes: { 0: A } })).toEqual(['left']);
  });
  test('guard slots of a debug build are no entries', () => {
    const model = stacksModel(
      machine({ tasks: [{ ...writer, idx: 4, pteval: [0, A, 0, B] }], ptes: { 1: A, 3: B }, increment: 2 }),
    );
    expect(model.tasks[0].entries.map((entry) => entry.slot)).toEqual([1, 3]);
    expect(model.tasks[0].depth).toBe(2);
  });
});

describe('changes against the stop before', () => {
  const before = machine({ step: 5, tasks: [{ idx: 1, pteval: [A], running: true }], ptes: { 0: A } });

  test('at the first stop nothing is marked', () => {
    expect(stacksModel(before).tasks[0].entries[0].change).toBe('');
  });
  test('a new mapping is new, the old one is not marked', () => {
    const now = machine({ tasks: [{ idx: 2, pteval: [A, B], running: true }], ptes: { 0: A, 1: B } });
    expect(stacksModel(now, before).tasks[0].entries.map((entry) => entry.change)).toEqual(['', 'new']);
  });
  test('an unmapped one is gone for one stop, and then no more', () => {
    const now = machine({ step: 6, tasks: [{ running: true }] });
    const later = machine({ step: 7, tasks: [{ running: true }] });
    expect(stacksModel(now, before).tasks[0].entries.map((entry) => entry.change)).toEqual(['gone']);
    expect(stacksModel(later, now).tasks[0].entries).toEqual([]);
  });
  test('a TLB entry that became stale is a change', () => {
    const now = machine({ tasks: [{ idx: 1, pteval: [A], running: true }], ptes: { 0: A }, tlbs: [{ 0: B }] });
    const [entry] = stacksModel(now, before).tasks[0].entries;
    expect([entry.tlb, entry.change]).toEqual(['stale', 'changed']);
  });
});

test('idle tasks are listed only while something is mapped on their stack', () => {
  const plain = machine();
  expect(stacksModel(plain).tasks.map((task) => task.comm)).toEqual(['writer']);
});

test('the text twin says everything that the picture says', () => {
  const tasks = [
    { pid: 100, comm: 'writer', running: true, idx: 2, pteval: [A, B], migrationDisabled: 2 },
    { pid: 101, comm: 'reader', idx: 1, pteval: [pte(PFN.packet)], cpu: 1 },
  ];
  const before = machine({ step: 5, tasks: [{ ...tasks[0], idx: 1, pteval: [A] }, tasks[1]], ptes: { 0: A } });
  const now = machine({ step: 9, tasks, ptes: { 0: A, 1: B }, tlbs: [{ 0: A, 1: A }, {}] });
  expect(stacksText(stacksModel(now, before))).toMatchInlineSnapshot(`
    "Kmap Stacks at step 9 (kmap_local, 16 slots per CPU)
    ~ writer (pid 100), running on CPU 0: 2 mappings, idx 2, migration disabled 2
         slot  address     page       pfn      saved       PTE         state  TLB
      ~  0     0xfffbb000  letter[0]  0x373fe  0x373fe163  0x373fe163  live   fresh
      +  1     0xfffba000  letter[1]  0x373ff  0x373ff163  0x373ff163  live   stale
      reader (pid 101), waiting for CPU 1: 1 mapping, idx 1
         slot  address     page    pfn      saved       PTE         state   TLB
         0     0xfffab000  packet  0x37400  0x37400163  0x00000000  parked  none"
  `);
});

/** Kmap Stacks and PTE Slots of the models whose mappings belong to a CPU. */
import { expect, test } from 'vitest';
import { slotsModel, slotsText } from '../../src/views/slots.ts';
import { stacksModel, stacksText } from '../../src/views/stacks.ts';
import { open } from '../vectors/run.ts';

const PROGRAM = (mapping: string, extra = '') => `machine { cpus = 2; mapping = ${mapping}; ${extra} }
page letter[2] = { "one", "two" };
task writer(cpu = 0)
{
	char *x = map_page(letter[0]);
	char *y = map_page(letter[1]);
	WARN_ON(x[0] != 'o');
	WARN_ON(1);
	unmap_page(y);
	unmap_page(x);
}
`;

/** The machine when the program's WARN is printed, two mappings deep. */
function atWarning(mapping: string, extra = '') {
  const session = open(PROGRAM(mapping, extra), {}, true);
  session.run({ kind: 'to-event', event: 'warn', direction: 'forward' }, 100_000);
  return session.viewsSource.snapshot();
}

const withoutHeading = (text: string): string => text.split('\n').slice(1).join('\n');

test('atomic_stack: the stack of each CPU, and a sentence', () => {
  const snapshot = atWarning('atomic_stack');
  expect(stacksModel(snapshot).tasks).toEqual([]);
  expect(withoutHeading(stacksText(stacksModel(snapshot)))).toMatchInlineSnapshot(`
    "The stack belongs to the CPU: whoever runs there maps on top of it, and a context switch leaves it as it is.
      CPU 0, runs writer: 2 mappings, idx 2
         slot  address     page       pfn      PTE         state   TLB
         0     0xfffbb000  letter[0]  0x373fe  0x373fe163  mapped  fresh
         1     0xfffba000  letter[1]  0x373ff  0x373ff163  mapped  none
      CPU 1, runs swapper/1: nothing mapped, idx 0"
  `);
});

test('km_type: the slots by type, fences named', () => {
  const snapshot = atWarning('km_type', 'debug_highmem = on;');
  expect(stacksText(stacksModel(snapshot)).split('\n')[0]).toMatch(/39 slots per CPU, every other one a guard\)$/);
  expect(withoutHeading(stacksText(stacksModel(snapshot)))).toMatchInlineSnapshot(`
    "There is no stack: each CPU has one slot for each type, and a slot is busy as long as it is filled.
      CPU 0, runs writer: 2 busy slots
         slot  type      address     page       pfn      PTE         state   TLB
         7     KM_USER0  0xfffb3000  letter[0]  0x377fe  0x377fe163  mapped  fresh
         9     KM_USER1  0xfffb1000  letter[1]  0x377ff  0x377ff163  mapped  none
      CPU 1, runs swapper/1: nothing mapped"
  `);
  expect(withoutHeading(slotsText(slotsModel(snapshot)))).toMatchInlineSnapshot(`
    "CPU 0
         slot        address     PTE         page       owner  TLB
         7 KM_USER0  0xfffb3000  0x377fe163  letter[0]         fresh CPU 0
         9 KM_USER1  0xfffb1000  0x377ff163  letter[1]
      37 more slots, all empty
    CPU 1
         slot        address     PTE         page  owner  TLB
         7 KM_USER0  0xfff8c000  0x00000000
         9 KM_USER1  0xfff8a000  0x00000000
      37 more slots, all empty
    kmap() window: all 1024 free"
  `);
});

test('what has gone since the last stop is still there, marked; a slot that was unmapped out of order is lost or left', () => {
  const before = atWarning('atomic_stack');
  const [first, second] = before.slots;
  const gone = {
    ...before,
    cpus: before.cpus.map((cpu) => ({ ...cpu, idx: 0 })),
    slots: before.slots.map((slot) => ({ ...slot, pte: 0 })),
  };
  expect(stacksModel(gone, before).cpus[0].entries.map(({ change }) => change)).toEqual(['gone', 'gone']);
  const wrong = (cleared: typeof first, idx: number) => ({
    ...before,
    cpus: before.cpus.map((cpu) => ({ ...cpu, idx: cpu.cpu === 0 ? idx : 0 })),
    slots: before.slots.map((slot) => (slot.globalSlot === cleared.globalSlot ? { ...slot, pte: 0 } : slot)),
  });
  const states = (snapshot: typeof before) => stacksModel(snapshot).cpus[0].entries.map(({ state }) => state);
  expect(states(wrong(first, 2))).toEqual(['lost', 'mapped']);
  expect(states(wrong(second, 2))).toEqual(['mapped', 'claimed']);
  expect(states(wrong(first, 1))).toEqual(['claimed', 'left']);
});

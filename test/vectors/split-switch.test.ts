/** Vectors 52 and 53 of the reference (highmem section 13) for split_switch, and vector 13 for kmap_local, as programs. */
import { describe, expect, test } from 'vitest';
import { program } from './prelude.ts';
import { runVector, sweepSwitch } from './run.ts';
import { migrationProgram, switchProgram } from './switch-programs.ts';

const split = { mapping: 'split_switch' } as const;

describe('split_switch, an interrupt anywhere in the switch', () => {
  test.each([
    [1, 3, { a: 'fffba000', b: 'fffb8000' }],
    [3, 1, { a: 'fffb8000', b: 'fffba000' }],
  ] as const)('vector 52: p=%d n=%d: the slot above whoever is current, never busy', (p, n, expected) => {
    const landed = sweepSwitch(switchProgram(split, p, n));
    for (const run of landed) {
      expect(run.findings(), run.where).toEqual([]);
      const task = run.handlerTask();
      expect(task === 'a' || task === 'b', run.where).toBe(true);
      expect(run.handlerAddresses(), run.where).toEqual([expected[task as 'a' | 'b']]);
    }
    expect(new Set(landed.map((run) => run.handlerTask()))).toEqual(new Set(['a', 'b']));
    expect(new Set(landed.map((run) => run.restoredBefore())).size).toBe(n + 1);
  });

  test.each([
    ['each clear', 'kmap_temporary_sched_out "clear" 4', 'a fffba000'],
    ['between clear and flush', 'kmap_temporary_sched_out "flush" 4', 'a fffba000'],
    ['after the clears', 'kmap_temporary_sched_out "cleared" 2', 'a fffba000'],
    ['after current has changed', 'kmap_finish_task_switch 3', 'b fffb8000'],
    ['before the first restore', 'kmap_temporary_sched_in "restore" 1', 'b fffb8000'],
    ['before the last restore', 'kmap_temporary_sched_in "restore" 3', 'b fffb8000'],
    ['after the restores', 'kmap_temporary_sched_in "restored" 1', 'b fffb8000'],
  ])('vector 52: at the anchor "%s"', (_, point, got) => {
    const run = runVector(switchProgram(split, 1, 3, point), { schedule: 'here' });
    expect(run.printed()).toContain(`irq on ${got}`);
    expect(run.printed().filter((line) => line.startsWith('b '))).toEqual(['b B0', 'b B1', 'b B2']);
    expect(run.findings()).toEqual([]);
  });
});

describe('split_switch, a task that moves to another CPU', () => {
  test('vector 53 as 47: without a pin the pointer leads to nothing', () => {
    const run = runVector(migrationProgram(split, '\tlook("a", x);'));
    expect(run.printed()).toEqual(['fffbb000 idx 1 pinned 0 preempt 0 nofault 1', 'a A0', 'now on CPU 1']);
    expect(run.ptesSet().at(-1)).toBe('fffa7000');
    expect(run.kernelFindings()).toEqual(['page_fault']);
  });

  test("vector 53 as 48: or to another task's page", () => {
    const run = runVector(
      migrationProgram(
        split,
        '\tawait(1);\n\tlook("a", x);\n\tunmap_page(x);\n\tturn = 2;',
        '\tx = map_page(pc[0]);\n\tturn = 1;\n\tawait(2);\n\tlook("c", x);\n\tunmap_page(x);',
      ),
    );
    expect(run.printed().slice(2)).toEqual(['now on CPU 1', 'a C0', 'c C0']);
    expect(run.kernelFindings()).toEqual(['unmap_order']);
    expect(run.sanitizerFindings()).toEqual(['foreign_mapping']);
  });

  test.each([
    ['migrate', 'pinned 1 preempt 0'],
    ['preempt', 'pinned 0 preempt 1'],
  ])('vector 53 with pin = %s: it stays on its CPU', (pin, counts) => {
    const run = runVector(migrationProgram({ ...split, pin }, '\tlook("a", x);\n\tunmap_page(x);'));
    expect(run.printed()).toEqual([`fffbb000 idx 1 ${counts} nofault 1`, 'a A0', 'now on CPU 0', 'a A0']);
    expect(run.findings()).toEqual([]);
  });
});

describe('kmap_local, an interrupt anywhere in the switch', () => {
  test('vector 13: a maskable one comes only after current has changed, while the mappings are restored', () => {
    const landed = sweepSwitch(switchProgram({ mapping: 'kmap_local' }, 1, 3));
    for (const run of landed) {
      expect(run.findings(), run.where).toEqual([]);
      expect(run.handlerTask(), run.where).toBe('b');
      expect(run.handlerAddresses(), run.where).toEqual(['fffb8000']);
      expect(
        run.printed().filter((line) => line.startsWith('b ')),
        run.where,
      ).toEqual(['b B0', 'b B1', 'b B2']);
    }
    expect(new Set(landed.map((run) => run.restoredBefore()))).toEqual(new Set([0, 1, 2, 3]));
  });

  test('vector 13: an NMI also comes before, and takes the slot above the task that leaves', () => {
    const text = switchProgram({ mapping: 'kmap_local' }, 1, 3).replace(
      'irq nic(cpu = 0, when = any)',
      'nmi nic(cpu = 0, when = any)',
    );
    const landed = sweepSwitch(text);
    for (const run of landed) {
      expect(run.findings(), run.where).toEqual([]);
      expect(run.handlerAddresses(), run.where).toEqual([run.handlerTask() === 'a' ? 'fffba000' : 'fffb8000']);
    }
    expect(new Set(landed.map((run) => run.handlerTask()))).toEqual(new Set(['a', 'b']));
  });

  test('indices are balanced at the end', () => {
    const run = runVector(program({ mapping: 'kmap_local' }, 'task a(cpu = 0) {\n\tshow(NULL);\n}'));
    expect(run.printed()).toEqual(['0 idx 0 pinned 0 preempt 0 nofault 0']);
  });
});

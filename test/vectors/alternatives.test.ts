/**
 * Vectors 82 to 84 of the reference (highmem section 13): alternatives that mails proposed and no kernel had, as programs. What they
 * prove is that our reading of the mails does what the reference says of them.
 */
import { describe, expect, test } from 'vitest';
import { klabSources } from '../../src/kernel/klab/index.ts';
import { MAPPING_MODELS, settings } from '../../src/kernel/settings.ts';
import { readSnapshot } from '../../src/views/kernel-reader.ts';
import { slotsModel } from '../../src/views/slots.ts';
import { stacksModel } from '../../src/views/stacks.ts';
import { program } from './prelude.ts';
import { open, runVector, sweepSwitch } from './run.ts';
import { migrationProgram, switchProgram } from './switch-programs.ts';

const idxSwitch = { mapping: 'alt_percpu_idx_switch' } as const;
const tables = { mapping: 'alt_percpu_pgtable' } as const;
const lock = { mapping: 'alt_local_lock' } as const;

/** Addresses of the slots of CPU 0 from `first` to `last`. */
const slots = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => (0xfffbb000 - (first + i) * 0x1000).toString(16));

test('every alternative says in its source and in the settings that no kernel has it', () => {
  const alternatives = MAPPING_MODELS.filter(({ name }) => name.startsWith('alt_'));
  expect(alternatives.length).toBeGreaterThanOrEqual(3);
  const mapping = settings.find(({ name }) => name === 'mapping')?.value;
  for (const { name, doc } of alternatives) {
    const source = (klabSources as Record<string, string>)[`/mm/${name.replaceAll('_', '-')}.klab`];
    expect(source.split('\n')[0], name).toContain('Not in the kernel; our reading of mail.');
    expect(doc, name).toContain('Not in the kernel; our reading of mail');
    expect(mapping?.kind === 'enum-or-path' && mapping.values.some((value) => value.name === name && value.doc === doc)).toBe(
      true,
    );
  }
});

describe('alt_percpu_pgtable', () => {
  test('vector 82: the task moves to another CPU and finds its page at the same address; nothing pins it', () => {
    const run = runVector(migrationProgram(tables, '\tlook("a", x);\n\tunmap_page(x);\n\tshow(x);'));
    expect(run.printed()).toEqual([
      'fffbb000 idx 1 pinned 0 preempt 0 nofault 0',
      'a A0',
      'now on CPU 1',
      'a A0',
      'fffbb000 idx 0 pinned 0 preempt 0 nofault 0',
    ]);
    expect(run.ptesSet()).toEqual(['fffbb000', 'fffbb000']);
    expect(run.ptesCleared('a')).toEqual(['fffbb000', 'fffbb000']);
    expect(run.findings()).toEqual([]);
  });

  test('vector 82: what another task maps on the CPU it left does not show', () => {
    const run = runVector(
      migrationProgram(
        tables,
        '\tawait(1);\n\tlook("a", x);\n\tunmap_page(x);\n\tturn = 2;',
        '\tx = map_page(pc[0]);\n\tshow(x);\n\tturn = 1;\n\tawait(2);\n\tlook("c", x);\n\tunmap_page(x);',
      ),
    );
    expect(run.printed().slice(2)).toEqual(['now on CPU 1', 'fffbb000 idx 1 pinned 0 preempt 0 nofault 0', 'a A0', 'c C0']);
    expect(run.findings()).toEqual([]);
  });

  test.each([
    ['faults, where nothing is mapped', '', ['page_fault']],
    ['shows what that CPU has mapped', '\tchar *y = map_page(pb[0]);\n', ['b B0']],
  ])('vector 82: a pointer handed to a task on another CPU %s', (_, own, expected) => {
    const run = runVector(
      program(
        tables,
        `char *shared;
task a(cpu = 0) {
	shared = map_page(pa[0]);
	mdelay(2);
	unmap_page(shared);
}
task b(cpu = 1) {
${own}	while (!shared)
		udelay(1);
	look("b", shared);
${own ? '\tunmap_page(y);\n' : ''}}`,
      ),
    );
    expect([...run.printed(), ...run.kernelFindings()]).toEqual(expected);
  });

  test.each([
    [1, 3],
    [3, 1],
  ])('its split switch is safe against interrupts and NMIs at every step, p=%d n=%d', (p, n) => {
    const text = switchProgram(tables, p, n).replace('irq nic(cpu = 0, when = any)', 'nmi nic(cpu = 0, when = any)');
    for (const run of sweepSwitch(text)) {
      expect(run.findings(), run.where).toEqual([]);
      expect(run.handlerAddresses(), run.where).toEqual(
        slots(run.handlerTask() === 'a' ? p : n, run.handlerTask() === 'a' ? p : n),
      );
    }
  });
});

describe('alt_local_lock', () => {
  const two = (first: string, second: string) =>
    program(
      lock,
      `task a(policy = SCHED_FIFO, prio = 10, cpu = 0) {
${first}
}
task b(policy = SCHED_FIFO, prio = 10, cpu = 0) {
${second}
}`,
    );

  test('vector 83: a second task that maps on the same CPU blocks until the last unmap of the first', () => {
    const run = runVector(
      two(
        '\tchar *x = map_page(pa[0]);\n\tchar *y = map_page(pa[1]);\n\tyield();\n\tunmap_page(y);\n\tyield();\n\tlook("a", x);\n\tprintk("last");\n\tunmap_page(x);\n\tyield();',
        '\tchar *x;\n\tprintk("b maps");\n\tx = map_page(pb[0]);\n\tshow(x);\n\tlook("b", x);\n\tunmap_page(x);',
      ),
    );
    expect(run.printed()).toEqual(['b maps', 'a A0', 'last', 'fffbb000 idx 1 pinned 1 preempt 0 nofault 0', 'b B0']);
    expect(run.findings()).toEqual([]);
  });

  test('vector 83: on another CPU nobody waits', () => {
    const run = runVector(
      program(
        lock,
        'task a(cpu = 0) {\n\tchar *x = map_page(pa[0]);\n\tmsleep(5);\n\tprintk("a");\n\tunmap_page(x);\n}\ntask b(cpu = 1) {\n\tchar *x = map_page(pb[0]);\n\tlook("b", x);\n\tunmap_page(x);\n}',
      ),
    );
    expect(run.printed()).toEqual(['b B0', 'a']);
    expect(run.findings()).toEqual([]);
  });

  test('vector 83: a holder that sleeps on a page fault keeps the other one blocked', () => {
    const run = runVector(
      program(
        lock,
        `user page away = "AW" absent;
SYSCALL int sys_copy(void)
{
	char *x = map_page(pa[0]);
	unsigned long left = copy_from_user(x, away, 2);
	printk("copied, %lu left", left);
	unmap_page(x);
	return 0;
}
user task a(policy = SCHED_FIFO, prio = 20, cpu = 0) {
	sys_copy();
}
task b(policy = SCHED_FIFO, prio = 10, cpu = 0) {
	char *x;
	printk("b runs");
	x = map_page(pb[0]);
	look("b", x);
	unmap_page(x);
}`,
      ),
    );
    expect(run.printed()).toEqual(['b runs', 'copied, 0 left', 'b B0']);
    expect(run.findings()).toEqual([]);
  });

  test('vector 83: the owner runs with the priority of the best who waits, until its last unmap', () => {
    const run = runVector(
      program(
        lock,
        `task owner(policy = SCHED_FIFO, prio = 10, cpu = 0) {
	char *x = map_page(pa[0]);
	char *y = map_page(pa[1]);
	printk("owner alone %d", current->prio);
	udelay(400);
	printk("owner %d", current->prio);
	unmap_page(y);
	printk("still %d", current->prio);
	unmap_page(x);
	printk("at the end %d", current->prio);
}
task middle(policy = SCHED_FIFO, prio = 30, cpu = 0) {
	usleep_range(200, 200);
	printk("middle");
}
task urgent(policy = SCHED_FIFO, prio = 50, cpu = 0) {
	char *x;
	usleep_range(100, 100);
	printk("urgent maps");
	x = map_page(pb[0]);
	look("urgent", x);
	unmap_page(x);
}`,
      ),
    );
    // 99 - 10 = 89 of its own, 99 - 50 = 49 while boosted: the one in the middle has to wait.
    expect(run.printed()).toEqual([
      'owner alone 89',
      'urgent maps',
      'owner 49',
      'still 49',
      'urgent B0',
      'middle',
      'at the end 89',
    ]);
    expect(run.findings()).toEqual([]);
  });

  test('vector 83: an interrupt cannot block, so its map is refused', () => {
    const run = runVector(
      program(
        lock,
        'irq nic(cpu = 0, when = any) {\n\tprintk("got %lx", (unsigned long)map_page(pi));\n}\ntask a(cpu = 0) {\n\traise_irq(nic);\n\tunmap_page(map_page(p1));\n}',
      ),
    );
    expect(run.printed()).toEqual(['got 0']);
    expect(run.findings()).toEqual(['sleeping_in_atomic']);
  });

  test('the mappings stay in the page table while their task is switched out', () => {
    const run = runVector(two('\tchar *x = map_page(pa[0]);\n\tyield();\n\tlook("a", x);\n\tunmap_page(x);', '\tprintk("b");'));
    expect(run.printed()).toEqual(['b', 'a A0']);
    expect(run.tableChanges()).toEqual(['set_pte fffbb000', 'clear_pte fffbb000', 'tlb_flush fffbb000']);
  });
});

describe('alt_percpu_idx_switch', () => {
  test.each([
    ['vectors 40 to 42', 1, 3],
    ['vector 43', 0, 2],
    ['vectors 44 and 45', 3, 1],
    ['vector 44', 2, 2],
  ])('vector 84: the switch of %s, p=%d n=%d, with an interrupt at every step: never a collision', (_, p, n) => {
    const landed = sweepSwitch(switchProgram(idxSwitch, p, n));
    const addresses = new Set<string>();
    for (const run of landed) {
      expect(run.findings(), run.where).toEqual([]);
      const theirs = run.printed().filter((line) => /^[ab] /.test(line));
      expect(
        theirs.filter((line) => line.startsWith('b ')),
        run.where,
      ).toEqual(['b B0', 'b B1', 'b B2'].slice(0, n));
      expect(run.printed(), run.where).toContain('irq II');
      for (const address of run.handlerAddresses()) addresses.add(address);
    }
    // The handler's slot goes down with each pop, to 0 when everything of prev is gone, and up with each push.
    expect([...addresses].toSorted()).toEqual(slots(0, Math.max(p, n)).toSorted());
    expect(new Set(landed.map((run) => run.restoredBefore())).size).toBe(n + 1);
    expect(new Set(landed.map((run) => run.clearedBefore())).size).toBe(p + 1);
  });

  test('vector 84: and with an NMI at every step', () => {
    const text = switchProgram(idxSwitch, 2, 3).replace('irq nic(cpu = 0, when = any)', 'nmi nic(cpu = 0, when = any)');
    for (const run of sweepSwitch(text)) expect(run.findings(), run.where).toEqual([]);
  });

  test('vector 84: vector 47 still fails: the page is mapped where the pointer does not lead', () => {
    const run = runVector(migrationProgram(idxSwitch, '\tlook("a", x);'));
    expect(run.printed().slice(1)).toEqual(['a A0', 'now on CPU 1']);
    expect(run.ptesSet().at(-1)).toBe('fffa7000');
    expect(run.kernelFindings()).toEqual(['page_fault']);
    expect(run.faults()).toEqual(['fffbb000']);
  });

  test('a leak is seen, though the index is not in the task', () => {
    const run = runVector(program(idxSwitch, 'task a(cpu = 0) {\n\tmap_page(p1);\n}'));
    expect(run.findings()).toEqual(['leak_at_exit']);
  });
});

test('vector 82: what it costs: a copy of the user half for each change of the address space, mappings or not', () => {
  const run = runVector(
    program(
      tables,
      `int turns;
SYSCALL int sys_turn(void) { yield(); return ++turns; }
user task a(policy = SCHED_FIFO, prio = 10, cpu = 0) { sys_turn(); sys_turn(); }
user task b(policy = SCHED_FIFO, prio = 10, cpu = 0) { sys_turn(); sys_turn(); }
task kernel(policy = SCHED_FIFO, prio = 10, cpu = 0) { yield(); yield(); }
task last(cpu = 1) { msleep(2); printk("%u %u", per_cpu(pgd_user_copies, 0), per_cpu(pgd_user_copies, 1)); }`,
    ),
  );
  // a, b, a, b, a, b in turns; the kernel thread between them takes what is there.
  expect(run.printed()).toEqual(['6 0']);
  expect(run.findings()).toEqual([]);
});

describe('alt_vmap (9.3)', () => {
  const area = { mapping: 'alt_vmap' } as const;

  test('one address for all CPUs: a task on another one uses it, and may end the mapping', () => {
    const run = runVector(
      program(
        area,
        `char *shared;
task a(cpu = 0) {
	shared = map_page(p1);
	printk("%lx", (unsigned long)shared);
}
task b(cpu = 1) {
	udelay(300);
	look("b", shared);
	shared[1] = '!';
	unmap_page(shared);
}`,
      ),
    );
    expect(run.printed()).toEqual(['f7800000', 'b P1']);
    expect(run.findings()).toEqual([]);
  });

  test('pages side by side, with a guard behind them', () => {
    const run = runVector(
      program(
        area,
        `task a(cpu = 0) {
	char *x = vmap(pa, 3, 0, PAGE_KERNEL);
	char *y = vmap(pb, 2, 0, PAGE_KERNEL);
	printk("%lx %lx", (unsigned long)x, (unsigned long)y);
	look("last", x + 2 * PAGE_SIZE);
	look("second", y + PAGE_SIZE);
	vunmap(y);
	look("beyond", x + 3 * PAGE_SIZE);
}`,
      ),
    );
    expect(run.printed()).toEqual(['f7800000 f7804000', 'last A2', 'second B1']);
    expect(run.faults()).toEqual(['f7803000']);
  });

  test('the flush is put off: until then what was read goes on to work, and the address is not used again', () => {
    const run = runVector(
      program(
        area,
        `task a(cpu = 0) {
	char *x = map_page(p1);
	look("x", x);
	unmap_page(x);
	look("x", x);
	printk("%d pages wait, next %lx", vmap_lazy_nr, (unsigned long)map_page(p2));
	vm_unmap_aliases();
	printk("%d wait, next %lx", vmap_lazy_nr, (unsigned long)map_page(p3));
	look("p3", x);
}`,
      ),
    );
    expect(run.printed()).toEqual(['x P1', 'x P1', '1 pages wait, next f7802000', '0 wait, next f7800000', 'p3 P3']);
    expect(run.findings()).toEqual(['stale_tlb']);
    expect(run.sanitizerHeadlines()).toEqual(['task a reads a page of vmap(), through a stale translation to page p1']);
    // 64 pages are more than 33: the TLBs are emptied.
    expect(run.flushes()).toEqual(['all on CPU 0', 'all on CPU 1']);
  });

  test('seventeen pages that wait are flushed at once, on all CPUs; so is what waits when there is no room', () => {
    const many = (count: number) =>
      runVector(
        program(
          area,
          `task a(cpu = 0) {
	int i;

	for (i = 0; i < ${count}; i++)
		unmap_page(map_page(p1));
	printk("%d", vmap_lazy_nr);
}`,
        ),
      );
    expect(many(16).flushes()).toEqual([]);
    expect(many(17).flushes()).toEqual(['all on CPU 0', 'all on CPU 1']);
    expect(many(17).printed()).toEqual(['0']);
    const full = runVector(
      program(
        area,
        'task a(cpu = 0) {\n\tint i;\n\n\tunmap_page(map_page(p1));\n\tfor (i = 0; i < 32; i++)\n\t\tmap_page(p1);\n\tprintk("%d %d", vmap_lazy_nr, map_page(p2) == NULL);\n}',
      ),
    );
    expect(full.printed()).toEqual(['0 1']);
    expect(full.flushes().length).toBe(2);
  });

  test('finding room may sleep, so an interrupt may not ask for it', () => {
    const run = runVector(
      program(
        area,
        'irq nic(cpu = 0, when = any) {\n\tmap_page(pi);\n}\ntask a(cpu = 0) {\n\traise_irq(nic);\n\tprintk("after");\n}',
      ),
    );
    expect(run.printed()).toEqual([]);
    expect(run.kernelFindings()).toEqual(['sleeping_in_atomic', 'bug', 'panic']);
  });

  test('a switch and a move to another CPU change nothing', () => {
    const run = runVector(migrationProgram(area, '\tlook("a", x);\n\tunmap_page(x);\n\tshow(x);'));
    expect(run.printed()).toEqual([
      'f7800000 idx 0 pinned 0 preempt 0 nofault 0',
      'a A0',
      'now on CPU 1',
      'a A0',
      'f7800000 idx 0 pinned 0 preempt 0 nofault 0',
    ]);
    expect(run.findings()).toEqual([]);
  });

  test('an address that is none of its own is reported', () => {
    const run = runVector(program(area, 'task a(cpu = 0) {\n\tchar *x = map_page(p1);\n\tunmap_page(x);\n\tunmap_page(x);\n}'));
    expect(run.kernelFindings()).toEqual(['warn']);
  });

  test('the views show the one area of all CPUs', () => {
    const session = open(program(area, 'task a(cpu = 1) {\n\tmap_page(p1);\n\tlook("p2", map_page(p2));\n}'));
    session.run({ kind: 'continue' }, 400_000);
    const snapshot = readSnapshot(session.kernel, session.step);
    const { cpus } = slotsModel(snapshot);
    expect(cpus.map(({ title }) => title)).toEqual(['All CPUs']);
    expect(cpus[0].rows.map(({ address, page }) => `${address} ${page}`)).toEqual([
      '0xf7800000 p1',
      '0xf7801000 ',
      '0xf7802000 p2',
    ]);
    expect(cpus[0].rows[2].tlb.map(({ state }) => state)).toEqual(['none', 'fresh']);
    const stacks = stacksModel(snapshot);
    expect([stacks.tasks, stacks.cpus]).toEqual([[], []]);
    expect(stacks.sentence).toMatch(/the same for all tasks on all CPUs/);
  });
});

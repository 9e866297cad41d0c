/** Vectors 23 and 50 of the reference (highmem section 13), and what else a fork does with mappings, as programs. */
import { describe, expect, test } from 'vitest';
import { program } from './prelude.ts';
import { open, runVector } from './run.ts';

const local = { mapping: 'kmap_local' } as const;
const posted = { mapping: 'kmap_temporary' } as const;

const CHILD = `
static int child(void *arg)
{
	int i;
	int saved = 0;
	for (i = 0; i < KM_MAX_IDX; i++)
		if (current->kmap_ctrl.pteval[i])
			saved++;
	printk("%s idx %d saved %d pinned %d nofault %d", current->comm, current->kmap_ctrl.idx, saved, current->migration_disabled,
	       current->pagefault_disabled);
	if (arg)
		look("child", arg);
	return 0;
}
`;

const holder = (settings: typeof local | typeof posted | Record<string, string>, more = '') =>
  program(
    { ...local, ...settings },
    `${CHILD}task a(policy = SCHED_FIFO, prio = 10, cpu = 0) {
	char *x = map_page(p1);
	kernel_thread(child, NULL, "kid", 0);
	show(x);
	unmap_page(x);${more}
	yield();
}`,
  );

describe('kmap_local', () => {
  test('vector 23: the fork warns once, the child has nothing, the parent keeps what it has', () => {
    const run = runVector(holder(local));
    expect(run.printed()).toEqual(['fffbb000 idx 1 pinned 1 preempt 0 nofault 0', 'kid idx 0 saved 0 pinned 1 nofault 0']);
    expect(run.findings()).toEqual(['fork_with_mappings']);
  });

  test('vector 23: a second fork with a mapping is silent, and clears as well', () => {
    const run = runVector(holder(local, '\n\tx = map_page(p2);\n\tkernel_thread(child, NULL, "kid2", 0);\n\tunmap_page(x);'));
    expect(run.printed().slice(1)).toEqual(['kid idx 0 saved 0 pinned 1 nofault 0', 'kid2 idx 0 saved 0 pinned 1 nofault 0']);
    expect(run.findings()).toEqual(['fork_with_mappings', 'fork_with_mappings (suppressed)']);
  });

  test('a fork without mappings is clean, and the child may map', () => {
    const run = runVector(
      program(
        local,
        `static int child(void *arg)
{
	char *x = map_page(arg);
	look("child", x);
	unmap_page(x);
	return 0;
}
task a(cpu = 0) {
	printk("pid %d", kernel_thread(child, p3, "kid", 0));
	printk("pid %d", kernel_thread(child, p4, NULL, 0));
}`,
      ),
    );
    const lines = run.printed().map((line) => line.replace(/^pid 1\d\d$/, 'a new pid'));
    expect(lines.toSorted()).toEqual(['a new pid', 'a new pid', 'child P3', 'child P4']);
    expect(run.findings()).toEqual([]);
  });

  test('a child that is pinned by the copy stays pinned: on the CPU where its parent was', () => {
    const run = runVector(
      program(
        local,
        `${CHILD}task a(cpu = 1, cpus_allowed = 3) {
	char *x = map_page(p1);
	kernel_thread(child, NULL, "kid", 0);
	unmap_page(x);
	mdelay(3);
}`,
      ),
    );
    expect(run.printed()).toEqual(['kid idx 0 saved 0 pinned 1 nofault 0']);
  });
});

describe.each(['kmap_temporary', 'split_switch'] as const)('%s', (mapping) => {
  test("vector 50: nothing is done: the parent's page comes back in the child's slots", () => {
    const run = runVector(
      program(
        { mapping },
        `${CHILD}task a(policy = SCHED_FIFO, prio = 10, cpu = 0) {
	char *x = map_page(pa[0]);
	kernel_thread(child, x, "c", 0);
	unmap_page(x);
	show(x);
}`,
      ),
    );
    expect(run.printed()).toEqual([
      'fffbb000 idx 0 pinned 0 preempt 0 nofault 0',
      'c idx 1 saved 1 pinned 0 nofault 0',
      'child A0',
    ]);
    expect(run.ptesSet()).toEqual(['fffbb000', 'fffbb000']);
    expect(run.kernelFindings()).toEqual([]);
    expect(run.sanitizerFindings()).toEqual(['leak_at_exit']);
    expect(run.idxOf('c')).toBe(1);
  });
});

describe('the checks of highmem 9.5', () => {
  test('check_at_fork = always: the first posting warns and clears too', () => {
    const run = runVector(holder({ ...posted, check_at_fork: 'always' }));
    expect(run.printed().at(-1)).toBe('kid idx 0 saved 0 pinned 0 nofault 0');
    expect(run.findings()).toEqual(['fork_with_mappings']);
  });

  test('check_at_fork = never: kmap_local does not look, and the child takes the mapping along', () => {
    const run = runVector(holder({ ...local, check_at_fork: 'never' }));
    expect(run.printed().at(-1)).toBe('kid idx 1 saved 1 pinned 1 nofault 0');
    expect(run.kernelFindings()).toEqual([]);
  });

  test('check_at_exit = always: a task that ends with a mapping is reported, for the first time ever', () => {
    const run = runVector(program({ ...local, check_at_exit: 'always' }, 'task a(cpu = 0) {\n\tmap_page(p1);\n}'));
    expect(run.kernelFindings()).toEqual(['exit_with_mappings']);
  });

  test.each([
    [{ ...local, check_at_user_return: 'never' }, []],
    [{ ...posted, check_at_user_return: 'always' }, ['mapping_kept_to_user']],
  ])('check_at_user_return: %o', (settings, expected) => {
    const call = 'SYSCALL int sys_leak(void)\n{\n\tmap_page(p1);\n\treturn 0;\n}\nuser task a(cpu = 0) {\n\tsys_leak();\n}';
    expect(runVector(program({ ...local, ...settings }, call)).kernelFindings()).toEqual(expected);
  });
});

describe('fork itself', () => {
  const many = program(
    local,
    `static int child(void *arg)
{
	return 0;
}
task a(cpu = 0) {
	int i;
	int made = 0;
	int last = 0;
	for (i = 0; i < 10; i++) {
		last = kernel_thread(child, NULL, "kid", 0);
		if (last > 0)
			made++;
		msleep(1);
	}
	printk("made %d, then %d", made, last);
}`,
  );

  test('the reserve has a limit, and the call says so', () => {
    expect(runVector(many).printed()).toEqual(['made 8, then -11']);
  });

  test('it may sleep: not with a kmap_atomic() mapping', () => {
    const run = runVector(
      program(
        local,
        'static int child(void *arg)\n{\n\treturn 0;\n}\ntask a(cpu = 0) {\n\tchar *x = kmap_atomic(p1);\n\tkernel_thread(child, NULL, "kid", 0);\n\tkunmap_atomic(x);\n}',
      ),
    );
    expect(run.findings()).toEqual(['sleeping_in_atomic', 'fork_with_mappings']);
  });

  test('tasks are there once they are made, and not before, whichever way the run is travelled', () => {
    const session = open(many, {}, true);
    session.run({ kind: 'continue' }, 400_000);
    const events = session.events(0);
    const fork = events.find((event) => event.type === 'sched_process_fork');
    const wake = events.find((event) => event.type === 'sched_wakeup_new');
    if (fork?.type !== 'sched_process_fork' || wake?.type !== 'sched_wakeup_new') throw new Error('no fork was recorded');
    expect([fork.comm, fork.child_comm, fork.child_pid]).toEqual(['a', 'kid', wake.wakee_pid]);
    const kids = () => session.tasks().flatMap((task) => (task.comm === 'kid' ? [task.pid] : []));
    expect(kids()).toHaveLength(8);
    session.run({ kind: 'to-step', step: wake.step }, 400_000);
    expect(kids()).toHaveLength(1);
    session.run({ kind: 'to-step', step: 1 }, 400_000);
    expect(kids()).toEqual([]);
    session.run({ kind: 'to-step', step: wake.step }, 400_000);
    expect(kids()).toHaveLength(1);
  });
});

/** Vectors 24 to 26, 35, 36, 38 and 51 of the reference (highmem section 13): system calls, ends of tasks, copies that miss a page. */
import { describe, expect, test } from 'vitest';
import { program } from './prelude.ts';
import { runVector } from './run.ts';

const local = { mapping: 'kmap_local' } as const;

describe('returning to user mode, and ending', () => {
  const leaky = (calls: number) =>
    program(
      local,
      `SYSCALL int sys_leak(void)
{
	show(kmap_local_page(p1));
	return 0;
}
user task a(cpu = 0) {
${'\tsys_leak();\n'.repeat(calls)}}`,
    );

  test('vector 24: a leak is reported once, stays mapped, and the next call starts above it', () => {
    const run = runVector(leaky(2));
    expect(run.printed()).toEqual(['fffbb000 idx 1 pinned 1 preempt 0 nofault 0', 'fffba000 idx 2 pinned 2 preempt 0 nofault 0']);
    expect(run.kernelFindings()).toEqual(['mapping_kept_to_user', 'mapping_kept_to_user (suppressed)']);
  });

  test('vector 25: the 16th call that leaks runs out of slots', () => {
    const run = runVector(leaky(16));
    expect(run.printed()).toHaveLength(15);
    // The index stays raised at the BUG, so the last switch finds a 16th entry that nobody has saved.
    expect(run.kernelFindings().slice(-2)).toEqual(['idx_overflow', 'pteval_empty']);
  });

  test('vector 26: at exit the kernel says nothing; the last switch clears the entries', () => {
    const run = runVector(program(local, 'task a(cpu = 0) {\n\tkmap_local_page(p1);\n\tkmap_local_page(p2);\n}'));
    expect(run.kernelFindings()).toEqual([]);
    expect(run.sanitizerFindings()).toEqual(['leak_at_exit']);
    expect(run.ptesCleared('a')).toEqual(['fffbb000', 'fffba000']);
    expect(run.idxOf('a')).toBe(2);
  });

  test('vector 26: nr_pinned stays up, so taking the CPU offline waits for ever', () => {
    const down = (before: string) =>
      runVector(
        program(
          local,
          `task a(cpu = 1) {\n${before}}\ntask b(cpu = 0) {\n\tmsleep(2);\n\tprintk("pinned %d", cpu_rq(1)->nr_pinned);\n\tcpu_down(1);\n\tprintk("down");\n}`,
        ),
      );
    const leaking = down('\tkmap_local_page(p1);\n');
    expect(leaking.printed()).toEqual(['pinned 1']);
    expect(leaking.kernelFindings()).toEqual(['stuck']);
    expect(leaking.details().at(-1)).toContain('b waits in cpu_down(1) for nr_pinned to come to 0');
    const fine = down('\tkunmap_local(kmap_local_page(p1));\n');
    expect(fine.printed()).toEqual(['pinned 0', 'down']);
    expect(fine.findings()).toEqual([]);
  });
});

describe('a copy from user memory inside a mapping meets a missing page', () => {
  const copying = (settings: Parameters<typeof program>[0], map: string, unmap: string, page = 'p1') =>
    program(
      settings,
      `user page src = "from user" absent;
SYSCALL int sys_copy(void)
{
	char *to = ${map}(${page});
	unsigned long left;

	show(to);
	left = copy_from_user(to, src, 9);
	printk("left %lu", left);
	if (left == 0)
		look("to", to);
	show(to);
	${unmap}(to);
	return 0;
}
user task a(cpu = 0) {
	sys_copy();
}
task b(cpu = 0) {
	mdelay(1);
	printk("b ran");
}`,
    );

  test('vector 35: kmap_local sleeps for it, and is back at the same address on the same CPU', () => {
    const run = runVector(copying(local, 'kmap_local_page', 'kunmap_local'));
    expect(run.printed()).toEqual([
      'fffbb000 idx 1 pinned 1 preempt 0 nofault 0',
      'b ran',
      'left 0',
      'to fr',
      'fffbb000 idx 1 pinned 1 preempt 0 nofault 0',
    ]);
    expect(run.ptesCleared('a')[0]).toBe('fffbb000');
    expect(run.findings()).toEqual([]);
  });

  test('vector 36: kmap_atomic does not sleep and comes up short', () => {
    const run = runVector(copying(local, 'kmap_atomic', 'kunmap_atomic'));
    expect(run.printed().filter((line) => line !== 'b ran')).toEqual([
      'fffbb000 idx 1 pinned 1 preempt 1 nofault 1',
      'left 9',
      'fffbb000 idx 1 pinned 1 preempt 1 nofault 1',
    ]);
    expect(run.findings()).toEqual([]);
  });

  test('vector 51: the first posting disables page faults for lowmem pages too', () => {
    const run = runVector(copying({ mapping: 'kmap_temporary' }, 'kmap_temporary_page', 'kunmap_temporary', 'lowpage'));
    expect(run.printed().filter((line) => line !== 'b ran')).toEqual([
      'c0100000 idx 0 pinned 0 preempt 0 nofault 1',
      'left 9',
      'c0100000 idx 0 pinned 0 preempt 0 nofault 1',
    ]);
    expect(run.findings()).toEqual([]);
  });
});

test('vector 38: kmap_local_pfn of a lowmem frame takes a slot', () => {
  const run = runVector(
    program(
      local,
      'task a(cpu = 0) {\n\tchar *x = kmap_local_pfn(page_to_pfn(lowpage));\n\tshow(x);\n\tlook("x", x);\n\tkunmap_local(x);\n}',
    ),
  );
  expect(run.printed()).toEqual(['fffbb000 idx 1 pinned 1 preempt 0 nofault 0', 'x lo']);
  expect(run.findings()).toEqual([]);
});

describe("a learner's own model", () => {
  const body = 'task a(cpu = 0) {\n\tchar *x = map_page(p1);\n\tshow(x);\n\tlook("x", x);\n\tunmap_page(x);\n}';
  const mine = `
static int top;

void *map_page(struct page *page)
{
	unsigned long vaddr = kmap_slot_addr(kmap_slot(top));

	set_pte(kmap_slot_pte(kmap_slot(top)), pfn_pte(page->pfn, PAGE_KERNEL));
	top++;
	trace_kmap(vaddr, page->pfn, top - 1, top);
	return (void *)vaddr;
}

void unmap_page(const void *addr)
{
	top--;
	pte_clear(kmap_slot_pte(kmap_slot(top)));
	flush_tlb_one_kernel((unsigned long)addr);
	trace_kunmap((unsigned long)addr, top, top);
}

void kmap_prepare_task_switch(struct task_struct *prev, struct task_struct *next) { }
void kmap_after_switch_to(struct task_struct *prev) { }
void kmap_finish_task_switch(struct task_struct *prev) { }
void kmap_fork(struct task_struct *child) { }
void kmap_exit_to_user(void) { }
`;

  test('is a file beside the program', () => {
    const run = runVector(program({ mapping: '"./mine.klab"' }, body), { files: { './mine.klab': mine } });
    expect(run.printed()).toEqual(['fffbb000 idx 0 pinned 0 preempt 0 nofault 0', 'x P1']);
    expect(run.findings()).toEqual([]);
  });
});

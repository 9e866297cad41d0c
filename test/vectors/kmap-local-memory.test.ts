/** Vectors 28 to 33 of the reference (highmem section 13): what an access through a slot address really reaches. */
import { describe, expect, test } from 'vitest';
import { program } from './prelude.ts';
import { runVector } from './run.ts';

const local = { mapping: 'kmap_local' } as const;

describe('running off a page', () => {
  const twoPages = (reads: string) => `task a(cpu = 1) {
	char *x = kmap_local_page(p1);
	char *y = kmap_local_page(p2);
	printk("%lx %lx", (unsigned long)x, (unsigned long)y);
${reads}
	kunmap_local(y);
	kunmap_local(x);
}`;

  test('vector 28: the newer page runs into the older one, silently; the older one into nothing', () => {
    const run = runVector(program(local, twoPages('\tlook("y", y + 0x1000);\n\tlook("x", x + 0x1000);')));
    expect(run.printed()).toEqual(['fffab000 fffaa000', 'y P1']);
    expect(run.kernelFindings()).toEqual(['page_fault']);
    expect(run.faults()).toEqual(['fffac000']);
  });

  test.each([
    ['x', 'fff9a000'],
    ['y', 'fff98000'],
  ])('vector 29: in a debug build %s runs into its guard', (name, guard) => {
    const run = runVector(program({ ...local, debug_kmap_local: 'on' }, twoPages(`\tlook("off", ${name} + 0x1000);`)));
    expect(run.printed()).toEqual(['fff99000 fff97000']);
    expect(run.kernelFindings()).toEqual(['page_fault']);
    expect(run.faults()).toEqual([guard]);
  });

  test('vector 30: above slot 0 of CPU 0 lies the IO-APIC page, if there is one', () => {
    const body =
      'task a(cpu = 0) {\n\tchar *x = kmap_local_page(p1);\n\tint first = x[0x1000];\n\tprintk("read %d", first != 0);\n\tkunmap_local(x);\n}';
    const present = runVector(program({ ...local, io_apic: 'on' }, body));
    expect(present.printed()).toHaveLength(1);
    expect(present.kernelFindings()).toEqual([]);
    const absent = runVector(program({ ...local, io_apic: 'off' }, body));
    expect(absent.printed()).toEqual([]);
    expect(absent.kernelFindings()).toEqual(['page_fault']);
    expect(absent.faults()).toEqual(['fffbc000']);
  });
});

describe('a pointer in the hands of another task', () => {
  test('vector 31: on another CPU it reads the page, and the old page for as long as its TLB holds it', () => {
    const run = runVector(
      program(
        local,
        `char *shared;
int turn;
static void await(int wanted)
{
	while (turn != wanted)
		udelay(1);
}
task a(cpu = 0) {
	char *x = kmap_local_page(pa[0]);
	shared = x;
	turn = 1;
	await(2);
	kunmap_local(x);
	turn = 3;
	await(4);
	x = kmap_local_page(pa[1]);
	look("a", x);
	turn = 5;
	await(6);
	kunmap_local(x);
}
task b(cpu = 1) {
	await(1);
	look("b", shared);
	turn = 2;
	await(3);
	look("b", shared);
	turn = 4;
	await(5);
	look("b", shared);
	turn = 6;
}`,
      ),
    );
    expect(run.printed()).toEqual(['b A0', 'b A0', 'a A1', 'b A0']);
    expect(run.kernelFindings()).toEqual([]);
    expect(run.sanitizerFindings()).toEqual(['foreign_mapping', 'stale_tlb']);
  });

  const handedOver = (first: string) =>
    program(
      local,
      `char *shared;
task a(policy = SCHED_FIFO, prio = 10, cpu = 0) {
	char *x = kmap_local_page(pa[0]);
	look("a", x);
	shared = x;
	yield();
	kunmap_local(x);
}
task b(policy = SCHED_FIFO, prio = 10, cpu = 0) {
	char *x;
${first}
	x = kmap_local_page(pb[0]);
	show(x);
	look("b", shared);
	kunmap_local(x);
}`,
    );

  test('vector 32: on the same CPU it faults, as the owner is parked', () => {
    const run = runVector(handedOver('\tlook("b", shared);'));
    expect(run.printed()).toEqual(['a A0']);
    expect(run.kernelFindings()).toEqual(['page_fault']);
    expect(run.faults()).toEqual(['fffbb000']);
  });

  test('vector 32: or reads its own mapping at that address', () => {
    const run = runVector(handedOver(''));
    expect(run.printed()).toEqual(['a A0', 'fffbb000 idx 1 pinned 1 preempt 0 nofault 0', 'b B0']);
    expect(run.findings()).toEqual([]);
  });

  test('vector 33: unmapping it on another CPU hurts the caller, not the owner', () => {
    const run = runVector(
      program(
        local,
        `char *shared;
int done;
task a(cpu = 0) {
	char *x = kmap_local_page(pa[0]);
	shared = x;
	while (!done)
		udelay(1);
	look("a", x);
	kunmap_local(x);
}
task b(cpu = 1) {
	while (!shared)
		udelay(1);
	done = 1;
	kunmap_local(shared);
}`,
      ),
    );
    expect(run.printed()).toEqual(['a A0']);
    expect(run.kernelFindings()).toEqual(['unmap_order', 'idx_underflow']);
    expect(run.ptesCleared('b')).toEqual(['fffac000']);
  });
});

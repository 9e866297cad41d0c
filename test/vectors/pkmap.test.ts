/** Vectors 21 and 73 to 81 of the highmem page: persistent mappings beside the other models. */
import { describe, expect, test } from 'vitest';
import { mappingFacts } from '../../src/kernel/mapping-facts.ts';
import { MAPPING_MODELS } from '../../src/kernel/mapping-models.ts';
import { resolveProfile } from '../../src/kernel/resolve-profile.ts';
import { anchorHits } from './anchor-hits.ts';
import { program, type VectorSettings } from './prelude.ts';
import { runVector } from './run.ts';

const MODELS = MAPPING_MODELS.map(({ name }) => name as VectorSettings['mapping']);
const small: VectorSettings = { mapping: 'kmap_local', last_pkmap: 4 };

/** Pages and what the vectors look at: the counts of all four slots, the place of the search, the slot of an address. */
const HELPERS = `
page p5 = "P5";
static void counts(const char *when)
{
	printk("%s [%d,%d,%d,%d] last %d", when, pkmap_count[0], pkmap_count[1], pkmap_count[2], pkmap_count[3], last_pkmap_nr);
}
static char *map(struct page *page)
{
	char *addr = kmap(page);

	printk("slot %d", PKMAP_NR((unsigned long)addr));
	return addr;
}
`;
const withHelpers = (settings: VectorSettings, body: string) => program(settings, HELPERS + body);
const task = (body: string, settings = small) => withHelpers(settings, `task a(cpu = 0) {\n${body}\n}`);
const FULL = '\tmap(p1);\n\tmap(p2);\n\tmap(p3);\n\tmap(p4);\n';

describe.each(MODELS)('beside %s', (mapping) => {
  const settings: VectorSettings = { mapping, last_pkmap: 4 };
  /** PKMAP_BASE of its kernels' layout. */
  const base = mappingFacts(resolveProfile('', [], { mapping }).profile).layout.PKMAP_BASE.toString(16);

  test('vector 73: slot 1 comes first, slot 0 at the wrap, which scans and has nothing to flush', () => {
    const run = runVector(
      task('\tmap(p1);\n\tmap(p2);\n\tmap(p3);\n\tcounts("three");\n\tmap(p4);\n\tcounts("four");', settings),
    );
    expect(run.printed()).toEqual(['slot 1', 'slot 2', 'slot 3', 'three [0,2,2,2] last 3', 'slot 0', 'four [2,2,2,2] last 0']);
    expect(run.flushes()).toEqual([]);
    expect(run.findings()).toEqual([]);
  });

  test('vector 74: the fifth sleeps until a kunmap(), then flushes everywhere and takes the slot', () => {
    const body = `int full;
task a(cpu = 0) {
${FULL}	counts("full");
	full = 1;
	msleep(1);
	counts("asleep");
	kunmap(p2);
	msleep(1);
	counts("end");
}
task b(cpu = 1) {
	while (!full)
		udelay(1);
	look("b", map(p5));
}`;
    const run = runVector(withHelpers(settings, body));
    expect(run.printed()).toEqual([
      'slot 1',
      'slot 2',
      'slot 3',
      'slot 0',
      'full [2,2,2,2] last 0',
      'asleep [2,2,2,2] last 3',
      'slot 2',
      'b P5',
      'end [2,2,2,2] last 2',
    ]);
    expect(run.flushes()).toEqual([`range ${base} on CPU 0`, `range ${base} on CPU 1`]);
    expect(run.findings()).toEqual([]);
  });

  test('vector 75: mapped again before the wrap, a page keeps its slot; nothing is written or flushed', () => {
    const run = runVector(
      task('\tmap(p1);\n\tcounts("1");\n\tkunmap(p1);\n\tcounts("2");\n\tmap(p1);\n\tcounts("3");', settings),
    );
    expect(run.printed()).toEqual(['slot 1', '1 [0,2,0,0] last 1', '2 [0,1,0,0] last 1', 'slot 1', '3 [0,2,0,0] last 1']);
    expect(run.tableChanges()).toEqual([`set_pte ${base.slice(0, 4)}1000`]);
    expect(run.findings()).toEqual([]);
  });
});

test('vector 74: the search for the fifth takes seven probes and makes the second scan', () => {
  const text = task(`${FULL}\tmap(p5);`);
  expect(anchorHits(text, 'find_free_pkmap', 'probe')).toBe(4 + 7);
  expect(anchorHits(text, 'find_free_pkmap', 'wrap')).toBe(2);
});

describe('misuse', () => {
  test('vector 76: a second kunmap() is a BUG', () => {
    const run = runVector(task('\tmap(p1);\n\tkunmap(p1);\n\tkunmap(p1);\n\tcounts("never");'));
    expect(run.printed()).toEqual(['slot 1']);
    expect(run.findings()).toEqual(['pkmap_not_mapped']);
    expect(run.details()).toEqual(['pkmap_count[nr] == 0']);
  });

  const wrapped = '\tchar *x = map(p1);\n\tlook("a", x);\n\tkunmap(p1);\n\tmap(p2);\n\tmap(p3);\n';

  test('vector 77: after a wrap the page has no address', () => {
    const run = runVector(task(`${wrapped}\tmap(p4);\n\tcounts("wrapped");\n\tkunmap(p1);`));
    expect(run.printed()).toEqual(['slot 1', 'a P1', 'slot 2', 'slot 3', 'slot 0', 'wrapped [2,0,2,2] last 0']);
    expect(run.flushes()).toEqual(['range ff400000 on CPU 0', 'range ff400000 on CPU 1']);
    expect(run.findings()).toEqual(['pkmap_not_mapped']);
    expect(run.details()).toEqual(['!vaddr']);
  });

  test('vector 77: the old pointer works until the wrap, then faults', () => {
    const run = runVector(task(`${wrapped}\tlook("after", x);\n\tmap(p4);\n\tlook("never", x);`));
    expect(run.printed()).toEqual(['slot 1', 'a P1', 'slot 2', 'slot 3', 'after P1', 'slot 0']);
    expect(run.findings()).toEqual(['use_after_unmap', 'page_fault']);
    expect(run.faults()).toEqual(['ff401000']);
  });

  test('vector 77: and when the slot is used again it reads another page', () => {
    const run = runVector(task(`${wrapped}\tmap(p4);\n\tmap(p5);\n\tlook("later", x);`));
    expect(run.printed().slice(-2)).toEqual(['slot 1', 'later P5']);
    expect(run.findings()).toEqual([]);
  });
});

test('vector 78: LAST_PKMAP 1024: 1024 pages fit, the next one looks 2,047 times and sleeps', () => {
  const body = `static struct page many[1025];
int probes;
task a(cpu = 0) {
	int i;

	for (i = 0; i < 1025; i++) {
		unsigned long addr;

		many[i].flags = PG_highmem;
		many[i].pfn = p1->pfn;
		addr = (unsigned long)kmap(&many[i]);
		if (i == 0 || i >= 1022)
			printk("%d: slot %d", i + 1, PKMAP_NR(addr));
	}
}
task b(cpu = 1) {
	msleep(200);
	printk("last %d", last_pkmap_nr);
}`;
  const text = program({ mapping: 'kmap_local', tick_ns: 100_000_000 }, body);
  const run = runVector(text);
  expect(run.printed()).toEqual(['1: slot 1', '1023: slot 1023', '1024: slot 0', 'last 1023']);
  expect(anchorHits(text, 'find_free_pkmap', 'probe')).toBe(1024 + 2047);
  expect(run.findings()).toEqual(['stuck']);
});

test('vector 79: another task on another CPU may use the pointer, and may call kunmap()', () => {
  const run = runVector(
    withHelpers(
      small,
      `char *shared;
task a(cpu = 0) {
	shared = map(p1);
}
task b(cpu = 1) {
	while (!shared)
		udelay(1);
	msleep(1);
	look("b", shared);
	kunmap(p1);
	counts("end");
}`,
    ),
  );
  expect(run.printed()).toEqual(['slot 1', 'b P1', 'end [0,1,0,0] last 1']);
  expect(run.findings()).toEqual([]);
});

describe('vector 80: in a hardirq', () => {
  const handler = (body: string, settings: VectorSettings) =>
    withHelpers(
      settings,
      `irq nic(cpu = 0, when = any) {\n${body}\n}\ntask a(cpu = 0) {\n\tmap(p1);\n\traise_irq(nic);\n\tudelay(1);\n\tcounts("end");\n}`,
    );

  test('kmap() is reported, and works while there is room', () => {
    const run = runVector(handler('\tlook("irq", map(p2));', small));
    expect(run.printed()).toEqual(['slot 1', 'slot 2', 'irq P2', 'end [0,2,2,0] last 2']);
    expect(run.findings()).toEqual(['sleeping_in_atomic', 'inconsistent_lock_state']);
  });

  test('without the checks nothing is seen', () => {
    const settings = { ...small, debug_atomic_sleep: 'off', debug_lockdep: 'off' };
    expect(runVector(handler('\tmap(p2);', settings)).findings()).toEqual([]);
  });

  test('kunmap() is reported too', () => {
    const run = runVector(handler('\tkunmap(p1);', small));
    expect(run.printed()).toEqual(['slot 1', 'end [0,1,0,0] last 1']);
    expect(run.findings()).toEqual(['sleeping_in_atomic', 'inconsistent_lock_state']);
  });
});

test('vector 80: kunmap() in a hardirq is a BUG in 2.6.31', () => {
  const run = runVector(
    withHelpers(
      { mapping: 'km_type', kernel: 'v2_6_31', last_pkmap: 4 },
      'irq nic(cpu = 0, when = any) {\n\tkunmap(p1);\n}\ntask a(cpu = 0) {\n\tmap(p1);\n\traise_irq(nic);\n\tudelay(1);\n}',
    ),
  );
  expect(run.findings()).toEqual(['kunmap_in_interrupt', 'panic']);
  expect(run.details()[0]).toBe('in_interrupt()');
});

test('vector 81: a temporary mapping gives no page_address(), so kunmap() of it is a BUG', () => {
  const run = runVector(task('\tkmap_local_page(p1);\n\tprintk("%lx", (unsigned long)page_address(p1));\n\tkunmap(p1);'));
  expect(run.printed()).toEqual(['0']);
  expect(run.kernelFindings()).toEqual(['pkmap_not_mapped']);
  expect(run.details()[0]).toBe('!vaddr');
});

describe('vector 21: the unmap call of temporary mappings does nothing with a pkmap address', () => {
  test.each([
    ['kmap_local', 'kunmap_local'],
    ['kmap_temporary', 'kunmap_temporary'],
    ['split_switch', 'kunmap_temporary'],
  ] as const)('%s', (mapping, unmap) => {
    const run = runVector(
      task(`\tchar *x = map(p1);\n\t${unmap}(x);\n\tcounts("end");\n\tlook("a", x);`, { mapping, last_pkmap: 4 }),
    );
    expect(run.printed()).toEqual(['slot 1', 'end [0,2,0,0] last 1', 'a P1']);
    expect(run.findings()).toEqual(['unmap_of_pkmap']);
  });
});

describe('vector 21: so it is in the older models, whose unmap also ends an atomic section that never began', () => {
  const body = `task a(cpu = 0) {\n\tchar *x = map(p1);\n\tpreempt_disable();\n\tunmap_page(x);\n\tcounts("end");\n}`;

  test.each(['km_type', 'atomic_stack'] as const)('%s', (mapping) => {
    const run = runVector(withHelpers({ mapping, last_pkmap: 4 }, body));
    expect(run.printed()).toEqual(['slot 1', 'end [0,2,0,0] last 1']);
    expect(run.findings()).toEqual(['unmap_of_pkmap']);
  });

  test('a debug build of atomic_stack stops with a BUG', () => {
    const run = runVector(withHelpers({ mapping: 'atomic_stack', last_pkmap: 4, debug_highmem: 'on' }, body));
    expect(run.printed()).toEqual(['slot 1']);
    expect(run.findings()).toEqual(['unmap_not_lowmem']);
  });
});

describe('a full pool', () => {
  test('nobody left to call kunmap(): the finding says who waits for what', () => {
    const run = runVector(withHelpers(small, `task a(cpu = 0) {\n${FULL}}\ntask b(cpu = 1) {\n\tmsleep(1);\n\tkmap(p5);\n}\n`));
    expect(run.findings()).toEqual(['stuck']);
    expect(run.details()).toEqual([
      'b waits in kmap() for a free pkmap slot: all 4 have users, and nobody is left to call kunmap()',
    ]);
  });

  test('in an atomic section kmap() works as long as there is room, then schedules while atomic', () => {
    const body = `\tpreempt_disable();\n${FULL}\tmap(p5);\n\tpreempt_enable();`;
    const run = runVector(task(body, { ...small, debug_atomic_sleep: 'off' }));
    expect(run.printed()).toEqual(['slot 1', 'slot 2', 'slot 3', 'slot 0']);
    expect(run.findings()).toEqual(['scheduling_while_atomic', 'stuck']);
    const seen = runVector(task(body));
    expect(seen.findings()[0]).toBe('sleeping_in_atomic');
  });

  test('all waiters are woken, and who comes first gets the slot; a page that was mapped meanwhile is shared', () => {
    const waiter = (name: string) => `task ${name}(cpu = 1) {\n\tmsleep(1);\n\tlook("${name}", map(p5));\n}\n`;
    const run = runVector(
      withHelpers(small, `task a(cpu = 0) {\n${FULL}\tmsleep(5);\n\tkunmap(p3);\n}\n${waiter('b')}${waiter('c')}`),
    );
    // Which of the two is first is the scheduler's choice.
    expect(run.printed().slice(4).toSorted()).toEqual(['b P5', 'c P5', 'slot 3', 'slot 3']);
    expect(run.findings()).toEqual([]);
  });
});

test('low memory needs no slot, but may_sleep() is asked all the same', () => {
  const run = runVector(
    task(
      '\tchar *x;\n\tpreempt_disable();\n\tx = kmap(lowpage);\n\tpreempt_enable();\n\tlook("low", x);\n\tkunmap(lowpage);\n\tcounts("end");',
    ),
  );
  expect(run.printed()).toEqual(['low lo', 'end [0,0,0,0] last 0']);
  expect(run.findings()).toEqual(['sleeping_in_atomic']);
});

test('kmap_flush_unused() frees at once what has no users', () => {
  const run = runVector(task('\tmap(p1);\n\tmap(p2);\n\tkunmap(p1);\n\tkmap_flush_unused();\n\tcounts("flushed");\n\tmap(p1);'));
  expect(run.printed()).toEqual(['slot 1', 'slot 2', 'flushed [0,0,2,0] last 2', 'slot 3']);
  expect(run.flushes()).toEqual(['range ff400000 on CPU 0', 'range ff400000 on CPU 1']);
});

test('a window of more than 33 pages is flushed by emptying the TLBs, as on x86', () => {
  const run = runVector(task('\tmap(p1);\n\tkunmap(p1);\n\tkmap_flush_unused();', { ...small, last_pkmap: 64 }));
  expect(run.flushes()).toEqual(['all on CPU 0', 'all on CPU 1']);
});

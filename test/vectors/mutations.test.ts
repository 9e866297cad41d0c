/**
 * The vectors are only worth something if a wrong model turns them red: one step is dropped from a model's source, or two are
 * swapped, and a vector's program must come out differently.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { klabSources } from '../../src/kernel/klab/index.ts';
import { program, type VectorSettings } from './prelude.ts';
import { runVector, type VectorRun } from './run.ts';
import { migrationProgram, switchProgram } from './switch-programs.ts';

const sources: Record<string, string> = klabSources;
const originals = { ...klabSources };
afterEach(() => {
  Object.assign(sources, originals);
});

type Edit = (text: string) => string;

function lineWith(text: string, tag: string): string {
  const line = text.split('\n').find((candidate) => candidate.includes(tag));
  if (line === undefined) throw new Error(`no line has ${tag}`);
  return `${line}\n`;
}
const drop =
  (tag: string): Edit =>
  (text) =>
    text.replace(lineWith(text, tag), '');
/** The two lines change places. */
const swap =
  (first: string, second: string): Edit =>
  (text) => {
    const a = lineWith(text, first);
    const b = lineWith(text, second);
    return text.replace(a, '\u0000').replace(b, a).replace('\u0000', b);
  };

interface Mutation {
  model: Exclude<VectorSettings['mapping'], `"${string}"`> | 'pkmap';
  what: string;
  edit: Edit;
  /** A vector's program, and what the vector looks at. */
  witness: () => VectorRun;
}

const outcome = (run: VectorRun): string => [...run.printed(), ...run.findings()].join('\n');

const wrongOrder = (mapping: VectorSettings['mapping']): VectorRun =>
  runVector(
    program(
      { mapping },
      `task a(cpu = 0) {
	char *x = map_page(p1);
	look("x", x);
	unmap_page(x);
	x = map_page(p2);
	look("x", x);
	unmap_page(x);
}`,
    ),
  );

const parked = (mapping: VectorSettings['mapping']): VectorRun => runVector(switchProgram({ mapping }, 1, 3));

const interrupted = (mapping: VectorSettings['mapping'], point: string): VectorRun =>
  runVector(
    program(
      { mapping },
      `irq nic(cpu = 0, when = any) {
	char *f = map_page(pi);
	look("irq", f);
	unmap_page(f);
}
task a(cpu = 0) {
	char *x = map_page(pa[0]);
	look("a", x);
	unmap_page(x);
}
schedule here { irq nic at ${point}; }`,
    ),
    { schedule: 'here' },
  );

/** One task comes round the window of kmap(): slots are given up, flushed and used again. */
const reused = (): VectorRun =>
  runVector(
    program(
      { mapping: 'kmap_local', last_pkmap: 4 },
      `task a(cpu = 0) {
	int i;
	for (i = 0; i < 2; i++) {
		look("1", kmap(p1));
		kunmap(p1);
		look("2", kmap(p2));
		kunmap(p2);
		look("3", kmap(p3));
		kunmap(p3);
		look("4", kmap(p4));
		kunmap(p4);
		look("5", kmap(pi));
		kunmap(pi);
		printk("%d %d %d %d", pkmap_count[0], pkmap_count[1], pkmap_count[2], pkmap_count[3]);
	}
}`,
    ),
  );

/** Two tasks sleep for a slot, for the same page. */
const slept = (): VectorRun =>
  runVector(
    program(
      { mapping: 'kmap_local', last_pkmap: 4 },
      `task a(cpu = 0) {
	kmap(p1);
	kmap(p2);
	kmap(p3);
	kmap(p4);
	msleep(5);
	kunmap(p1);
	kunmap(p2);
	msleep(5);
	printk("%d %d %d %d", pkmap_count[0], pkmap_count[1], pkmap_count[2], pkmap_count[3]);
}
task b(cpu = 1) {
	msleep(1);
	look("b", kmap(pi));
}
task c(cpu = 1) {
	msleep(1);
	look("c", kmap(pi));
}`,
    ),
  );

const mutations: Mutation[] = [
  {
    model: 'km_type',
    what: 'the flush of the unmap dropped (2.4 step 2)',
    edit: drop('@flush_one'),
    witness: () => wrongOrder('km_type'),
  },
  {
    model: 'km_type',
    what: 'the clear of the unmap dropped (2.4 step 2)',
    edit: drop('@clear_one'),
    witness: () => wrongOrder('km_type'),
  },
  {
    model: 'km_type',
    what: 'the check of the slot dropped (2.3 step 5)',
    edit: drop('BUG_ON(!pte_none(*ptep)); // @check'),
    witness: () =>
      runVector(
        program({ mapping: 'km_type' }, 'task a(cpu = 0) {\n\tkmap_atomic(p1, KM_IRQ0);\n\tkmap_atomic(p2, KM_IRQ0);\n}'),
      ),
  },
  {
    model: 'atomic_stack',
    what: 'the flush of the unmap dropped (3.4 step 4)',
    edit: drop('@flush_one'),
    witness: () => wrongOrder('atomic_stack'),
  },
  {
    model: 'atomic_stack',
    what: 'the pop before the clear (3.4 steps 4 and 5)',
    edit: swap('@clear_one', 'kmap_atomic_idx_pop(); // @cleared_one'),
    witness: () => interrupted('atomic_stack', 'kunmap_atomic_slot "flush_one" 1'),
  },
  {
    model: 'kmap_local',
    what: 'the flush of the unmap dropped (7.3 step 6)',
    edit: drop('@flush_one'),
    witness: () => wrongOrder('kmap_local'),
  },
  {
    model: 'kmap_local',
    what: 'the pop before the clear (7.3 steps 5 and 8)',
    edit: swap('@clear_one', 'kmap_local_idx_pop(); // H-7.3'),
    witness: () => interrupted('kmap_local', 'kunmap_local "flush_one" 1'),
  },
  {
    model: 'kmap_local',
    what: 'the saved entry dropped (7.2 step 8)',
    edit: drop('@save'),
    witness: () => parked('kmap_local'),
  },
  {
    model: 'kmap_local',
    what: 'the flush at the switch dropped (7.5 step 5)',
    edit: drop('@flush H-7.5'),
    witness: () => runVector(switchProgram({ mapping: 'kmap_local' }, 3, 3)),
  },
  {
    model: 'kmap_temporary',
    what: 'the saved entry dropped (4.2 step 7)',
    edit: drop('@save'),
    witness: () => parked('kmap_temporary'),
  },
  {
    model: 'kmap_temporary',
    what: 'the entry before the index (4.2 steps 4 and 6)',
    edit: (text) =>
      text
        .replace('current->kmap_ctrl.idx = i + 1; // @push', '/* later */ // @push')
        .replace('// @save', '\n\tcurrent->kmap_ctrl.idx = i + 1; // @save'),
    witness: () => interrupted('kmap_temporary', 'kmap_temporary_slot "save" 1'),
  },
  {
    model: 'split_switch',
    what: 'the flush at the switch dropped (5 step 1)',
    edit: drop('@flush H-5'),
    witness: () => runVector(switchProgram({ mapping: 'split_switch' }, 3, 3)),
  },
  {
    model: 'split_switch',
    what: 'the clear at the switch dropped (5 step 1)',
    edit: drop('@clear H-5'),
    witness: () => parked('split_switch'),
  },
  {
    model: 'pkmap',
    what: 'the global flush dropped (8.4 step 5)',
    edit: (text) => text.replace('if (need_flush)', 'if (false)'),
    witness: () => reused(),
  },
  {
    model: 'pkmap',
    what: 'the flush at the wrap dropped (8.2 step 3)',
    edit: drop('@wrap H-8.2'),
    witness: () => reused(),
  },
  {
    model: 'pkmap',
    what: 'the address not forgotten (8.4 step 4)',
    edit: drop('@forget H-8.4'),
    witness: () => reused(),
  },
  {
    model: 'pkmap',
    what: 'no new look at the page after the sleep (8.2 step 5)',
    edit: (text) => text.replace('return page_address(page) != NULL; // H-8.2', 'return false; // H-8.2'),
    witness: () => slept(),
  },
  {
    model: 'pkmap',
    what: 'nobody is woken (8.3 step 6)',
    edit: (text) => text.replace('if (need_wakeup)', 'if (false)'),
    witness: () => slept(),
  },
  {
    model: 'alt_percpu_idx_switch',
    what: 'the pop before the clear at the switch (9.6 steps 2 and 4)',
    edit: swap('pte_clear(ptep); // @clear H-9.6', 'kmap_idx_pop(); // @popped'),
    witness: () =>
      runVector(switchProgram({ mapping: 'alt_percpu_idx_switch' }, 3, 1, 'kmap_idx_switch "flush" 2'), { schedule: 'here' }),
  },
  {
    model: 'alt_percpu_idx_switch',
    what: 'the push left out at the switch (9.6 step 5)',
    edit: drop('@pushing'),
    witness: () => parked('alt_percpu_idx_switch'),
  },
  {
    model: 'alt_percpu_pgtable',
    what: 'the clear at the switch dropped (9.1 step 2)',
    edit: drop('@clear H-9.1'),
    witness: () => parked('alt_percpu_pgtable'),
  },
  {
    model: 'alt_percpu_pgtable',
    what: "a slot's entry with the CPU in it (9.1 step 1)",
    edit: (text) => text.replace('return kmap_slot_pte(i);', 'return kmap_slot_pte(kmap_slot(i));'),
    witness: () => runVector(migrationProgram({ mapping: 'alt_percpu_pgtable' }, '\tlook("a", x);')),
  },
  {
    model: 'alt_local_lock',
    what: 'the lock not freed (9.2 step 5)',
    edit: (text) => text.replace('\t\trt_mutex_unlock(this_cpu_ptr(&kmap_owner)); // @unlock', '\t\tcant_migrate(); //'),
    witness: () => parked('alt_local_lock'),
  },
  {
    model: 'alt_local_lock',
    what: 'no lock at all (9.2 step 2)',
    edit: (text) => text.replace('\t\trt_mutex_lock(this_cpu_ptr(&kmap_owner)); // @lock', '\t\tcant_migrate(); //'),
    witness: () => parked('alt_local_lock'),
  },
  {
    model: 'alt_vmap',
    what: 'the flush forgotten (9.3 step 6)',
    edit: drop('@purge'),
    witness: vmapAgain,
  },
  {
    model: 'alt_vmap',
    what: 'no flush put off: the address free at once (9.3 step 5)',
    edit: (text) => text.replace('vmap_state[i] = VMAP_LAZY; // @lazy', 'vmap_state[i] = VMAP_FREE; //'),
    witness: vmapAgain,
  },
  {
    model: 'alt_vmap',
    what: 'the entry not cleared (9.3 step 4)',
    edit: drop('@clear_one'),
    witness: vmapAgain,
  },
];

/** An address of alt_vmap is used again, after its flush. */
function vmapAgain(): VectorRun {
  return runVector(
    program(
      { mapping: 'alt_vmap' },
      `task a(cpu = 0) {
	char *x = map_page(p1);
	char *y;
	look("a", x);
	unmap_page(x);
	y = map_page(p2);
	printk("%lx", (unsigned long)y);
	vm_unmap_aliases();
	printk("%lx", (unsigned long)map_page(p3));
	look("a", x);
	unmap_page(y);
	vm_unmap_aliases();
	look("gone", y);
}`,
    ),
  );
}

describe('a wrong model turns a vector red', () => {
  test.each(mutations.map((mutation) => [mutation.model, mutation.what, mutation] as const))('%s: %s', (_, __, mutation) => {
    const path = `/mm/${mutation.model.replaceAll('_', '-')}.klab`;
    const right = outcome(mutation.witness());
    const mutated = mutation.edit(originals[path]);
    expect(mutated).not.toBe(originals[path]);
    sources[path] = mutated;
    expect(outcome(mutation.witness())).not.toBe(right);
  });
});

import { describe, expect, test } from 'vitest';
import { program } from '../../vectors/prelude.ts';
import { runVector } from '../../vectors/run.ts';
import { migrationProgram } from '../../vectors/switch-programs.ts';

const sanitized = (text: string) => runVector(text).sanitizerHeadlines();

describe('a sanitizer says who does what to whose page', () => {
  test("another task's slot on another CPU", () => {
    const text = migrationProgram(
      { mapping: 'kmap_temporary' },
      '\tawait(1);\n\tlook("a", x);\n\tunmap_page(x);\n\tturn = 2;',
      '\tx = map_page(pc[0]);\n\tturn = 1;\n\tawait(2);\n\tunmap_page(x);',
    );
    expect(sanitized(text)).toEqual(["task a reads slot 0 of CPU 0, which maps task c's page pc[0]"]);
  });

  test('a write through a stale translation of its own', () => {
    const text = program(
      { mapping: 'kmap_local' },
      `task a(cpu = 0) {
	char *x = kmap_local_page(p1);
	char *y = kmap_local_page(p2);
	look("y", y);
	kunmap_local(x);
	y[0] = 1;
	kunmap_local(y);
}`,
    );
    expect(sanitized(text)).toEqual(['task a writes slot 1, through a stale translation to page p2']);
  });

  test('an interrupt handler through the translation that its task left behind', () => {
    const text = program(
      { mapping: 'kmap_local' },
      `irq nic(cpu = 0, when = any) {
	char *f = kmap_local_page(p3);
	look("irq", f);
	kunmap_local(f);
}
task a(cpu = 0) {
	char *x = kmap_local_page(p1);
	char *y = kmap_local_page(p2);
	look("y", y);
	kunmap_local(x);
	raise_irq(nic);
	kunmap_local(y);
}`,
    );
    expect(sanitized(text)).toEqual(['an interrupt handler on task a reads slot 1, which maps page p2']);
  });

  test('a mapping used after its unmap', () => {
    const text = program(
      { mapping: 'kmap_local' },
      `task a(cpu = 0) {
	char *x = kmap_local_page(p1);
	char *y = kmap_local_page(p2);
	kunmap_local(x);
	look("x", x);
	kunmap_local(y);
}`,
    );
    expect(sanitized(text)).toEqual(['task a reads slot 0, which it has unmapped; it still leads to page p1']);
  });

  test('the page above the first slot', () => {
    const text = program(
      { mapping: 'kmap_local' },
      'task a(cpu = 0) {\n\tchar *x = kmap_local_page(p1);\n\tx[PAGE_SIZE] = 0;\n\tkunmap_local(x);\n}',
    );
    expect(sanitized(text)).toEqual([
      'task a writes the page above the first slot, coming from its own mapping beside it; it maps page IO-APIC',
    ]);
  });

  test('a walk over the end of a page', () => {
    const text = program(
      { mapping: 'kmap_local' },
      `task a(cpu = 0) {
	char *x = kmap_local_page(p1);
	char *y = kmap_local_page(p2);
	int i;
	for (i = 4092; i <= 4096; i++)
		y[i] = 0;
	kunmap_local(y);
	kunmap_local(x);
}`,
    );
    expect(sanitized(text)).toEqual(['task a writes on from one slot into slot 0']);
  });

  test('what an interrupt handler, and a task that ends, leave behind', () => {
    const handler = program(
      { mapping: 'kmap_local' },
      'irq nic(cpu = 0, when = any) {\n\tmap_page(p1);\n}\ntask a(cpu = 0) {\n\traise_irq(nic);\n\tunmap_page((void *)0xfffbb000);\n}',
    );
    expect(sanitized(handler)).toEqual(['an interrupt handler on CPU 0 leaves one mapping behind']);
    const nmi = program(
      { mapping: 'kmap_local' },
      'nmi watchdog(cpu = 0, at = 500us) {\n\tchar *x = map_page(p1);\n}\ntask a(cpu = 0) {\n\tmdelay(1);\n}',
    );
    expect(sanitized(nmi)).toEqual(['an interrupt handler on CPU 0 leaves one mapping behind', 'task a exits with one mapping']);
    const exit = program(
      { mapping: 'kmap_local', debug_kmap_local: 'on' },
      'task a(cpu = 0) {\n\tmap_page(p1);\n\tmap_page(p2);\n}',
    );
    expect(sanitized(exit)).toEqual(['task a exits with 2 mappings']);
  });
});

describe('the same broken rule is said once', () => {
  test('until the task maps or unmaps there again', () => {
    const text = program(
      { mapping: 'kmap_local' },
      `task a(cpu = 0) {
	char *x = kmap_local_page(p1);
	char *y = kmap_local_page(p2);
	int i;
	look("y", y);
	kunmap_local(x);
	for (i = 0; i < 20; i++)
		look("y", y);
	kunmap_local(y);
}`,
    );
    expect(sanitized(text)).toHaveLength(1);
  });
});

import { describe, expect, test } from 'vitest';
import { hover } from '../../../src/lang/service/hover.ts';
import { analyse } from './analyse.ts';

const hoverAt = (text: string) => {
  const { analysis, offset } = analyse(text);
  return hover(analysis, offset);
};

describe('hover', () => {
  test('shows prototype and documentation of a kernel function', () => {
    const found = hoverAt('page x = "";\ntask t(cpu = 0) { char *p = map_p^age(x); p[0] = 1; }');
    expect(found?.code).toBe('void *map_page(struct page *page)');
    expect(found?.text).toEqual(['Maps a page.', 'Sleeps never.', 'Defined in klab-kernel:/mm/model.klab.']);
  });

  test('shows what an intrinsic is and where it is allowed', () => {
    expect(hoverAt('task t(cpu = 0) { p^ut(1); }')).toMatchObject({
      code: 'void put(int value)',
      text: ['put of the tests.', 'Allowed in every context.'],
    });
  });

  test('shows types of variables and members, values of constants', () => {
    expect(hoverAt('task t(cpu = 0) { u8 a^b = 1; put(ab); }')?.code).toBe('u8 ab');
    expect(hoverAt('task t(cpu = 0) { put(current->p^id); }')).toMatchObject({ text: ['Its number.'] });
    expect(hoverAt('task t(cpu = 0) { put(ANSW^ER); }')).toMatchObject({ code: 'ANSWER = 42', text: ['The answer.'] });
  });

  test('explains what the language itself knows', () => {
    expect(hoverAt('DEFINE_PER_CPU(int, n);\ntask t(cpu = 0) { this_cpu^_inc(n); }')).toMatchObject({
      code: 'void this_cpu_inc(T variable)',
      text: ["Adds 1 to this CPU's copy; one instruction, nothing comes in between."],
    });
    expect(hoverAt('task t(cpu = 0) { put(curr^ent->pid); }')?.code).toBe('struct task_struct *current');
    expect(hoverAt('task t(cpu = 0) { /* curr^ent */ }')).toBeUndefined();
  });

  test('explains settings and outcomes', () => {
    expect(hoverAt('machine { c^pus = 2; }')).toMatchObject({ code: 'cpus = 1;', text: ['How many CPUs.', 'From 1 to 8.'] });
    expect(hoverAt('expect slot^_busy;')?.text).toEqual(['A slot was taken twice.']);
    expect(hoverAt('machine { cpus = ^2; }')).toBeUndefined();
  });
});

/** Checking against the kernel's declarations alone says the same as checking with its bodies. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkText } from '../../src/kernel/build.ts';

const SAMPLES = new URL('../../samples/', import.meta.url);
const samples = readdirSync(SAMPLES).filter((name) => name.endsWith('.klab'));

const both = (text: string) =>
  (['whole', 'outline'] as const).map((depth) => checkText({ uri: 'program.klab', text, depth }).diagnostics);

describe('the kernel as an outline', () => {
  test.each(samples)('%s has the same diagnostics', (name) => {
    const [whole, outline] = both(readFileSync(new URL(name, SAMPLES), 'utf8'));
    expect(outline).toEqual(whole);
  });

  test('mistakes that concern the kernel are found', () => {
    const [whole, outline] = both(`
      machine { mapping = kmap_local; }
      page p = "x";
      int unused(void) { int n; return kmap_local_page(3) == n; }
      task t() { struct rq *rq = this_rq(1); kunmap_local(p, p); no_such_call(); rq->no_such_field = 1; set_current_state("x"); }
      schedule s { irq nic at kmap_nowhere "restore" 2; }
    `);
    expect(whole.length).toBeGreaterThan(5);
    expect(outline).toEqual(whole);
  });

  test('bodies are passed over, declarations and their documentation are there', () => {
    const { program } = checkText({ uri: 'program.klab', text: 'task t() { schedule(); }', depth: 'outline' });
    const found = program.functions.find(({ symbol }) => symbol.name === 'schedule');
    expect(found?.declaration).toMatchObject({ skipped: true, body: { body: [] }, doc: expect.stringContaining('CPU away') });
  });
});

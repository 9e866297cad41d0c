/**
 * Laws over random programs: tasks that unmap in the right order and stay on their CPU are never hurt, wherever interrupts
 * land, under every model that is meant to be right; and they leave nothing behind.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mappingFacts } from '../../src/kernel/mapping-facts.ts';
import type { Session } from '../../src/session/api.ts';
import { open } from './run.ts';

const SEED = 20200919;
const STEPS_MAX = 400_000;
const LETTERS = 'abcdef';

type Action = { kind: 'map'; page: number } | { kind: 'unmap' | 'yield' | 'delay' | 'look' };
interface Case {
  tasks: Action[][];
  /** How far to run before each interrupt, in micro-steps, and on which CPU it comes. */
  interrupts: { after: number; cpu: number }[];
}

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('map' as const), page: fc.nat(LETTERS.length - 1) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('unmap' as const, 'yield' as const, 'delay' as const, 'look' as const) }),
  },
);
const cases: fc.Arbitrary<Case> = fc.record({
  tasks: fc.array(fc.array(action, { minLength: 3, maxLength: 14 }), { minLength: 3, maxLength: 4 }),
  interrupts: fc.array(fc.record({ after: fc.integer({ min: 1, max: 700 }), cpu: fc.nat(1) }), { minLength: 1, maxLength: 6 }),
});

/** The body of a task: unmaps are always of the newest mapping, and all mappings are gone at the end. */
function body(actions: readonly Action[]): string {
  const lines: string[] = [];
  const held: { name: string; page: number }[] = [];
  const look = ({ name, page }: { name: string; page: number }) => lines.push(`\tassert(${name}[0] == '${LETTERS[page]}');`);
  const unmap = () => {
    const top = held.pop();
    if (!top) return;
    look(top);
    lines.push(`\tunmap_page(${top.name});`);
  };
  actions.forEach((step, index) => {
    if (step.kind === 'map' && held.length < 5) {
      held.push({ name: `p${index}`, page: step.page });
      lines.push(`\tp${index} = map_page(q[${step.page}]);`);
    } else if (step.kind === 'unmap') unmap();
    else if (step.kind === 'yield') lines.push('\tyield();');
    else if (step.kind === 'delay') lines.push('\tudelay(3);');
    else for (const mapping of held) look(mapping);
  });
  while (held.length > 0) unmap();
  const names = actions.flatMap((step, index) => (step.kind === 'map' ? [`\tchar *p${index};\n`] : []));
  return names.join('') + lines.join('\n');
}

function programOf({ tasks }: Case, settings: string): string {
  const handler = (cpu: number) => `irq dev${cpu}(cpu = ${cpu}, when = any) {
	char *x = map_page(q[4]);
	char *y = map_page(q[5]);
	assert(x[0] == 'e' && y[0] == 'f');
	unmap_page(y);
	unmap_page(x);
}
`;
  const bodies = tasks.map(
    (actions, i) => `task t${i}(policy = SCHED_FIFO, prio = 10, cpu = ${i % 3 === 2 ? 1 : 0}) {\n${body(actions)}\n}\n`,
  );
  const pages = [...LETTERS].map((letter) => `"${letter}"`).join(', ');
  return `machine { cpus = 2; ${settings} }\npage q[6] = { ${pages} };\n${handler(0)}${handler(1)}${bodies.join('')}`;
}

function runWithInterrupts(given: Case, settings: string): Session {
  const session = open(programOf(given, settings));
  const devices = session.raisableInterrupts();
  for (const { after, cpu } of given.interrupts) {
    session.run({ kind: 'to-step', step: session.step + after }, STEPS_MAX);
    const device = devices.find((one) => one.cpu === cpu);
    if (device && !session.ended) session.raiseInterrupt(device.line, cpu);
  }
  session.run({ kind: 'continue' }, STEPS_MAX);
  return session;
}

/** What is left in task structs, page tables and TLBs at the end. */
function leftovers({ kernel }: Session): string[] {
  const { layout, slotsPerCpu } = mappingFacts(kernel.profile);
  const left: string[] = [];
  for (const task of kernel.tasks)
    if (task.view.kmap_ctrl.idx !== 0) left.push(`idx of ${task.comm}: ${task.view.kmap_ctrl.idx}`);
  for (let slot = 0; slot < slotsPerCpu * kernel.profile.cpus; slot++) {
    const address = layout.slotAddress(slot, 0) | 0;
    if (kernel.machine.mmu.pte(address) !== 0) left.push(`entry of slot ${slot}`);
    for (let cpu = 0; cpu < kernel.profile.cpus; cpu++) {
      if (kernel.machine.mmu.tlbEntry(cpu, address) !== 0) left.push(`translation of slot ${slot} on CPU ${cpu}`);
    }
  }
  return left;
}

describe('tasks that unmap in order and stay on their CPU', () => {
  test.each([
    'mapping = kmap_local;',
    'mapping = kmap_local; debug_kmap_local = on;',
    'mapping = split_switch;',
    'mapping = split_switch; irqs_during_switch = off;',
    'mapping = kmap_temporary; irqs_during_switch = off;',
  ])('are clean wherever interrupts land, and leave nothing behind: %s', (settings) => {
    let landed = 0;
    fc.assert(
      fc.property(cases, (given) => {
        const session = runWithInterrupts(given, settings);
        landed += session.events(0).filter(({ type }) => type === 'irq_handler_entry').length;
        expect(session.ended).toBe(true);
        expect(session.findings.map(({ slug, headline }) => `${slug}: ${headline}`)).toEqual([]);
        expect(leftovers(session)).toEqual([]);
      }),
      { seed: SEED, numRuns: 12 },
    );
    expect(landed).toBeGreaterThan(20);
  });

  test('can only run into a busy slot under the first posting, and only with interrupts on in the switch', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const session = runWithInterrupts(given, 'mapping = kmap_temporary;');
        const slugs = new Set(session.findings.map(({ slug }) => slug));
        expect(slugs.size === 0 || (slugs.size === 2 && slugs.has('slot_busy') && slugs.has('panic'))).toBe(true);
      }),
      { seed: SEED, numRuns: 12 },
    );
  });
});

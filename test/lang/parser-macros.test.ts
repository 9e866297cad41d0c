import { describe, expect, it } from 'vitest';
import { Run } from '../../src/history/run.ts';
import { bootKernel } from '../../src/kernel/boot.ts';
import { buildProgram } from '../../src/kernel/build.ts';
import { parseSource } from '../../src/lang/parser.ts';
import { walk } from './tree-walk.ts';

function printed(text: string): string[] {
  const { built, diagnostics } = buildProgram({ uri: 'test.klab', text });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  if (!built) return [];
  const run = new Run(bootKernel(built), { history: false });
  while (run.step < 50_000 && run.stepDefault());
  expect(run.ended).toBe(true);
  expect(run.kernel.findings).toEqual([]);
  return run.kernel.events.flatMap((event) => (event.type === 'printk' ? [event.text] : []));
}

describe('macros that are statements', () => {
  it('wait_event() sleeps until its condition holds', () => {
    const text = `machine { cpus = 2; }
wait_queue_head_t wq;
int ready;
task waiter(cpu = 0) { wait_event(wq, ready == 2); printk("after %d", ready); }
task waker(cpu = 1) { msleep(1); ready = 1; wake_up(&wq); msleep(1); ready = 2; printk("before"); wake_up(&wq); }
`;
    expect(printed(text)).toEqual(['before', 'after 2']);
  });

  it('for_each_possible_cpu() visits every CPU', () => {
    const text =
      'machine { cpus = 3; }\ntask t { int cpu; for_each_possible_cpu(cpu) { printk("%d", cpu); } for_each_online_cpu(cpu) printk("again %d", cpu); }\n';
    expect(printed(text)).toEqual(['0', '1', '2', 'again 0', 'again 1', 'again 2']);
  });

  it('kfree_rcu() names the member that is the head', () => {
    const text = `struct thing { int value; struct rcu_head rcu; };
task t { struct thing *p = kmalloc(sizeof(struct thing), GFP_KERNEL); kfree_rcu(p, rcu); printk("%d", p != NULL); }
`;
    expect(printed(text)).toEqual(['1']);
    const wrong = buildProgram({ uri: 'test.klab', text: text.replace('(p, rcu)', '(p, value)') });
    expect(wrong.diagnostics.map(({ severity }) => severity)).toContain('error');
  });

  it('keep their ranges within the use', () => {
    const text = 'void f(int cpu)\n{\n\tfor_each_possible_cpu(cpu) { g(); }\n\twait_event(wq, a->b && c);\n}\n';
    const { file, diagnostics } = parseSource({ uri: 'test', text, role: 'program' });
    expect(diagnostics).toEqual([]);
    walk(file.declarations, (node, parent) => {
      if (!parent) return;
      expect(node.start).toBeGreaterThanOrEqual(parent.start);
      expect(node.end).toBeLessThanOrEqual(parent.end);
    });
  });
});

/** Whatever the kernel does can be taken back and done again: memory, events and findings. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Run } from '../../src/history/run.ts';
import { bootKernel } from '../../src/kernel/boot.ts';
import { buildProgram } from '../../src/kernel/build.ts';

const SEED = 20200919;
const PROGRAM = `
  machine { cpus = 2; tick_ns = 50us; }
  page a = "a"; page b = "b"; page c = "c";
  task one(policy = SCHED_FIFO, prio = 10, cpu = 0) { char *p = map_page(a); yield(); WARN_ON_ONCE(p[0] != 'a'); unmap_page(p); WARN_ON_ONCE(1); }
  task two(policy = SCHED_FIFO, prio = 10, cpu = 0) { char *p = map_page(b); msleep(1); p[1] = 'x'; unmap_page(p); }
  task three(cpu = 1, cpus_allowed = 0x3) { int i; for (i = 0; i < 3; i++) { printk("%d", i); udelay(30); WARN_ON_ONCE(i > 0); } preempt_enable(); }
  irq nic(cpu = 0, every = 70us) { char *p = map_page(c); p[0]++; unmap_page(p); }
`;

function start(mapping: string) {
  const { built, diagnostics } = buildProgram({ uri: 'a.klab', text: PROGRAM, settings: { mapping } });
  if (!built) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return new Run(bootKernel(built));
}

describe.each(['kmap_temporary', 'split_switch', 'kmap_local'])('travelling through a run under %s', (mapping) => {
  const reference = start(mapping);
  const hashes = [reference.kernel.machine.memory.bytesHash];
  while (reference.stepDefault()) hashes.push(reference.kernel.machine.memory.bytesHash);
  const steps = hashes.length - 1;
  const { events, findings } = reference.kernel;

  test('every step reached has the bytes, the events and the findings that it had', () => {
    const run = start(mapping);
    while (run.stepDefault());
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: steps }), { minLength: 1, maxLength: 8 }), (stops) => {
        for (const step of stops) {
          run.goTo(step);
          expect(run.kernel.machine.memory.bytesHash).toBe(hashes[step]);
          expect(run.kernel.events.length).toBe(events.filter((event) => event.step <= step).length);
          expect(run.kernel.findings).toEqual(findings.filter((finding) => finding.step <= step));
        }
      }),
      { seed: SEED, numRuns: 20 },
    );
  });

  test('the run has something to travel through', () => {
    expect(steps).toBeGreaterThan(2000);
    expect(findings.map(({ slug }) => slug)).toContain('preempt_count_underflow');
    expect(reference.kernel.life).toBe('ended');
  });
});

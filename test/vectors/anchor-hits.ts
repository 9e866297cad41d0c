/** How often a run comes by a label comment of kernel source: what events do not tell. */
import { Anchors } from '../../src/history/anchors.ts';
import { Run } from '../../src/history/run.ts';
import { bootKernel } from '../../src/kernel/boot.ts';
import { buildProgram } from '../../src/kernel/build.ts';

/** Times that a statement labelled `label` of function `name` begins, on any CPU, in the default run of the program. One more where an interrupt comes in right there. */
export function anchorHits(text: string, name: string, label: string): number {
  const { built } = buildProgram({ uri: 'vector.klab', text });
  if (!built) throw new Error('the program does not build');
  const addresses = new Anchors(built.debug).addresses({ function: name, label });
  if (addresses.length === 0) throw new Error(`${name} has no label ${label}`);
  const kernel = bootKernel(built);
  const run = new Run(kernel, { history: false });
  const before = kernel.machine.cpus.map((_, cpu) => kernel.machine.pc(cpu));
  let hits = 0;
  while (!run.ended) {
    run.stepDefault();
    before.forEach((old, cpu) => {
      const pc = kernel.machine.pc(cpu);
      if (pc !== old && addresses.includes(pc)) hits++;
      before[cpu] = pc;
    });
  }
  return hits;
}

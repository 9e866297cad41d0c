/** Interrupts at an exact place of kernel source, in tests. */
import { ChoiceKind, makeChoice } from '../../src/history/choice.ts';
import { statementAt } from '../../src/kernel/code-places.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { boot, runToEnd, type Settings } from './run-program.ts';

/** Runs `text` and raises the first device when CPU 0 is about to execute the statement with `tag`, the n-th time. */
export function raiseAt(text: string, tag: string, hit = 1, settings: Settings = {}): Kernel {
  const run = boot(text, settings);
  const { kernel } = run;
  const { debug } = kernel.built;
  let hits = 0;
  for (let i = 0; i < 100_000; i++) {
    const pc = kernel.machine.pc(0);
    const statement = statementAt(debug, pc);
    if (statement?.start === pc && statement.tags.includes(tag) && ++hits === hit) {
      const [device] = kernel.devices;
      run.apply(makeChoice(ChoiceKind.raise, device.cpu, device.line));
      return runToEnd(run);
    }
    if (!run.stepDefault()) break;
  }
  throw new Error(`CPU 0 never came to ${tag} for the ${hit}. time`);
}

/** What is measured without a browser. */
import { Run } from '../../src/history/run.ts';
import { bootKernel } from '../../src/kernel/boot.ts';
import { type BuiltProgram, buildProgram, checkText } from '../../src/kernel/build.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { BenchAdapter } from './adapter.ts';
import { avrCrc, crc16 } from './avr.ts';
import { median, percentile, type Row, sequence, timed, timedAsync } from './numbers.ts';
import { BUSY_PROGRAM, crcProgram, longProgram, pageBytes } from './programs.ts';

const TURNS = 5;
const CRC_ROUNDS = 20;
const HISTORY_STEPS = 1_000_000;

function built(text: string): BuiltProgram {
  const result = buildProgram({ uri: 'bench.klab', text });
  if (!result.built) throw new Error(result.diagnostics.map((diagnostic) => diagnostic.message).join('\n'));
  return result.built;
}

const printed = (kernel: Kernel): string[] =>
  kernel.events.flatMap((event) => (event.type === 'printk' ? [event.text.trim()] : []));

interface CrcRun {
  instructions: number;
  steps: number;
  milliseconds: number;
}

/** The CRC rounds only; filling the page beforehand is not counted. */
function klabCrc(program: BuiltProgram, history: boolean): CrcRun {
  const run = new Run(bootKernel(program), { history });
  const { kernel } = run;
  while (!printed(kernel).some((text) => text.includes('start')) && run.stepDefault());
  const before = { instructions: kernel.machine.instructions, step: run.step };
  const milliseconds = timed(() => {
    while (run.advance(100_000) > 0);
  });
  const crc = Number(/crc (\d+)/.exec(printed(kernel).join('\n'))?.[1]);
  if (crc !== crc16(pageBytes())) throw new Error(`the program's CRC is ${crc}, not ${crc16(pageBytes())}`);
  return { instructions: kernel.machine.instructions - before.instructions, steps: run.step - before.step, milliseconds };
}

function avr(): CrcRun {
  const page = pageBytes();
  let instructions = 0;
  const milliseconds = timed(() => {
    for (let round = 0; round < CRC_ROUNDS; round++) {
      const result = avrCrc(page);
      if (result.crc !== crc16(page)) throw new Error(`avr8js computes ${result.crc}`);
      instructions += result.instructions;
    }
  });
  return { instructions, steps: 0, milliseconds };
}

const rate = ({ instructions, milliseconds }: CrcRun): number => instructions / milliseconds / 1000;
const stepRate = ({ steps, milliseconds }: CrcRun): number => steps / milliseconds / 1000;

/** Instruction rates beside avr8js, taken in turns. */
export function instructionRates(): Row[] {
  const program = built(crcProgram(CRC_ROUNDS));
  const turns = Array.from({ length: TURNS }, () => ({
    avr: avr(),
    plain: klabCrc(program, false),
    history: klabCrc(program, true),
  }));
  const row = (what: string, which: 'plain' | 'history', goal: number): Row => {
    const ours = median(turns.map((turn) => rate(turn[which])));
    const theirs = median(turns.map((turn) => rate(turn.avr)));
    const ratio = median(turns.map((turn) => rate(turn[which]) / rate(turn.avr)));
    const steps = median(turns.map((turn) => stepRate(turn[which])));
    // The same work in less time, whatever an instruction is.
    const work = median(turns.map((turn) => turn.avr.milliseconds / turn[which].milliseconds));
    return {
      what,
      value: `${ratio.toFixed(2)} of avr8js (${ours.toFixed(1)} to ${theirs.toFixed(1)} M instructions/s; ${steps.toFixed(1)} M micro-steps/s; same CRC ${work.toFixed(2)} times as fast)`,
      goal: `at least ${goal}`,
      met: ratio >= goal,
      numbers: { ratio, millionPerSecond: ours, avr8jsMillionPerSecond: theirs, millionStepsPerSecond: steps, work },
    };
  };
  return [row('bytecode rate, history off', 'plain', 1), row('bytecode rate, full history', 'history', 0.5)];
}

/** Keeps a million steps and says what a step costs. */
export function historySize(): Row {
  const run = new Run(bootKernel(built(BUSY_PROGRAM)));
  while (run.step < HISTORY_STEPS && run.stepDefault());
  const bytesAStep = run.historyBytes / run.step;
  const kept = run.lastStep - run.firstStep;
  return {
    what: 'history kept',
    value: `${kept.toLocaleString('en')} steps, ${bytesAStep.toFixed(1)} bytes a step`,
    goal: '1,000,000 steps, at most 32 bytes a step',
    met: kept >= HISTORY_STEPS && bytesAStep <= 32,
    numbers: { kept, bytesAStep },
  };
}

/** Stepping and jumping over a million steps, through protocol messages. */
export async function travelling(): Promise<Row[]> {
  const adapter = new BenchAdapter(BUSY_PROGRAM);
  await adapter.start();
  let stop = await adapter.untilStopped('kmaplab/goToStep', { step: HISTORY_STEPS });
  const next = sequence(1);
  const jumps: number[] = [];
  for (let i = 0; i < 100; i++) {
    const step = Math.floor(next() * HISTORY_STEPS);
    jumps.push(await timedAsync(() => adapter.untilStopped('kmaplab/goToStep', { step })));
  }
  stop = await adapter.untilStopped('kmaplab/goToStep', { step: HISTORY_STEPS });
  const backs: number[] = [];
  for (let i = 0; i < 300; i++) {
    const granularity = i % 3 === 0 ? 'instruction' : 'statement';
    const { threadId } = stop;
    backs.push(
      await timedAsync(async () => {
        stop = await adapter.untilStopped('stepBack', { threadId, granularity });
      }),
    );
    if (stop.reason !== 'step') throw new Error(`a step back stopped for another reason: ${stop.reason}`);
  }
  // A breakpoint on a line that was passed once, at the very beginning: the whole past has to be looked through for it.
  const line = BUSY_PROGRAM.split('\n').findIndex((text) => text.startsWith('task one')) + 1;
  await adapter.request('setBreakpoints', { source: { path: 'bench.klab' }, breakpoints: [{ line }] });
  const { threadId } = await adapter.untilStopped('kmaplab/goToStep', { step: HISTORY_STEPS });
  const reverse = await timedAsync(() => adapter.untilStopped('reverseContinue', { threadId }));
  const row = (what: string, milliseconds: number, goal: number): Row => ({
    what,
    value: `${milliseconds.toFixed(2)} ms`,
    goal: `at most ${goal} ms`,
    met: milliseconds <= goal,
    numbers: { milliseconds },
  });
  return [
    row('step back in the adapter, 95th percentile', percentile(backs, 0.95), 5),
    row('jump anywhere in 1,000,000 steps, slowest of 100', percentile(jumps, 1), 50),
    row('reverse continue over 1,000,000 steps, to a breakpoint near the start', reverse, 300),
  ];
}

export function checking(): Row {
  const text = longProgram(5000);
  const lines = text.split('\n').length;
  const times: number[] = [];
  for (let i = 0; i < 12; i++) {
    times.push(
      timed(() => {
        const { diagnostics } = checkText({ uri: 'bench.klab', text, depth: 'outline' });
        if (diagnostics.length > 0) throw new Error(diagnostics[0].message);
      }),
    );
  }
  const warm = times.slice(4);
  const milliseconds = median(warm);
  const fastest = percentile(warm, 0);
  return {
    what: `parse and check ${lines.toLocaleString('en')} lines, warm, against the kernel's declarations, as the editor does`,
    value: `${milliseconds.toFixed(1)} ms (fastest ${fastest.toFixed(1)} ms)`,
    goal: 'at most 50 ms',
    met: milliseconds <= 50,
    numbers: { milliseconds, fastest, lines },
  };
}

/** The same run twice. */
export function repeating(): Row {
  const program = built(BUSY_PROGRAM);
  const hashes = [0, 1].map(() => {
    const run = new Run(bootKernel(program));
    while (run.step < 100_000 && run.stepDefault());
    return run.kernel.machine.memory.bytesHash;
  });
  return {
    what: 'the same run twice, 100,000 steps (the tests compare with a browser worker)',
    value: hashes[0] === hashes[1] ? 'identical bytes' : 'DIFFERENT bytes',
    goal: 'identical bytes',
    met: hashes[0] === hashes[1],
    numbers: {},
  };
}

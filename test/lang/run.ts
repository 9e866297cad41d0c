/** Compiles program text and runs it on a bare machine: what the tests of compiler and evaluator stand on. */

import type { CheckedProgram } from '../../src/lang/checked-program.ts';
import { checkProgram } from '../../src/lang/checker.ts';
import { type CompiledProgram, compileProgram } from '../../src/lang/compile.ts';
import type { IntrinsicSignature, LanguageEnvironment } from '../../src/lang/environment.ts';
import { parseSource } from '../../src/lang/parser.ts';
import type { Source } from '../../src/lang/source.ts';
import { firstFrame } from '../../src/machine/frames.ts';
import { defineStruct, s32, u32 } from '../../src/machine/layout.ts';
import { Machine, type MachineIntrinsic } from '../../src/machine/machine.ts';

const signature = (name: string, prototype: string, more: Partial<IntrinsicSignature> = {}): IntrinsicSignature => ({
  name,
  prototype,
  doc: `${name} of the tests.`,
  context: 'any',
  maySleep: false,
  ...more,
});

export const taskLayout = defineStruct('task_struct', 'A task of the tests.', {
  pid: s32('Its number.'),
  flags: u32('Its flags.', { hex: true }),
});

export const environment: LanguageEnvironment = {
  layouts: [taskLayout],
  typedefs: [],
  constants: [{ name: 'ANSWER', value: 42, type: 'int', doc: 'The answer.' }],
  intrinsics: [
    signature('put', 'void put(int value)'),
    signature('put64', 'void put64(s64 value)'),
    signature('finish', 'void finish(void)'),
    signature('smp_processor_id', 'int smp_processor_id(void)'),
    signature('wide', 'u64 wide(u64 value)'),
    signature('assert', 'void assert(bool condition)', { conditionText: true }),
    signature('printk', 'int printk(const char *format, ...)'),
    signature('__delay', 'void __delay(unsigned long ns)'),
    signature('native_halt', 'void native_halt(void)'),
    signature('__current_frame', 'void *__current_frame(void)'),
  ],
  settings: [],
  outcomes: [],
  enabledOptions: new Set(['CONFIG_ON']),
  disabledOptions: new Set(['CONFIG_OFF']),
  functionModels: new Map(),
};

export interface Compiled extends CompiledProgram {
  program: CheckedProgram;
}

/** Parses, checks and compiles; throws with all messages if something is wrong with the text. */
export function compileText(text: string, role: Source['role'] = 'kernel'): Compiled {
  const source: Source = { uri: 'test:/program.klab', text, role };
  const parsed = parseSource(source);
  const { program, diagnostics } = checkProgram([{ source, file: parsed.file }], environment);
  const faults = [...parsed.diagnostics, ...diagnostics].filter((each) => each.severity === 'error');
  if (faults.length > 0) throw new Error(faults.map((each) => `${each.range.start}: ${each.message}`).join('\n'));
  const compiled = compileProgram(program, environment);
  if (compiled.diagnostics.length > 0) throw new Error(compiled.diagnostics.map((each) => each.message).join('\n'));
  return { ...compiled, program };
}

export interface Outcome {
  /** What `put` and `put64` were handed. */
  output: (number | bigint)[];
  /** Texts of failed assertions and of printk formats. */
  texts: string[];
  machine: Machine;
  steps: number;
  /** The trap that ended the run, if one did. */
  trap: number | undefined;
  trapAddress: number;
}

/** Runs function `start` of a compiled program on CPU 0 until it calls finish(), returns, traps, or `limit` steps have passed. */
export function runCompiled(compiled: Compiled, start = 'main', limit = 200_000, cpus = 1): Outcome {
  const { image } = compiled;
  const output: (number | bigint)[] = [];
  const texts: string[] = [];
  let trap: number | undefined;
  let trapAddress = 0;
  let finished = false;
  const machine = new Machine({
    image,
    cpus,
    regions: [{ name: 'stacks', area: 'kernel', size: 8192, count: cpus, owner: 'task', align: 16 }],
    hooks: {
      trapped(_cpu, kind, _pc, address) {
        trap ??= kind;
        trapAddress = address;
      },
    },
  });
  const text = (address: number) => {
    let at = machine.offsetOf(address);
    let result = '';
    while (machine.memory.bytes[at] !== 0) result += String.fromCharCode(machine.memory.bytes[at++]);
    return result;
  };
  const { words } = machine.memory;
  const execute: Record<string, (cpu: number, args: number) => number | undefined> = {
    put: (_cpu, args) => void output.push(words[args]),
    put64: (_cpu, args) => void output.push((BigInt(words[args + 1]) << 32n) | BigInt(words[args] >>> 0)),
    finish: () => {
      finished = true;
      return undefined;
    },
    smp_processor_id: (cpu) => cpu,
    wide: (_cpu, args) => machine.pair(machine.argument64(args) + 1),
    assert: (_cpu, args) => void (words[args] === 0 && texts.push(text(words[args + 1]))),
    printk: (_cpu, args) => {
      texts.push(text(words[args]));
      return 0;
    },
  };
  const table: MachineIntrinsic<undefined>[] = environment.intrinsics.map(({ name }) => ({
    execute: (_context, cpu, args) => execute[name]?.(cpu, args),
  }));
  machine.setIntrinsics(undefined, table);
  const index = image.functions.findIndex((f) => f.name === start);
  for (let cpu = 0; cpu < cpus; cpu++) {
    const low = machine.addressOf(machine.offsetIn('stacks', cpu));
    const { pc, fp } = firstFrame(machine, low + 8192, index);
    machine.switchContext(cpu, pc, fp, low + 1024, 0x1234);
  }
  let steps = 0;
  while (!finished && trap === undefined && steps < limit && machine.stopped === 0) {
    machine.step(steps % cpus);
    steps++;
  }
  return { output, texts, machine, steps, trap, trapAddress };
}

/** Runs `body` as `void main(void)` and returns what it put out. */
export function outputOf(body: string, before = ''): (number | bigint)[] {
  const outcome = runCompiled(compileText(`${before}\nvoid main(void)\n{\n${body}\nfinish();\n}\n`));
  if (outcome.trap !== undefined) throw new Error(`trapped: kind ${outcome.trap}, address ${outcome.trapAddress.toString(16)}`);
  return outcome.output;
}

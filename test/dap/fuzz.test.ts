/**
 * Random request sequences: always exactly one answer to each request, no crash, no hang. Arguments are mostly plausible
 * (ids and names the adapter gave), sometimes nonsense. `SEED=n` repeats a run.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MemoryClient } from './support/client.ts';

const SEQUENCES = 500;
const seed = Number(process.env.SEED ?? 20_260_102);

const PROGRAM = '/fuzz/two-tasks.klab';
const text = readFileSync(new URL('../golden/two-tasks.klab', import.meta.url), 'utf8');

/** Something that is no argument of anything. */
const nonsense: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, undefined, -1, 0.5, 1e300, '', '$', [], {}, [null], { line: 'x' }, '0x', true),
  fc.string({ maxLength: 8 }),
  fc.integer(),
);
const often = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ arbitrary, weight: 12 }, { arbitrary: nonsense, weight: 1 });

const id = often(fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(100, 101, 1_000_000)));
const expression = often(
  fc.constantFrom(
    'turns',
    'current->comm',
    'i',
    'text[0]',
    '*text',
    'turns = 5',
    'turns = ',
    '((',
    'nobody',
    'cpu_rq(0)->curr',
    '1/0',
    'text +',
  ),
);
const condition = often(fc.constantFrom(undefined, 'i == 1', 'turns > 5', 'prev == reader', 'nobody', '1/0', '== 2'));
const hitCondition = often(fc.constantFrom(undefined, '2', '>= 2', '% 2', 'x'));
const source = often(
  fc.constantFrom({ path: PROGRAM }, { path: 'klab-kernel:/mm/kmap-local.klab' }, { path: '/no' }, { sourceReference: 3 }),
);
const line = often(fc.integer({ min: 0, max: 60 }));
const list = (entry: Record<string, fc.Arbitrary<unknown>>) => often(fc.array(fc.record(entry), { maxLength: 3 }));
const granularity = often(fc.constantFrom(undefined, 'statement', 'line', 'instruction', 'event'));
const address = often(fc.constantFrom('0xc1000000', '0x0', '0xffffffff', '4096', '0x100010', '0x1ffffffff'));
const event = often(fc.constantFrom('context_switch', 'map', 'unmap', 'interrupt', 'bug'));

const record = (entry: Record<string, fc.Arbitrary<unknown>>) => often(fc.record(entry));
const requests: Record<string, fc.Arbitrary<unknown>> = {
  initialize: record({ clientID: often(fc.constant('fuzz')), linesStartAt1: often(fc.boolean()) }),
  launch: record({
    program: often(fc.constant(PROGRAM)),
    stopOnEntry: often(fc.boolean()),
    breakOn: often(fc.array(event, { maxLength: 2 })),
    settings: often(fc.constantFrom({}, { mapping: 'split_switch' }, { cpus: 2 }, { nothing: 1 }, { cpus: 99 })),
    schedule: often(fc.constantFrom(undefined, 'nothing')),
    noDebug: often(fc.constantFrom(undefined, undefined, undefined, true)),
  }),
  configurationDone: often(fc.constant({})),
  setBreakpoints: record({
    source,
    breakpoints: list({ line, condition, hitCondition, logMessage: often(fc.constantFrom(undefined, 'x {i}', '{')) }),
  }),
  setFunctionBreakpoints: record({
    breakpoints: list({ name: often(fc.constantFrom('shout', 'schedule', 'map', 'no')), condition, hitCondition }),
  }),
  setExceptionBreakpoints: record({
    filters: often(fc.array(event, { maxLength: 3 })),
    filterOptions: list({ filterId: event, condition }),
  }),
  setDataBreakpoints: record({
    breakpoints: list({ dataId: often(fc.constantFrom('4096+4:x', '99999999+4:x', '0+0:')), condition, hitCondition }),
  }),
  setInstructionBreakpoints: record({
    breakpoints: list({ instructionReference: address, offset: often(fc.integer({ min: -4, max: 40 })) }),
  }),
  dataBreakpointInfo: record({ name: expression, variablesReference: id, frameId: id }),
  breakpointLocations: record({ source, line, endLine: line }),
  continue: record({ threadId: id }),
  reverseContinue: record({ threadId: id }),
  next: record({ threadId: id, granularity }),
  stepIn: record({ threadId: id, granularity }),
  stepOut: record({ threadId: id, granularity }),
  stepBack: record({ threadId: id, granularity }),
  pause: record({ threadId: id }),
  threads: often(fc.constant({})),
  stackTrace: record({
    threadId: id,
    startFrame: often(fc.integer({ min: 0, max: 5 })),
    levels: often(fc.integer({ min: 0, max: 5 })),
  }),
  scopes: record({ frameId: id }),
  variables: record({
    variablesReference: id,
    start: id,
    count: id,
    filter: often(fc.constantFrom(undefined, 'indexed', 'named')),
  }),
  evaluate: record({ expression, frameId: id, context: often(fc.constantFrom('watch', 'repl', 'hover')) }),
  setVariable: record({ variablesReference: id, name: expression, value: expression }),
  setExpression: record({ expression, value: expression, frameId: id }),
  completions: record({ text: expression, column: id, frameId: id }),
  exceptionInfo: record({ threadId: id }),
  readMemory: record({ memoryReference: address, offset: id, count: id }),
  writeMemory: record({ memoryReference: address, offset: id, data: often(fc.constantFrom('AAAA', '!', '')) }),
  disassemble: record({ memoryReference: address, offset: id, instructionOffset: id, instructionCount: id }),
  loadedSources: often(fc.constant({})),
  source: record({ source, sourceReference: id }),
  restart: often(fc.constant({})),
  terminate: often(fc.constant({})),
  disconnect: often(fc.constant({})),
  attach: often(fc.constant({})),
  goto: nonsense,
  toString: nonsense,
  'kmaplab/views': record({ timeline: record({ from: id, to: id, columns: id }) }),
  'kmaplab/timeline': record({ from: id, to: id }),
  'kmaplab/stepToEvent': record({ event, direction: often(fc.constantFrom('forward', 'back')) }),
  'kmaplab/goToStep': record({ step: often(fc.integer({ min: 0, max: 5000 })) }),
  'kmaplab/raisableInterrupts': often(fc.constant({})),
  'kmaplab/raiseInterrupt': record({ line: often(fc.constant(0)), cpu: often(fc.constant(0)) }),
  'kmaplab/schedule': often(fc.constant({})),
  'kmaplab/exportTrace': often(fc.record({ format: often(fc.constantFrom('ftrace', 'perfetto', 'tracedat', 'json', 'svg')) })),
};

/** Ends of sessions are rare, so that most sequences get far. */
const RARE = new Set(['terminate', 'disconnect', 'restart', 'initialize', 'launch', 'attach', 'goto', 'toString']);
const any = fc.oneof(
  ...Object.entries(requests).map(([command, args]) => ({
    arbitrary: args.map((value) => [command, value] as const),
    weight: RARE.has(command) ? 1 : 6,
  })),
);
/** Most sequences begin as an editor does. */
const started = fc.constant([
  ['initialize', { clientID: 'fuzz' }],
  ['launch', { program: PROGRAM }],
  ['configurationDone', {}],
] as (readonly [string, unknown])[]);
const sequence = fc
  .tuple(
    fc.oneof({ arbitrary: started, weight: 9 }, { arbitrary: fc.constant([]), weight: 1 }),
    fc.array(any, { minLength: 5, maxLength: 25 }),
  )
  .map(([start, rest]) => [...start, ...rest]);

test(`${SEQUENCES} random request sequences: always an answer, no crash, no hang`, async () => {
  let asked = 0;
  let succeeded = 0;
  await fc.assert(
    fc.asyncProperty(sequence, async (all) => {
      const client = new MemoryClient({ [PROGRAM]: text }, 2000);
      for (const [command, args] of all) {
        const response = await client.ask(command, args);
        asked++;
        if (response.success) succeeded++;
        expect(response.message ?? '', `${command} ${JSON.stringify(args)}`).not.toContain('internal error');
      }
      const faults = client.events.filter(
        (each) => each.event === 'output' && String(each.body.output).includes('internal error'),
      );
      expect(faults).toEqual([]);
      const answers = client.messages.filter((message) => message.type === 'response').length;
      expect(answers).toBe(all.length);
      client.dispose();
    }),
    { seed, numRuns: SEQUENCES },
  );
  expect(succeeded / asked, 'share of requests that succeed; if it is small, the sequences do not get far').toBeGreaterThan(0.5);
  console.log(
    `DAP fuzz: seed ${seed}, ${SEQUENCES} sequences, ${asked} requests, ${Math.round((100 * succeeded) / asked)}% succeeded`,
  );
}, 300_000);

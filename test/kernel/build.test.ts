import { describe, expect, test } from 'vitest';
import { bootKernel } from '../../src/kernel/boot.ts';
import { buildProgram } from '../../src/kernel/build.ts';
import { kernelSourceText } from '../../src/kernel/kernel-sources.ts';

const build = (text: string, settings = {}, files: Record<string, string> = {}) =>
  buildProgram({ uri: 'test.klab', text, settings, readFile: (path) => files[path] });

describe('building a program', () => {
  test('the shipped kernel sources compile without a word under every model and preemption model', () => {
    for (const mapping of ['kmap_temporary', 'split_switch', 'kmap_local']) {
      for (const preempt of ['none', 'voluntary', 'full']) {
        for (const cpus of [1, 2, 8]) {
          const { built, diagnostics } = build('task t() { }', { mapping, preempt, cpus });
          expect(diagnostics).toEqual([]);
          expect(built).toBeDefined();
        }
      }
    }
  });

  test('faults of the learner come with their places, and there is no image', () => {
    const text = 'machine { cpus = 2; preempt = real_time; }\ntask t() { nonsense(); }';
    const { built, diagnostics } = build(text);
    expect(built).toBeUndefined();
    expect(diagnostics.map(({ uri, range }) => [uri, text.slice(range.start, range.end)])).toEqual([
      ['test.klab', 'real_time'],
      ['test.klab', 'nonsense'],
    ]);
  });

  test("a learner's own model stands in for the shipped ones", () => {
    const own = kernelSourceText('klab-kernel:/mm/kmap-local.klab') ?? '';
    const text = 'machine { cpus = 1; mapping = "./mine.klab"; }\ntask t() { kunmap_local(kmap_local_pfn(0x100)); }';
    const { built, diagnostics } = build(text, {}, { './mine.klab': own });
    expect(diagnostics).toEqual([]);
    expect(built?.debug.sources.map(({ uri }) => uri)).toContain('mine.klab');
  });

  test('a model that cannot be read is reported where it is named', () => {
    const text = 'machine { mapping = "./mine.klab"; }\ntask t() { }';
    const { diagnostics } = build(text);
    const found = diagnostics.find(({ code }) => code === 'K5006');
    expect(text.slice(found?.range.start, found?.range.end)).toBe('"./mine.klab"');
    expect(found?.message).toContain('cannot be read');
  });

  test('the hashes follow the text and the settings', () => {
    const one = build('task t() { }').built;
    const other = build('task u() { }').built;
    const mainline = build('task t() { }', { profile: 'mainline' }).built;
    expect(one?.programHash).not.toBe(other?.programHash);
    expect(one?.kernelHash).toBe(other?.kernelHash);
    expect(one?.kernelHash).not.toBe(mainline?.kernelHash);
    expect(build('task t() { }').built?.programHash).toBe(one?.programHash);
  });
});

describe('booting', () => {
  const boot = (text: string, settings = {}) => {
    const { built, diagnostics } = build(text, settings);
    if (!built) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
    return bootKernel(built);
  };

  test('pages get frames from the end of low memory up, low pages from pfn 0x100 up', () => {
    const kernel = boot('page a; page b[2] = { "x", "y" }; page low c = "low"; task t() { }');
    const { machine, layouts } = kernel;
    const pages = Array.from({ length: 4 }, (_, i) => layouts.page.view(machine.memory, machine.offsetIn('page', i)));
    expect(pages.map(({ pfn }) => pfn)).toEqual([0x373fe, 0x373ff, 0x37400, 0x100]);
    expect(pages.map(({ virtual }) => virtual)).toEqual([0, 0, 0, 0xc0100000]);
    expect(pages.map(({ flags }) => flags & 1)).toEqual([1, 1, 1, 0]);
    const text = (pfn: number) => String.fromCharCode(machine.memory.bytes[machine.mmu.frameOffset(pfn)]);
    expect([text(0x373ff), text(0x37400), text(0x100)]).toEqual(['x', 'y', 'l']);
  });

  test('every CPU is in its idle task, and those with work are about to look for it', () => {
    const kernel = boot('machine { cpus = 3; } task a(cpu = 1) { } task b(cpu = 1) { }');
    expect([0, 1, 2].map((cpu) => kernel.currentTask(cpu).comm)).toEqual(['swapper/0', 'swapper/1', 'swapper/2']);
    expect([0, 1, 2].map((cpu) => kernel.rq(cpu).nr_running)).toEqual([0, 2, 0]);
    expect([0, 1, 2].map((cpu) => kernel.preemptNeedResched(cpu))).toEqual([false, true, false]);
    const { tasks } = kernel;
    expect([...tasks.slice(0, 3), ...kernel.programTasks].map(({ pid }) => pid)).toEqual([0, 0, 0, 100, 101]);
    expect(tasks.every(({ index }, at) => index === at)).toBe(true);
    expect(kernel.life).toBe('running');
  });

  test('a CPU that the machine does not have counts as its last one', () => {
    const kernel = boot('task a(cpu = 3) { }', { cpus: 2 });
    expect(kernel.programTasks[0].view.cpu).toBe(1);
    expect(kernel.programTasks[0].view.cpus_mask).toBe(2);
  });

  test('a task says by its declaration how urgent it is', () => {
    const kernel = boot(
      'task a(policy = SCHED_FIFO, prio = 50) { } task b(nice = -5) { } task c(policy = SCHED_RR) { } task d(prio = 3) { } user task e() { }',
    );
    const facts = kernel.programTasks.map(({ view }) => [view.policy, view.prio, view.se.weight]);
    expect(facts).toEqual([
      [1, 49, 1024],
      [0, 115, 3121],
      [2, 89, 1024],
      [1, 96, 1024],
      [0, 120, 1024],
    ]);
    expect(kernel.programTasks.map(({ view }) => view.flags & 0x200000)).toEqual([0x200000, 0x200000, 0x200000, 0x200000, 0]);
  });

  test('the whole machine stays within about 1 MiB', () => {
    const kernel = boot('page many[32]; task a() { } task b() { } task c() { }', { cpus: 8, debug_highmem: true });
    expect(kernel.machine.memory.bytes.length).toBeLessThan(1024 * 1024);
  });
});

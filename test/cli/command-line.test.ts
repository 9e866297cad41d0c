import { describe, expect, test } from 'vitest';
import { diagnosticLine, diagnosticRecords } from '../../src/cli/diagnostics.ts';
import { columns, milliseconds } from '../../src/cli/text.ts';
import { runCommand } from './support.ts';

describe('kmaplab', () => {
  test('without a command shows what there is, and that is wrong use', async () => {
    const ran = await runCommand({});
    expect(ran.status).toBe(2);
    expect(ran.err.join('\n')).toContain('kmaplab COMMAND');
  });

  test.each(['help', '--help', '-h'])('%s shows what there is', async (word) => {
    const ran = await runCommand({}, word);
    expect(ran.status).toBe(0);
    for (const command of ['run', 'check', 'test', 'matrix', 'dap']) expect(ran.out.join('\n')).toContain(`\n  ${command}`);
  });

  test.each(['run', 'check', 'test', 'matrix', 'dap'])('help %s and %s --help say the same', async (command) => {
    const long = await runCommand({}, 'help', command);
    expect(long.status).toBe(0);
    expect(long.out[0]).toContain(`kmaplab ${command}`);
    expect((await runCommand({}, command, '--help')).out).toEqual(long.out);
  });

  test('says its version', async () => {
    expect(await runCommand({}, '--version')).toMatchObject({ status: 0, out: ['1.2.3'] });
  });

  test.each([
    [['dance'], 'kmaplab: there is no command "dance". See: kmaplab help'],
    [['help', 'dance'], 'kmaplab: there is no command "dance". See: kmaplab help'],
    [['constructor'], 'kmaplab: there is no command "constructor". See: kmaplab help'],
    [['run'], 'kmaplab: name one file. See: kmaplab help run'],
    [['run', 'a.klab', 'b.klab'], 'kmaplab: name one file. See: kmaplab help run'],
    [['run', 'empty'], 'kmaplab: empty is a folder; name a file in it. See: kmaplab help run'],
    [['run', 'none.klab'], 'kmaplab: cannot read none.klab. See: kmaplab help run'],
    [['run', '--steps', 'x', 'a.klab'], 'kmaplab: --steps wants a whole number from 1 on, not "x". See: kmaplab help run'],
    [['run', '--at', '-1', 'a.klab'], undefined],
    [['run', '--at', '1', '--steps', '2', 'a.klab'], 'kmaplab: --at and --steps exclude each other. See: kmaplab help run'],
    [['run', '--set', 'mapping', 'a.klab'], 'kmaplab: --set wants NAME=VALUE, not "mapping". See: kmaplab help run'],
    [
      ['run', '--schedule', 'none.sched', 'a.klab'],
      'kmaplab: --schedule wants the name of a schedule or a file, and none.sched cannot be read. See: kmaplab help run',
    ],
    [['check'], 'kmaplab: name at least one file or folder. See: kmaplab help check'],
    [['check', 'empty'], 'kmaplab: there is no .klab file in empty. See: kmaplab help check'],
    [['test', '--colour', 'a.klab'], "kmaplab: Unknown option '--colour'. See: kmaplab help test"],
    [
      ['matrix', '--set', 'mapping=kmap_local', 'a.klab'],
      'kmaplab: matrix runs every mapping model; leave --set mapping away. See: kmaplab help matrix',
    ],
    [['dap'], 'kmaplab: dap wants either --stdio or --port N. See: kmaplab help dap'],
    [['dap', '--stdio', '--port', '1'], 'kmaplab: dap wants either --stdio or --port N. See: kmaplab help dap'],
    [['dap', '--port', '70000'], 'kmaplab: --port wants a number up to 65535, not 70000. See: kmaplab help dap'],
    [
      ['dap', '--stdio', 'a.klab'],
      'kmaplab: dap takes no file; the client names the program when it launches. See: kmaplab help dap',
    ],
  ])('%j is wrong use', async (args, message) => {
    const ran = await runCommand({ 'a.klab': 'task a(cpu = 0) { }' }, ...args);
    expect(ran.status).toBe(2);
    expect(ran.out).toEqual([]);
    if (message) expect(ran.err).toEqual([message]);
  });
});

describe('pieces', () => {
  test('a diagnostic is one line with places counted from 1', () => {
    const [record] = diagnosticRecords(
      [{ code: 'K1', severity: 'error', uri: 'a.klab', range: { start: 6, end: 7 }, message: 'no' }],
      () => 'one\nto x\n',
    );
    expect(diagnosticLine(record)).toBe('a.klab:2:3: error: no [K1]');
  });

  test('times are milliseconds, exact to the nanosecond', () => {
    expect(milliseconds(0)).toBe('0.000 ms');
    expect(milliseconds(1_234_500)).toBe('1.2345 ms');
    expect(milliseconds(100)).toBe('0.0001 ms');
  });

  test('columns are as wide as their widest cell', () => {
    expect(
      columns([
        ['a', 'bb'],
        ['ccc', ''],
      ]),
    ).toEqual(['a    bb', 'ccc']);
  });
});

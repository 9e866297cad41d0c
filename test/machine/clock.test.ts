import { expect, test } from 'vitest';
import { encodeOffset24, Op } from '../../src/machine/bytecode.ts';
import { NEVER } from '../../src/machine/clock.ts';
import { assemble, machineRunning } from './assemble.ts';

const machine = () => machineRunning(assemble({ main: { code: [encodeOffset24(Op.JMP, -1)] } }), ['main', 'main']);

test('the next due time is that of the earliest armed timer', () => {
  const { clock } = machine();
  expect(clock.nextDue).toBe(NEVER);
  clock.arm(3, { due: 900, cpu: 0, line: 16 });
  clock.arm(1, { due: 6_000_000_000_000, cpu: 1, line: 16 });
  expect(clock.nextDue).toBe(900);
  expect(clock.cancel(3)).toBe(true);
  expect(clock.cancel(3)).toBe(false);
  expect(clock.nextDue).toBe(6_000_000_000_000);
});

test('time passes to the next event; everything due runs out, earliest first, and raises its line', () => {
  const fired: number[] = [];
  const m = machineRunning(assemble({ main: { code: [encodeOffset24(Op.JMP, -1)] } }), ['main', 'main'], {
    hooks: { timerFired: (timer) => fired.push(timer) },
  });
  m.clock.arm(0, { due: 500, cpu: 0, line: 16, cookie: 7 });
  m.clock.arm(1, { due: 400, cpu: 1, line: 2 });
  m.clock.arm(2, { due: 500, cpu: 1, line: 16 });
  m.clock.advance();
  expect([m.now, fired]).toEqual([400, [1]]);
  m.clock.advance();
  expect([m.now, fired]).toEqual([500, [1, 0, 2]]);
  expect(m.interrupts.isPending(16, 0)).toBe(true);
  expect(m.clock.takeExpired(0, 16)).toBe(0);
  expect(m.clock.takeExpired(0, 16)).toBe(-1);
  expect(m.clock.takeExpired(1, 16)).toBe(2);
});

test('a periodic timer goes on, and keeps its grid', () => {
  const m = machine();
  m.clock.arm(0, { due: 1000, cpu: 0, line: 16, period: 1000 });
  for (let i = 0; i < 3; i++) m.clock.advance();
  expect([m.now, m.clock.nextDue, m.clock.isArmed(0)]).toEqual([3000, 4000, true]);
});

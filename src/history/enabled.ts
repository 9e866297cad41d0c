/**
 * What can happen next. This is the only place that says so: debugger, replay, random walker and explorer all ask here.
 *
 * A CPU that can take an interrupt in does that before its next step; only interrupts of other CPUs (reschedule, function
 * call) may take their time, as on real hardware. A step never passes a timed event that is due before it.
 */
import { CPU_STATE_BYTES, CpuWord, MachineWord, StepEnd, StopCause } from '../machine/cpu-state.ts';
import { Line, NO_LINE } from '../machine/lines.ts';
import type { Machine } from '../machine/machine.ts';
import { type Choice, ChoiceKind, makeChoice } from './choice.ts';
import type { RunKernel } from './run-kernel.ts';

const STATE_WORDS = CPU_STATE_BYTES >>> 2;

/** Every choice that there is now, in a fixed order. Empty: nothing can happen any more. */
export function enabled(kernel: RunKernel): Choice[] {
  const { machine } = kernel;
  if (machine.stopped !== StopCause.running) return [];
  const choices: Choice[] = [];
  for (let cpu = 0; cpu < machine.cpuCount; cpu++) addCpu(kernel, cpu, choices);
  for (const device of kernel.devices) {
    if (device.any && canRaise(machine, device.line, device.cpu)) {
      choices.push(makeChoice(ChoiceKind.raise, device.cpu, device.line));
    }
  }
  if (machine.clock.nextDue !== Number.POSITIVE_INFINITY) choices.push(makeChoice(ChoiceKind.clock, 0));
  return choices;
}

/** Adds what CPU `cpu` can do: take an interrupt in, or step with each option of the intrinsic it is about to run. */
function addCpu(kernel: RunKernel, cpu: number, choices: Choice[]): void {
  const { machine } = kernel;
  const line = machine.interrupts.deliverable(cpu);
  if (line !== NO_LINE) {
    choices.push(makeChoice(ChoiceKind.deliver, cpu, line));
    if (line !== Line.reschedule && line !== Line.callFunction) return;
  }
  const view = machine.cpus[cpu];
  if (view.halted !== 0 || machine.clock.nextDue <= Math.max(machine.now, view.clock)) return;
  const options = kernel.optionsAt?.(cpu) ?? 1;
  for (let option = 0; option < options; option++) choices.push(makeChoice(ChoiceKind.step, cpu, option));
}

/**
 * Whether raising line `line` of CPU `cpu` now can matter: it is not pending already, and the CPU's last micro-step ended
 * where others could see something (after an access to shared memory, an intrinsic, or waiting).
 */
function canRaise(machine: Machine, line: number, cpu: number): boolean {
  if (machine.interrupts.isPending(line, cpu)) return false;
  const end = machine.cpus[cpu].step_end;
  return end !== StepEnd.statement && end !== StepEnd.limit && end !== StepEnd.beforeChoice;
}

/**
 * What happens when nobody chooses: all CPUs advance in lockstep in virtual time. A due timed event goes first, then the CPU
 * with the smallest clock (the lowest number among equals) takes a pending interrupt in or steps with option 0.
 */
export function defaultChoice(kernel: RunKernel): Choice | undefined {
  const { machine } = kernel;
  const { words } = machine.memory;
  const own = machine.stateWord;
  if (words[own + MachineWord.stopped] !== StopCause.running) return undefined;
  const nowLow = words[own + MachineWord.now];
  const nowHigh = words[own + MachineWord.nowHigh];
  const { cpuCount } = machine;
  let choice = -1;
  let bestLow = 0;
  let bestHigh = 0;
  for (let cpu = 0, state = machine.cpuWord; cpu < cpuCount; cpu++, state += STATE_WORDS) {
    let low = words[state + CpuWord.clock];
    let high = words[state + CpuWord.clockHigh];
    let line: number = NO_LINE;
    if (words[state + CpuWord.pending] !== 0) {
      line = machine.interrupts.deliverable(cpu);
      if (line !== NO_LINE && machine.interrupts.waits(cpu)) {
        low = nowLow;
        high = nowHigh;
      } else if (words[state + CpuWord.halted] !== 0) continue;
    } else if (words[state + CpuWord.halted] !== 0) continue;
    if (choice >= 0 && !isBefore(low, high, bestLow, bestHigh)) continue;
    choice = line === NO_LINE ? makeChoice(ChoiceKind.step, cpu) : makeChoice(ChoiceKind.deliver, cpu, line);
    bestLow = low;
    bestHigh = high;
  }
  const dueHigh = words[own + MachineWord.nextDueHigh];
  if (dueHigh !== -1) {
    const dueLow = words[own + MachineWord.nextDue];
    const passed = !isBefore(nowLow, nowHigh, dueLow, dueHigh);
    if (choice < 0 || passed || !isBefore(bestLow, bestHigh, dueLow, dueHigh)) return makeChoice(ChoiceKind.clock, 0);
  }
  return choice < 0 ? undefined : choice;
}

/** Most steps that `stepsAlone` promises. */
const STEPS_ALONE_MAX = 1 << 20;

/**
 * How many micro-steps CPU `cpu`, whose turn it is by default, makes before anything else can have its turn, provided that each
 * is plain (private work or an access to memory); at least 1.
 */
export function stepsAlone(machine: Machine, cpu: number): number {
  let until = machine.clock.nextDue;
  for (let other = 0; other < machine.cpuCount; other++) {
    if (other === cpu) continue;
    if (machine.interrupts.hasPending(other)) return 1;
    if (machine.cpus[other].halted === 0) until = Math.min(until, machine.cpus[other].clock);
  }
  const start = Math.max(machine.now, machine.cpus[cpu].clock);
  return Math.max(1, Math.min(STEPS_ALONE_MAX, Math.ceil((until - start) / machine.stepNs)));
}

/** Whether the first of two points in time (word pairs) is the earlier one. */
function isBefore(low: number, high: number, otherLow: number, otherHigh: number): boolean {
  return high === otherHigh ? low >>> 0 < otherLow >>> 0 : high >>> 0 < otherHigh >>> 0;
}

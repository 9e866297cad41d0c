/**
 * What one CPU holds besides the running function's registers (those lie in the frame): a struct in the hardware area,
 * one component of memory per CPU, so that a step of one CPU touches one component.
 */
import { defineStruct, pointer, s32, u32, u64 } from './layout.ts';
import { COMPONENT_WORDS } from './memory.ts';

/** Bytes set aside per CPU: one component of memory. */
export const CPU_STATE_BYTES = COMPONENT_WORDS * 4;

export const cpuState = defineStruct('cpu_state', 'Registers of one CPU.', {
  pc: s32('Index of the next instruction in the code.'),
  fp: pointer('void', 'Frame of the running function.'),
  current: pointer('task_struct', 'The task this CPU runs.'),
  stack_low: pointer('void', 'Lowest address of the stack of the running task.'),
  irqs_enabled: u32('1: maskable interrupts come in (IF of x86).'),
  nmi_blocked: u32('1: an NMI is being handled, further ones wait for its IRET.'),
  halted: u32('1: stopped by HALT until an interrupt is pending.'),
  step_end: u32('Why the last micro-step of this CPU ended (StepEnd).'),
  pending: u32('One bit per pending interrupt line; bit 31 is the NMI.', { hex: true }),
  delay_register: pointer('u32', 'Register that receives the unused rest of the busy time, 0 outside of it.'),
  clock: u64('Virtual time at which this CPU can begin its next micro-step, ns.', { relative: true }),
  delay_pc: s32('The DELAY instruction that is being executed.'),
  stack_limit: pointer('void', 'Lowest address at which a called function may have its frame; below it only exceptions may.'),
  masked: u32('One bit per interrupt line that the controller keeps back: pending, but not taken in until it is unmasked.', {
    hex: true,
  }),
});

/** Word offsets in `cpu_state`, for the interpreter's inner loop. A test compares them with the layout. */
export const CpuWord = {
  pc: 0,
  fp: 1,
  current: 2,
  stackLow: 3,
  irqsEnabled: 4,
  nmiBlocked: 5,
  halted: 6,
  stepEnd: 7,
  pending: 8,
  delayRegister: 9,
  clock: 10,
  clockHigh: 11,
  delayPc: 12,
  stackLimit: 13,
  masked: 14,
} as const;

/** Machine-wide state. */
export const machineState = defineStruct('machine_state', 'State of the machine as a whole.', {
  now: u64('Virtual time of the last step, ns.', { relative: true }),
  next_due: u64('Virtual time of the next timed event, ns; all ones when there is none.', { relative: true }),
  stopped: u32('Why nothing can happen any more (StopCause); 0 while the machine runs.'),
  stopped_cpu: u32('CPU that stopped the machine.'),
});

export const MachineWord = { now: 0, nowHigh: 1, nextDue: 2, nextDueHigh: 3, stopped: 4, stoppedCpu: 5 } as const;

/** Why a micro-step ended. */
export const StepEnd = {
  /** Before a statement boundary. */
  statement: 0,
  /** After an access to shared memory. */
  shared: 1,
  /** After an intrinsic. */
  intrinsic: 2,
  /** Before an intrinsic that offers a choice. */
  beforeChoice: 3,
  /** After `PRIVATE_INSTRUCTIONS_MAX` instructions without any of the others. */
  limit: 4,
  /** An instruction trapped; the step's effect is the exception frame. */
  trap: 5,
  delay: 6,
  halt: 7,
  /** After the return from an interrupt, NMI or exception. */
  interruptReturn: 8,
} as const;
export type StepEnd = (typeof StepEnd)[keyof typeof StepEnd];

/** Nothing can happen any more. */
export const StopCause = {
  running: 0,
  /** The kernel panicked. */
  panic: 1,
  /** An exception could not even be entered: no handler, or no stack for its frame. */
  doubleFault: 2,
  /** The program ended the run. */
  shutdown: 3,
} as const;
export type StopCause = (typeof StopCause)[keyof typeof StopCause];

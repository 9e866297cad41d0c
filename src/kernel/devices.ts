/** Device interrupts of the program: which line, which CPU, when they come. */
import type { CheckedIrq } from '../lang/checked-program.ts';
import { Line } from '../machine/lines.ts';
import type { Kernel } from './kernel.ts';
import { firstCpu, hasCpu } from './sched/cpu-masks.ts';

export interface Device {
  /** Value of the interrupt's name in code: its line; NMIs -1. */
  irq: number;
  /** Line of the machine: 0 to 15, or Line.nmi. */
  line: number;
  name: string;
  /** CPU that gets it. */
  cpu: number;
  nmi: boolean;
  /** The explorer or a person chooses the moment (`when = any`). */
  any: boolean;
  /** PREEMPT_RT makes a thread of the handler: requested without IRQF_NO_THREAD. */
  threaded: boolean;
  /** Function index of the handler. */
  handler: number;
  /** First moment, ns, and time from one to the next; 0: not by the clock, or once. */
  at: number;
  every: number;
}

const number = (value: number | string | undefined): number => (typeof value === 'number' ? value : 0);

/** The devices that a program declares. `handlerOf` gives the function index of a name. */
export function devicesOf(irqs: readonly CheckedIrq[], cpus: number, handlerOf: (name: string) => number): Device[] {
  return irqs.map(({ declaration, settings, line }) => ({
    irq: line,
    line: declaration.nmi ? Line.nmi : line,
    name: declaration.name,
    cpu: Math.min(cpus - 1, number(settings.get('cpu'))),
    nmi: declaration.nmi,
    any: settings.get('when') === 'any',
    threaded: settings.get('threaded') !== 'off',
    handler: handlerOf(declaration.name),
    at: number(settings.get('at')) || number(settings.get('every')),
    every: number(settings.get('every')),
  }));
}

/** CPU that gets the interrupt: the device's own as long as it is online, then the lowest that is. */
export function deviceCpu({ onlineCpus }: Kernel, { cpu }: Device): number {
  return hasCpu(onlineCpus, cpu) ? cpu : firstCpu(onlineCpus);
}

/** The device raises its line now. */
export function raiseDevice(kernel: Kernel, device: Device): void {
  kernel.machine.raiseLine(device.line, deviceCpu(kernel, device));
}

/** Calls that the compiler turns into single instructions: declared here, executed by no one. */
import type { IntrinsicSignature } from '../../lang/environment.ts';

export const compiled: readonly IntrinsicSignature[] = [
  {
    name: '__delay',
    prototype: 'void __delay(unsigned long ns)',
    doc: 'Keeps the CPU busy for that much time of the task.',
    context: 'kernel-only',
    maySleep: false,
  },
  {
    name: 'native_halt',
    prototype: 'void native_halt(void)',
    doc: 'Lets interrupts in and stops the CPU until one comes.',
    context: 'kernel-only',
    maySleep: false,
  },
  {
    name: '__current_frame',
    prototype: 'void *__current_frame(void)',
    doc: 'Address of the frame of the function that runs.',
    context: 'any',
    maySleep: false,
  },
];

/** Single accesses to user memory, and the pages behind it (scheduler 6). */
import { Outcome } from '../../machine/access.ts';
import { PAGE_SHIFT } from '../../machine/memory-plan.ts';
import { NO_TRANSLATION, PteFlag } from '../../machine/mmu.ts';
import { EmulatedFault } from '../emulated-fault.ts';
import type { Kernel } from '../kernel.ts';
import type { Intrinsic, IntrinsicTable } from './intrinsic.ts';

const access = (prototype: string, doc: string, execute: Intrinsic['execute']): Intrinsic => ({
  prototype,
  doc,
  context: 'kernel-only',
  maySleep: false,
  execute,
});

/** Byte offset of user address `address` for CPU `cpu`, or NO_TRANSLATION. */
function reach({ machine }: Kernel, cpu: number, address: number, write: boolean): number {
  return machine.mmu.windowOf(address)?.user ? machine.translate(cpu, address, write) : NO_TRANSLATION;
}

/** Word of the frame in which the copy loop of CPU `cpu` runs. */
const frameWord = ({ machine }: Kernel, cpu: number): number => machine.offsetOf(machine.cpus[cpu].fp) >>> 2;

/** The page of user memory at `address`: its frame, whether or not it is present. */
function framePfn(kernel: Kernel, address: number): number | undefined {
  const window = kernel.machine.mmu.windowOf(address);
  if (!window?.user) return undefined;
  return kernel.userPages[(address - window.start) >>> PAGE_SHIFT];
}

export const userMemory: IntrinsicTable = {
  __get_user_byte: access(
    'bool __get_user_byte(char *to, unsigned long from)',
    'Copies one byte from user memory. False: it cannot be reached now, and nothing happened.',
    (kernel, cpu, to, from) => {
      const { bus, memory } = kernel.machine;
      const offset = reach(kernel, cpu, from, false);
      if (offset === NO_TRANSLATION) return 0;
      bus.store(cpu, to, 1, memory.bytes[offset], frameWord(kernel, cpu));
      if (bus.outcome === Outcome.fault) throw new EmulatedFault(to);
      return 1;
    },
  ),
  __put_user_byte: access(
    'bool __put_user_byte(unsigned long to, const char *from)',
    'Copies one byte to user memory. False: it cannot be reached now, and nothing happened.',
    (kernel, cpu, to, from) => {
      const { bus, memory } = kernel.machine;
      const offset = reach(kernel, cpu, to, true);
      if (offset === NO_TRANSLATION) return 0;
      const value = bus.load(cpu, from, 1, frameWord(kernel, cpu));
      if (bus.outcome === Outcome.fault) throw new EmulatedFault(from);
      memory.writeByte(offset, value);
      return 1;
    },
  ),
  user_page_exists: access(
    'bool user_page_exists(unsigned long address)',
    'Whether the process has memory at that address, present or not.',
    (kernel, _cpu, address) => (framePfn(kernel, address) === undefined ? 0 : 1),
  ),
  install_user_page: access(
    'void install_user_page(unsigned long address)',
    'The missing page has come: its page table entry is filled in.',
    (kernel, _cpu, address) => {
      const pfn = framePfn(kernel, address);
      const { mmu } = kernel.machine;
      if (pfn === undefined || mmu.pteWord(address) === NO_TRANSLATION) throw new EmulatedFault(address);
      mmu.writePte(address, (pfn << PAGE_SHIFT) | PteFlag.present | PteFlag.writable | PteFlag.user);
      return undefined;
    },
  ),
};

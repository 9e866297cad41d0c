/** What the machine tells, turned into events, and handed to the sanitizers. */
import { StopCause } from '../machine/cpu-state.ts';
import type { MachineHooks } from '../machine/hooks.ts';
import { PAGE_SHIFT } from '../machine/memory-plan.ts';
import { deviceCpu } from './devices.ts';
import { emitToggle } from './event-context.ts';
import type { Kernel } from './kernel.ts';

/** @param booted the kernel, once it is there; nothing is told before. */
export function machineHooks(booted: { kernel?: Kernel }): MachineHooks {
  return {
    tlbFilled(cpu, address, pte) {
      booted.kernel?.emit(cpu, { type: 'tlb_fill', address: address >>> 0, pfn: pte >>> PAGE_SHIFT });
    },
    tlbFlushed(cpu, address, pte, scope) {
      booted.kernel?.emit(cpu, {
        type: 'tlb_flush',
        address: scope === 'all' ? -1 : address >>> 0,
        pfn: pte >>> PAGE_SHIFT,
        scope,
      });
    },
    pteWritten(cpu, address, from, to) {
      if (to !== 0) booted.kernel?.emit(cpu, { type: 'set_pte', address: address >>> 0, pfn: to >>> PAGE_SHIFT });
      else booted.kernel?.emit(cpu, { type: 'clear_pte', address: address >>> 0, pfn: from >>> PAGE_SHIFT });
    },
    windowAccess(cpu, address, _offset, size, write, hitStale) {
      booted.kernel?.sanitizers.windowAccess(cpu, address, size, write, hitStale);
    },
    stopped(cpu, cause) {
      if (cause !== StopCause.doubleFault) return;
      const detail = 'an exception could not be entered: there is no room left on the stack, or no handler';
      booted.kernel?.report(cpu, { slug: 'panic', headline: 'Kernel panic - not syncing: double fault', detail });
    },
    interruptFlag(cpu, on) {
      if (booted.kernel) emitToggle(booted.kernel, cpu, { type: on ? 'irq_enable' : 'irq_disable' });
    },
    lineRaised(cpu, line) {
      const { kernel } = booted;
      const device = kernel?.devices.find((one) => one.line === line && deviceCpu(kernel, one) === cpu);
      if (!device) return;
      kernel?.emit(cpu, { type: 'irq_raise', irq: device.irq, name: device.name, target_cpu: cpu });
    },
  };
}

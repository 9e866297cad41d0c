/** How far the mapping stack in force on a CPU reaches, wherever the model keeps it. */
import type { Kernel } from './kernel.ts';
import { holderOf } from './mapping-models.ts';

/** Name of the index in the source of atomic_stack. */
const CPU_INDEX = '__kmap_atomic_idx';

/** The index that a map call on CPU `cpu` takes next; 0 for the model that has none. Guard slots count. */
export function mappingIndex(kernel: Kernel, cpu: number): number {
  switch (holderOf(kernel.profile)) {
    case 'task':
      return kernel.currentTask(cpu).view.kmap_ctrl.idx;
    case 'cpu': {
      const { machine } = kernel;
      return machine.memory.words[(machine.offsetOf(machine.perCpuBase(cpu)) + kernel.variableOffset(CPU_INDEX)) >>> 2];
    }
    case 'types':
    case 'shared':
      return 0;
  }
}

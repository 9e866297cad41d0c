/** Events in one line of plain words: descriptions of stops. */
import { type KernelEvent, PKMAP_MODEL } from '../kernel/events.ts';
import { hex } from '../util/bits.ts';

/** `context switch: reader to writer on CPU 0`. */
export function eventText(event: KernelEvent): string {
  const on = `on CPU ${event.cpu}`;
  switch (event.type) {
    case 'sched_switch':
      return `${event.prev_state === 'R+' ? 'preemption' : 'context switch'}: ${event.prev_comm} to ${event.next_comm} ${on}`;
    case 'sched_waking':
    case 'sched_wakeup':
    case 'sched_wakeup_new':
      return `wakeup: ${event.wakee_comm} for CPU ${event.target_cpu}`;
    case 'sched_migrate_task':
      return `migration: ${event.task_comm} from CPU ${event.orig_cpu} to CPU ${event.dest_cpu}`;
    case 'sched_process_fork':
      return `fork: ${event.comm} makes ${event.child_comm} ${on}`;
    case 'sched_process_exit':
      return `exit: ${event.comm} ${on}`;
    case 'irq_handler_entry':
      return `interrupt: ${event.name} ${on}, on top of ${event.comm}`;
    case 'irq_handler_exit':
      return `interrupt ${event.irq} done ${on}`;
    case 'irq_raise':
      return `interrupt raised: ${event.name} for CPU ${event.target_cpu}`;
    case 'local_timer_entry':
      return `tick ${on}, on top of ${event.comm}`;
    case 'softirq_entry':
      return `softirq: ${event.action} ${on}, on top of ${event.comm}`;
    case 'contention_begin':
      return `lock contention: ${event.comm} waits for ${event.name} ${on}`;
    case 'sched_pi_setprio':
      return `priority of ${event.task_comm}: ${event.oldprio} to ${event.newprio}, by ${event.comm} ${on}`;
    case 'nmi_entry':
      return `NMI ${on}, on top of ${event.comm}`;
    case 'page_fault_kernel':
    case 'page_fault_user':
      return `page fault at ${hex(event.address)} by ${event.comm} ${on}`;
    case 'kmap':
      if (event.model === PKMAP_MODEL)
        return `kmap: ${event.comm} maps ${event.page} at ${hex(event.address)}, ${pkmapSlot(event)} ${on}`;
      return `map: ${event.comm} maps ${event.page} at ${hex(event.address)}, slot ${event.slot} ${on}`;
    case 'kunmap':
      if (event.model === PKMAP_MODEL) return `kunmap: ${event.comm} gives back ${event.page}, ${pkmapSlot(event)} ${on}`;
      return `unmap: ${event.comm} unmaps ${event.page} at ${hex(event.address)}, slot ${event.slot} ${on}`;
    case 'set_pte':
      return `PTE of ${hex(event.address)} set to pfn ${hex(event.pfn, 1)}`;
    case 'clear_pte':
      return `PTE of ${hex(event.address)} cleared`;
    case 'tlb_fill':
      return `TLB of CPU ${event.cpu} takes in ${hex(event.address)}`;
    case 'tlb_flush':
      if (event.scope === 'all') return `TLB of CPU ${event.cpu} emptied`;
      if (event.scope === 'range') return `TLB flush of all pages from ${hex(event.address)} up ${on}`;
      return `TLB flush of ${hex(event.address)} ${on}`;
    case 'cache_flush':
      return `data cache of CPU ${event.cpu}: ${event.address < 0 ? 'all of it' : `page ${hex(event.address)}`} written back and dropped`;
    case 'need_resched':
      return `${event.target_comm} on CPU ${event.target_cpu} should make room${event.lazy ? ', without hurry' : ''}`;
    case 'timer_expire':
      return `timer of ${event.task_comm} has run out ${on}`;
    case 'dl_throttle':
      return `${event.task_comm} has used up its budget ${on}`;
    case 'dl_replenish':
      return `new budget for ${event.task_comm} ${on}`;
    case 'set_cpus_allowed':
      return `affinity of ${event.task_comm}: CPUs ${hex(event.cpus_mask, 1)}`;
    case 'contention_end':
      return `contention over: ${event.comm} ${event.ret === 0 ? 'has' : 'did not get'} ${event.name} ${on}`;
    case 'printk':
      return `printk: ${event.text.trimEnd()}`;
    case 'finding':
      return event.headline;
    default:
      return `${event.type.replaceAll('_', ' ')}: ${event.comm} ${on}`;
  }
}

/** `slot 1 of the kmap() window, count 2`. */
function pkmapSlot({ slot, idx }: { slot: number; idx: number }): string {
  return slot < 0 ? 'low memory' : `slot ${slot} of the kmap() window, count ${idx}`;
}

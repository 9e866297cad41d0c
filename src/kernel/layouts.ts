/** All structs of one machine. Made for a profile, since the number of kmap slots depends on the model and its debug build. */
import type { StructLayout } from '../machine/layout.ts';
import { defineZone } from './layouts/allocation.ts';
import { irqWork, migrationArg, type RootDomainView, rootDomain, setAffinityPending } from './layouts/balance.ts';
import { cpuhpCpuState } from './layouts/hotplug.ts';
import { irqDesc } from './layouts/irq.ts';
import { heldLock, lockClass, lockdepMap, lockList } from './layouts/lockdep.ts';
import { completion, lockLayouts, waitQueueEntry, waitQueueHead } from './layouts/locking.ts';
import { folioLayout, ioMapping, pageLayout } from './layouts/memory.ts';
import { cfsRq, dlRq, irqCpustat, rqLayout, rtRq } from './layouts/rq.ts';
import { cpuStopDone, cpuStopper, cpuStopWork } from './layouts/stop.ts';
import {
  defineKmapCtrl,
  defineTaskStruct,
  schedDlEntity,
  schedEntity,
  schedRtEntity,
  threadInfo,
  threadStruct,
} from './layouts/task.ts';
import { hrtimer, hrtimerCpuBase, taskletStruct, timerBase, timerList, workerPool, workStruct } from './layouts/timers.ts';

export interface LayoutParameters {
  /** Slots of one CPU: KM_MAX_IDX (5.11 and later: 16, debug 33) or KM_TYPE_NR (5.9: 20, debug 41). */
  kmMaxIdx: number;
  /** Page table entries of 64 bits. */
  pae?: boolean;
  /** PREEMPT_RT: other locks. */
  rt?: boolean;
}

export function createLayouts({ kmMaxIdx, pae = false, rt = false }: LayoutParameters) {
  const kmap_ctrl = defineKmapCtrl(kmMaxIdx, pae);
  const task_struct = defineTaskStruct(kmap_ctrl);
  const locks = lockLayouts(rt);
  return {
    task_struct,
    kmap_ctrl,
    thread_info: threadInfo,
    thread_struct: threadStruct,
    sched_entity: schedEntity,
    sched_rt_entity: schedRtEntity,
    sched_dl_entity: schedDlEntity,
    rq: rqLayout,
    rt_rq: rtRq,
    dl_rq: dlRq,
    cfs_rq: cfsRq,
    irq_cpustat: irqCpustat,
    irq_desc: irqDesc,
    hrtimer,
    hrtimer_cpu_base: hrtimerCpuBase,
    timer_list: timerList,
    timer_base: timerBase,
    tasklet_struct: taskletStruct,
    work_struct: workStruct,
    worker_pool: workerPool,
    page: pageLayout,
    folio: folioLayout,
    io_mapping: ioMapping,
    lockdep_map: lockdepMap,
    held_lock: heldLock,
    lock_class: lockClass,
    lock_list: lockList,
    ...locks,
    zone: defineZone(locks.spinlock as unknown as StructLayout),
    wait_queue_head: waitQueueHead,
    wait_queue_entry: waitQueueEntry,
    completion,
    cpu_stop_done: cpuStopDone,
    cpu_stop_work: cpuStopWork,
    cpu_stopper: cpuStopper,
    irq_work: irqWork,
    root_domain: rootDomain,
    migration_arg: migrationArg,
    set_affinity_pending: setAffinityPending,
    cpuhp_cpu_state: cpuhpCpuState,
  };
}

export type { RootDomainView };
export type KernelLayouts = ReturnType<typeof createLayouts>;
export type { RqView } from './layouts/rq.ts';
export type { TaskView } from './layouts/task.ts';

/** The layouts in the order in which the language should meet them: inner structs first. */
export function allLayouts(layouts: KernelLayouts): StructLayout[] {
  return Object.values(layouts) as unknown as StructLayout[];
}

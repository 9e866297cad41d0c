/** Who called the lock function that is running: the code address that reports name. */
import { FRAME_CALLER, FRAME_META, FRAME_RETURN_PC } from '../../machine/bytecode.ts';
import type { Kernel } from '../kernel.ts';

/** Kernel sources whose functions are lock functions themselves: their callers take the lock. */
const LOCK_FILE =
  /^klab-kernel:\/kernel\/(?:locking|local-lock[a-z-]*|[a-z_-]*(?:spin-?lock|rwlock|mutex|rwsem|semaphore)[a-z_-]*)\.klab$/;
const LOCK_FUNCTION = /^(?:rcu_read_(?:un)?lock|preempt_disable|(?:__)?local_bh_|raw_spin_rq_|might_lock|debug_check_no_locks)/;

export class CallerOfLock {
  readonly #kernel: Kernel;
  /** By function index: a lock function. */
  readonly #skipped: readonly boolean[];

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    const { debug } = kernel.built;
    this.#skipped = debug.functions.map(
      ({ name, span }) => LOCK_FUNCTION.test(name) || LOCK_FILE.test(debug.sources[span.source].uri),
    );
  }

  /** Code address of the call on CPU `cpu`. */
  pc(cpu: number): number {
    const { machine } = this.#kernel;
    const { words } = machine.memory;
    let pc = machine.pc(cpu) - 1;
    let fp = machine.cpus[cpu].fp | 0;
    while (machine.isKernelAddress(fp)) {
      const word = machine.offsetOf(fp) >>> 2;
      if (!this.#skipped[words[word + FRAME_META] & 0xffff]) break;
      const back = words[word + FRAME_RETURN_PC];
      if (back <= 0) break;
      pc = back - 1;
      fp = words[word + FRAME_CALLER];
    }
    return pc;
  }
}

/** Locks of all kinds under random programs and random choices: they exclude, nobody waits for ever, and every priority is given back. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { declaredLocks, locksInUse } from '../../src/kernel/locking/locks.ts';
import { boot, slugs } from '../support/run-program.ts';

const SEED = 20201023;
const RUNS = 12;
const STEPS = 1_000_000;

/** Lock, unlock, and the counter of who is inside. The order in which they nest is that of the list. */
const LOCKS = [
  ['down(&sem)', 'up(&sem)'],
  ['down_write(&rwsem)', 'up_write(&rwsem)'],
  ['mutex_lock(&m)', 'mutex_unlock(&m)'],
  ['rt_mutex_lock(&a)', 'rt_mutex_unlock(&a)'],
  ['rt_mutex_lock(&b)', 'rt_mutex_unlock(&b)'],
  ['local_lock(&ll)', 'local_unlock(&ll)'],
  ['spin_lock(&s)', 'spin_unlock(&s)'],
  ['write_lock(&rw)', 'write_unlock(&rw)'],
  ['raw_spin_lock_irqsave(&raw, flags)', 'raw_spin_unlock_irqrestore(&raw, flags)'],
] as const;

/** Between lock and unlock somebody else must not have come in. The per-CPU lock has a count of each CPU. */
function section(index: number, inside: string): string {
  const [lock, unlock] = LOCKS[index];
  const count = lock.startsWith('local_lock') ? 'per_cpu(mine, raw_smp_processor_id())' : `in[${index}]`;
  return `${lock}; BUG_ON(${count}); ${count} = 1; udelay(5); ${inside} ${count} = 0; ${unlock};`;
}

const nest = fc
  .uniqueArray(fc.nat(LOCKS.length - 1), { minLength: 1, maxLength: 4 })
  .map((list) => [...list].sort((x, y) => x - y).reduceRight((inside, index) => section(index, inside), 'udelay(3);'));
const readers = fc.constantFrom(
  'read_lock(&rw); BUG_ON(in[7]); udelay(9); read_unlock(&rw);',
  'down_read(&rwsem); BUG_ON(in[1]); udelay(9); up_read(&rwsem);',
);
const pause = fc.constantFrom('udelay(7);', 'usleep_range(15, 15);', 'yield();', 'cond_resched();');
const task = fc.record({
  how: fc.constantFrom('nice = 0', 'nice = 5', 'prio = 10', 'prio = 20', 'prio = 30', 'policy = SCHED_RR, prio = 20'),
  where: fc.constantFrom('', ', cpu = 0', ', cpu = 1', ', cpu = 0, cpus_allowed = 0xff'),
  actions: fc.array(fc.oneof({ weight: 3, arbitrary: nest }, readers, pause), { minLength: 2, maxLength: 6 }),
});
type TaskPlan = typeof task extends fc.Arbitrary<infer T> ? T : never;

const source = (tasks: readonly TaskPlan[]): string => `
  static DEFINE_SEMAPHORE(sem, 1); static DECLARE_RWSEM(rwsem); static DEFINE_MUTEX(m); static DEFINE_RT_MUTEX(a); static DEFINE_RT_MUTEX(b);
  DEFINE_PER_CPU(local_lock_t, ll); DEFINE_PER_CPU(int, mine); static DEFINE_SPINLOCK(s); static DEFINE_RWLOCK(rw); static DEFINE_RAW_SPINLOCK(raw);
  static int in[${LOCKS.length}];
  ${tasks.map(({ how, where, actions }, i) => `task t${i}(${how}${where}) { unsigned long flags; ${actions.join(' ')} }`).join('\n')}
  irq clock(every = 70us) { raw_spin_lock(&raw); udelay(1); raw_spin_unlock(&raw); }
`;

describe.each(['none', 'full', 'lazy', 'rt'])('random locks with preempt = %s', (preempt) => {
  test('exclude, end, and give back what was lent', () => {
    fc.assert(
      fc.property(
        fc.array(task, { minLength: 2, maxLength: 6 }),
        fc.integer({ min: 1, max: 3 }),
        fc.infiniteStream(fc.nat()),
        (tasks, cpus, chance) => {
          const run = boot(source(tasks), { preempt, cpus, tick_ns: 200_000 });
          const { kernel } = run;
          for (let i = 0; i < STEPS; i++) {
            const [number] = chance.take(1);
            const choices = i < 20_000 && number % 6 === 0 ? run.enabled() : [];
            if (choices.length > 0) run.apply(choices[(number >>> 3) % choices.length]);
            else if (!run.stepDefault()) break;
          }
          expect(slugs(kernel)).toEqual([]);
          expect(kernel.life).toBe('ended');
          expect(locksInUse(kernel)).toEqual([]);
          expect(declaredLocks(kernel).locks.length).toBeGreaterThan(9);
          for (const { view } of kernel.programTasks) {
            const { prio, normal_prio, pi_waiters, pi_blocked_on, migration_disabled, rcu_read_lock_nesting } = view;
            expect([
              prio - normal_prio,
              pi_waiters,
              pi_blocked_on,
              migration_disabled,
              rcu_read_lock_nesting,
              view.exit_state,
            ]).toEqual([0, 0, 0, 0, 0, 16]);
          }
        },
      ),
      { seed: SEED, numRuns: RUNS },
    );
  });
});

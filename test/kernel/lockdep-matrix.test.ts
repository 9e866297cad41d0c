/** The kernel's own self-test of wait contexts (scheduler 7.3, `lib/locking-selftest.c: wait_context_tests`), all 36 cells. */
import { describe, expect, test } from 'vitest';
import { runProgram } from '../support/run-program.ts';

/** What is taken inside: its name in reports, and how. */
const INNER = {
  RCU: ['rcu_read_lock', 'rcu_read_lock(); rcu_read_unlock();'],
  raw_spin: ['r', 'raw_spin_lock(&r); raw_spin_unlock(&r);'],
  spin: ['s', 'spin_lock(&s); spin_unlock(&s);'],
  mutex: ['m', 'mutex_lock(&m); mutex_unlock(&m);'],
} as const;

const ALL = Object.values(INNER)
  .map(([, call]) => call)
  .join('\n\t');
const within = (before: string, after: string) => `task t(cpu = 0) { ${before}\n\t${ALL}\n\t${after} }`;
const handler = (how: string) => `irq nic(cpu = 0, at = 50us${how}) {\n\t${ALL}\n}\ntask t(cpu = 0) { udelay(100); }`;

/** The table of 7.3: outer context, program, and which of INNER are reported. */
const OUTER: readonly (readonly [outer: string, program: string, reported: readonly string[]])[] = [
  ['hardirq, threadable', handler(''), ['m']],
  ['hardirq, not threaded', handler(', threaded = off'), ['s', 'm']],
  [
    'softirq',
    `static void action(void) {\n\t${ALL}\n}\nirq nic(cpu = 0, at = 50us) { raise_softirq_irqoff(TIMER_SOFTIRQ); }
task t(cpu = 0) { open_softirq(TIMER_SOFTIRQ, action); udelay(100); }`,
    ['m'],
  ],
  ['RCU', within('rcu_read_lock();', 'rcu_read_unlock();'), ['m']],
  ['RCU-bh', within('rcu_read_lock_bh();', 'rcu_read_unlock_bh();'), ['m']],
  ['RCU-sched', within('rcu_read_lock_sched();', 'rcu_read_unlock_sched();'), ['s', 'm']],
  ['raw_spinlock', within('raw_spin_lock(&held_raw);', 'raw_spin_unlock(&held_raw);'), ['s', 'm']],
  ['spinlock', within('spin_lock(&held_spin);', 'spin_unlock(&held_spin);'), ['m']],
  ['mutex', within('mutex_lock(&held_mutex);', 'mutex_unlock(&held_mutex);'), []],
];

const LOCKS = `machine { cpus = 1; }
static raw_spinlock_t r; static raw_spinlock_t held_raw;
static spinlock_t s; static spinlock_t held_spin;
static struct mutex m; static struct mutex held_mutex;
`;

/** Names of the locks that a wait context was reported for. */
function reported(program: string, settings: Record<string, string | boolean>): string[] {
  const kernel = runProgram(LOCKS + program, { ...settings, debug_lockdep_go_on: true });
  return kernel.findings
    .filter(({ slug }) => slug === 'invalid_wait_context')
    .map(({ detail }) => detail.slice(0, detail.indexOf(',')));
}

describe.each(['full', 'none', 'rt'])('preempt = %s', (preempt) => {
  // With PREEMPT_RT the handler is the thread that 7.3 speaks of, and the softirq runs in a task.
  const rows = OUTER.filter(([outer]) => preempt !== 'rt' || outer !== 'hardirq, threadable');

  test.each(rows)('%s', (_, program, expected) => {
    expect(reported(program, { preempt })).toEqual(expected);
  });

  test.each(rows)('%s, without the check of raw nesting', (_, program, expected) => {
    expect(reported(program, { preempt, debug_raw_nesting: false })).toEqual(expected.filter((name) => name !== 's'));
  });
});

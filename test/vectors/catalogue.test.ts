/** Every finding of the catalogue is brought up by a program, here or in the kernel's own tests. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findingCatalogue } from '../../src/kernel/catalogue.ts';
import { program, type VectorSettings } from './prelude.ts';
import { runVector, type VectorOptions } from './run.ts';
import { migrationProgram, switchProgram } from './switch-programs.ts';

const local: VectorSettings = { mapping: 'kmap_local' };
const posted: VectorSettings = { mapping: 'kmap_temporary' };
const task = (body: string, settings = local) => program(settings, `task a(cpu = 0) {\n${body}\n}`);
const handler = (body: string) =>
  program(local, `irq nic(cpu = 0, when = any) {\n${body}\n}\ntask a(cpu = 0) {\n\traise_irq(nic);\n}`);
const twoTasks = (first: string, second: string, settings = local) =>
  program(
    settings,
    `task a(policy = SCHED_FIFO, prio = 10, cpu = 0) {\n${first}\n}\ntask b(policy = SCHED_FIFO, prio = 10, cpu = 0) {\n${second}\n}`,
  );
const leakyCall = (settings: VectorSettings) =>
  program(settings, 'SYSCALL int sys_leak(void)\n{\n\tmap_page(p1);\n\treturn 0;\n}\nuser task a(cpu = 0) {\n\tsys_leak();\n}');

/** Slug to program, with a schedule where it needs one. */
const programs: Record<string, string | [string, VectorOptions]> = {
  slot_busy: [switchProgram(posted, 0, 2, 'kmap_switch_temporary "restore" 2'), { schedule: 'here' }],
  unmap_order: task('\tchar *x = map_page(p1);\n\tchar *y = map_page(p2);\n\tunmap_page(x);\n\tunmap_page(y);'),
  idx_overflow: task('\twhile (true)\n\t\tmap_page(p1);'),
  unmap_user_address: task('\tkunmap_local((const void *)0x1000);'),
  idx_underflow: task('\tchar *x = map_page(p1);\n\tunmap_page(x);\n\tunmap_page(x);'),
  map_irqs_on: handler('\tlocal_irq_enable();\n\tunmap_page(map_page(p1));\n\tlocal_irq_disable();'),
  pteval_empty: twoTasks('\tchar *x = map_page(p1);\n\tyield();\n\tunmap_page(x);', '\tyield();', {
    ...local,
    kernel: 'v5_11',
    debug_kmap_local: 'on',
  }),
  guard_not_empty: twoTasks(
    '\tchar *x = map_page(p1);\n\tcurrent->kmap_ctrl.pteval[0] = 0x163;\n\tyield();\n\tunmap_page(x);',
    '\tyield();',
    { ...local, debug_kmap_local: 'on' },
  ),
  fork_with_mappings: program(
    local,
    'static int child(void *arg)\n{\n\treturn 0;\n}\ntask a(cpu = 0) {\n\tchar *x = map_page(p1);\n\tkernel_thread(child, NULL, "kid", 0);\n\tunmap_page(x);\n}',
  ),
  exit_with_mappings: task('\tmap_page(p1);', { ...local, check_at_exit: 'always' }),
  unmap_not_lowmem: task('\tchar *x = kmap_atomic(p1, KM_USER0);\n\tkunmap_atomic(x, KM_USER1);', {
    mapping: 'km_type',
    debug_highmem: 'on',
  }),
  type_context: task('\tchar *x = kmap_atomic(p1, KM_IRQ0);\n\tkunmap_atomic(x, KM_IRQ0);', {
    mapping: 'km_type',
    debug_highmem: 'on',
  }),
  proposed_types: task(
    '\tchar *x = kmap_atomic(p1, KM_USER0);\n\tchar *y = kmap_atomic(p2, KM_USER1);\n\tkunmap_atomic(x, KM_USER0);\n\tkunmap_atomic(y, KM_USER1);',
    { mapping: 'km_type', overlay: 'strict_types' },
  ),
  proposed_depth: task('\tunmap_page(map_page(p1));', { mapping: 'atomic_stack', overlay: 'depth', overlay_limit: 1 }),
  kmap_to_page_of_kmap: task('\tchar *x = kmap(p1);\n\tkmap_to_page(x);\n\tkunmap(p1);'),
  mapping_kept_to_user: leakyCall(local),
  unmap_outside_slots: task('\tkunmap_local(page_address(lowpage));', { ...local, force_map: 'on' }),
  pkmap_not_mapped: task('\tkmap(p1);\n\tkunmap(p1);\n\tkunmap(p1);'),
  pkmap_count_low: task('\tkmap(p1);\n\tpkmap_count[1] = 0;\n\tkmap(p1);'),
  pkmap_pte_lost: task(
    '\tchar *x = kmap(p1);\n\tkunmap(p1);\n\tpte_clear(virt_to_kpte((unsigned long)x));\n\tkmap_flush_unused();',
  ),
  kunmap_in_interrupt: program(
    { mapping: 'atomic_stack', kernel: 'v2_6_37' },
    'irq nic(cpu = 0, when = any) {\n\tkunmap(p1);\n}\ntask a(cpu = 0) {\n\tkmap(p1);\n\traise_irq(nic);\n}',
  ),
  unmap_of_pkmap: task('\tunmap_page(kmap(p1));'),
  page_fault: task('\tchar *nothing = NULL;\n\tnothing[0] = 1;'),
  wrong_page: twoTasks(
    '\tchar *x = map_page(pa[0]);\n\tyield();\n\tlook("a", x);\n\tunmap_page(x);',
    '\tchar *x = map_page(pb[0]);\n\tlook("b", x);\n\tyield();\n\tunmap_page(x);',
    { ...posted, flush_junk: 'on' },
  ),
  use_after_unmap: task(
    '\tchar *x = map_page(p1);\n\tchar *y = map_page(p2);\n\tlook("x", x);\n\tunmap_page(x);\n\tlook("x", x);\n\tunmap_page(y);',
  ),
  foreign_mapping: migrationProgram(
    posted,
    '\tawait(1);\n\tlook("a", x);\n\tunmap_page(x);\n\tturn = 2;',
    '\tx = map_page(pc[0]);\n\tturn = 1;\n\tawait(2);\n\tunmap_page(x);',
  ),
  stale_tlb: task(
    '\tchar *x = map_page(p1);\n\tchar *y = map_page(p2);\n\tlook("y", y);\n\tunmap_page(x);\n\tlook("y", y);\n\tunmap_page(y);',
  ),
  slot_overflow: task(
    '\tchar *x = map_page(p1);\n\tchar *y = map_page(p2);\n\tint i;\n\tfor (i = 4090; i <= 4096; i++)\n\t\ty[i] = 0;\n\tunmap_page(y);\n\tunmap_page(x);',
  ),
  leak_at_exit: task('\tmap_page(p1);'),
  leak_at_irq_return: handler('\tmap_page(p1);'),
  leak_at_user_return: leakyCall(posted),
  scheduling_while_atomic: twoTasks('\tpreempt_disable();\n\tyield();', ''),
  sleeping_in_atomic: task('\tpreempt_disable();\n\tmight_sleep();\n\tpreempt_enable();'),
  smp_processor_id_preemptible: program(local, 'task a {\n\tprintk("%d", smp_processor_id());\n}'),
  migrate_disable_overflow: task(
    '\tcurrent->migration_disabled = 0x8000;\n\tmigrate_disable();\n\tcurrent->migration_disabled = 0;',
  ),
  migrate_enable_unbalanced: task('\tmigrate_enable();'),
  preempt_count_underflow: task('\tpreempt_enable();'),
  preempt_count_overflow: task(
    '\tint i;\n\tfor (i = 0; i < 250; i++)\n\t\tpreempt_disable();\n\tfor (i = 0; i < 250; i++)\n\t\tpreempt_enable();',
  ),
  preempt_count_corrupted: [
    program(
      { ...posted, cpus: 1 },
      `irq nic(cpu = 0, when = any) {\n\tpreempt_disable();\n}
task a(policy = SCHED_FIFO, prio = 10, cpu = 0) {\n\tyield();\n}
task b(policy = SCHED_FIFO, prio = 10, cpu = 0) {\n\tyield();\n}
schedule here { irq nic at kmap_prepare_task_switch 2; }`,
    ),
    { schedule: 'here' },
  ],
  irq_handler_enabled_irqs: handler('\tlocal_irq_enable();'),
  rcu_switch_in_reader: task('\trcu_read_lock();\n\tmsleep(1);\n\trcu_read_unlock();'),
  affinity_while_pinned: task(
    '\tcpumask_t other = 2;\n\tmigrate_disable();\n\tset_cpus_allowed_ptr(current, &other);\n\tmigrate_enable();',
  ),
  migrated_while_pinned: program(
    local,
    'struct task_struct *holder;\ntask a(cpu = 0) {\n\tchar *x = map_page(p1);\n\tholder = current;\n\tmsleep(2);\n\tunmap_page(x);\n}\ntask b(cpu = 1) {\n\tmsleep(1);\n\tholder->cpus_ptr = (cpumask_t *)cpumask_of(1);\n}',
  ),
  scheduling_in_non_block: task('\tnon_block_start();\n\tmsleep(1);\n\tnon_block_end();'),
  softirq_count_leak: program(
    local,
    'static void action(void)\n{\n\tpreempt_disable();\n}\ntask a(cpu = 0) {\n\topen_softirq(NET_RX_SOFTIRQ, action);\n\traise_softirq(NET_RX_SOFTIRQ);\n\tmsleep(1);\n}',
  ),
  timer_count_leak: program(
    local,
    'struct timer_list late;\nstatic void expired(struct timer_list *timer)\n{\n\tpreempt_disable();\n}\ntask a(cpu = 0) {\n\ttimer_setup(&late, expired, 0);\n\tmod_timer(&late, jiffies + 1);\n\tmsleep(5);\n}',
  ),
  work_leak: program(
    local,
    'struct work_struct job;\nstatic void work(struct work_struct *self)\n{\n\trcu_read_lock();\n}\ntask a(cpu = 0) {\n\tINIT_WORK(&job, work);\n\tschedule_work(&job);\n\tmsleep(2);\n}',
  ),
  warn: task('\tWARN_ON(1);'),
  bug: task('\tBUG();'),
  panic: handler('\tBUG();'),
  divide_error: task('\tint zero = 0;\n\tprintk("%d", 1 / zero);'),
  stack_overflow: program(local, 'static int deep(int n)\n{\n\treturn deep(n + 1) + n;\n}\ntask a(cpu = 0) {\n\tdeep(0);\n}'),
  uninitialised_read: task('\tint unset;\n\tif (preempt_count() > 100)\n\t\tunset = 1;\n\tprintk("%d", unset);'),
  assert_failed: task('\tassert(1 == 2);'),
  stuck: task('\tset_current_state(TASK_UNINTERRUPTIBLE);\n\tschedule();'),
};

const kernelTests = ['test/kernel', 'test/vectors'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && name !== 'catalogue.test.ts')
    .map((name) => readFileSync(`${folder}/${name}`, 'utf8')),
);

/** Whether another test expects the finding: `toEqual(['spinlock_recursion'])` and the like. */
function expectedByKernelTests(slug: string): boolean {
  return kernelTests.some((text) => text.split('\n').some((line) => /expect\(|slug: /.test(line) && line.includes(`'${slug}'`)));
}

describe('every finding', () => {
  test.each(findingCatalogue.map(({ slug }) => [slug]))('%s', (slug) => {
    const entry = programs[slug];
    if (entry === undefined) {
      expect(expectedByKernelTests(slug), `no program brings up ${slug}`).toBe(true);
      return;
    }
    const run = typeof entry === 'string' ? runVector(entry) : runVector(...entry);
    expect(run.findings()).toContain(slug);
  });

  test('each program belongs to a finding of the catalogue', () => {
    const slugs = findingCatalogue.map(({ slug }) => slug);
    for (const slug of Object.keys(programs)) expect(slugs).toContain(slug);
  });
});

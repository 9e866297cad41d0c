/** Vectors of the scheduler reference, section 13 F (faults), and of the highmem reference, 35 and 36. The first page is there, the second is not. */
import { describe, expect, test } from 'vitest';
import { eventsOf, printed, runProgram, type Settings, slugs, switches } from '../support/run-program.ts';

const copy = (body: string, settings: Settings = {}, user = true) =>
  runProgram(
    `
    machine { cpus = 1; mapping = kmap_local; step_ns = 10; }
    user page here = "from user space";
    user page away = "from far" absent;
    page low dst[2];
    page high;
    SYSCALL int sys_copy(void) { char *to = page_address(dst[0]); ${body} return 0; }
    ${user ? 'user task writer() { sys_copy(); }' : `task writer() { char *to = page_address(dst[0]); ${body} }`}
    `,
    settings,
  );
const LEFT = 'printk("%lu", copy_from_user(to, here, 8192));';

describe('a copy from user memory', () => {
  test('a page that is there is copied', () => {
    const kernel = copy('printk("%lu %s", copy_from_user(to, here, 16), to);');
    expect(printed(kernel)).toEqual(['0 from user space']);
    expect(slugs(kernel)).toEqual([]);
  });

  test('a missing page makes the task sleep, and the copy is complete', () => {
    const kernel = copy(LEFT);
    expect(printed(kernel)).toEqual(['0']);
    expect(switches(kernel)).toContain('CPU0: writer ==> swapper/0 D');
    expect(eventsOf(kernel, 'page_fault_kernel')).toHaveLength(1);
    expect(kernel.machine.now).toBeGreaterThan(5_000_000);
  });

  test('F01: inside kmap_atomic() it comes up short, without a report, and the rest is zero', () => {
    const kernel = copy(
      'char *m = kmap_atomic(high); to[5000] = 7; printk("%lu %d", copy_from_user(to, here, 8192), to[5000]); kunmap_atomic(m);',
    );
    expect(printed(kernel)).toEqual(['4096 0']);
    expect(slugs(kernel)).toEqual([]);
    expect(switches(kernel).filter((line) => line.endsWith(' D'))).toEqual([]);
  });

  test('F02: inside kmap_local_page() it sleeps, and the mapping comes back at the same address', () => {
    const body =
      'char *m = kmap_local_page(high); m[0] = 65; printk("%lu", copy_from_user(to, here, 8192)); printk("%c", m[0]); kunmap_local(m);';
    const kernel = copy(body);
    expect(printed(kernel)).toEqual(['0', 'A']);
    expect(slugs(kernel)).toEqual([]);
  });

  test('F03: under preempt_disable() the check reports, and pages that are there are copied', () => {
    const kernel = copy('preempt_disable(); printk("%lu", copy_from_user(to, here, 16)); preempt_enable();');
    expect(slugs(kernel)).toEqual(['sleeping_in_atomic']);
    expect(printed(kernel)).toEqual(['0']);
  });

  test('F04: under preempt_disable() with a missing page it is short as well', () => {
    const kernel = copy(`preempt_disable(); ${LEFT} preempt_enable();`);
    expect(slugs(kernel)).toEqual(['sleeping_in_atomic']);
    expect(printed(kernel)).toEqual(['4096']);
  });

  test('F05: a lock that is not counted does not stop the fault from sleeping', () => {
    const kernel = copy(`static spinlock_t lock; spin_lock(&lock); ${LEFT} spin_unlock(&lock);`, {
      preempt: 'none',
      debug_atomic_sleep: false,
      debug_lockdep: false,
    });
    // A kernel says nothing; the hint is ours.
    expect(slugs(kernel)).toEqual(['slept_with_spinlock']);
    expect(printed(kernel)).toEqual(['0']);
  });

  test('F07: pagefault_disable() alone makes it short, silently', () => {
    const kernel = copy(`pagefault_disable(); ${LEFT} pagefault_enable();`);
    expect(slugs(kernel)).toEqual([]);
    expect(printed(kernel)).toEqual(['4096']);
  });

  test('F08: a kernel thread has no user memory to wait for', () => {
    const kernel = copy('printk("%lu", copy_from_user(to, away, 100));', {}, false);
    expect(printed(kernel)).toEqual(['100']);
  });

  test('F10: the old slow path copies the rest through a second mapping, and faults twice', () => {
    const kernel = copy(`
      char *m = kmap_atomic(high);
      unsigned long left = __copy_from_user_inatomic(m, (char __user *)here + 4096 - 8, 16);
      kunmap_atomic(m);
      printk("%lu", left);
      if (left) { m = kmap(high); printk("%lu", copy_from_user(m, (char __user *)here + 4096 - 8, 16)); kunmap(high); }
    `);
    expect(printed(kernel)).toEqual(['8', '0']);
    expect(eventsOf(kernel, 'page_fault_kernel')).toHaveLength(2);
    expect(eventsOf(kernel, 'kmap').map(({ model }) => model)).toEqual(['kmap_local', 'pkmap']);
    expect(switches(kernel).filter((line) => line.endsWith(' D'))).toEqual(['CPU0: writer ==> swapper/0 D']);
    expect(slugs(kernel)).toEqual([]);
  });

  test('F09: with interrupts off it reports twice and is short', () => {
    const kernel = copy(`local_irq_disable(); ${LEFT} local_irq_enable();`);
    expect(slugs(kernel)).toEqual(['sleeping_in_atomic', 'warn']);
    expect(printed(kernel)).toEqual(['4096']);
  });

  test('copy_to_user() writes what the process will read', () => {
    const kernel = copy(
      'char word[4]; to[0] = 72; to[1] = 105; to[2] = 0; copy_to_user(away, to, 3); copy_from_user(word, away, 3); printk("%s", word);',
    );
    expect(printed(kernel)).toEqual(['Hi']);
  });
});

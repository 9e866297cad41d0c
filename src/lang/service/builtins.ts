/** Documentation of the names that the language itself knows: macros of the kernel, and `current`. */
import type { Description } from './describe.ts';

/** Prototype in C's manner, and one sentence. `T` is any type. */
const plain: Readonly<Record<string, [code: string, text: string]>> = {
  current: ['struct task_struct *current', 'The task that this CPU runs.'],
  NULL: ['void *NULL', 'The address of nothing. Reading there is a page fault.'],
  IS_ENABLED: [
    'int IS_ENABLED(CONFIG_OPTION)',
    '1 if the kernel was built with the option, else 0; code in the dead branch is left out.',
  ],
  READ_ONCE: ['T READ_ONCE(T x)', 'Reads x exactly once, as a whole.'],
  WRITE_ONCE: ['void WRITE_ONCE(T x, T value)', 'Stores to x exactly once, as a whole.'],
  smp_load_acquire: ['T smp_load_acquire(T *p)', 'Reads *p; nothing that follows happens before it.'],
  smp_store_release: ['void smp_store_release(T *p, T value)', 'Stores to *p after everything that comes before it.'],
  likely: ['int likely(x)', 'x as 0 or 1; tells the reader that it is usually true.'],
  unlikely: ['int unlikely(x)', 'x as 0 or 1; tells the reader that it is usually false.'],
  ARRAY_SIZE: ['size_t ARRAY_SIZE(array)', 'The number of elements of an array.'],
  BUILD_BUG_ON: ['void BUILD_BUG_ON(condition)', 'Stops the compiler if the constant condition is true.'],
  container_of: ['T *container_of(pointer, struct type, member)', 'The struct of which *pointer is the member.'],
  list_entry: ['T *list_entry(pointer, struct type, member)', 'The struct of which the list node is the member.'],
  offsetof: ['size_t offsetof(struct type, member)', 'Bytes from the start of the struct to the member.'],
  min: ['T min(T a, T b)', 'The smaller one.'],
  max: ['T max(T a, T b)', 'The larger one.'],
  min_t: ['T min_t(T, a, b)', 'The smaller one, compared as T.'],
  max_t: ['T max_t(T, a, b)', 'The larger one, compared as T.'],
  per_cpu: ['T per_cpu(T variable, int cpu)', "The given CPU's copy of a per-CPU variable; can be assigned to."],
  per_cpu_ptr: ['T *per_cpu_ptr(T __percpu *variable, int cpu)', "The address of the given CPU's copy."],
  local_irq_save: [
    'void local_irq_save(unsigned long flags)',
    'Turns interrupts off on this CPU and stores in flags whether they were on.',
  ],
  DEFINE_PER_CPU: ['DEFINE_PER_CPU(T, name)', 'Declares a variable of which every CPU has its own copy.'],
};

const accesses: Readonly<Record<string, [parameters: string, text: string]>> = {
  read: ['T variable', "Reads this CPU's copy"],
  write: ['T variable, T value', "Stores to this CPU's copy"],
  ptr: ['T __percpu *variable', "The address of this CPU's copy; it stays that CPU's when the task moves to another"],
  inc: ['T variable', "Adds 1 to this CPU's copy"],
  dec: ['T variable', "Takes 1 from this CPU's copy"],
  add: ['T variable, T value', "Adds to this CPU's copy"],
  sub: ['T variable, T value', "Subtracts from this CPU's copy"],
  or: ['T variable, T value', "Sets bits in this CPU's copy"],
  and: ['T variable, T value', "Keeps bits of this CPU's copy"],
  xchg: ['T variable, T value', "Stores to this CPU's copy and gives what was there"],
  inc_return: ['T variable', "Adds 1 to this CPU's copy and gives the sum"],
  dec_return: ['T variable', "Takes 1 from this CPU's copy and gives the rest"],
  add_return: ['T variable, T value', "Adds to this CPU's copy and gives the sum"],
  sub_return: ['T variable, T value', "Subtracts from this CPU's copy and gives the rest"],
};

/** Undefined: the language does not know the name by itself. */
export function describeBuiltin(name: string): Description | undefined {
  const known = Object.hasOwn(plain, name) ? plain[name] : undefined;
  if (known) return { code: known[0], text: [known[1]] };
  const access = /^(?:(?:__)?this_cpu_|raw_cpu_)(\w+)$/.exec(name)?.[1];
  if (access !== undefined && Object.hasOwn(accesses, access)) {
    const [parameters, text] = accesses[access];
    const returns = /^(?:read|xchg|.*_return)$/.test(access) ? 'T ' : access === 'ptr' ? 'T *' : 'void ';
    const whole = access === 'ptr' ? '' : '; one instruction, nothing comes in between';
    return { code: `${returns}${name}(${parameters})`, text: [`${text}${whole}.`] };
  }
  if (/^\w+_lock_irqsave$/.test(name)) {
    return {
      code: `void ${name}(lock, unsigned long flags)`,
      text: ['Turns interrupts off on this CPU, stores in flags whether they were on, and takes the lock.'],
    };
  }
  return undefined;
}

/** Random programs from a grammar, and random damage to a text. Everything follows from the seed. */

/** Small generator of pseudo-random numbers (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** From 0 (included) to 1 (excluded). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** From 0 to `count - 1`. */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }
}

interface Scope {
  integers: string[];
  /** Char pointers to mapped pages. */
  mapped: string[];
  depth: number;
  loop: boolean;
}

/** A program of pages, tasks, interrupts and functions that mostly makes sense; `careless` programs break rules of types and names. */
export function randomProgram(random: Random, careless: boolean): string {
  const wild = (probability: number): boolean => careless && random.chance(probability);
  const pages = Array.from({ length: 1 + random.below(3) }, (_, index) => `page${index}`);
  const globals = Array.from({ length: random.below(4) }, (_, index) => `shared${index}`);
  const functions = Array.from({ length: random.below(3) }, (_, index) => `helper${index}`);
  const irqs = Array.from({ length: random.below(3) }, (_, index) => `line${index}`);
  let names = 0;

  const integer = (scope: Scope): string => {
    const known = [...scope.integers, ...globals];
    if (wild(0.1)) return random.pick(['nothing', 'page0', 'current', '"text"', 'helper0', 'NULL', '']);
    if (known.length === 0 || random.chance(0.4)) return random.pick(['0', '1', '7', '0x1f', "'a'", '100UL', '-3']);
    return random.pick(known);
  };
  const expression = (scope: Scope, depth = 0): string => {
    if (depth > 3 || random.chance(0.35)) return integer(scope);
    const inner = (): string => expression(scope, depth + 1);
    switch (random.below(9)) {
      case 0:
        return `(${inner()} ${random.pick(['+', '-', '*', '&', '|', '^'])} ${inner()})`;
      case 1:
        return `${inner()} ${random.pick(['<', '>', '==', '!=', '<=', '>='])} ${inner()}`;
      case 2:
        return `${random.pick(['!', '-', '~'])}${integer(scope)}`;
      case 3:
        return `(${inner()} ? ${inner()} : ${inner()})`;
      case 4:
        return `(${random.pick(['int', 'u8', 's16', 'unsigned long', 'u64'])})${integer(scope)}`;
      case 5:
        return scope.mapped.length > 0 ? `${random.pick(scope.mapped)}[${random.below(12)}]` : integer(scope);
      case 6:
        return functions.length > 0 && scope.depth > 0 ? `${random.pick(functions)}(${inner()})` : integer(scope);
      case 7:
        return `${inner()} ${random.pick(['&&', '||'])} ${inner()}`;
      default:
        return random.pick([
          'current->pid',
          'sizeof(struct page)',
          'smp_processor_id()',
          'IS_ENABLED(CONFIG_PREEMPTION)',
          'PAGE_SIZE',
        ]);
    }
  };
  const block = (scope: Scope, indent: string): string => {
    const inner: Scope = { ...scope, integers: [...scope.integers], mapped: [...scope.mapped], depth: scope.depth + 1 };
    const statements = Array.from({ length: 1 + random.below(3) }, () => statement(inner, `${indent}\t`));
    return `{\n${statements.join('')}${indent}}\n`;
  };
  const statement = (scope: Scope, indent: string): string => {
    const simple = scope.depth > 3;
    switch (random.below(simple ? 7 : 12)) {
      case 0: {
        const name = `v${names++}`;
        const text = `${indent}${random.pick(['int', 'unsigned int', 'u8', 'long', 's64'])} ${name} = ${expression(scope)};\n`;
        scope.integers.push(name);
        return text;
      }
      case 1:
        return scope.integers.length > 0
          ? `${indent}${random.pick(scope.integers)} ${random.pick(['=', '+=', '-=', '^='])} ${expression(scope)};\n`
          : `${indent};\n`;
      case 2:
        return `${indent}${random.pick(['yield', 'schedule', 'preempt_disable', 'preempt_enable', 'cond_resched'])}();\n`;
      case 3:
        return `${indent}${random.pick(['udelay', 'msleep'])}(${1 + random.below(5)});\n`;
      case 4:
        return irqs.length > 0 ? `${indent}raise_irq(${random.pick(irqs)});\n` : `${indent}printk("%d\\n", ${integer(scope)});\n`;
      case 5:
        return scope.mapped.length > 0
          ? `${indent}${random.pick(scope.mapped)}[${random.below(16)}] = ${expression(scope)};\n`
          : `${indent}WARN_ON(${expression(scope)});\n`;
      case 6:
        return scope.loop ? `${indent}${random.pick(['break', 'continue'])};\n` : `${indent}mdelay(1);\n`;
      case 7: {
        const name = `p${names++}`;
        const inner: Scope = { ...scope, integers: [...scope.integers], mapped: [...scope.mapped, name], depth: scope.depth + 1 };
        const body = Array.from({ length: 1 + random.below(3) }, () => statement(inner, `${indent}\t`)).join('');
        const end = wild(0.2) ? '' : `${indent}\tunmap_page(${wild(0.2) ? 'page0' : name});\n`;
        return `${indent}{\n${indent}\tchar *${name} = map_page(${random.pick(pages)});\n${body}${end}${indent}}\n`;
      }
      case 8:
        return `${indent}if (${expression(scope)}) ${block(scope, indent)}`;
      case 9: {
        const name = `i${names++}`;
        const inner: Scope = { ...scope, integers: [...scope.integers, name], loop: true };
        return `${indent}for (int ${name} = 0; ${name} < ${1 + random.below(4)}; ${name}++) ${block(inner, indent)}`;
      }
      case 10:
        return `${indent}switch (${expression(scope)}) {\n${indent}case 1:\n${statement({ ...scope, loop: false, depth: 9 }, `${indent}\t`)}${indent}\tbreak;\n${indent}default:\n${indent}\tbreak;\n${indent}}\n`;
      default:
        return `${indent}assert(${expression(scope)});\n`;
    }
  };
  const body = (scope: Partial<Scope> = {}): string => block({ integers: [], mapped: [], depth: 0, loop: false, ...scope }, '');

  const parts = [
    `machine { cpus = ${1 + random.below(3)}; preempt = ${random.pick(['full', 'none', 'voluntary'])}; mapping = ${random.pick(['kmap_local', 'kmap_temporary', 'split_switch'])}; }\n`,
    ...pages.map((name) => `page ${random.chance(0.2) ? 'low ' : ''}${name} = "some text of ${name}";\n`),
    ...globals.map(
      (name) => `${random.pick(['int', 'static unsigned int', 'u64'])} ${name}${random.chance(0.5) ? ' = 3' : ''};\n`,
    ),
    ...functions.map(
      (name, index) =>
        `static int ${name}(int n)\n{\n\tif (n > 1)\n\t\treturn ${index > 0 ? `helper${index - 1}(n - 1)` : 'n'};\n\treturn ${expression({ integers: ['n'], mapped: [], depth: 0, loop: false })};\n}\n`,
    ),
    ...irqs.map((name) => `irq ${name}(cpu = 0, when = any)\n${body({ depth: 3 })}`),
    ...Array.from({ length: 1 + random.below(3) }, (_, index) => {
      const settings = random.pick(['', '(nice = 3)', '(policy = SCHED_FIFO, prio = 10, cpu = 0)', '(prio = 20)', '(cpu = 1)']);
      return `task task${index}${settings}\n${body()}`;
    }),
    wild(0.3) ? 'expect no_such_outcome;\n' : 'expect clean;\n',
  ];
  return parts.join('\n');
}

const junk = [
  '{',
  '}',
  '(',
  ')',
  ';',
  ',',
  '*',
  '&',
  '->',
  '.',
  '=',
  '"',
  "'",
  '/*',
  '//',
  '#',
  'if',
  'task',
  'int',
  'struct',
  '0',
  '@',
  '\\',
  '\n',
  '\0',
  'é',
  '[',
  ']',
  '?',
  ':',
];

/** Damages a text in one to three places: pieces go away, move, double, or junk comes in. */
export function mutate(random: Random, text: string): string {
  let result = text;
  for (let count = 1 + random.below(3); count > 0; count -= 1) {
    const at = random.below(result.length + 1);
    const length = 1 + random.below(random.chance(0.2) ? 200 : 6);
    const piece = result.slice(at, at + length);
    const [before, after] = [result.slice(0, at), result.slice(at + length)];
    switch (random.below(5)) {
      case 0:
        result = before + after;
        break;
      case 1:
        result = before + piece + piece + after;
        break;
      case 2:
        result = before + random.pick(junk) + piece + after;
        break;
      case 3: {
        const to = random.below(before.length + 1);
        result = before.slice(0, to) + piece + before.slice(to) + after;
        break;
      }
      default:
        result = before + random.pick(junk) + after;
    }
  }
  return result;
}

/** Words and signs of the language in no order at all. */
export function randomWords(random: Random): string {
  const words = [
    ...junk,
    'page',
    'irq',
    'machine',
    'expect',
    'when',
    'on',
    'for',
    'while',
    'do',
    'switch',
    'case',
    'default',
    'else',
    'return',
    'goto',
    'x',
    'y',
    'char',
    'void',
    'typedef',
    'enum',
    'sizeof',
    '++',
    '<<=',
    '...',
    'current',
    'u8',
    '0x',
    '1ms',
    '"a"',
    'static',
    'DEFINE_PER_CPU',
    'container_of',
    'this_cpu_read',
    'schedule',
  ];
  return Array.from({ length: random.below(300) }, () => random.pick(words)).join(random.chance(0.5) ? ' ' : '');
}

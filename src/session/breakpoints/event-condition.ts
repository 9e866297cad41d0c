/**
 * Conditions of event breakpoints: a small expression language over the fields of an event, such as
 * `prev == reader && next_prio < 50`. Names are the event's fields (as in ftrace), `prev`, `next` and `task` for tasks,
 * or the name of a task, interrupt, page or finding, which stands for itself.
 *
 *   or    = and { "||" and }            and     = compare { "&&" compare }
 *   compare = sum [ ("==" | "!=" | "<" | "<=" | ">" | ">=") sum ]
 *   sum   = unary { ("+" | "-" | "&" | "|") unary }    unary = { "!" | "-" } primary
 *   primary = number | "text" | 'c' | name | "(" or ")"
 */
import { EVENT_BREAKPOINTS, type EventBreakpointName, type EventType, type KernelEvent } from '../../kernel/events.ts';

type Value = number | string | TaskValue;
/** A task compares equal to its name and to its pid. */
interface TaskValue {
  comm: string;
  pid: number;
}
type Evaluate = (event: KernelEvent) => Value;

export type EventTest = (event: KernelEvent) => boolean;
export type EventCondition = { ok: true; test: EventTest } | { ok: false; message: string };

/** Fields of every event. */
const COMMON_FIELDS = ['step', 'time', 'cpu', 'pid', 'comm'];
/** Fields of the events that breakpoints are about. Events carry them under the same names. */
const FIELDS: Partial<Record<EventType, readonly string[]>> = {
  sched_switch: ['prev_comm', 'prev_pid', 'prev_prio', 'prev_state', 'next_comm', 'next_pid', 'next_prio'],
  sched_migrate_task: ['task_comm', 'task_pid', 'prio', 'orig_cpu', 'dest_cpu'],
  irq_handler_entry: ['irq', 'name'],
  nmi_entry: [],
  page_fault_kernel: ['address', 'ip', 'error_code'],
  page_fault_user: ['address', 'ip', 'error_code'],
  kmap: ['address', 'pfn', 'slot', 'idx', 'model', 'page'],
  kunmap: ['address', 'slot', 'idx', 'model', 'page'],
  tlb_flush: ['address', 'pfn', 'scope'],
  finding: ['slug', 'headline', 'finding'],
};
/** `prev`, `next` and `task` by event type: prefix of the `_comm` and `_pid` fields ('' is the event's own task). */
const TASKS: Record<string, (type: EventType) => string | undefined> = {
  prev: (type) => (type === 'sched_switch' ? 'prev_' : undefined),
  next: (type) => (type === 'sched_switch' ? 'next_' : undefined),
  task: (type) => (type === 'sched_migrate_task' ? 'task_' : ''),
};

/** The field names that a condition on `group` may use, for messages and completion. */
export function conditionNames(group: EventBreakpointName): string[] {
  const types: readonly EventType[] = EVENT_BREAKPOINTS[group].types;
  const fields = types.flatMap((type) => FIELDS[type] ?? []);
  const tasks = Object.keys(TASKS).filter((name) => types.some((type) => TASKS[name](type) !== undefined));
  return [...new Set([...tasks, ...fields, ...COMMON_FIELDS])];
}

/**
 * Compiles a condition for events of `group`. `isName(name)` says whether a word names something of the program (a
 * task, an interrupt, a page) or the catalogue and so stands for itself.
 */
export function parseEventCondition(text: string, group: EventBreakpointName, isName: (name: string) => boolean): EventCondition {
  const parser = new ConditionParser(text, group, isName);
  const evaluate = parser.parse();
  if (!evaluate) return { ok: false, message: parser.message };
  return { ok: true, test: (event) => truth(evaluate(event)) };
}

const NESTING_MAX = 50;
const TOKEN = /\s*(?:(0[xX][0-9a-fA-F]+|\d+)|([A-Za-z_]\w*)|"([^"]*)"|'([^']*)'|(\|\||&&|==|!=|<=|>=|[<>!()+\-&|]))/y;

class ConditionParser {
  message = '';
  readonly #text: string;
  readonly #names: string[];
  readonly #group: EventBreakpointName;
  readonly #isName: (name: string) => boolean;
  #position = 0;
  #token: { kind: 'number' | 'name' | 'text' | 'operator' | 'end'; text: string } = { kind: 'end', text: '' };
  #depth = 0;

  constructor(text: string, group: EventBreakpointName, isName: (name: string) => boolean) {
    this.#text = text;
    this.#group = group;
    this.#names = conditionNames(group);
    this.#isName = isName;
  }

  parse(): Evaluate | undefined {
    if (!this.#next()) return undefined;
    const result = this.#or();
    if (!result) return undefined;
    if (this.#token.kind !== 'end') return this.#fail(`'${this.#token.text}' is not expected here`);
    return result;
  }

  #fail(message: string): undefined {
    if (!this.message) this.message = `condition '${this.#text.trim()}': ${message}`;
    return undefined;
  }

  /** Reads the next token; false when there is none that the language knows. */
  #next(): boolean {
    if (this.#text.slice(this.#position).trim() === '') {
      this.#token = { kind: 'end', text: 'the end' };
      return true;
    }
    TOKEN.lastIndex = this.#position;
    const match = TOKEN.exec(this.#text);
    if (!match) {
      this.#fail(`'${this.#text.slice(this.#position).trim()[0]}' is not part of a condition`);
      return false;
    }
    this.#position = TOKEN.lastIndex;
    if (match[1] !== undefined) this.#token = { kind: 'number', text: match[1] };
    else if (match[2] !== undefined) this.#token = { kind: 'name', text: match[2] };
    else if (match[3] !== undefined) this.#token = { kind: 'text', text: match[3] };
    else if (match[4] !== undefined) this.#token = { kind: 'text', text: match[4] };
    else this.#token = { kind: 'operator', text: match[5] };
    return true;
  }

  /** Takes an operator out of `choices` if it comes next; undefined if not, or if what follows is unreadable. */
  #take(choices: readonly string[]): string | undefined {
    if (this.#token.kind !== 'operator' || !choices.includes(this.#token.text)) return undefined;
    const operator = this.#token.text;
    return this.#next() ? operator : undefined;
  }

  #binary(operand: () => Evaluate | undefined, choices: readonly string[], once = false): Evaluate | undefined {
    let left = operand();
    while (left) {
      const operator = this.#take(choices);
      if (!operator) break;
      const right = operand();
      if (!right) return undefined;
      left = combine(operator, left, right);
      if (once) break;
    }
    return this.message ? undefined : left;
  }

  #or = (): Evaluate | undefined => this.#binary(this.#and, ['||']);
  #and = (): Evaluate | undefined => this.#binary(this.#compare, ['&&']);
  #compare = (): Evaluate | undefined => this.#binary(this.#sum, ['==', '!=', '<=', '>=', '<', '>'], true);
  #sum = (): Evaluate | undefined => this.#binary(this.#unary, ['+', '-', '&', '|']);
  #unary = (): Evaluate | undefined => {
    if (++this.#depth > NESTING_MAX) return this.#fail('it nests too deeply');
    const operator = this.#take(['!', '-']);
    const operand = operator ? this.#unary() : this.#primary();
    this.#depth--;
    if (!operator || !operand) return operand;
    return operator === '!' ? (event) => Number(!truth(operand(event))) : (event) => -toNumber(operand(event));
  };

  #primary(): Evaluate | undefined {
    const token = this.#token;
    if (token.kind === 'operator' && token.text === '(') {
      if (!this.#next()) return undefined;
      const inner = this.#or();
      if (!inner) return undefined;
      return this.#take([')']) ? inner : this.#fail("expected ')'");
    }
    if (token.kind === 'end' || token.kind === 'operator')
      return this.#fail(`expected a name or a number before ${quoted(token)}`);
    if (!this.#next()) return undefined;
    if (token.kind === 'number') return constant(Number(token.text));
    if (token.kind === 'text') return constant(token.text);
    return this.#name(token.text);
  }

  #name(name: string): Evaluate | undefined {
    if (this.#names.includes(name)) {
      const prefixOf = TASKS[name];
      if (prefixOf) {
        return (event) => {
          const prefix = prefixOf(event.type) ?? '';
          return { comm: String(fieldOf(event, `${prefix}comm`)), pid: Number(fieldOf(event, `${prefix}pid`)) };
        };
      }
      return (event) => fieldOf(event, name);
    }
    if (this.#isName(name)) return constant(name);
    const label = EVENT_BREAKPOINTS[this.#group].label;
    return this.#fail(`'${name}' is no field of '${label}' and nothing in the program; fields are ${this.#names.join(', ')}`);
  }
}

function quoted(token: { kind: string; text: string }): string {
  return token.kind === 'end' ? token.text : `'${token.text}'`;
}

function constant(value: Value): Evaluate {
  return () => value;
}

function fieldOf(event: KernelEvent, name: string): Value {
  const value: unknown = (event as unknown as Record<string, unknown>)[name];
  return typeof value === 'number' || typeof value === 'string' ? value : 0;
}

function toNumber(value: Value): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? Number(value) || 0 : value.pid;
}

function truth(value: Value): boolean {
  return typeof value === 'number' ? value !== 0 : typeof value === 'string' ? value !== '' : true;
}

function same(left: Value, right: Value): boolean {
  if (typeof left === 'object' && typeof right === 'object') return left.pid === right.pid;
  if (typeof left === 'object') return typeof right === 'number' ? left.pid === right : left.comm === right;
  if (typeof right === 'object') return same(right, left);
  return typeof left === typeof right ? left === right : toNumber(left) === toNumber(right);
}

function combine(operator: string, left: Evaluate, right: Evaluate): Evaluate {
  switch (operator) {
    case '||':
      return (event) => Number(truth(left(event)) || truth(right(event)));
    case '&&':
      return (event) => Number(truth(left(event)) && truth(right(event)));
    case '==':
      return (event) => Number(same(left(event), right(event)));
    case '!=':
      return (event) => Number(!same(left(event), right(event)));
    case '<':
      return (event) => Number(toNumber(left(event)) < toNumber(right(event)));
    case '<=':
      return (event) => Number(toNumber(left(event)) <= toNumber(right(event)));
    case '>':
      return (event) => Number(toNumber(left(event)) > toNumber(right(event)));
    case '>=':
      return (event) => Number(toNumber(left(event)) >= toNumber(right(event)));
    case '+':
      return (event) => toNumber(left(event)) + toNumber(right(event));
    case '-':
      return (event) => toNumber(left(event)) - toNumber(right(event));
    case '&':
      return (event) => toNumber(left(event)) & toNumber(right(event));
    default:
      return (event) => toNumber(left(event)) | toNumber(right(event));
  }
}

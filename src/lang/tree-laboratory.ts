/** Nodes of the laboratory's declarations. See `tree.ts`. */
import type { Range } from './source.ts';
import type { VariableSymbol } from './symbols.ts';
import type { BlockStatement } from './tree.ts';
import type { Expression, StringLiteral } from './tree-expressions.ts';

export type SettingValue =
  | { kind: 'name'; name: string }
  | { kind: 'number'; value: number; unit?: TimeUnit }
  | { kind: 'string'; value: string };
export type TimeUnit = 'ns' | 'us' | 'ms';
export interface Setting extends Range {
  name: string;
  nameRange: Range;
  value: SettingValue;
  valueRange: Range;
}
/** `machine { cpus = 2; ... }` */
export interface MachineDeclaration extends Range {
  kind: 'machine';
  settings: Setting[];
}
/** `page x = "text";`, `page low y`, `user page z = "text" absent;`, `page letter[2] = { ... };` */
export interface PageDeclaration extends Range {
  kind: 'page';
  name: string;
  nameRange: Range;
  low: boolean;
  user: boolean;
  absent: boolean;
  /** Undefined: a single page. */
  count?: Expression;
  contents: StringLiteral[];
  symbol?: VariableSymbol;
}
/** `task writer(policy = SCHED_FIFO, prio = 10, cpu = 0) { ... }`, `user task ...` */
export interface TaskDeclaration extends Range {
  kind: 'task';
  name: string;
  nameRange: Range;
  user: boolean;
  parameters: Setting[];
  body: BlockStatement;
  doc: string;
}
/** `irq nic(cpu = 0, when = any) { ... }`, also `nmi` */
export interface IrqDeclaration extends Range {
  kind: 'irq';
  name: string;
  nameRange: Range;
  nmi: boolean;
  parameters: Setting[];
  body: BlockStatement;
  doc: string;
}
/** One entry of a schedule: `irq nic at FUNCTION "label" 2;` */
export interface ScheduleEntry extends Range {
  what:
    | { kind: 'irq'; name: string; range: Range }
    | { kind: 'run'; cpu: number; range: Range }
    | { kind: 'switch'; task: string; range: Range };
  /** Before the n-th hit (from 1) of this anchor, on the CPU where it is hit (or `cpu`). */
  at: { function: string; label?: string; line?: number; hit: number; range: Range; cpu?: number };
}
export interface ScheduleDeclaration extends Range {
  kind: 'schedule';
  name: string;
  nameRange: Range;
  entries: ScheduleEntry[];
}
/** `expect slot_busy when mapping == kmap_temporary on torvalds;` */
export interface ExpectDeclaration extends Range {
  kind: 'expect';
  outcome: string;
  outcomeRange: Range;
  /** Condition over settings; undefined: always. */
  when?: Expression;
  on: { kind: 'default' } | { kind: 'any' } | { kind: 'schedule'; name: string; range: Range };
}
export interface ErrorDeclaration extends Range {
  kind: 'error';
}

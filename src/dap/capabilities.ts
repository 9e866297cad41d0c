/** What the adapter says it can do. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { EVENT_BREAKPOINTS, type EventBreakpointName } from '../kernel/events.ts';
import { EVENT_NAMES } from './launch-arguments.ts';

/** Findings stop a run unless somebody unticks them; the other events only when ticked. */
const ON_BY_DEFAULT: readonly EventBreakpointName[] = ['warn', 'bug', 'sanitizer', 'lockdep'];

const DESCRIPTIONS: Record<EventBreakpointName, string> = {
  context_switch: 'Stop when a CPU changes from one task to another.',
  preemption: 'Stop when a task that could have run on is switched out.',
  migration: 'Stop when a task changes its CPU.',
  interrupt: 'Stop when an interrupt or NMI begins.',
  softirq: 'Stop when the handler of a softirq begins.',
  fault: 'Stop at page faults.',
  map: 'Stop when a page is mapped.',
  unmap: 'Stop when a mapping is removed.',
  tlb_flush: 'Stop when translations are dropped from a TLB.',
  lock_contention: 'Stop when a task has to wait for a lock.',
  boost: 'Stop when priority inheritance changes the priority of a task.',
  warn: 'Stop at warnings of the kernel.',
  bug: 'Stop at BUG, oops and panic.',
  sanitizer: 'Stop when the emulator sees an access that the kernel does not notice.',
  lockdep: 'Stop at reports of lockdep: order of locks, wait contexts, interrupts, balance.',
};

const CONDITIONS: Partial<Record<EventBreakpointName, string>> = {
  context_switch: 'for example: prev == reader && next_prio < 50',
  preemption: 'for example: prev == reader',
  migration: 'for example: task == writer && dest_cpu == 1',
  interrupt: 'for example: name == nic && cpu == 0',
  map: 'for example: page == letter && slot > 0',
  unmap: 'for example: task == writer',
  lock_contention: 'for example: name == m && task == high',
  boost: 'for example: task_comm == low',
  softirq: 'for example: action == NET_RX',
};

export function eventFilters(): DebugProtocol.ExceptionBreakpointsFilter[] {
  return EVENT_NAMES.map((name) => ({
    filter: name,
    label: EVENT_BREAKPOINTS[name].label,
    description: DESCRIPTIONS[name],
    default: ON_BY_DEFAULT.includes(name),
    supportsCondition: true,
    conditionDescription: CONDITIONS[name] ?? 'an expression over the fields of the event',
  }));
}

export function capabilities(): DebugProtocol.Capabilities {
  return {
    supportsConfigurationDoneRequest: true,
    supportsFunctionBreakpoints: true,
    supportsConditionalBreakpoints: true,
    supportsHitConditionalBreakpoints: true,
    supportsLogPoints: true,
    supportsDataBreakpoints: true,
    supportsInstructionBreakpoints: true,
    supportsExceptionFilterOptions: true,
    exceptionBreakpointFilters: eventFilters(),
    supportsExceptionInfoRequest: true,
    supportsEvaluateForHovers: true,
    supportsStepBack: true,
    supportsSetVariable: true,
    supportsSetExpression: true,
    supportsReadMemoryRequest: true,
    supportsWriteMemoryRequest: true,
    supportsDisassembleRequest: true,
    supportsSteppingGranularity: true,
    supportsLoadedSourcesRequest: true,
    supportsBreakpointLocationsRequest: true,
    supportsCompletionsRequest: true,
    supportsRestartRequest: true,
    supportsTerminateRequest: true,
    supportsValueFormattingOptions: false,
    supportsExceptionOptions: false,
    supportsGotoTargetsRequest: false,
    supportsRestartFrame: false,
    supportsModulesRequest: false,
  };
}

/** Looking at a stopped machine: threads, stacks, scopes, variables, expressions, what a stop means. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { findingEntry, findingLink } from '../../kernel/catalogue.ts';
import type { CompletionEntry, EvaluateResult, Frame, ScopeName, TaskInfo, Variable } from '../../session/api.ts';
import { hex } from '../../util/bits.ts';
import { RequestError } from '../arguments.ts';
import type { AdapterContext, Handlers } from '../context.ts';
import { toInstructionReference } from '../instruction-reference.ts';
import { CustomEvent } from '../protocol.ts';

/** Scopes that take long to look through stay folded. */
const EXPENSIVE: readonly ScopeName[] = ['globals'];
const COMPLETION_TYPES: Record<CompletionEntry['kind'], DebugProtocol.CompletionItemType> = {
  variable: 'variable',
  field: 'field',
  function: 'function',
  constant: 'value',
  text: 'text',
};
/** `x = 5`, but not `x == 5` and not `x <= 5`. */
const ASSIGNMENT = /^([^=!<>]*[^=!<>+\-*/%&|^])=(?!=)(.*)$/s;

export const inspectRequests: Handlers = {
  threads(context) {
    const tasks = context.running.tasks().filter((task) => !task.exited && !task.dormant);
    return { body: { threads: tasks.map((task) => ({ id: task.pid, name: threadName(task) })) } };
  },

  stackTrace(context, args) {
    const session = context.stopped;
    const frames = session.frames(args.integer('threadId'));
    const start = args.optionalInteger('startFrame', 0) ?? 0;
    const levels = args.optionalInteger('levels', 0) || frames.length;
    // After a fault a person wants to see where it happened, not the kernel's way into its handler.
    const faulty = session.stop.reason === 'finding' ? frames.findIndex((frame) => frame.kind !== 'exception') : 0;
    const stackFrames = frames
      .slice(start, start + levels)
      .map((frame, index) => toStackFrame(context, frame, start + index < faulty));
    return { body: { stackFrames, totalFrames: frames.length } };
  },

  scopes(context, args) {
    const scopes = context.stopped.scopes(args.integer('frameId'));
    return {
      body: {
        scopes: scopes.map((scope) => ({
          name: scope.label,
          variablesReference: scope.reference,
          expensive: EXPENSIVE.includes(scope.name),
          ...(scope.name === 'locals' && { presentationHint: 'locals' }),
        })),
      },
    };
  },

  variables(context, args) {
    const reference = args.integer('variablesReference');
    const filter = args.has('filter') ? args.oneOf('filter', ['indexed', 'named']) : undefined;
    const children = context.stopped.children(
      reference,
      args.optionalInteger('start', 0),
      args.optionalInteger('count', 0) || undefined,
    );
    const chosen = filter ? children.filter((child) => child.name.startsWith('[') === (filter === 'indexed')) : children;
    return { body: { variables: chosen.map(toVariable) } };
  },

  evaluate(context, args) {
    const session = context.stopped;
    const expression = args.string('expression');
    const frameId = args.optionalInteger('frameId');
    const assignment = args.optionalString('context') === 'repl' ? ASSIGNMENT.exec(expression) : null;
    const result = assignment
      ? session.assign(assignment[1].trim(), assignment[2].trim(), frameId)
      : session.evaluate(expression, frameId);
    context.flushLog();
    const variable = variableOf(result);
    return {
      body: {
        result: variable.value,
        type: variable.type,
        variablesReference: variable.reference,
        namedVariables: variable.named,
        indexedVariables: variable.indexed,
        memoryReference: memoryReference(variable),
      },
      afterwards: () => {
        if (assignment) announceMove(context);
      },
    };
  },

  setVariable(context, args) {
    const session = context.stopped;
    const result = session.setVariable(args.integer('variablesReference'), args.string('name'), args.string('value'));
    return changed(context, result);
  },

  setExpression(context, args) {
    const session = context.stopped;
    return changed(context, session.assign(args.string('expression'), args.string('value'), args.optionalInteger('frameId')));
  },

  completions(context, args) {
    const text = args.string('text');
    const column = args.integer('column', 0);
    const typed = text.slice(0, context.fromClientColumn(column) - 1);
    const word = /\w*$/.exec(typed)?.[0] ?? '';
    const entries = context.stopped.complete(typed, args.optionalInteger('frameId'));
    const targets = entries.map((entry) => ({
      label: entry.label,
      detail: entry.detail,
      type: COMPLETION_TYPES[entry.kind],
      start: context.toClientColumn(typed.length - word.length + 1),
      length: word.length,
    }));
    return { body: { targets } };
  },

  exceptionInfo(context) {
    const { finding } = context.stopped.stop;
    if (!finding) throw new RequestError('the machine did not stop at a finding, so there is nothing to explain');
    const entry = findingEntry(finding.slug);
    return {
      body: {
        exceptionId: finding.slug,
        description: `${finding.headline}\n\n${entry.title}. ${entry.explanation}`,
        breakMode: 'always',
        details: {
          message: finding.detail || finding.headline,
          typeName: entry.title,
          fullTypeName: `${finding.kind}: ${finding.slug} (${finding.reference})`,
          stackTrace: `Read more: ${findingLink(entry)}`,
        },
      },
    };
  },
};

/** `reader (100): running on CPU 0`; idle tasks have no number of their own. */
function threadName({ comm, pid, idle, state }: TaskInfo): string {
  return `${comm}${idle ? '' : ` (${pid})`}: ${state}`;
}

function toStackFrame(context: AdapterContext, frame: Frame, passedOver: boolean): DebugProtocol.StackFrame {
  const { location } = frame;
  const source = location && context.source(location.uri);
  if (source && passedOver) source.presentationHint = 'deemphasize';
  return {
    id: frame.id,
    name: frame.kind === 'function' || frame.kind === 'task' ? frame.function : `${frame.function} (${frame.kind})`,
    ...(location ? { source, ...context.range(location) } : { line: 0, column: 0 }),
    ...(location ? {} : { presentationHint: 'subtle' as const }),
    ...(frame.pc >= 0 && { instructionPointerReference: toInstructionReference(frame.pc) }),
  };
}

function memoryReference(variable: Variable): string | undefined {
  return variable.address === undefined ? undefined : hex(variable.address);
}

function toVariable(variable: Variable): DebugProtocol.Variable {
  return {
    name: variable.name,
    value: variable.value,
    type: variable.type,
    variablesReference: variable.reference,
    namedVariables: variable.named,
    indexedVariables: variable.indexed,
    evaluateName: variable.expression,
    memoryReference: memoryReference(variable),
    ...(variable.readOnly && { presentationHint: { attributes: ['readOnly'] } }),
  };
}

/** @throws RequestError with the reason why there is no value. */
function variableOf(result: EvaluateResult): Variable {
  if (!result.ok) throw new RequestError(result.message);
  return result.variable;
}

/** The answer to a change: the new value; what else depends on it must be read anew. */
function changed(context: AdapterContext, result: EvaluateResult) {
  context.flushLog();
  const variable = variableOf(result);
  return {
    body: {
      value: variable.value,
      type: variable.type,
      variablesReference: variable.reference,
      namedVariables: variable.named,
      indexedVariables: variable.indexed,
    },
    afterwards: () => announceMove(context),
  };
}

/** Tells the client and our views that what they show is out of date, though nothing ran. */
export function announceMove(context: AdapterContext): void {
  const session = context.running;
  if (context.readsInvalidated) context.send('invalidated', { areas: ['variables'] });
  context.send(CustomEvent.moved, { step: session.step, time: session.time });
}

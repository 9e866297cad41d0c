/** One function, task or irq body to code and debug info. */
import type { ImageFunction } from '../../machine/bytecode.ts';
import { Op } from '../../machine/bytecode.ts';
import type { FunctionDebugInfo, LocalInfo } from '../debug-info.ts';
import { diagnosticCatalogue } from '../diagnostic-catalogue.ts';
import { type Limit, limits } from '../limits.ts';
import { LineIndex } from '../line-index.ts';
import type { Range } from '../source.ts';
import type { BlockStatement, VariableSymbol } from '../tree.ts';
import type { Type } from '../types.ts';
import { uncertainReads } from './assigned.ts';
import type { FunctionContext, PlacedLocal, ProgramContext } from './context.ts';
import { Frame, frameWordOfRegister } from './frame.ts';
import { store } from './lvalue.ts';
import { containsEntry, containsLabel } from './reach.ts';
import { begin, emitReturn, leaveScope, statement } from './statement.ts';
import { byteSize, registerWords } from './type-facts.ts';

/** A body to compile, whatever it was declared as. */
export interface FunctionSource extends Range {
  name: string;
  nameRange: Range;
  kind: FunctionDebugInfo['kind'];
  index: number;
  source: number;
  parameters: readonly VariableSymbol[];
  returns: Type;
  asmlinkage: boolean;
  userMode: boolean;
  body: BlockStatement;
  doc: string;
  tags: ReadonlyMap<number, readonly string[]>;
}

export function compileFunction(program: ProgramContext, f: FunctionSource): { image: ImageFunction; debug: FunctionDebugInfo } {
  const { emitter } = program;
  const uncertain = uncertainReads(f.body);
  const frame = new Frame();
  const lines = new LineIndex(program.sources[f.source].text);
  const context: FunctionContext = {
    program,
    emitter,
    frame,
    index: f.index,
    name: f.name,
    source: f.source,
    returns: f.returns,
    asmlinkage: f.asmlinkage,
    userMode: f.userMode,
    places: new Map(),
    locals: [],
    loopStarts: [],
    hasLabels: containsLabel(f.body),
    flags: flagsFor(uncertain),
    uncertain,
    labels: new Map(),
    jumps: [],
    cases: new Map(),
    tags: f.tags,
    lineOf: (offset) => lines.lineOf(offset),
  };
  const entry = emitter.here;
  const firstStatement = emitter.statements.length;
  emitter.reachable = true;
  emitter.jumpTooLong = false;
  const argumentWords = placeParameters(context, f.parameters);
  placeFlags(context, f.body);
  const scope = frame.enter();
  for (const inner of f.body.body) statement(context, inner);
  if (emitter.reachable) finishBody(context, f);
  leaveScope(context, scope, 0);
  emitter.closeStatements(firstStatement);
  const frameWords = frame.finish(emitter);
  const end = emitter.here;
  reportLimits(context, f);
  return {
    image: { name: f.name, entry, end, argumentWords, frameWords },
    debug: {
      name: f.name,
      index: f.index,
      entry,
      end,
      kind: f.kind,
      returns: f.returns,
      locals: context.locals.map((local) => localInfo(context, local, f.source)),
      span: { source: f.source, start: f.start, end: f.end },
      nameSpan: { source: f.source, ...f.nameRange },
      doc: f.doc,
    },
  };
}

/** A flag for each local that is read uncertainly; its register is chosen when the parameters have theirs. */
function flagsFor(uncertain: FunctionContext['uncertain']): Map<VariableSymbol, number> {
  const flags = new Map<VariableSymbol, number>();
  for (const read of uncertain) if (read.symbol?.kind === 'variable') flags.set(read.symbol, 0);
  return flags;
}

/** Flags begin as "not set" where a jump could pass the declaration that clears them. */
function placeFlags(context: FunctionContext, body: BlockStatement): void {
  const clear = context.flags.size > 0 && containsEntry(body, true);
  for (const symbol of context.flags.keys()) {
    const flag = context.frame.variable(1);
    context.flags.set(symbol, flag);
    if (clear) context.emitter.loadConstant(flag, 0);
  }
}

/** Parameters arrive in the first registers. A small one whose address is taken is copied to frame memory, as its bytes count. */
function placeParameters(context: FunctionContext, parameters: readonly VariableSymbol[]): number {
  const { emitter, frame } = context;
  let words = 0;
  const copied: { symbol: VariableSymbol; register: number }[] = [];
  for (const symbol of parameters) {
    const register = frame.variable(registerWords(symbol.type));
    words += registerWords(symbol.type);
    if (symbol.addressTaken && byteSize(symbol.type) < 4) copied.push({ symbol, register });
    else place(context, symbol, { kind: 'register', register });
  }
  for (const { symbol, register } of copied) {
    const word = frame.memory(4);
    const mark = frame.mark();
    store(context, { kind: 'frame', word, offset: 0 }, symbol.type, register);
    frame.release(mark);
    place(context, symbol, { kind: 'memory', word });
  }
  const start = emitter.here;
  for (const local of context.locals) local.start = start;
  return words;
}

function place(context: FunctionContext, symbol: VariableSymbol, where: PlacedLocal['place']): void {
  context.places.set(symbol, where);
  context.locals.push({ symbol, place: where, start: context.emitter.here, end: -1, setFrom: undefined });
}

/** The closing brace: a place to stop at, and the return that was not written. */
function finishBody(context: FunctionContext, f: FunctionSource): void {
  const { emitter, frame } = context;
  begin(context, { start: Math.max(f.body.start, f.body.end - 1), end: f.body.end });
  if (f.returns.kind === 'void' || f.asmlinkage) {
    emitReturn(context, undefined);
    return;
  }
  const zero = frame.temporary(2);
  emitter.loadConstant(zero, 0);
  emitter.emit(Op.MOV, zero + 1, zero);
  emitReturn(context, zero);
}

function localInfo(context: FunctionContext, local: PlacedLocal, source: number): LocalInfo {
  const { symbol, place: where } = local;
  return {
    name: symbol.name,
    type: symbol.type,
    frameWord: where.kind === 'register' ? frameWordOfRegister(where.register) : context.frame.frameWordOfMemory(where.word),
    parameter: symbol.storage.kind === 'parameter',
    wholeWords: where.kind === 'register',
    ...(local.setFrom === undefined ? {} : { setFrom: local.setFrom < 0 ? local.end : local.setFrom }),
    start: local.start,
    end: local.end,
    declaredAt: { source, ...symbol.declaredAt },
  };
}

function reportLimits(context: FunctionContext, f: FunctionSource): void {
  const { program, frame, emitter } = context;
  const report = (limit: Limit) =>
    program.report({
      code: diagnosticCatalogue.limit.code,
      severity: 'error',
      uri: program.sources[f.source].uri,
      range: f.nameRange,
      message: limit.message,
    });
  if (frame.tooManyRegisters) report(limits.registers);
  if (frame.tooMuchMemory) report(limits.frameMemory);
  if (emitter.jumpTooLong) report(limits.jump);
}

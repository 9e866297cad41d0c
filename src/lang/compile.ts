/**
 * From the checked program to bytecode and debug information. Functions come in the order of the sources; one pass over
 * each body emits its code (`codegen/`), addresses of data are known before, as the data segment has a fixed place.
 */
import { DATA_BASE, type Image } from '../machine/bytecode.ts';
import type { CheckedFunction, CheckedProgram } from './checked-program.ts';
import type { ProgramContext } from './codegen/context.ts';
import { DataSegment } from './codegen/data.ts';
import { Emitter } from './codegen/emitter.ts';
import { compileFunction, type FunctionSource } from './codegen/function.ts';
import { initialiseStatic } from './codegen/initialise.ts';
import { byteSize } from './codegen/type-facts.ts';
import type { DebugInfo, FunctionDebugInfo, GlobalInfo } from './debug-info.ts';
import { diagnosticCatalogue } from './diagnostic-catalogue.ts';
import type { Diagnostic } from './diagnostics.ts';
import type { LanguageEnvironment } from './environment.ts';
import { type Limit, limits } from './limits.ts';
import { LineIndex } from './line-index.ts';
import type { FunctionSymbol } from './tree.ts';

export interface CompiledProgram {
  image: Image;
  debug: DebugInfo;
  /** Limits of the machine that a function exceeds. With one of severity error the image must not run. */
  diagnostics: Diagnostic[];
}

/** Compiles a program without errors. */
export function compileProgram(program: CheckedProgram, environment: LanguageEnvironment): CompiledProgram {
  const emitter = new Emitter();
  const data = new DataSegment();
  const diagnostics: Diagnostic[] = [];
  const context: ProgramContext = {
    emitter,
    data,
    environment,
    sources: program.sources,
    ...functionFinder(program.functions),
    intrinsicIndex: new Map(environment.intrinsics.map((intrinsic, index) => [intrinsic.name, index])),
    report: (diagnostic) => diagnostics.push(diagnostic),
  };
  const globals = placeVariables(program, context);
  const functions: FunctionDebugInfo[] = [];
  const image: Image['functions'] = [];
  program.functions.forEach((f, index) => {
    const compiled = compileFunction(context, functionSource(program, f, index));
    image.push(compiled.image);
    functions.push(compiled.debug);
  });
  return {
    image: {
      code: Int32Array.from(emitter.code),
      functions: image,
      variables: data.variables,
      data: data.data,
      perCpuData: data.perCpuData,
    },
    debug: {
      sources: program.sources.map(({ uri, text }) => ({ uri, text, lineStarts: new LineIndex(text).starts })),
      statements: emitter.statements,
      functions,
      globals,
    },
    diagnostics,
  };
}

function functionFinder(functions: readonly CheckedFunction[]): Pick<ProgramContext, 'functionIndex' | 'functionNamed'> {
  const bySymbol = new Map<FunctionSymbol, number>();
  const byName = new Map<string, { index: number; symbol: FunctionSymbol }>();
  functions.forEach(({ symbol, kind }, index) => {
    bySymbol.set(symbol, index);
    const callable = kind === 'function' || kind === 'syscall';
    if (callable && !byName.has(symbol.name)) byName.set(symbol.name, { index, symbol });
  });
  return {
    functionIndex: (symbol) => bySymbol.get(symbol) ?? byName.get(symbol.name)?.index,
    functionNamed: (name) => byName.get(name),
  };
}

/** Gives every variable and page its place and initial bytes. */
function placeVariables(program: CheckedProgram, context: ProgramContext): GlobalInfo[] {
  const globals: GlobalInfo[] = [];
  let page = 0;
  for (const { symbol, source, count } of program.pages) {
    const { offset } = context.data.place(symbol, symbol.name);
    globals.push({
      name: symbol.name,
      type: symbol.type,
      storage: 'page',
      offset: page,
      address: (DATA_BASE + offset) | 0,
      declaredAt: { source, ...symbol.declaredAt },
    });
    page += count;
  }
  const full = new Set<Limit>();
  for (const { symbol, source } of program.globals) {
    const place = context.data.place(symbol, symbol.name);
    const limit = place.perCpu ? limits.perCpuData : limits.staticData;
    if (place.offset + byteSize(symbol.type) > limit.max && !full.has(limit)) {
      full.add(limit);
      const { uri } = program.sources[source];
      context.report({
        code: diagnosticCatalogue.limit.code,
        severity: 'error',
        uri,
        range: symbol.declaredAt,
        message: limit.message,
      });
    }
    const storage = place.perCpu ? 'perCpu' : 'static';
    const { offset } = place;
    const address = place.perCpu ? offset : (DATA_BASE + offset) | 0;
    globals.push({
      name: symbol.name,
      type: symbol.type,
      storage,
      offset,
      address,
      declaredAt: { source, ...symbol.declaredAt },
    });
  }
  for (const { symbol, initializer } of program.globals) {
    const place = context.data.placeOf(symbol);
    if (initializer && place) initialiseStatic(context, place, symbol.type, initializer);
  }
  return globals;
}

function functionSource(program: CheckedProgram, f: CheckedFunction, index: number): FunctionSource {
  const { declaration, symbol, source } = f;
  return {
    name: symbol.name,
    nameRange: declaration.nameRange,
    start: declaration.start,
    end: declaration.end,
    kind: f.kind,
    index,
    source,
    parameters: f.parameters,
    returns: symbol.type.returns,
    asmlinkage: declaration.kind === 'function' && declaration.specifiers.includes('asmlinkage'),
    userMode: declaration.kind === 'task' && declaration.user,
    body: declaration.body ?? { kind: 'block', body: [], start: declaration.end, end: declaration.end },
    doc: declaration.doc,
    tags: program.files[source].tags,
  };
}

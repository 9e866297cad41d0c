/**
 * Checks a program: all files together, so that the order of declarations does not matter. Names first, then types, then
 * functions and variables, then bodies; the tree is filled in place. Total: a faulty text gives a partial program and diagnostics.
 */
import type { CheckContext } from './check-context.ts';
import { report } from './check-context.ts';
import type { CheckedFunction, CheckedProgram, CheckedVariable } from './checked-program.ts';
import { checkGlobal, declareFunction, declareGlobal, registerTypes, resolveTypes } from './checker-declarations.ts';
import { checkFunctionBody } from './checker-functions.ts';
import { checkExpect, checkIrqSettings, checkParameters, checkSchedule, declareBody, declarePage } from './checker-laboratory.ts';
import { checkTaskSettings } from './checker-tasks.ts';
import type { Diagnostic } from './diagnostics.ts';
import type { LanguageEnvironment } from './environment.ts';
import { defineEnvironment } from './environment-names.ts';
import { irqParameters, taskParameters } from './laboratory-settings.ts';
import { limits } from './limits.ts';
import { ProgramScope } from './program-scope.ts';
import { Reporter } from './reporter.ts';
import type { Source } from './source.ts';
import type { Declaration, FunctionSymbol, SourceFile } from './tree.ts';

export interface ParsedSource {
  source: Source;
  file: SourceFile;
}

interface FileWork extends ParsedSource {
  c: CheckContext;
}

type BodySymbols = Map<Declaration, FunctionSymbol>;

export function checkProgram(
  files: readonly ParsedSource[],
  environment: LanguageEnvironment,
): { program: CheckedProgram; diagnostics: Diagnostic[] } {
  const sources = files.map(({ source }) => source);
  const scope = new ProgramScope(
    environment,
    sources.map(({ uri }) => uri),
  );
  const intrinsicTypes = defineEnvironment(scope);
  const work = files.map(({ source, file }, index): FileWork => {
    const c: CheckContext = {
      program: scope,
      source: index,
      role: source.role,
      text: source.text,
      reporter: new Reporter(source.uri),
      skippedNames: file.skippedNames,
      faulty: file.faulty,
      unknownNames: new Set(),
      used: new Set(),
    };
    return { source, file, c };
  });
  const program: CheckedProgram = {
    sources,
    files: files.map(({ file }) => file),
    ...{ functions: [], globals: [], structs: [], pages: [], tasks: [], irqs: [], schedules: [], expects: [], machine: [] },
    names: scope,
    intrinsicTypes,
  };

  for (const { c, file } of work) registerTypes(c, file);
  for (const { c, file } of work) resolveTypes(c, file);
  scope.runLater();
  const bodies: BodySymbols = new Map();
  for (const { c, file } of work) declareAll(c, file, program, bodies);
  for (const { c, file } of work) checkAll(c, file, program, bodies);
  checkLaboratory(work, program);
  checkUses(work, scope);
  program.structs = scope.structs.all();
  return { program, diagnostics: work.flatMap(({ c }) => c.reporter.diagnostics) };
}

function declareAll(c: CheckContext, file: SourceFile, program: CheckedProgram, bodies: BodySymbols): void {
  let lines = program.irqs.length;
  for (const declaration of file.declarations) {
    const laboratory = ['machine', 'page', 'task', 'irq', 'schedule', 'expect'].includes(declaration.kind);
    if (laboratory && c.role !== 'program') {
      const range = 'nameRange' in declaration ? declaration.nameRange : { start: declaration.start, end: declaration.start + 1 };
      report(
        c,
        'notInKernel',
        range,
        `'${declaration.kind}' belongs into the program, not into ${c.role === 'model' ? 'a mapping model' : 'kernel source'}`,
      );
    }
    switch (declaration.kind) {
      case 'function':
        declareFunction(c, declaration);
        break;
      case 'variable':
        declareGlobal(c, declaration);
        break;
      case 'page': {
        const page = declarePage(c, declaration);
        if (page) program.pages.push(page);
        break;
      }
      case 'task':
      case 'irq': {
        const line = declaration.kind === 'irq' && !declaration.nmi ? lines : -1;
        if (line >= 0) lines += 1;
        const symbol = declareBody(c, declaration, line);
        if (symbol) bodies.set(declaration, symbol);
        break;
      }
      case 'machine':
        program.machine.push(...declaration.settings);
        break;
      case 'schedule':
        program.schedules.push({ declaration, source: c.source });
        break;
      case 'expect':
        program.expects.push({ declaration, source: c.source });
        break;
    }
  }
}

/** Initialisers and bodies, in the order of the text. */
function checkAll(c: CheckContext, file: SourceFile, program: CheckedProgram, bodies: BodySymbols): void {
  const statics: CheckedVariable[] = [];
  const body = (
    kind: CheckedFunction['kind'],
    symbol: FunctionSymbol,
    declaration: CheckedFunction['declaration'],
  ): CheckedFunction => {
    const checked = checkFunctionBody(c, kind, symbol, declaration, statics);
    program.functions.push(checked);
    return checked;
  };
  for (const declaration of file.declarations) {
    switch (declaration.kind) {
      case 'variable': {
        const variable = checkGlobal(c, declaration);
        if (variable) program.globals.push(variable);
        break;
      }
      case 'function':
        if (declaration.body) {
          // A function whose name is taken is checked all the same; it just cannot be called.
          const symbol = declaration.symbol ?? standIn(c, declaration);
          const checked = checkFunctionBody(c, symbol.syscall ? 'syscall' : 'function', symbol, declaration, statics);
          if (declaration.symbol) program.functions.push(checked);
        }
        break;
      case 'task': {
        const symbol = bodies.get(declaration);
        if (!symbol) break;
        const settings = checkParameters(c, declaration.parameters, taskParameters, 'a task');
        checkTaskSettings(c, declaration, settings);
        program.tasks.push({ declaration, function: body('task', symbol, declaration), source: c.source, settings });
        break;
      }
      case 'irq': {
        const symbol = bodies.get(declaration);
        if (!symbol) break;
        const settings = checkParameters(c, declaration.parameters, irqParameters, declaration.nmi ? 'an NMI' : 'an interrupt');
        checkIrqSettings(c, declaration, settings);
        const line = declaration.nmi ? -1 : program.irqs.filter((irq) => irq.line >= 0).length;
        const checked = body(declaration.nmi ? 'nmi' : 'irq', symbol, declaration);
        program.irqs.push({ declaration, function: checked, source: c.source, settings, line });
        break;
      }
    }
  }
  program.globals.push(...statics);
}

function standIn(c: CheckContext, declaration: CheckedFunction['declaration']): FunctionSymbol {
  return {
    kind: 'function',
    name: declaration.name,
    type: { kind: 'function', returns: { kind: 'error' }, parameters: [] },
    syscall: false,
    source: c.source,
    declaredAt: declaration.nameRange,
  };
}

/** Limits, schedules and expectations, when all tasks and interrupts are known. */
function checkLaboratory(work: readonly FileWork[], program: CheckedProgram): void {
  const contextOf = (source: number): CheckContext => work[source].c;
  const extraTask = program.tasks[limits.tasks.max];
  if (extraTask) report(contextOf(extraTask.source), 'limit', extraTask.declaration.nameRange, limits.tasks.message);
  const extraIrq = program.irqs[limits.irqs.max];
  if (extraIrq) report(contextOf(extraIrq.source), 'limit', extraIrq.declaration.nameRange, limits.irqs.message);
  let pages = 0;
  for (const page of program.pages) {
    const before = pages;
    pages += page.count;
    if (before <= limits.pages.max && pages > limits.pages.max) {
      report(contextOf(page.source), 'limit', page.declaration.nameRange, limits.pages.message);
    }
  }
  const irqs = new Set(program.irqs.map(({ declaration }) => declaration.name));
  const tasks = new Set(program.tasks.map(({ declaration }) => declaration.name));
  const schedules = new Set<string>();
  program.schedules.forEach(({ declaration, source }, index) => {
    const c = contextOf(source);
    if (index === limits.schedules.max) report(c, 'limit', declaration.nameRange, limits.schedules.message);
    if (schedules.has(declaration.name))
      report(c, 'redeclared', declaration.nameRange, `there is already a schedule '${declaration.name}'`);
    if (declaration.name === 'any' || declaration.name === 'default') {
      report(
        c,
        'badSchedule',
        declaration.nameRange,
        `'${declaration.name}' has a meaning of its own after 'on': choose another name`,
      );
    }
    schedules.add(declaration.name);
    checkSchedule(c, declaration, irqs, tasks);
  });
  for (const { declaration, source } of program.expects) checkExpect(contextOf(source), declaration, schedules);
}

/** Functions and variables that are used and defined nowhere. */
function checkUses(work: readonly FileWork[], scope: ProgramScope): void {
  for (const [symbol, { source, range }] of scope.uses) {
    if (symbol.definition || symbol.intrinsic !== undefined || source < 0) continue;
    if (work.some(({ file }) => file.skippedNames.has(symbol.name))) continue;
    report(work[source].c, 'undefinedFunction', range, `${symbol.name}() is declared, and no file defines it: write its body`);
  }
  for (const [symbol, range] of scope.externs) {
    report(work[symbol.source].c, 'undefinedFunction', range, `'${symbol.name}' is declared 'extern', and no file defines it`);
  }
}

/** Makes the environment's typedefs, constants and intrinsics known to a program. Its texts are ours: a fault in them is our fault. */
import { assert } from '../util/assert.ts';
import type { CheckContext } from './check-context.ts';
import { resolveParameters, resolveType } from './checker-types.ts';
import { parsePrototype, parseTypeText } from './parser.ts';
import { lazy, type ProgramScope } from './program-scope.ts';
import { Reporter } from './reporter.ts';
import type { FunctionDeclaration } from './tree.ts';
import type { FunctionType, Type } from './types.ts';

/** Returns the signatures of the intrinsics in their order. */
export function defineEnvironment(scope: ProgramScope): FunctionType[] {
  const { typedefs, constants, intrinsics } = scope.environment;
  const typeOf = (text: string): Type => {
    const written = parseTypeText(text);
    assert(written, `environment: '${text}' is not a type`);
    const c = quietContext(scope, text);
    const { type } = resolveType(c, written);
    assert(type.kind !== 'error', `environment: '${text}' is not a type`);
    return type;
  };
  for (const { name, type } of typedefs) {
    scope.defineTypedef(
      name,
      lazy(() => {
        const found = typeOf(type);
        return found.kind === 'integer' ? { ...found, name } : found;
      }),
    );
  }
  scope.defineEnvironmentConstants(constants, typeOf);
  return intrinsics.map(({ name, prototype }): FunctionType => {
    const declaration = parsePrototype(prototype);
    assert(declaration && declaration.name === name, `intrinsic ${name}: '${prototype}' is not its prototype`);
    const type = signature(scope, declaration, prototype);
    scope.define(name, {
      kind: 'function',
      name,
      type,
      intrinsic: name,
      syscall: false,
      source: -1,
      declaredAt: { start: 0, end: 0 },
    });
    return type;
  });
}

function signature(scope: ProgramScope, declaration: FunctionDeclaration, text: string): FunctionType {
  const c = quietContext(scope, text);
  const { type: returns } = resolveType(c, declaration.returns);
  const parameters = resolveParameters(c, declaration.parameters);
  const faulty = [returns, ...parameters.map((parameter) => parameter.type)].some((type) => type.kind === 'error');
  assert(!faulty, `intrinsic prototype '${text}' names a type that the environment does not have`);
  return { kind: 'function', returns, parameters, ...(declaration.variadic ? { variadic: true as const } : {}) };
}

/** A context whose diagnostics nobody reads: structs without layout are fine in prototypes. */
function quietContext(program: ProgramScope, text: string): CheckContext {
  return {
    program,
    source: -1,
    role: 'kernel',
    text,
    reporter: new Reporter('environment'),
    skippedNames: new Set(),
    faulty: false,
    unknownNames: new Set(),
    used: new Set(),
  };
}

/** What a learner's own mapping model must define (docs/mapping-models.md): the functions that programs and the rest of the kernel call. */
import type { Diagnostic } from '../lang/diagnostics.ts';
import { parseSource } from '../lang/parser.ts';
import type { Source } from '../lang/source.ts';
import type { FunctionDeclaration, SourceFile, TypeName } from '../lang/tree.ts';

export interface InterfaceFunction {
  name: string;
  prototype: string;
  /** When it is called. */
  called: string;
}

const entry = (prototype: string, called: string): InterfaceFunction => ({
  name: /(\w+)\(/.exec(prototype)?.[1] ?? '',
  prototype,
  called,
});

export const modelInterface: readonly InterfaceFunction[] = [
  entry(
    'void *map_page(struct page *page)',
    'by programs, tasks and interrupt handlers alike: maps a page and answers with its address',
  ),
  entry('void unmap_page(const void *addr)', 'by programs: ends the newest mapping'),
  entry(
    'void kmap_prepare_task_switch(struct task_struct *prev, struct task_struct *next)',
    'before a context switch, while current is still prev',
  ),
  entry('void kmap_after_switch_to(struct task_struct *prev)', 'in a context switch, when current has just become the next task'),
  entry(
    'void kmap_finish_task_switch(struct task_struct *prev)',
    'after a context switch, on the stack of the task that has come in',
  ),
  entry('void kmap_fork(struct task_struct *child)', 'when a task is copied, on the stack of the parent'),
  entry('void kmap_exit_to_user(void)', 'when a system call returns to user mode'),
];

/** Faults of a model's file against the interface, each with the prototype that is expected. */
export function checkInterface({ uri }: Source, file: SourceFile): Diagnostic[] {
  const faults: Diagnostic[] = [];
  for (const { name, prototype, called } of modelInterface) {
    const found = definitions(file).find((declaration) => declaration.name === name);
    if (!found) {
      const message = `a mapping model has to define '${prototype}'; it is called ${called}`;
      faults.push({ code: 'K5007', severity: 'error', uri, range: { start: 0, end: 0 }, message });
      continue;
    }
    const range = { start: found.nameRange.start, end: found.nameRange.end };
    if (found.specifiers.includes('static')) {
      const message = `'${name}' is called from outside of the model; remove 'static'`;
      faults.push({ code: 'K5008', severity: 'error', uri, range, message });
    } else if (shape(found) !== expectedShape(prototype)) {
      const message = `'${name}' is called ${called}; a mapping model has to define it as '${prototype}'`;
      faults.push({ code: 'K5008', severity: 'error', uri, range, message });
    }
  }
  return faults;
}

/** Whether a text that nobody has named yet is meant as a mapping model: it defines a part of the interface, and no task. */
export function looksLikeModel(file: SourceFile): boolean {
  if (file.declarations.some(({ kind }) => kind === 'task' || kind === 'machine')) return false;
  return definitions(file).some(({ name }) => modelInterface.some((wanted) => wanted.name === name));
}

const definitions = (file: SourceFile): FunctionDeclaration[] =>
  file.declarations.filter((declaration) => declaration.kind === 'function').filter(({ body }) => body !== undefined);

function expectedShape(prototype: string): string {
  const { file } = parseSource({ uri: '', text: `${prototype};`, role: 'kernel' });
  const [declaration] = file.declarations;
  return declaration?.kind === 'function' ? shape(declaration) : '';
}

/** Types of the result and the parameters, without their names. */
function shape({ returns, parameters, variadic }: FunctionDeclaration): string {
  const list = parameters.map(({ typeName }) => typeText(typeName));
  return `${typeText(returns)}(${[...list, ...(variadic ? ['...'] : [])].join(', ')})`;
}

function typeText({ base, constant, pointers, arrays }: TypeName): string {
  const name = base.kind === 'words' ? base.words.join(' ') : `${base.kind} ${base.name}`;
  return `${constant ? 'const ' : ''}${name} ${'*'.repeat(pointers.length + arrays.length)}`;
}

/** Reads what a TypeScript source imports and which globals it names, for the test of the layers. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface ImportUse {
  /** As written: `../util/bits.ts`, `vscode`, `node:fs`. */
  specifier: string;
  line: number;
}
export interface GlobalUse {
  name: string;
  line: number;
}

/** Every `.ts` file under `folder`, as paths with `/` from the repository's folder, sorted. */
export function listSources(folder: string): string[] {
  const found: string[] = [];
  const walk = (directory: string) => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
        found.push(relative(repository, path).split(sep).join('/'));
    }
  };
  walk(join(repository, folder));
  return found.sort();
}

export const readSource = (path: string): string => readFileSync(join(repository, path), 'utf8');

/** `../util/bits.ts` imported by `src/lang/lexer.ts` is `src/util/bits.ts`; a package name stays itself. */
export function resolveImport(from: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : specifier;
}

/** Imports, re-exports, `import()`, `require()` and `import('...')` types. */
export function importsOf(path: string, text: string): ImportUse[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const uses: ImportUse[] = [];
  const add = (node: ts.Node | undefined) => {
    if (node && ts.isStringLiteralLike(node)) {
      uses.push({ specifier: node.text, line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1 });
    }
  };
  const walk = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference))
      add(node.moduleReference.expression);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal);
    else if (
      ts.isCallExpression(node) &&
      (node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText(source) === 'require')
    ) {
      add(node.arguments[0]);
    }
    ts.forEachChild(node, walk);
  };
  walk(source);
  return uses;
}

/** Whether this identifier stands for a variable (and is not the name of a property, a label or a declared member). */
function isVariable(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isQualifiedName(parent)) return parent.left === node;
  if (ts.isPropertyAssignment(parent) || ts.isBindingElement(parent)) return parent.initializer === node;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isJsxAttribute(parent)) return false;
  return !((ts.isClassElement(parent) || ts.isTypeElement(parent) || ts.isEnumMember(parent)) && parent.name === node);
}

/** Uses of the globals in `names` that the file does not declare itself, and of the members in `members` (`Math.random`, `.localeCompare`). */
export function globalsOf(path: string, text: string, names: ReadonlySet<string>, members: ReadonlySet<string>): GlobalUse[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const declared = new Set<string>();
  const found: GlobalUse[] = [];
  const note = (node: ts.Node, name: string) =>
    found.push({ name, line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1 });
  const collect = (node: ts.Node): void => {
    const named =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isClassDeclaration(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node) ||
      ts.isBindingElement(node) ||
      ts.isImportSpecifier(node);
    if (named && node.name && ts.isIdentifier(node.name)) declared.add(node.name.text);
    ts.forEachChild(node, collect);
  };
  const walk = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && names.has(node.text) && !declared.has(node.text) && isVariable(node)) note(node, node.text);
    if (ts.isPropertyAccessExpression(node)) {
      const member = node.name.text;
      const whole = `${node.expression.getText(source)}.${member}`;
      if (members.has(whole)) note(node, whole);
      else if (members.has(`.${member}`)) note(node, `.${member}`);
    }
    if (ts.isMetaProperty(node)) note(node, node.getText(source));
    ts.forEachChild(node, walk);
  };
  collect(source);
  walk(source);
  return found;
}

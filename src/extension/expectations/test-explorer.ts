/** `expect` lines as tests: a program is a suite, each of its lines a test. */
import * as vscode from 'vscode';
import { adapterName, readText } from '../files.ts';
import { toRange } from '../language/problems.ts';
import { LANGUAGE } from '../language/programs.ts';
import { expectationsOf, type FoundExpectation, type ProgramText, runExpectation } from './run-expectation.ts';

const PATTERN = '**/*.klab';

export function registerTestExplorer(): vscode.Disposable[] {
  const controller = vscode.tests.createTestController('kmaplab.expectations', 'kmaplab expectations');
  const found = new WeakMap<vscode.TestItem, FoundExpectation>();

  const update = (document: vscode.TextDocument): void => {
    if (document.languageId !== LANGUAGE || document.uri.scheme === 'klab-kernel') return;
    const suite = suiteOf(controller, document.uri);
    const expectations = expectationsOf({ uri: adapterName(document.uri), text: document.getText() });
    suite.children.replace(
      expectations.map((expectation, index) => {
        const item = controller.createTestItem(`${index} ${expectation.label}`, expectation.label, document.uri);
        item.range = toRange(document, expectation.declaration);
        found.set(item, expectation);
        return item;
      }),
    );
    if (expectations.length === 0) controller.items.delete(suite.id);
  };

  controller.resolveHandler = async (item) => {
    if (item?.uri) update(await vscode.workspace.openTextDocument(item.uri));
    else for (const uri of await vscode.workspace.findFiles(PATTERN)) suiteOf(controller, uri);
  };
  controller.createRunProfile(
    'Run',
    vscode.TestRunProfileKind.Run,
    async (request, token) => {
      const run = controller.createTestRun(request);
      for (const item of await chosen(controller, request)) {
        const expectation = found.get(item);
        if (!expectation || token.isCancellationRequested || request.exclude?.includes(item)) continue;
        await runOne(run, item, expectation, token);
      }
      run.end();
    },
    true,
  );
  for (const document of vscode.workspace.textDocuments) update(document);
  return [
    controller,
    vscode.workspace.onDidOpenTextDocument(update),
    vscode.workspace.onDidSaveTextDocument(update),
    vscode.workspace.onDidDeleteFiles(({ files }) => {
      for (const uri of files) controller.items.delete(uri.toString());
    }),
  ];
}

function suiteOf(controller: vscode.TestController, uri: vscode.Uri): vscode.TestItem {
  const id = uri.toString();
  const known = controller.items.get(id);
  if (known) return known;
  const suite = controller.createTestItem(id, uri.path.split('/').at(-1) ?? id, uri);
  suite.canResolveChildren = true;
  controller.items.add(suite);
  return suite;
}

/** The single lines among what was asked for; suites that nobody has unfolded are read first. */
async function chosen(controller: vscode.TestController, request: vscode.TestRunRequest): Promise<vscode.TestItem[]> {
  if (!request.include) await controller.resolveHandler?.(undefined);
  const roots = request.include ?? [...controller.items].map(([, item]) => item);
  const items: vscode.TestItem[] = [];
  for (const root of roots) {
    if (!root.canResolveChildren) items.push(root);
    else {
      await controller.resolveHandler?.(root);
      root.children.forEach((child) => {
        items.push(child);
      });
    }
  }
  return items;
}

async function runOne(
  run: vscode.TestRun,
  item: vscode.TestItem,
  expectation: FoundExpectation,
  token: vscode.CancellationToken,
): Promise<void> {
  if (!item.uri) return;
  const text = await readText(item.uri);
  const program: ProgramText = { uri: adapterName(item.uri), text: text ?? '' };
  run.started(item);
  const pause = (): Promise<boolean> => new Promise((resolve) => setTimeout(() => resolve(!token.isCancellationRequested), 0));
  const { status, message } = await runExpectation(program, expectation, pause);
  if (status === 'passed') run.passed(item);
  else if (status === 'failed') run.failed(item, new vscode.TestMessage(message));
  else {
    run.appendOutput(`${expectation.label}: ${status}, ${message}\r\n`, undefined, item);
    run.skipped(item);
  }
}

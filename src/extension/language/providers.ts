/** Hover, completion, definition, references, rename, outline, formatting and signature help: the language service in VS Code's types. */
import * as vscode from 'vscode';
import type { Place } from '../../lang/service/analysis.ts';
import { type CompletionItem, complete } from '../../lang/service/completion.ts';
import { definition, references, rename } from '../../lang/service/definition.ts';
import { format } from '../../lang/service/format.ts';
import { hover } from '../../lang/service/hover.ts';
import { type OutlineItem, outline } from '../../lang/service/outline.ts';
import { signatureHelp } from '../../lang/service/signature-help.ts';
import { toRange } from './problems.ts';
import { LANGUAGE, type Programs, placeUri } from './programs.ts';

const KINDS: Record<CompletionItem['kind'], vscode.CompletionItemKind> = {
  keyword: vscode.CompletionItemKind.Keyword,
  variable: vscode.CompletionItemKind.Variable,
  function: vscode.CompletionItemKind.Function,
  constant: vscode.CompletionItemKind.Constant,
  field: vscode.CompletionItemKind.Field,
  type: vscode.CompletionItemKind.Struct,
  setting: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.EnumMember,
  snippet: vscode.CompletionItemKind.Snippet,
};

const SYMBOLS: Record<OutlineItem['kind'], vscode.SymbolKind> = {
  machine: vscode.SymbolKind.Object,
  page: vscode.SymbolKind.File,
  task: vscode.SymbolKind.Class,
  irq: vscode.SymbolKind.Event,
  nmi: vscode.SymbolKind.Event,
  schedule: vscode.SymbolKind.Namespace,
  function: vscode.SymbolKind.Function,
  syscall: vscode.SymbolKind.Function,
  variable: vscode.SymbolKind.Variable,
  struct: vscode.SymbolKind.Struct,
  enum: vscode.SymbolKind.Enum,
  typedef: vscode.SymbolKind.TypeParameter,
  member: vscode.SymbolKind.Field,
  constant: vscode.SymbolKind.EnumMember,
};

export function registerProviders(programs: Programs): vscode.Disposable[] {
  const selector: vscode.DocumentSelector = { language: LANGUAGE };
  const { languages } = vscode;
  return [
    languages.registerHoverProvider(selector, {
      provideHover(document, position) {
        const found = hover(programs.analysis(document), document.offsetAt(position));
        if (!found) return undefined;
        return new vscode.Hover([codeBlock(found.code), ...found.text.map(plain)], toRange(document, found.range));
      },
    }),
    languages.registerCompletionItemProvider(
      selector,
      {
        provideCompletionItems: (document, position) =>
          complete(programs.analysis(document), document.offsetAt(position)).map(completionItem),
      },
      '.',
      '>',
      '=',
    ),
    languages.registerDefinitionProvider(selector, {
      provideDefinition: (document, position) =>
        locations(definition(programs.analysis(document), document.offsetAt(position)), document),
    }),
    languages.registerReferenceProvider(selector, {
      provideReferences: (document, position, { includeDeclaration }) =>
        locations(references(programs.analysis(document, 'whole'), document.offsetAt(position), includeDeclaration), document),
    }),
    languages.registerRenameProvider(selector, {
      provideRenameEdits(document, position, newName) {
        const result = rename(programs.analysis(document), document.offsetAt(position), newName);
        if (!result.ok) throw new Error(result.message);
        const edit = new vscode.WorkspaceEdit();
        for (const place of result.edits) edit.replace(document.uri, toRange(document, place.range), newName);
        return edit;
      },
    }),
    languages.registerDocumentSymbolProvider(selector, {
      provideDocumentSymbols(document) {
        const { program, source } = programs.analysis(document);
        const file = program.files[source];
        return file ? outline(file).map((item) => documentSymbol(document, item)) : [];
      },
    }),
    languages.registerDocumentFormattingEditProvider(selector, {
      provideDocumentFormattingEdits(document) {
        return format(document.getText()).map(({ range, newText }) => vscode.TextEdit.replace(toRange(document, range), newText));
      },
    }),
    languages.registerSignatureHelpProvider(
      selector,
      {
        provideSignatureHelp(document, position) {
          const found = signatureHelp(programs.analysis(document), document.offsetAt(position));
          if (!found) return undefined;
          const help = new vscode.SignatureHelp();
          const signature = new vscode.SignatureInformation(found.label, found.documentation.join('\n\n'));
          signature.parameters = found.parameters.map((parameter) => new vscode.ParameterInformation(parameter));
          help.signatures = [signature];
          help.activeParameter = found.active;
          return help;
        },
      },
      '(',
      ',',
    ),
  ];
}

const codeBlock = (code: string): vscode.MarkdownString => new vscode.MarkdownString().appendCodeblock(code, LANGUAGE);
const plain = (text: string): vscode.MarkdownString => new vscode.MarkdownString().appendText(text);

function completionItem({ label, kind, detail, documentation, snippet }: CompletionItem): vscode.CompletionItem {
  const item = new vscode.CompletionItem(label, KINDS[kind]);
  item.detail = detail;
  item.documentation = documentation.join('\n\n');
  if (snippet !== undefined) item.insertText = new vscode.SnippetString(snippet);
  return item;
}

/** Places in other sources need their text for lines: kernel sources are documents of ours, so VS Code opens them. */
async function locations(places: readonly Place[], from: vscode.TextDocument): Promise<vscode.Location[]> {
  return Promise.all(
    places.map(async ({ uri, range }) => {
      const target = placeUri(uri);
      const document = target.toString() === from.uri.toString() ? from : await vscode.workspace.openTextDocument(target);
      return new vscode.Location(document.uri, toRange(document, range));
    }),
  );
}

function documentSymbol(document: vscode.TextDocument, item: OutlineItem): vscode.DocumentSymbol {
  const symbol = new vscode.DocumentSymbol(
    item.name,
    item.detail,
    SYMBOLS[item.kind],
    toRange(document, item.range),
    toRange(document, item.nameRange),
  );
  symbol.children = item.children.map((child) => documentSymbol(document, child));
  return symbol;
}

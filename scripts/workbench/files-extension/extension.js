/** File system provider `kmaplab-files:` over the server of `npm start` (`scripts/workbench/files.mjs`). Runs in the browser's worker. */
const vscode = require('vscode');

exports.activate = (context) => {
  const server = new URL('/files/', context.extensionUri.toString(true));
  const changes = new vscode.EventEmitter();

  async function ask(operation, uri, query = {}, body = undefined) {
    const url = new URL(operation, server);
    url.search = new URLSearchParams({ path: uri.path, ...query }).toString();
    const response = await fetch(url, { method: 'POST', headers: { 'x-kmaplab': '1' }, body });
    const result = response.headers.get('x-kmaplab-result');
    if (response.ok && result === 'ok') return response;
    const make = vscode.FileSystemError[result] ?? vscode.FileSystemError.Unavailable;
    throw make(uri);
  }
  const changed = (type, uri) => changes.fire([{ type, uri }]);

  const provider = {
    onDidChangeFile: changes.event,
    watch: () => new vscode.Disposable(() => undefined),
    stat: async (uri) => (await ask('stat', uri)).json(),
    readDirectory: async (uri) => (await ask('list', uri)).json(),
    readFile: async (uri) => new Uint8Array(await (await ask('read', uri)).arrayBuffer()),
    async createDirectory(uri) {
      await ask('create-directory', uri);
      changed(vscode.FileChangeType.Created, uri);
    },
    async writeFile(uri, content, { create, overwrite }) {
      await ask('write', uri, { create, overwrite }, content);
      changed(vscode.FileChangeType.Changed, uri);
    },
    async delete(uri, { recursive }) {
      await ask('delete', uri, { recursive });
      changed(vscode.FileChangeType.Deleted, uri);
    },
    async rename(from, to, { overwrite }) {
      await ask('rename', from, { target: to.path, overwrite });
      changes.fire([
        { type: vscode.FileChangeType.Deleted, uri: from },
        { type: vscode.FileChangeType.Created, uri: to },
      ]);
    },
  };

  /** Every file below a folder; the folders served here are small. */
  async function* walk(folder) {
    for (const [name, type] of await provider.readDirectory(folder)) {
      const uri = vscode.Uri.joinPath(folder, name);
      if (type === vscode.FileType.Directory) yield* walk(uri);
      else yield uri;
    }
  }
  const fileSearch = {
    async provideFileSearchResults(_query, { folder }) {
      const found = [];
      for await (const uri of walk(folder)) found.push(uri);
      return found;
    },
  };
  const textSearch = {
    async provideTextSearchResults(query, { folder, maxResults }, progress, token) {
      const source = query.isRegExp ? query.pattern : query.pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      const pattern = new RegExp(query.isWordMatch ? `\\b(?:${source})\\b` : source, query.isCaseSensitive ? 'gu' : 'giu');
      let left = maxResults;
      for await (const uri of walk(folder)) {
        const lines = new TextDecoder().decode(await provider.readFile(uri)).split('\n');
        for (const [line, text] of lines.entries()) {
          for (const match of text.matchAll(pattern)) {
            if (token.isCancellationRequested || left-- <= 0) return { limitHit: left < 0 };
            const end = match.index + match[0].length;
            const preview = { text, matches: new vscode.Range(0, match.index, 0, end) };
            progress.report({ uri, ranges: new vscode.Range(line, match.index, line, end), preview });
          }
        }
      }
      return { limitHit: false };
    },
  };
  context.subscriptions.push(
    changes,
    vscode.workspace.registerFileSystemProvider('kmaplab-files', provider, { isCaseSensitive: true }),
    vscode.workspace.registerFileSearchProvider('kmaplab-files', fileSearch),
    vscode.workspace.registerTextSearchProvider('kmaplab-files', textSearch),
  );
};

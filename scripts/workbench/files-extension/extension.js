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
  context.subscriptions.push(
    changes,
    vscode.workspace.registerFileSystemProvider('kmaplab-files', provider, { isCaseSensitive: true }),
  );
};

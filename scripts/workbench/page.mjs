/** The page that starts the workbench. */
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';

/** The sample that a new user meets first. */
const FIRST_LESSON = 'first-mapping.klab';

/** The program of a folder to open: the first lesson where it is, else the first by name. @param {string} folder */
export function firstProgram(folder) {
  const programs = readdirSync(folder)
    .filter((name) => name.endsWith('.klab'))
    .sort();
  return programs.find((name) => name === FIRST_LESSON) ?? programs[0];
}

/**
 * Options of the workbench, as far as they are plain data; the page turns `components` into URIs.
 * @param {{ folder: string, open?: string, authority: string }} options
 */
export function workbenchOptions({ folder, open, authority }) {
  const root = { scheme: 'kmaplab-files', path: `/${basename(folder)}` };
  const extension = (/** @type {string} */ path) => ({ scheme: 'http', authority, path });
  return {
    folderUri: root,
    openUri: open ? { ...root, path: `${root.path}/${open}` } : undefined,
    additionalBuiltinExtensions: [extension('/extension'), extension('/files-extension')],
    webviewEndpoint: `http://${authority}/vscode/out/vs/workbench/contrib/webview/browser/pre`,
    configurationDefaults: {
      'workbench.startupEditor': 'none',
      'workbench.enableExperiments': false,
      'workbench.settings.enableNaturalLanguageSearch': false,
      'telemetry.telemetryLevel': 'off',
      'editor.minimap.enabled': false,
      'extensions.ignoreRecommendations': true,
      'debug.toolBarLocation': 'floating',
    },
    productConfiguration: {
      nameShort: 'kmaplab',
      nameLong: 'kmaplab in VS Code',
      applicationName: 'kmaplab',
      enableTelemetry: false,
      // Quick open and search in the folder are still proposed API.
      extensionEnabledApiProposals: { 'kmaplab.kmaplab-files': ['fileSearchProvider', 'textSearchProvider'] },
    },
  };
}

/** @param {unknown} value as the text of a script element */
const scriptJson = (value) => JSON.stringify(value).replaceAll('<', '\\u003c');

/** @param {ReturnType<typeof workbenchOptions>} options @param {boolean} drive whether the page exposes the workbench's commands to a test */
export function pageHtml(options, drive) {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>kmaplab</title>
<link rel="icon" href="/vscode/favicon.ico">
<link data-name="vs/workbench/workbench.web.main" rel="stylesheet" href="/vscode/out/vs/workbench/workbench.web.main.css">
</head>
<body aria-label=""></body>
<script src="/vscode/out/vs/loader.js"></script>
<script src="/vscode/out/vs/webPackagePaths.js"></script>
<script>
const vscode = new URL('/vscode', location.origin).toString();
for (const [name, path] of Object.entries(self.webPackagePaths)) self.webPackagePaths[name] = vscode + '/node_modules/' + name + '/' + path;
require.config({ baseUrl: vscode + '/out', paths: self.webPackagePaths, trustedTypesPolicy: window.trustedTypes && trustedTypes.createPolicy('amdLoader', {
  createScriptURL(value) {
    if (!value.startsWith(location.origin)) throw new Error('script from elsewhere: ' + value);
    return value;
  },
}) });
</script>
<script src="/vscode/out/vs/workbench/workbench.web.main.nls.js"></script>
<script src="/vscode/out/vs/workbench/workbench.web.main.js"></script>
<script>
require(['vs/workbench/workbench.web.main'], (workbench) => {
  const { folderUri, openUri, additionalBuiltinExtensions, ...options } = ${scriptJson(options)};
  const uri = (parts) => workbench.URI.from(parts);
  workbench.create(document.body, {
    ...options,
    additionalBuiltinExtensions: additionalBuiltinExtensions.map(uri),
    enableWorkspaceTrust: false,
    workspaceProvider: { workspace: { folderUri: uri(folderUri) }, trusted: true, open: async () => false },
    defaultLayout: openUri ? { editors: [{ uri: uri(openUri) }], force: ${drive} || location.search.includes('open=') } : undefined,
  });
  ${drive ? 'globalThis.kmaplabDrive = workbench;' : ''}
});
</script>
</html>
`;
}

/** The page of a webview: nothing may run in it but our own script, nothing may be loaded but our own files. */

export interface WebviewAssets {
  /** `webview.cspSource`. */
  source: string;
  nonce: string;
  script: string;
  styles: readonly string[];
  title: string;
}

export function webviewHtml({ source, nonce, script, styles, title }: WebviewAssets): string {
  const policy = [
    `default-src 'none'`,
    // VS Code puts its own default style sheet inline.
    `style-src ${source} 'unsafe-inline'`,
    `font-src ${source}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  const links = styles.map((href) => `<link rel="stylesheet" href="${href}">`).join('\n');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${title}</title>
${links}
</head>
<body>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>
`;
}

/** 128 random bits in hexadecimal; `crypto` exists in both hosts. */
export function makeNonce(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

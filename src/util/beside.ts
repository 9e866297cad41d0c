/** Names of files that stand relative to another: paths with either slash, and URIs. */

/** What an absolute path or a URI begins with: `/`, `C:\`, `scheme:/`, `scheme://authority/`. */
const ROOT = /^([A-Za-z][\w+.-]*:(\/\/[^/]*)?)?[\\/]*/;

/** `./mine.klab` as named in `base`: the path beside it. Absolute paths and URIs stay as they are. */
export function resolveBeside(base: string, relative: string): string {
  if (/^([A-Za-z][\w+.-]*:|[\\/])/.test(relative)) return relative;
  const root = ROOT.exec(base)?.[0] ?? '';
  const cut = Math.max(base.lastIndexOf('/'), base.lastIndexOf('\\')) + 1;
  const folders = base
    .slice(root.length, Math.max(cut, root.length))
    .split(/(?<=[\\/])/)
    .filter((part) => part !== '');
  for (const part of relative.split(/[\\/]/)) {
    // What leads out of a relative base stays as it is: `../a.klab` and `../b.klab` give `../../b.klab`.
    if (part === '..' && folders.length > 0 && !/^\.\.[\\/]$/.test(folders[folders.length - 1])) folders.pop();
    else if (part !== '.' && part !== '') folders.push(`${part}/`);
  }
  return root + folders.join('').replace(/\/$/, '');
}

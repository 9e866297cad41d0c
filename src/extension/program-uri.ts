/**
 * `${file}` in a launch configuration is a bare path, also in a virtual workspace, where it lacks the scheme. No vscode here.
 */

export interface FolderPlace {
  scheme: string;
  path: string;
  /** URI of `path` in the folder's file system. */
  withPath(path: string): string;
}

export type ProgramPlace = { kind: 'uri'; uri: string } | { kind: 'path'; path: string };

/** Longer than a drive letter, so that `c:\x` is a path. */
const SCHEME = /^[a-z][a-z0-9+.-]+:/i;

export function programUri(pathOrUri: string, folders: readonly FolderPlace[]): ProgramPlace {
  if (SCHEME.test(pathOrUri)) return { kind: 'uri', uri: pathOrUri };
  const virtual = folders.filter((folder) => folder.scheme !== 'file');
  const home =
    virtual.find((folder) => isInside(pathOrUri, folder.path)) ?? (virtual.length === folders.length ? virtual[0] : undefined);
  if (!home) return { kind: 'path', path: pathOrUri };
  const absolute = pathOrUri.startsWith('/') ? pathOrUri : `${home.path.replace(/\/$/, '')}/${pathOrUri}`;
  return { kind: 'uri', uri: home.withPath(absolute) };
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

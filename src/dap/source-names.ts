/** Names of sources between client and session: paths, percent-encoded URIs and our own `klab-kernel:` scheme. */
import type { DebugProtocol } from '@vscode/debugprotocol';

export const KERNEL_SCHEME = 'klab-kernel:';

export const isKernelSource = (uri: string): boolean => uri.startsWith(KERNEL_SCHEME);

/** `kmap-local.klab` of `klab-kernel:/mm/kmap-local.klab`; works for both slashes. */
export function baseName(uri: string): string {
  const decoded = decode(uri);
  return decoded.slice(Math.max(decoded.lastIndexOf('/'), decoded.lastIndexOf('\\')) + 1) || decoded;
}

function decode(uri: string): string {
  if (!uri.includes('%')) return uri;
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}

/** One spelling for comparing: decoded, forward slashes, `file://` dropped, drive letters in lower case. */
function comparable(uri: string): string {
  let text = decode(uri).replaceAll('\\', '/');
  text = text.replace(/^file:\/\/(?=\/)/, '').replace(/^\/(?=[A-Za-z]:\/)/, '');
  return text.replace(/^[A-Z]:/, (drive) => drive.toLowerCase());
}

export function sameSource(a: string, b: string): boolean {
  return a === b || comparable(a) === comparable(b);
}

/** The name under which the session knows what the client calls `path`, if it is one of `uris`. */
export function findSource(path: string, uris: readonly string[]): string | undefined {
  return uris.find((uri) => sameSource(uri, path));
}

/**
 * The protocol's description of a source. Clients that have no content provider for our scheme read kernel sources by
 * reference (`reference` > 0).
 */
export function toSource(uri: string, reference: number): DebugProtocol.Source {
  if (!isKernelSource(uri)) return { name: baseName(uri), path: uri };
  return { name: baseName(uri), path: uri, origin: 'kernel source', ...(reference > 0 && { sourceReference: reference }) };
}

/** Base64 for hosts with and without Node's Buffer. */

export function encodeBase64(bytes: Uint8Array): string {
  const chunks: string[] = [];
  for (let i = 0; i < bytes.length; i += 0x2000) chunks.push(String.fromCharCode(...bytes.subarray(i, i + 0x2000)));
  return btoa(chunks.join(''));
}

/** Undefined when `text` is not base64. */
export function decodeBase64(text: string): Uint8Array | undefined {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return undefined;
  }
  return Uint8Array.from(binary, (c) => c.charCodeAt(0));
}

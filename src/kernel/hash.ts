/** A short fingerprint of texts (two lanes of FNV-1a), as 16 hex digits. For "is this the same program", not for security. */
export function textHash(texts: readonly string[]): string {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  const take = (code: number) => {
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ (code + 0x9e37), 0x85ebca6b);
  };
  for (const text of texts) {
    for (let i = 0; i < text.length; i++) take(text.charCodeAt(i));
    take(0x10000);
  }
  const digits = (value: number) => (value >>> 0).toString(16).padStart(8, '0');
  return digits(a) + digits(b);
}

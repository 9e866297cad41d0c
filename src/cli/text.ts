/** Small pieces of text for the commands. */

/** Virtual time, ns, as `1.234567 ms` without trailing zeros beyond three digits. */
export function milliseconds(time: number): string {
  return `${(time / 1e6).toFixed(6).replace(/0{1,3}$/, '')} ms`;
}

/** Columns padded to their widest cell. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]))
      .join('  ')
      .trimEnd(),
  );
}

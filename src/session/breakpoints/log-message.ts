/** Log messages of log points: text with `{expression}` parts. `\{` and `\}` stand for the braces themselves. */

export type LogPart = { kind: 'text'; text: string } | { kind: 'expression'; text: string };
export type LogMessage = { ok: true; parts: LogPart[] } | { ok: false; message: string };

/** Splits a message at its expressions. Braces inside an expression nest. */
export function parseLogMessage(message: string): LogMessage {
  const parts: LogPart[] = [];
  let text = '';
  let i = 0;
  const flush = () => {
    if (text) parts.push({ kind: 'text', text });
    text = '';
  };
  while (i < message.length) {
    const c = message[i];
    if (c === '\\' && (message[i + 1] === '{' || message[i + 1] === '}')) {
      text += message[i + 1];
      i += 2;
    } else if (c === '{') {
      const end = matchingBrace(message, i);
      if (end < 0)
        return { ok: false, message: `'{' at column ${i + 1} of the log message has no '}'; write \\{ for the brace itself` };
      const expression = message.slice(i + 1, end).trim();
      if (!expression) return { ok: false, message: `the log message has an empty {} at column ${i + 1}` };
      flush();
      parts.push({ kind: 'expression', text: expression });
      i = end + 1;
    } else {
      text += c;
      i++;
    }
  }
  flush();
  return { ok: true, parts };
}

function matchingBrace(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}' && --depth === 0) return i;
  }
  return -1;
}

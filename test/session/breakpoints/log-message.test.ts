import { describe, expect, test } from 'vitest';
import { parseLogMessage } from '../../../src/session/breakpoints/log-message.ts';

const show = (message: string) => {
  const parsed = parseLogMessage(message);
  if (!parsed.ok) return `error: ${parsed.message}`;
  return parsed.parts.map((part) => (part.kind === 'text' ? `'${part.text}'` : `<${part.text}>`)).join(' ');
};

describe('log messages', () => {
  test.each([
    ['no expressions', "'no expressions'"],
    ['slot {idx} of {current->comm}', "'slot ' <idx> ' of ' <current->comm>"],
    ['{a}{b}', '<a> <b>'],
    ['\\{not an expression\\}', "'{not an expression}'"],
    ['{f({1})}', '<f({1})>'],
    ['', ''],
    ['an } alone', "'an } alone'"],
    ['{open', "error: '{' at column 1 of the log message has no '}'; write \\{ for the brace itself"],
    ['x {}', 'error: the log message has an empty {} at column 3'],
  ])('%s', (message, parts) => {
    expect(show(message)).toBe(parts);
  });
});

import { expect, test } from 'vitest';
import { makeNonce, webviewHtml } from '../../src/extension/views/webview-html.ts';

const page = webviewHtml({
  source: 'https://x',
  nonce: 'abc',
  script: 'https://x/s.js',
  styles: ['https://x/s.css'],
  title: 'PTE Slots',
});

test('only the script with the nonce may run and nothing else may be loaded', () => {
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1];
  expect(policy).toBe("default-src 'none'; style-src https://x 'unsafe-inline'; font-src https://x; script-src 'nonce-abc'");
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page).toContain('<script nonce="abc" src="https://x/s.js">');
});

test('a nonce is 128 bits and never the same', () => {
  const [a, b] = [makeNonce(), makeNonce()];
  expect(a).toMatch(/^[0-9a-f]{32}$/);
  expect(a).not.toBe(b);
});

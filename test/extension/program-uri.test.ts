import { expect, test } from 'vitest';
import { type FolderPlace, programUri } from '../../src/extension/program-uri.ts';

const folder = (scheme: string, path: string): FolderPlace => ({ scheme, path, withPath: (p) => `${scheme}:${encodeURI(p)}` });

test('a path on disk stays a path', () => {
  expect(programUri('/files/me/a.klab', [folder('file', '/files/me')])).toEqual({ kind: 'path', path: '/files/me/a.klab' });
  expect(programUri('/files/me/a.klab', [])).toEqual({ kind: 'path', path: '/files/me/a.klab' });
});

test('a drive letter is no scheme', () => {
  expect(programUri('c:\\work\\a.klab', [])).toEqual({ kind: 'path', path: 'c:\\work\\a.klab' });
});

test('a URI stays what it is', () => {
  expect(programUri('untitled:Untitled-1', [folder('file', '/x')])).toEqual({ kind: 'uri', uri: 'untitled:Untitled-1' });
});

test('the bare path of a virtual workspace gets the scheme of its folder', () => {
  const folders = [folder('kmaplab', '/samples')];
  expect(programUri('/samples/first mapping.klab', folders)).toEqual({
    kind: 'uri',
    uri: 'kmaplab:/samples/first%20mapping.klab',
  });
  expect(programUri('a.klab', folders)).toEqual({ kind: 'uri', uri: 'kmaplab:/samples/a.klab' });
});

test('beside a folder on disk only paths inside the virtual folder are virtual', () => {
  const folders = [folder('file', '/files/me'), folder('memory', '/samples')];
  expect(programUri('/samples/a.klab', folders)).toEqual({ kind: 'uri', uri: 'memory:/samples/a.klab' });
  expect(programUri('/samples2/a.klab', folders)).toEqual({ kind: 'path', path: '/samples2/a.klab' });
});

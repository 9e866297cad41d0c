/** The declarations of a source as a tree: what the editor's outline shows. Needs no check, only the parsed text. */
import type { Range } from '../source.ts';
import type { Declaration, SourceFile } from '../tree.ts';

export interface OutlineItem {
  name: string;
  kind:
    | 'machine'
    | 'page'
    | 'task'
    | 'irq'
    | 'nmi'
    | 'schedule'
    | 'function'
    | 'syscall'
    | 'variable'
    | 'struct'
    | 'enum'
    | 'typedef'
    | 'member'
    | 'constant';
  detail: string;
  /** All of it. */
  range: Range;
  /** Its name. */
  nameRange: Range;
  children: OutlineItem[];
}

export function outline(file: SourceFile): OutlineItem[] {
  return file.declarations.flatMap((declaration) => itemOf(declaration) ?? []);
}

function itemOf(d: Declaration): OutlineItem | undefined {
  const item = (
    kind: OutlineItem['kind'],
    named: { name: string; nameRange: Range } & Range,
    detail = '',
    children: OutlineItem[] = [],
  ): OutlineItem => ({
    name: named.name,
    kind,
    detail,
    range: { start: named.start, end: named.end },
    nameRange: { start: named.nameRange.start, end: named.nameRange.end },
    children,
  });
  switch (d.kind) {
    case 'machine': {
      const nameRange = { start: d.start, end: Math.min(d.end, d.start + 'machine'.length) };
      return item('machine', { ...d, name: 'machine', nameRange }, d.settings.map((setting) => setting.name).join(', '));
    }
    case 'page':
      return item('page', d, d.user ? 'user page' : d.low ? 'low page' : 'page');
    case 'task':
      return item('task', d, d.user ? 'user task' : 'task');
    case 'irq':
      return item(d.nmi ? 'nmi' : 'irq', d);
    case 'schedule':
      return item('schedule', d);
    case 'function':
      return d.body && item(d.specifiers.includes('SYSCALL') ? 'syscall' : 'function', d);
    case 'variable':
      return item('variable', d);
    case 'struct':
      return item(
        'struct',
        d,
        '',
        d.members.map((member) => item('member', { ...member, ...member.nameRange })),
      );
    case 'enum':
      return item(
        'enum',
        d,
        '',
        d.constants.map((constant) => item('constant', { ...constant, ...constant.nameRange })),
      );
    case 'typedef':
      return item('typedef', d);
    default:
      return undefined;
  }
}

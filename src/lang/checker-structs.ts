/** Layout of the structs that sources declare, by the rules of i386. */
import { alignUp } from '../util/bits.ts';
import { type CheckContext, report } from './check-context.ts';
import { objectType, resolveType } from './checker-types.ts';
import type { StructDeclaration } from './tree.ts';
import { alignmentOfType, sizeOfType } from './type-facts.ts';
import type { StructMember } from './types.ts';

/** Works out members and size of a declared struct. */
export function completeStruct(c: CheckContext, declaration: StructDeclaration): void {
  const struct = c.program.structs.named(declaration.name);
  const members: StructMember[] = [];
  const seen = new Map<string, { start: number; end: number }>();
  let offset = 0;
  let alignment = 1;
  for (const member of declaration.members) {
    const { type: written, constant } = resolveType(c, member.typeName);
    const type = objectType(c, written, member.name, member.nameRange);
    const other = seen.get(member.name);
    if (other) {
      report(c, 'redeclared', member.nameRange, `this struct has a member '${member.name}' already`, [
        { uri: c.reporter.uri, range: other, message: 'the first one' },
      ]);
      continue;
    }
    seen.set(member.name, member.nameRange);
    const own = alignmentOfType(type);
    offset = alignUp(offset, own);
    alignment = Math.max(alignment, own);
    members.push({ name: member.name, type, offset, doc: '', ...(constant ? { constant: true as const } : {}) });
    offset += sizeOfType(type);
  }
  struct.members = members;
  struct.alignment = alignment;
  struct.size = Math.max(alignment, alignUp(offset, alignment));
}

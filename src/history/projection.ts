/**
 * Which bits of memory belong to a state's identity, from the marks of the layouts: ghost fields do not, points in time count
 * relative to now. Made once for a booted kernel.
 */
import type { BuiltProgram } from '../kernel/build.ts';
import type { Machine } from '../machine/machine.ts';

type Structs = Machine['plan']['regions'][number]['layout'];
type Layout = NonNullable<Structs>;
type FieldType = Layout['fields'][number]['type'];
type Marks = Layout['fields'][number]['marks'];
type GlobalType = BuiltProgram['debug']['globals'][number]['type'];

export class Projection {
  /** Per word: the bits that count as they are. */
  readonly mask: Int32Array;
  /** Words where a point in time begins (a pair of words), ascending. */
  readonly relative: number[] = [];
  /** Words that belong to ghost fields, for the test that nothing depends on them. */
  readonly ghosts: number[] = [];
  readonly #machine: Machine;

  /** @param debug names the structs among the program's variables; without it only regions with a layout are known. */
  constructor(machine: Machine, debug?: BuiltProgram['debug']) {
    this.#machine = machine;
    this.mask = new Int32Array(machine.memory.words.length).fill(-1);
    for (const { offset, stride, count, size, layout, ghost } of machine.plan.regions) {
      for (let i = 0; i < count; i++) {
        if (ghost) this.#clear(offset + i * stride, size);
        else if (layout) this.#struct(layout, offset + i * stride);
      }
    }
    for (const { type, storage, offset } of debug?.globals ?? []) {
      if (storage === 'static') this.#variable(type, machine.offsetIn('data') + offset);
      if (storage !== 'perCpu') continue;
      for (let cpu = 0; cpu < machine.cpuCount; cpu++) this.#variable(type, machine.offsetIn('percpu', cpu) + offset);
    }
    this.relative.sort((a, b) => a - b);
  }

  #variable(type: GlobalType, offset: number): void {
    if (type.kind === 'struct' && type.layout) this.#struct(type.layout, offset);
    else if (type.kind === 'array' && type.of.kind === 'struct' && type.of.layout) {
      for (let i = 0; i < type.length; i++) this.#struct(type.of.layout, offset + i * type.of.size);
    }
  }

  #struct(layout: Layout, offset: number): void {
    for (const field of layout.fields) this.#field(field.type, field.marks, offset + field.offset, field.size);
  }

  #field(type: FieldType, marks: Marks, offset: number, size: number): void {
    if (marks.ghost) {
      this.#clear(offset, size);
      return;
    }
    if (type.kind === 'struct') this.#struct(type.layout, offset);
    else if (type.kind === 'array') {
      const step = size / type.length;
      if (type.of.kind === 'struct' || marks.relative) {
        for (let i = 0; i < type.length; i++) this.#field(type.of, marks, offset + i * step, step);
      }
    } else if (marks.relative && size === 8) {
      this.mask[offset >>> 2] = 0;
      this.mask[(offset >>> 2) + 1] = 0;
      this.relative.push(offset >>> 2);
    }
  }

  #clear(offset: number, size: number): void {
    for (let at = offset; at < offset + size; at++) this.mask[at >>> 2] &= ~(0xff << ((at & 3) << 3));
    for (let word = (offset + 3) >>> 2; word * 4 + 4 <= offset + size; word++) this.ghosts.push(word);
  }

  /** The point in time at `word`, minus now; a number that no difference is where none is set. */
  relativeTime(word: number): number {
    const { words } = this.#machine.memory;
    const low = words[word];
    const high = words[word + 1];
    if (low === 0 && high === 0) return Number.NEGATIVE_INFINITY;
    if (high === -1) return Number.POSITIVE_INFINITY;
    return (high >>> 0) * 0x1_0000_0000 + (low >>> 0) - this.#machine.now;
  }
}

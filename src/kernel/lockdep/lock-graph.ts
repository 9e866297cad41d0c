/**
 * Which class was taken inside which (`check_prev_add()`, `__bfs()`): a dependency is remembered with the two places, and a path of
 * dependencies back from the new lock to the held one is a deadlock that only needs the right moment. Readers that may recurse do not
 * wait for each other: a path counts only where no such reader is followed by a reader.
 */
import type { RegionRequest } from '../../machine/memory-plan.ts';
import type { Kernel } from '../kernel.ts';
import { type LockListView, lockList } from '../layouts/lockdep.ts';
import { LOCK_CLASSES_MAX } from './lock-classes.ts';

export const LOCK_EDGES_MAX = 768;

/** Bit of a pair of acquisitions: the first exclusive or shared, the second one that may recurse or not. */
const DEP_FROM_SHARED = 0b0101;
const DEP_TO_NORMAL = 0b1100;

export const depBit = (fromRead: number, toRead: number): number => 1 << (Number(fromRead === 0) + (Number(toRead !== 2) << 1));

export function graphRegion(): RegionRequest {
  return { name: 'lock_list', area: 'hardware', layout: lockList, count: LOCK_EDGES_MAX, owner: 'shared' };
}

/** What one step of a search carries: `onlyRecursive` when the path ends in nothing but readers that may recurse. */
interface Reached {
  index: number;
  onlyRecursive: boolean;
  parent: Reached | undefined;
  edge: LockListView | undefined;
}

export interface EdgePlace {
  fromIp: number;
  toIp: number;
  pid: number;
}

export class LockGraph {
  readonly #edges: readonly LockListView[];

  constructor(kernel: Kernel) {
    const { memory, plan } = kernel.machine;
    const { offset, stride } = plan.region('lock_list');
    this.#edges = Array.from({ length: LOCK_EDGES_MAX }, (_, i) => lockList.view(memory, offset + i * stride));
  }

  /** The dependency, if it was ever seen. */
  edge(from: number, to: number): LockListView | undefined {
    let found: LockListView | undefined;
    this.#each((edge) => {
      if (edge.from === from && edge.to === to) found = edge;
      return found === undefined;
    });
    return found;
  }

  #each(visit: (edge: LockListView) => boolean): number {
    let at = 0;
    for (; at < LOCK_EDGES_MAX; at++) {
      const edge = this.#edges[at];
      if (edge.from === 0 || !visit(edge)) break;
    }
    return at;
  }

  /** Remembers a dependency. False: the table is full. */
  add(from: number, to: number, dep: number, { fromIp, toIp, pid }: EdgePlace): boolean {
    const known = this.edge(from, to);
    if (known) {
      known.dep |= dep;
      return true;
    }
    const free = this.#each(() => true);
    if (free >= LOCK_EDGES_MAX) return false;
    const edge = this.#edges[free];
    edge.to = to;
    edge.from = from;
    edge.dep = dep;
    edge.from_ip = fromIp;
    edge.to_ip = toIp;
    edge.pid = pid;
    return true;
  }

  /**
   * Dependencies that lead from class `from`, acquired with `fromRead`, to class `to`, whose holder has it with `toRead`; shortest path
   * first. Undefined: there is no path that can block.
   */
  path(from: number, fromRead: number, to: number, toRead: number): LockListView[] | undefined {
    const found = this.#search(from, fromRead === 2, (one) => one.index === to && (toRead === 0 || !one.onlyRecursive));
    return found && pathTo(found);
  }

  /** The nearest class from `from` on (backwards: towards what was held outside), itself included, that satisfies `wanted`. */
  nearest(from: number, wanted: (index: number) => boolean, backwards = false): number | undefined {
    return this.#search(from, false, (one) => wanted(one.index), backwards)?.index;
  }

  #search(from: number, onlyRecursive: boolean, match: (one: Reached) => boolean, backwards = false): Reached | undefined {
    const queue: Reached[] = [{ index: from, onlyRecursive, parent: undefined, edge: undefined }];
    // A class may be reached by a path that ends in recursive readers and later by one that does not.
    const seen = new Uint8Array(LOCK_CLASSES_MAX);
    for (let at = 0; at < queue.length; at++) {
      const one = queue[at];
      if (match(one)) return one;
      this.#each((edge) => {
        const next = backwards ? edge.from : edge.to;
        if ((backwards ? edge.to : edge.from) !== one.index) return true;
        let { dep } = edge;
        if (one.onlyRecursive && !backwards) dep &= ~DEP_FROM_SHARED;
        if (dep === 0) return true;
        const only = !backwards && (dep & DEP_TO_NORMAL) === 0;
        const bit = only ? 1 : 2;
        if ((seen[next] & (bit | 2)) !== 0) return true;
        seen[next] |= bit;
        queue.push({ index: next, onlyRecursive: only, parent: one, edge });
        return true;
      });
    }
    return undefined;
  }
}

/** The dependencies in the order in which the search took them. */
function pathTo(found: Reached): LockListView[] {
  const path: LockListView[] = [];
  for (let one: Reached | undefined = found; one?.edge; one = one.parent) path.unshift(one.edge);
  return path;
}

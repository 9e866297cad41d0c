/** Where everything lies in flat memory: a list of named regions, made once before boot. */

import { assert } from '../util/assert.ts';
import { alignUp } from '../util/bits.ts';
import type { StructLayout } from './layout.ts';
import { COMPONENT_WORDS } from './memory.ts';

export const COMPONENT_BYTES = COMPONENT_WORDS * 4;
export const PAGE_SIZE = 4096;
export const PAGE_SHIFT = 12;
/** Flat memory, all areas together. The whole machine is meant to stay near 1 MiB. */
export const MEMORY_BYTES_MAX = 16 * 1024 * 1024;

export type Area = 'hardware' | 'kernel' | 'frames';
/** Whom the bytes belong to: element i of a region of owner `cpu` is CPU i's, of owner `task` it is task i's. */
export type RegionOwner = 'shared' | 'cpu' | 'task';

export interface RegionRequest {
  name: string;
  area: 'hardware' | 'kernel';
  /** Bytes of one element; taken from `layout` when absent. */
  size?: number;
  layout?: StructLayout;
  /** Number of elements, 1 when absent. */
  count?: number;
  owner: RegionOwner;
  /** Boundary on which each element begins, in bytes: a power of two, at least 4 (the default). */
  align?: number;
  /** Not part of the state's identity (statistics, shadows that no decision reads). */
  ghost?: boolean;
}

export interface Region {
  name: string;
  area: Area;
  /** Byte offset of element 0 in flat memory. */
  offset: number;
  /** Bytes of one element. */
  size: number;
  /** Bytes from one element to the next. */
  stride: number;
  count: number;
  owner: RegionOwner;
  layout?: StructLayout;
  ghost: boolean;
}

export interface MemoryPlan {
  regions: readonly Region[];
  /** First byte of the kernel area. */
  kernelStart: number;
  kernelSize: number;
  /** First byte of the page frames. */
  framesStart: number;
  /** Bytes of flat memory in all. */
  size: number;
  /** The region called `name`; it is our own fault if there is none. */
  region(name: string): Region;
}

/** Lays the requests out in the order given: hardware area, kernel area, then `frames` page frames. */
export function planMemory(requests: readonly RegionRequest[], frames: number): MemoryPlan {
  const regions: Region[] = [];
  let at = 0;
  const place = (area: 'hardware' | 'kernel'): void => {
    for (const request of requests) {
      if (request.area !== area) continue;
      const size = request.size ?? request.layout?.size ?? 0;
      const align = request.align ?? 4;
      const stride = alignUp(size, align);
      const count = request.count ?? 1;
      at = alignUp(at, align);
      const { name, owner, layout, ghost = false } = request;
      regions.push({ name, area, offset: at, size, stride, count, owner, layout, ghost });
      at += stride * count;
    }
    at = alignUp(at, COMPONENT_BYTES);
  };
  place('hardware');
  const kernelStart = at;
  place('kernel');
  const kernelSize = at - kernelStart;
  const framesStart = alignUp(at, PAGE_SIZE);
  regions.push({
    name: 'frames',
    area: 'frames',
    offset: framesStart,
    size: PAGE_SIZE,
    stride: PAGE_SIZE,
    count: frames,
    owner: 'shared',
    ghost: false,
  });
  const size = framesStart + frames * PAGE_SIZE;
  assert(size <= MEMORY_BYTES_MAX, `the machine needs ${size} bytes of memory; at most ${MEMORY_BYTES_MAX} are possible`);
  const byName = new Map(regions.map((region) => [region.name, region]));
  assert(byName.size === regions.length, 'two memory regions have the same name');
  return {
    regions,
    kernelStart,
    kernelSize,
    framesStart,
    size,
    region(name) {
      const found = byName.get(name);
      assert(found, `there is no memory region ${name}`);
      return found;
    },
  };
}

/** First lines of what the kernel prints, as its version writes them (highmem 1.5). Line numbers differ by version and are left out. */
import { isUpTo } from './mapping-models.ts';
import type { Profile } from './profile.ts';

type Version = Pick<Profile, 'kernel'>;

/** Up to 3.10 a warning names neither CPU nor task. */
export function warningHeadline(version: Version, cpu: number, pid: number, place: string): string {
  return isUpTo(version, 'v3_10') ? `WARNING: at ${place}()` : `WARNING: CPU: ${cpu} PID: ${pid} at ${place}`;
}

/** @param address with all its eight digits, without prefix */
export function pageFaultHeadline(version: Version, address: string): string {
  return isUpTo(version, 'v3_10')
    ? `BUG: unable to handle kernel paging request at ${address}`
    : `BUG: unable to handle page fault for address: ${address}`;
}

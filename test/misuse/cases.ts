/** Rows of the table of misuses, by the title that the reference gives them. */
import { forgetUnmapRow, nestTooDeepRow, unmapTwiceRow, wrongOrderRow } from './cases/order-and-balance.ts';
import { kmapInInterruptRow, lowmemRow, userCopyRow } from './cases/other-memory.ts';
import { interruptRow, otherTaskUnmapsRow, pointerOtherCpuRow, pointerSameCpuRow, runPastEndRow } from './cases/sharing.ts';
import { exitRow, forkRow, otherCpuRow, sleepWhileHoldingRow } from './cases/sleeping-and-moving.ts';
import type { MisuseRow } from './misuse-case.ts';

export const rows: Readonly<Record<string, MisuseRow>> = {
  'unmap in wrong order': wrongOrderRow,
  'unmap twice': unmapTwiceRow,
  'forget unmap, then sleep': forgetUnmapRow,
  'nest too deep': nestTooDeepRow,
  'sleep while holding': sleepWhileHoldingRow,
  'resume on another CPU': otherCpuRow,
  'interrupt maps too': interruptRow,
  'hand pointer to a task on another CPU': pointerOtherCpuRow,
  'hand pointer to a task on the same CPU': pointerSameCpuRow,
  'other task unmaps it': otherTaskUnmapsRow,
  'run past the end of the page': runPastEndRow,
  'user copy hits a missing page': userCopyRow,
  'fork inside the section': forkRow,
  'exit with mappings': exitRow,
  'lowmem page instead': lowmemRow,
  'kmap() used in interrupt': kmapInInterruptRow,
};

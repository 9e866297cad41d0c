/** The functions of the kernel source that the hardware jumps to, found by their names. */
import type { Image } from './bytecode.ts';

/** No function of that name in the image. */
export const FUNCTION_NONE = -1;

/** Function indices, or FUNCTION_NONE. */
export interface Handlers {
  /** `common_interrupt(int vector)` */
  interrupt: number;
  /** `exc_nmi(void)` */
  nmi: number;
  /** `exc_page_fault(unsigned long address, unsigned long error_code)` */
  pageFault: number;
  /** `exc_bug(int trap_kind, unsigned long detail)` */
  bug: number;
}

export function resolveHandlers(image: Image): Handlers {
  const find = (name: string): number => image.functions.findIndex((f) => f.name === name);
  return {
    interrupt: find('common_interrupt'),
    nmi: find('exc_nmi'),
    pageFault: find('exc_page_fault'),
    bug: find('exc_bug'),
  };
}

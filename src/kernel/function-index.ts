/** Functions of the image by name. */
import type { BuiltProgram } from './build.ts';

/** Number of function `name`; it is our own fault if the sources do not define it. */
export function functionIndex({ image }: BuiltProgram, name: string): number {
  const index = image.functions.findIndex((one) => one.name === name);
  if (index < 0) throw new Error(`the kernel sources define no function ${name}`);
  return index;
}

/** The samples, built and booted, for tests of history on the real kernel. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bootKernel } from '../../src/kernel/boot.ts';
import { type BuiltProgram, buildProgram } from '../../src/kernel/build.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';

const FOLDER = fileURLToPath(new URL('../../samples/', import.meta.url));

export interface Sample {
  name: string;
  built: BuiltProgram;
  boot(): Kernel;
}

/** Every program in the folder `samples`. */
export function samples(settings: Readonly<Record<string, string | number | boolean>> = {}): Sample[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.klab'))
    .map((file) => {
      const { built, diagnostics } = buildProgram({
        uri: `file:///${file}`,
        text: readFileSync(FOLDER + file, 'utf8'),
        settings,
        readFile: (path) => readFileSync(FOLDER + path, 'utf8'),
      });
      if (!built) throw new Error(`${file}: ${diagnostics.map(({ message }) => message).join('; ')}`);
      return { name: file, built, boot: () => bootKernel(built) };
    });
}

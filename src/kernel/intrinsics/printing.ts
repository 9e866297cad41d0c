/** printk() and its short forms. The format's conversions are those of kernel C as far as the language has their types. */
import { wordsToText } from '../../util/bits.ts';
import type { Kernel } from '../kernel.ts';
import type { Intrinsic, IntrinsicTable } from './intrinsic.ts';

const conversion = /%([-0 +#]*)(\d+)?(?:\.(\d+))?(hh|h|ll|l|z)?([diuxXcspn%])/g;

/** Writes out `format` with the arguments whose words begin at word `at`. */
export function formatMessage(kernel: Kernel, cpu: number, format: string, at: number): string {
  const { words } = kernel.machine.memory;
  let next = at;
  return format.replace(conversion, (whole, flags: string, width: string, precision: string, length: string, kind: string) => {
    if (kind === '%') return '%';
    const low = words[next++];
    const wide = length === 'll';
    const signedKind = kind === 'd' || kind === 'i';
    const high = wide ? words[next++] : signedKind ? low >> 31 : 0;
    const text = signedKind ? signedText(low, high, flags) : convert(kernel, cpu, kind, low, high, flags, precision);
    return pad(text ?? whole, Number(width ?? 0), flags);
  });
}

function signedText(low: number, high: number, flags: string): string {
  return (flags.includes('+') && high >= 0 ? '+' : '') + wordsToText(low, high, 10, true);
}

function convert(
  kernel: Kernel,
  cpu: number,
  kind: string,
  low: number,
  high: number,
  flags: string,
  precision: string | undefined,
): string | undefined {
  switch (kind) {
    case 'u':
      return wordsToText(low, high, 10, false);
    case 'x':
      return (flags.includes('#') ? '0x' : '') + wordsToText(low, high, 16, false);
    case 'X':
      return (flags.includes('#') ? '0X' : '') + wordsToText(low, high, 16, false).toUpperCase();
    case 'c':
      return String.fromCharCode(low & 0xff);
    case 'p':
      return (low >>> 0).toString(16).padStart(8, '0');
    case 's': {
      const text = low === 0 ? '(null)' : kernel.stringAt(cpu, low);
      return precision === undefined ? text : text.slice(0, Number(precision));
    }
    default:
      return undefined;
  }
}

function pad(text: string, width: number, flags: string): string {
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0')) return text.padStart(width);
  const sign = /^[-+]/.test(text) ? text[0] : '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}

const printer = (name: string, level: number, returns: 'int' | 'void', doc: string): Intrinsic => ({
  prototype: `${returns} ${name}(const char *fmt, ...)`,
  doc,
  context: 'any',
  maySleep: false,
  execute(kernel, cpu, format, _b, _c, _d, args) {
    const text = formatMessage(kernel, cpu, kernel.stringAt(cpu, format), args + 1).replace(/\n$/, '');
    kernel.emit(cpu, { type: 'printk', level, text });
    return text.length;
  },
});

export const printing: IntrinsicTable = {
  printk: printer('printk', 4, 'int', 'Prints a message to the kernel log. Allowed everywhere.'),
  pr_err: printer('pr_err', 3, 'void', 'Prints an error to the kernel log.'),
  pr_warn: printer('pr_warn', 4, 'void', 'Prints a warning to the kernel log.'),
  pr_info: printer('pr_info', 6, 'void', 'Prints a message to the kernel log.'),
  pr_debug: printer('pr_debug', 7, 'void', 'Prints a message for debugging to the kernel log.'),
};

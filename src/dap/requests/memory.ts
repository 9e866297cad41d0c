/** Memory and code as bytes and instructions. */

import { hex } from '../../util/bits.ts';
import { RequestError } from '../arguments.ts';
import { decodeBase64, encodeBase64 } from '../base64.ts';
import type { Handlers } from '../context.ts';
import { fromInstructionReference, parseAddress, toInstructionReference } from '../instruction-reference.ts';
import { announceMove } from './inspect.ts';

/** Bytes of one readMemory; the whole machine has about 1 MiB. */
const READ_MAX = 1 << 20;
/** Instructions of one disassemble. */
const INSTRUCTIONS_MAX = 4096;

export const memoryRequests: Handlers = {
  readMemory(context, args) {
    const address = addressOf(args.string('memoryReference'), args.optionalInteger('offset') ?? 0);
    const count = args.integer('count', 0, READ_MAX);
    const { bytes, unreadable } = context.stopped.readMemory(address, count);
    return {
      body: {
        address: hex(address),
        ...(bytes.length > 0 && { data: encodeBase64(bytes) }),
        ...(unreadable > 0 && { unreadableBytes: unreadable }),
      },
    };
  },

  writeMemory(context, args) {
    const address = addressOf(args.string('memoryReference'), args.optionalInteger('offset') ?? 0);
    const bytes = decodeBase64(args.string('data'));
    if (!bytes) throw new RequestError("writeMemory: 'data' is not base64");
    const result = context.stopped.writeMemory(address, bytes);
    context.flushLog();
    if (result.written < bytes.length && !args.boolean('allowPartial', false)) {
      throw new RequestError(
        `writeMemory: ${result.message ?? `only ${result.written} of ${bytes.length} bytes can be written`}`,
      );
    }
    return { body: { bytesWritten: result.written }, afterwards: () => announceMove(context) };
  },

  disassemble(context, args) {
    const reference = args.string('memoryReference');
    const start = fromInstructionReference(reference);
    if (start === undefined) throw new RequestError(`disassemble: '${reference}' is no code address`);
    const count = args.integer('instructionCount', 0, INSTRUCTIONS_MAX);
    const from = start + (args.optionalInteger('offset') ?? 0);
    const lines = context.stopped.disassemble(
      from,
      args.optionalInteger('instructionOffset', -INSTRUCTIONS_MAX, INSTRUCTIONS_MAX) ?? 0,
      count,
    );
    const instructions = lines.map(({ pc, text, location }) => ({
      address: toInstructionReference(pc),
      instruction: text,
      ...(location && { location: context.source(location.uri), ...context.range(location) }),
    }));
    return { body: { instructions } };
  },
};

function addressOf(reference: string, offset: number): number {
  const base = parseAddress(reference);
  if (base === undefined) throw new RequestError(`'${reference}' is no address; write it as 0xc1000000`);
  return (base + offset) >>> 0;
}

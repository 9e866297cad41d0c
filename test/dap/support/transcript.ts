/**
 * Transcripts: text files of requests (`>`), answers (`<`) and events (`*`). Only the lines with `>` are input; the rest
 * is what the adapter said. Ids that are counted (frames, variable lists) appear as names: `$frame0`, `$Locals`,
 * `$reader` (a thread), `$a` (the list behind variable a), and requests may use the names seen last. Addresses, step numbers and
 * lines of kernel sources are left out: they change with every change of the kernel.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { isKernelSource } from '../../../src/dap/source-names.ts';
import { MemoryClient } from './client.ts';

/** After these the adapter runs until it stops. */
const RUNS = new Set([
  'configurationDone',
  'continue',
  'reverseContinue',
  'next',
  'stepIn',
  'stepOut',
  'stepBack',
  'pause',
  'restart',
  'terminate',
  'kmaplab/stepToEvent',
  'kmaplab/goToStep',
  'kmaplab/raiseInterrupt',
]);

export async function play(script: string, files: Readonly<Record<string, string>>): Promise<string> {
  const client = new MemoryClient(files);
  const names = new Names();
  const out: string[] = [];
  let said = 0;
  let launched = false;
  const flush = () => {
    for (; said < client.messages.length; said++) out.push(...show(client.messages[said], names));
  };
  for (const line of script.split('\n')) {
    if (line.startsWith('#') || line.trim() === '') {
      out.push(line);
      continue;
    }
    if (!line.startsWith('>')) continue;
    out.push(line);
    const [, command, text] = /^>\s*(\S+)\s*(.*)$/.exec(line) ?? [];
    const args: unknown = text ? JSON.parse(names.resolve(text)) : undefined;
    const from = client.messages.length;
    const response = await client.ask(command, args);
    if (command === 'launch') launched = response.success;
    if (launched && response.success && RUNS.has(command)) await client.stop(from);
    // What is sent right after the stop belongs to it.
    await new Promise((resolve) => setImmediate(resolve));
    flush();
  }
  client.dispose();
  return `${out.join('\n').trimEnd()}\n`;
}

class Names {
  readonly #ids = new Map<string, number>();
  readonly #byId = new Map<string, string>();

  note(kind: 'frame' | 'list', name: string, id: number): void {
    if (id === 0) return;
    this.#ids.set(name, id);
    this.#byId.set(`${kind}:${id}`, name);
  }
  thread(name: string, id: number): void {
    this.#ids.set(name, id);
  }
  name(kind: 'frame' | 'list', id: number): string | number {
    const name = this.#byId.get(`${kind}:${id}`);
    return name === undefined ? id : `$${name}`;
  }
  /** Replaces `"$name"` by the number. */
  resolve(text: string): string {
    return text.replace(/"\$([^"]+)"/g, (_, name: string) => {
      const id = this.#ids.get(name);
      if (id === undefined) throw new Error(`the transcript uses $${name}, which was not seen before`);
      return String(id);
    });
  }
}

function show(message: DebugProtocol.ProtocolMessage, names: Names): string[] {
  if (message.type === 'event') {
    const { event, body } = message as DebugProtocol.Event;
    return [`* ${event}${body === undefined ? '' : ` ${JSON.stringify(normalised(body, names))}`}`];
  }
  const { command, success, body, message: fault } = message as DebugProtocol.Response;
  if (!success) return [`< ${command} failed: ${fault}`];
  learn(command, body, names);
  if (command === 'initialize') return ['< initialize'];
  return [`< ${command}${body === undefined ? '' : listing(normalised(body, names))}`];
}

/** Takes names for ids out of a response. */
function learn(command: string, body: Record<string, unknown[]> | undefined, names: Names): void {
  if (command === 'threads') {
    for (const thread of (body?.threads ?? []) as DebugProtocol.Thread[])
      names.thread(thread.name.replace(/[ :].*$/, ''), thread.id);
  }
  if (command === 'stackTrace') {
    ((body?.stackFrames ?? []) as DebugProtocol.StackFrame[]).forEach((frame, index) => {
      names.note('frame', `frame${index}`, frame.id);
    });
  }
  if (command === 'scopes') {
    for (const scope of (body?.scopes ?? []) as DebugProtocol.Scope[]) names.note('list', scope.name, scope.variablesReference);
  }
  if (command === 'variables') {
    for (const variable of (body?.variables ?? []) as DebugProtocol.Variable[]) {
      names.note('list', variable.name, variable.variablesReference);
    }
  }
}

function normalised(value: unknown, names: Names, key = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => normalised(each, names, key));
  if (typeof value === 'object' && value !== null) {
    if ('source' in value && isKernelSource((value.source as DebugProtocol.Source).path ?? ''))
      return normalised(withoutPlace(value), names, key);
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, normalised(each, names, key ? `${key}.${name}` : name)]),
    );
  }
  const name = key.slice(key.lastIndexOf('.') + 1);
  if (LEFT_OUT.has(name)) return '...';
  // Explanations are the catalogue's; here it matters that there is one.
  if (name === 'description' && typeof value === 'string' && value.includes('\n\n'))
    return `${value.split('\n\n')[0]} + explanation`;
  if (typeof value === 'string') {
    return value
      .replace(/0xf[0-9a-f]{7}/g, '0xf...')
      .replace(/\b(step|the) \d+( steps)?/g, '$1 N$2')
      .replace(/^\d+(?=\+\d+:)/, 'N');
  }
  if (typeof value !== 'number') return value;
  if (key === 'stackFrames.id') return names.name('frame', value);
  if (key.endsWith('variablesReference') && value > 0) return names.name('list', value);
  return value;
}

/** What depends on addresses and timing. */
const LEFT_OUT = new Set(['instructionPointerReference', 'memoryReference', 'sourceReference', 'step', 'time']);

function withoutPlace(value: object): object {
  const hidden = ['line', 'column', 'endLine', 'endColumn', 'source'];
  const { source, ...rest } = value as { source: DebugProtocol.Source };
  const hint = source.presentationHint ? ` (${source.presentationHint})` : '';
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([name]) => !hidden.includes(name))),
    from: `${source.path}${hint}`,
  };
}

/** A body on one line when it is short; lists one entry a line. */
function listing(body: unknown): string {
  const line = JSON.stringify(body);
  if (line.length < 100 || typeof body !== 'object' || body === null) return ` ${line}`;
  const lines = Object.entries(body).flatMap(([name, value]) =>
    Array.isArray(value)
      ? [`    ${name}:`, ...value.map((each) => `      ${JSON.stringify(each)}`)]
      : [`    ${name}: ${JSON.stringify(value)}`],
  );
  return `\n${lines.join('\n')}`;
}

/**
 * Writes into package.json what launch configurations may say, from the kernel's table of settings, so that the two never
 * differ: `node scripts/update-manifest.mjs`. A test compares.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const root = new URL('../', import.meta.url);

/**
 * JSON schema of one setting.
 * @param {{ name: string, doc: string, value: { kind: string, values?: readonly { name: string, doc: string }[], min?: number, max?: number }, default: unknown }} setting
 */
export function settingSchema({ doc, value, default: initial }) {
  const common = { description: doc, default: initial };
  switch (value.kind) {
    case 'flag':
      return { type: 'boolean', ...common };
    case 'integer':
      return { type: 'integer', minimum: value.min, maximum: value.max, ...common };
    case 'enum':
      return { type: 'string', ...choices(value.values ?? []), ...common };
    default:
      // A shipped model, or the path of the learner's own file.
      return { anyOf: [{ type: 'string', ...choices(value.values ?? []) }, { type: 'string' }], ...common };
  }
}

/** @param {readonly { name: string, doc: string }[]} values */
const choices = (values) => ({ enum: values.map(({ name }) => name), enumDescriptions: values.map(({ doc }) => doc) });

/**
 * Attributes of a launch configuration.
 * @param {readonly Parameters<typeof settingSchema>[0][]} settings
 * @param {Record<string, { label: string }>} events
 */
export function launchAttributes(settings, events) {
  return {
    required: ['program'],
    properties: {
      program: { type: 'string', description: 'The .klab program to run.', default: '$' + '{file}' },
      stopOnEntry: { type: 'boolean', description: "Stop at the program's first statement.", default: true },
      stopOnEnd: {
        type: 'boolean',
        description: 'Stop once more when everything has ended, so that one can step back.',
        default: true,
      },
      breakOn: {
        type: 'array',
        description: 'Kernel events to stop at, from the first step on.',
        uniqueItems: true,
        items: { type: 'string', enum: Object.keys(events), enumDescriptions: Object.values(events).map(({ label }) => label) },
      },
      schedule: {
        type: 'string',
        description: 'Name of a schedule of the program, or the path of a schedule file: the run that it describes is replayed.',
      },
      raise: { type: 'array', description: 'Interrupts to raise at the entry stop, by name.', items: { type: 'string' } },
      settings: {
        type: 'object',
        description: 'Settings of the machine; they win over machine { } in the program.',
        additionalProperties: false,
        properties: Object.fromEntries(settings.map((setting) => [setting.name, settingSchema(setting)])),
      },
    },
  };
}

async function main() {
  const { build } = await import('esbuild');
  const bundle = await build({
    stdin: {
      contents:
        "export { settings } from './src/kernel/settings.ts'; export { EVENT_BREAKPOINTS } from './src/kernel/events.ts';",
      resolveDir: new URL('.', root).pathname,
      loader: 'ts',
    },
    bundle: true,
    write: false,
    format: 'esm',
  });
  const text = Buffer.from(bundle.outputFiles[0].contents).toString('base64');
  const { settings, EVENT_BREAKPOINTS } = await import(`data:text/javascript;base64,${text}`);
  const file = new URL('package.json', root);
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  manifest.contributes.debuggers[0].configurationAttributes.launch = launchAttributes(settings, EVENT_BREAKPOINTS);
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();

/** The TextMate grammar, run by the engine that VS Code uses, over every sample and every kernel source. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import oniguruma from 'vscode-oniguruma';
import textmate from 'vscode-textmate';

const root = new URL('../../', import.meta.url);
const wasm = readFileSync(createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm'));

async function loadGrammar() {
  await oniguruma.loadWASM(new Uint8Array(wasm).buffer);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (scope) => {
      const path = new URL('syntaxes/klab.tmLanguage.json', root);
      return scope === 'source.klab' ? textmate.parseRawGrammar(readFileSync(path, 'utf8'), path.pathname) : null;
    },
  });
  const grammar = await registry.loadGrammar('source.klab');
  if (!grammar) throw new Error('the grammar does not load');
  return grammar;
}

const grammar = await loadGrammar();

interface Piece {
  text: string;
  line: number;
  scopes: string[];
}

function tokenize(text: string): Piece[] {
  let stack = textmate.INITIAL;
  return text.split('\n').flatMap((line, index) => {
    const result = grammar.tokenizeLine(line, stack);
    stack = result.ruleStack;
    return result.tokens.map(({ startIndex, endIndex, scopes }) => ({
      text: line.slice(startIndex, endIndex),
      line: index + 1,
      scopes,
    }));
  });
}

/** The innermost scope of the n-th piece with this text. */
function scopeOf(pieces: Piece[], text: string, nth = 0): string {
  const piece = pieces.filter((one) => one.text.trim() === text)[nth];
  return piece?.scopes.at(-1) ?? 'nowhere';
}

function klabFiles(folder: URL): URL[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = new URL(entry.isDirectory() ? `${entry.name}/` : entry.name, folder);
    if (entry.isDirectory()) return klabFiles(path);
    return entry.name.endsWith('.klab') ? [path] : [];
  });
}

describe('every word and sign has a scope in', () => {
  const files = [...klabFiles(new URL('samples/', root)), ...klabFiles(new URL('src/kernel/klab/', root))];
  it.each(files.map((file) => [file.href.slice(root.href.length), file] as const))('%s', (_name, file) => {
    const bare = tokenize(readFileSync(file, 'utf8')).filter(
      ({ text, scopes }) => text.trim() !== '' && (scopes.at(-1)?.startsWith('meta.') || scopes.length === 1),
    );
    expect(bare).toEqual([]);
  });

  it.each(files.map((file) => [file.href.slice(root.href.length), file] as const))('%s, none of it illegal', (_name, file) => {
    const illegal = tokenize(readFileSync(file, 'utf8')).filter(({ scopes }) =>
      scopes.some((scope) => scope.startsWith('invalid')),
    );
    expect(illegal).toEqual([]);
  });
});

describe('scopes', () => {
  const program = tokenize(`// Header, H-7.2 step 5
machine { cpus = 2; preempt = full; irqs_during_switch = on; }
page low letter[2] = { "Dear %s\\n" };
user page src = "from" absent;
user task writer(policy = SCHED_FIFO, nice = -5)
{
	struct page *p = kmap_local_page(letter[0]);
	unsigned long flags = 0x1fUL;
	if (p->flags == 'L' && current->pid != NULL)
		goto out; // @restore
	WARN_ON_ONCE(flags);
out:
	return;
}
irq nic(cpu = 0, at = 2ms) { }
schedule torvalds { irq nic at kmap_switch "restore" 2; }
expect slot_busy when mapping == kmap_temporary on torvalds;
static inline int __kmap_idx(struct task_struct *tsk) { return tsk->pid + sizeof(u32); }
DEFINE_PER_CPU(int, depth);
`);

  it.each([
    ['H-7.2 step 5', 'markup.underline.link.reference.klab'],
    ['machine', 'keyword.other.laboratory.machine.klab'],
    ['cpus', 'variable.other.setting.klab'],
    ['full', 'constant.other.value.klab'],
    ['on', 'constant.language.klab'],
    ['low', 'storage.modifier.low.klab'],
    ['letter', 'entity.name.variable.page.klab'],
    ['%s', 'constant.other.placeholder.klab'],
    ['\\n', 'constant.character.escape.klab'],
    ['absent', 'storage.modifier.absent.klab'],
    ['task', 'keyword.other.laboratory.task.klab'],
    ['writer', 'entity.name.function.task.klab'],
    ['SCHED_FIFO', 'constant.other.value.klab'],
    ['struct', 'storage.type.klab'],
    ['page', 'keyword.other.laboratory.page.klab'],
    ['kmap_local_page', 'entity.name.function.call.klab'],
    ['unsigned', 'support.type.klab'],
    ['0x1fUL', 'constant.numeric.hex.klab'],
    ['if', 'keyword.control.klab'],
    ['->', 'punctuation.accessor.klab'],
    ['flags', 'variable.other.klab'],
    ['current', 'variable.language.current.klab'],
    ['NULL', 'constant.language.klab'],
    ['restore', 'entity.name.label.anchor.klab'],
    ['WARN_ON_ONCE', 'support.function.check.klab'],
    ['nic', 'entity.name.function.irq.klab'],
    ['ms', 'keyword.other.unit.klab'],
    ['torvalds', 'entity.name.type.schedule.klab'],
    ['at', 'variable.other.setting.klab'],
    ['slot_busy', 'constant.other.outcome.klab'],
    ['mapping', 'variable.other.setting.klab'],
    ['kmap_temporary', 'constant.other.value.klab'],
    ['static', 'storage.modifier.klab'],
    ['__kmap_idx', 'entity.name.function.klab'],
    ['task_struct', 'entity.name.type.klab'],
    ['sizeof', 'keyword.operator.sizeof.klab'],
    ['u32', 'support.type.klab'],
    ['DEFINE_PER_CPU', 'support.function.macro.klab'],
  ])('%s is %s', (text, scope) => {
    expect(scopeOf(program, text)).toBe(scope);
  });

  it('a label is one, and so is the goto to it', () => {
    expect(scopeOf(program, 'out', 1)).toBe('entity.name.label.klab');
  });
});

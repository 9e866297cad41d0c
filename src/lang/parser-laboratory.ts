/** Declarations of the laboratory: machine, page, task, irq, nmi, schedule, expect. */

import { endOfDeclaration } from './parser-declarations.ts';
import { parseConditional, parseExpression } from './parser-expressions.ts';
import { parseBlock } from './parser-statements.ts';
import type { Range } from './source.ts';
import type { TokenCursor } from './token-cursor.ts';
import { keywords } from './tokens.ts';
import type {
  Declaration,
  ExpectDeclaration,
  IrqDeclaration,
  MachineDeclaration,
  PageDeclaration,
  ScheduleDeclaration,
  ScheduleEntry,
  Setting,
  SettingValue,
  StringLiteral,
  TaskDeclaration,
} from './tree.ts';

/** Whether a declaration of the laboratory starts here; its words are ordinary names elsewhere. */
export function startsLaboratory(p: TokenCursor): boolean {
  const { token } = p;
  if (token.kind !== 'name') return false;
  const named = p.peek().kind === 'name' && !keywords.has(p.peek().text);
  switch (token.text) {
    case 'machine':
      return p.isAt(1, '{');
    case 'page':
    case 'task':
    case 'expect':
      return named;
    case 'irq':
    case 'nmi':
      return named && ['(', '{'].some((sign) => p.isAt(2, sign));
    case 'schedule':
      return named && p.isAt(2, '{');
    case 'user':
      return p.isAt(1, 'page') || p.isAt(1, 'task');
    default:
      return false;
  }
}

export function parseLaboratory(p: TokenCursor): Declaration {
  const { token } = p;
  switch (token.text) {
    case 'machine':
      return parseMachine(p);
    case 'task':
      return parseTask(p);
    case 'irq':
    case 'nmi':
      return parseIrq(p);
    case 'schedule':
      return parseSchedule(p);
    case 'expect':
      return parseExpect(p);
    default:
      return p.isAt(1, 'task') ? parseTask(p) : parsePage(p);
  }
}

interface Name {
  name: string;
  nameRange: Range;
}

function parseName(p: TokenCursor, what: string): Name {
  const { token } = p;
  if (token.kind === 'name' && !keywords.has(token.text)) {
    p.next();
    return { name: token.text, nameRange: { start: token.start, end: token.end } };
  }
  p.fault('expectedName', token, `expected ${what} before ${p.describe()}`);
  return { name: '', nameRange: { start: p.previousEnd, end: p.previousEnd } };
}

/** machine := 'machine' '{' (name '=' value ';')* '}' */
function parseMachine(p: TokenCursor): MachineDeclaration {
  const { start } = p.next();
  p.next();
  const settings: Setting[] = [];
  while (!p.is('}') && !p.atEnd) {
    const before = p.index;
    const setting = parseSetting(p, 'the name of a setting');
    if (setting) settings.push(setting);
    if (!p.panic && !p.accept(';')) {
      const gap = { start: p.previousEnd, end: p.previousEnd };
      p.fault('expectedSemicolon', gap, `expected ';' after the setting${p.token.first ? '' : ` before ${p.describe()}`}`);
      if (p.token.first || p.is('}')) p.panic = false;
      else p.accept(',');
    }
    if (p.panic) {
      while (!p.atEnd && !p.is(';') && !p.is('}') && !(p.token.first && p.index > before)) p.skipGroup();
      p.accept(';');
      p.panic = false;
    }
    if (p.index === before) p.next();
  }
  p.expect('}', "to close 'machine {'");
  p.accept(';');
  return { kind: 'machine', settings, ...p.rangeFrom(start) };
}

/** setting := name '=' (name | number unit? | string) */
function parseSetting(p: TokenCursor, what: string): Setting | undefined {
  const { start } = p.token;
  const { name, nameRange } = parseName(p, what);
  if (p.panic || !p.expect('=', `after '${name}'`)) return undefined;
  const value = parseSettingValue(p);
  if (!value) return undefined;
  return { name, nameRange, value: value.value, valueRange: value.range, ...p.rangeFrom(start) };
}

function parseSettingValue(p: TokenCursor): { value: SettingValue; range: Range } | undefined {
  const start = p.token.start;
  const negative = p.accept('-');
  const { token } = p;
  const done = (value: SettingValue): { value: SettingValue; range: Range } => {
    p.next();
    return { value, range: p.rangeFrom(start) };
  };
  if (token.kind === 'number' && !token.faulty) {
    const value = negative ? -token.value : token.value;
    if (token.suffix === 's') return done({ kind: 'number', value: value * 1000, unit: 'ms' });
    if (token.suffix === 'ns' || token.suffix === 'us' || token.suffix === 'ms')
      return done({ kind: 'number', value, unit: token.suffix });
    return done({ kind: 'number', value });
  }
  if (!negative && token.kind === 'name') return done({ kind: 'name', name: token.text });
  if (!negative && token.kind === 'string' && !token.faulty) return done({ kind: 'string', value: token.text });
  p.fault('expectedExpression', token, `expected a value before ${p.describe()}`);
  return undefined;
}

/** page := 'user'? 'page' 'low'? name ('[' count ']')? 'absent'? ('=' (string | '{' string,* '}'))? 'absent'? ';' */
function parsePage(p: TokenCursor): PageDeclaration {
  const { start } = p.token;
  const user = p.accept('user');
  p.next();
  const low = p.is('low') && p.peek().kind === 'name' && p.accept('low');
  const { name, nameRange } = parseName(p, 'the name of the page');
  const page: PageDeclaration = { kind: 'page', name, nameRange, low, user, absent: false, contents: [], start, end: start };
  if (!p.panic && p.accept('[')) {
    page.count = parseConditional(p);
    if (!p.panic) p.expect(']', 'after the number of pages');
  }
  page.absent = !p.panic && p.accept('absent');
  if (!p.panic && p.accept('=')) {
    if (p.accept('{')) {
      while (!p.is('}') && !p.atEnd && !p.panic) {
        parsePageText(p, page.contents);
        if (!p.accept(',')) break;
      }
      if (!p.panic) p.expect('}', "or ',' in the list of texts");
    } else parsePageText(p, page.contents);
  }
  if (!p.panic && p.accept('absent')) page.absent = true;
  endOfDeclaration(p);
  return { ...page, ...p.rangeFrom(start) };
}

function parsePageText(p: TokenCursor, into: StringLiteral[]): void {
  if (p.token.kind !== 'string') {
    p.fault('expectedExpression', p.token, `expected the text of the page in double quotes before ${p.describe()}`);
    return;
  }
  const { start } = p.token;
  let value = '';
  while (p.token.kind === 'string') value += p.next().text;
  into.push({ kind: 'string', value, ...p.rangeFrom(start) });
}

/** '(' (setting ',')* ')', which may be missing */
function parseSettings(p: TokenCursor): Setting[] {
  const settings: Setting[] = [];
  if (!p.accept('(')) return settings;
  if (p.is('void') && p.isAt(1, ')')) p.next();
  while (!p.is(')') && !p.atEnd && !p.panic) {
    const setting = parseSetting(p, 'the name of a setting');
    if (setting) settings.push(setting);
    if (p.panic || !p.accept(',')) break;
  }
  if (!p.panic) p.expect(')', "or ',' in the settings");
  if (p.panic) p.recoverTo(')');
  return settings;
}

/** task := 'user'? 'task' name settings block */
function parseTask(p: TokenCursor): TaskDeclaration {
  const { start, line } = p.token;
  const doc = p.comments.docAbove(line);
  const user = p.accept('user');
  p.next();
  const { name, nameRange } = parseName(p, 'the name of the task');
  const parameters = parseSettings(p);
  const body = parseBlock(p, `the task '${name}'`);
  return { kind: 'task', name, nameRange, user, parameters, body, doc, ...p.rangeFrom(start) };
}

/** irq := ('irq' | 'nmi') name settings block */
function parseIrq(p: TokenCursor): IrqDeclaration {
  const { start, line } = p.token;
  const doc = p.comments.docAbove(line);
  const nmi = p.next().text === 'nmi';
  const { name, nameRange } = parseName(p, 'the name of the interrupt');
  const parameters = parseSettings(p);
  const body = parseBlock(p, `the handler '${name}'`);
  return { kind: 'irq', name, nameRange, nmi, parameters, body, doc, ...p.rangeFrom(start) };
}

/** schedule := 'schedule' name '{' entry* '}' */
function parseSchedule(p: TokenCursor): ScheduleDeclaration {
  const { start } = p.next();
  const { name, nameRange } = parseName(p, 'the name of the schedule');
  const entries: ScheduleEntry[] = [];
  p.expect('{', 'to begin the schedule');
  while (!p.panic && !p.is('}') && !p.atEnd) {
    const before = p.index;
    const entry = parseScheduleEntry(p);
    if (entry) entries.push(entry);
    p.endItem('the entry');
    if (p.index === before) p.next();
  }
  p.expect('}', 'to close the schedule');
  p.accept(';');
  return { kind: 'schedule', name, nameRange, entries, ...p.rangeFrom(start) };
}

/** entry := ('irq' name | 'run' 'cpu'? number | 'switch' name) 'at' function (string | 'line' number)? number? ('on' 'cpu'? number)? */
function parseScheduleEntry(p: TokenCursor): ScheduleEntry | undefined {
  const { token } = p;
  const { start } = token;
  let what: ScheduleEntry['what'];
  if (p.accept('irq') || p.accept('switch')) {
    const { name, nameRange: range } = parseName(p, token.text === 'irq' ? 'the name of an interrupt' : 'the name of a task');
    what = token.text === 'irq' ? { kind: 'irq', name, range } : { kind: 'switch', task: name, range };
  } else if (p.accept('run')) {
    const { number: cpu, range } = parseCpu(p);
    what = { kind: 'run', cpu, range };
  } else {
    p.fault('expectedName', token, `expected 'irq NAME', 'run CPU' or 'switch TASK' before ${p.describe()}`);
    return undefined;
  }
  if (p.panic || !p.expect('at', 'and a place')) return undefined;
  const placeStart = p.token.start;
  const at: ScheduleEntry['at'] = { function: parseName(p, 'the name of a function').name, hit: 1, range: token };
  if (p.panic) return undefined;
  if (p.token.kind === 'string') at.label = p.next().text;
  else if (p.accept('line')) at.line = parseNumber(p, 'the number of a line');
  if (p.token.kind === 'number') at.hit = parseNumber(p, 'which hit');
  if (p.accept('on')) at.cpu = parseCpu(p).number;
  at.range = p.rangeFrom(placeStart);
  return { what, at, ...p.rangeFrom(start) };
}

/** 'cpu'? number, or `cpu1` */
function parseCpu(p: TokenCursor): { number: number; range: Range } {
  const { start } = p.token;
  const glued = p.token.kind === 'name' ? /^cpu(\d{1,3})$/.exec(p.token.text) : null;
  if (glued) {
    p.next();
    return { number: Number(glued[1]), range: p.rangeFrom(start) };
  }
  p.accept('cpu');
  const number = parseNumber(p, 'the number of a CPU');
  return { number, range: p.rangeFrom(start) };
}

function parseNumber(p: TokenCursor, what: string): number {
  if (p.token.kind === 'number') return p.next().value;
  p.fault('expectedExpression', p.token, `expected ${what} before ${p.describe()}`);
  return 0;
}

/** expect := 'expect' outcome ('when' expression)? ('on' ('default' | 'any' | name))? ';' */
function parseExpect(p: TokenCursor): ExpectDeclaration {
  const { start } = p.next();
  if (p.token.first && p.column === 0) {
    const gap = { start: p.previousEnd, end: p.previousEnd };
    p.note('expectedName', gap, "expected an outcome after 'expect', such as 'clean'");
    return { kind: 'expect', outcome: '', outcomeRange: gap, on: { kind: 'default' }, ...p.rangeFrom(start) };
  }
  const { name: outcome, nameRange: outcomeRange } = parseName(p, 'an outcome');
  const when = !p.panic && p.accept('when') ? parseExpression(p) : undefined;
  let on: ExpectDeclaration['on'] = { kind: 'default' };
  if (!p.panic && p.accept('on') && !p.accept('default')) {
    const { name, nameRange: range } = parseName(p, "'default', 'any' or the name of a schedule");
    on = name === 'any' ? { kind: 'any' } : { kind: 'schedule', name, range };
  }
  endOfDeclaration(p);
  return { kind: 'expect', outcome, outcomeRange, ...(when ? { when } : {}), on, ...p.rangeFrom(start) };
}

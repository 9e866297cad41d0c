/** Random statements over the variables of `random-expression.ts`, with a reference interpreter. */
import * as fc from 'fast-check';
import {
  common,
  divisor,
  expressions,
  literal,
  operations,
  type State,
  type Term,
  type Variable,
  variable,
  wrap,
} from './random-expression.ts';

/** What running a statement led to. */
type Flow = 'next' | 'break' | 'continue';

export interface Piece {
  text: string;
  run(state: State): Flow;
}

const next =
  (run: (state: State) => void) =>
  (state: State): Flow => {
    run(state);
    return 'next';
  };

function assign(target: Variable, operator: string, e: Term): Piece {
  const set = (state: State, value: bigint) => state.set(target.name, wrap(value, target.type));
  if (operator === '') return { text: `${target.name} = ${e.text};`, run: next((state) => set(state, e.value(state))) };
  const by = operator === '/' || operator === '%' ? divisor(e) : e;
  const to = common(target.type, by.type);
  return {
    text: `${target.name} ${operator}= ${by.text};`,
    run: next((state) => set(state, operations[operator](wrap(variable(target).value(state), to), wrap(by.value(state), to)))),
  };
}

function step(target: Variable, by: Variable, operator: '++' | '--', prefix: boolean): Piece {
  const change = operator === '++' ? 1n : -1n;
  const text = prefix ? `${operator}${by.name}` : `${by.name}${operator}`;
  return {
    text: `${target.name} = ${text};`,
    run: next((state) => {
      const old = variable(by).value(state);
      const changed = wrap(old + change, by.type);
      state.set(by.name, changed);
      state.set(target.name, wrap(prefix ? changed : old, target.type));
    }),
  };
}

/** `word[i & 3]`, a static array of u16. */
function element(index: Term, operator: string, e: Term): Piece {
  const at = (state: State) => `word${wrap(index.value(state), { name: '', bits: 2, signed: false })}`;
  const u16 = { name: 'u16', bits: 16, signed: false };
  const to = common(u16, e.type);
  return {
    text: `word[(${index.text}) & 3] ${operator}= ${e.text};`,
    run: next((state) => {
      const value = e.value(state);
      const old = state.get(at(state)) ?? 0n;
      state.set(at(state), wrap(operator === '' ? value : operations[operator](wrap(old, to), wrap(value, to)), u16));
    }),
  };
}

const block = (pieces: readonly Piece[]): Piece => ({
  text: `{ ${pieces.map((piece) => piece.text).join('\n')} }`,
  run(state) {
    for (const piece of pieces) {
      const flow = piece.run(state);
      if (flow !== 'next') return flow;
    }
    return 'next';
  },
});

function branch(test: Term, then: Piece, otherwise: Piece | undefined): Piece {
  return {
    text: `if (${test.text}) ${then.text}${otherwise ? ` else ${otherwise.text}` : ''}`,
    run: (state) => (test.value(state) !== 0n ? then.run(state) : (otherwise?.run(state) ?? 'next')),
  };
}

function loop(times: number, body: Piece, form: 'for' | 'while' | 'do'): Piece {
  const heads = {
    for: `for (int k = 0; k < ${times}; k++) ${body.text}`,
    while: `{ int k = 0; while (k++ < ${times}) ${body.text} }`,
    do: `{ int k = 0; do ${body.text} while (++k < ${times}); }`,
  };
  return {
    text: heads[form],
    run: next((state) => {
      for (let k = 0; k < times; k++) if (body.run(state) === 'break') break;
    }),
  };
}

function choose(value: Term, cases: readonly { body: Piece; through: boolean }[]): Piece {
  const texts = cases.map(({ body, through }, i) => `case ${i}: ${body.text} ${through ? '' : 'break;'}`);
  return {
    text: `switch ((${value.text}) & 3) { ${texts.join('\n')} default: g4++; }`,
    run(state) {
      const chosen = Number(BigInt.asUintN(2, value.value(state)));
      for (let i = chosen; i < cases.length; i++) {
        const flow = cases[i].body.run(state);
        if (flow === 'continue') return flow;
        if (flow === 'break' || !cases[i].through) return 'next';
      }
      const g4 = { name: 'int', bits: 32, signed: true };
      state.set('g4', wrap((state.get('g4') ?? 0n) + 1n, g4));
      return 'next';
    },
  };
}

/** A body for main(). */
export function programs(known: readonly Variable[]): fc.Arbitrary<Piece> {
  const e = expressions(known, 2);
  const target = fc.constantFrom(...known);
  const operators = ['', '+', '-', '*', '&', '|', '^', '/', '%'];
  const { body } = fc.letrec<{ body: Piece; piece: Piece; inLoop: Piece }>((tie) => ({
    piece: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.tuple(target, fc.constantFrom(...operators), e).map(([t, o, value]) => assign(t, o, value)),
      fc
        .tuple(target, target, fc.constantFrom('++' as const, '--' as const), fc.boolean())
        .map(([t, by, o, prefix]) => (t.name === by.name ? assign(t, '', literal(3)) : step(t, by, o, prefix))),
      fc.tuple(e, fc.constantFrom('', '+', '^'), e).map(([i, o, value]) => element(i, o, value)),
      fc.tuple(e, tie('body'), fc.option(tie('body'), { nil: undefined })).map(([t, a, b]) => branch(t, a, b)),
      fc
        .tuple(fc.integer({ min: 1, max: 4 }), tie('inLoop'), fc.constantFrom('for' as const, 'while' as const, 'do' as const))
        .map(([n, inner, form]) => loop(n, inner, form)),
      fc
        .tuple(e, fc.array(fc.record({ body: tie('body'), through: fc.boolean() }), { minLength: 1, maxLength: 3 }))
        .map(([value, cases]) => choose(value, cases)),
    ),
    body: fc.array(tie('piece'), { maxLength: 4 }).map(block),
    inLoop: fc
      .tuple(tie('body'), e, fc.constantFrom('break' as const, 'continue' as const, undefined), tie('body'))
      .map(([a, test, word, b]) => {
        const leave: Piece = { text: `${word};`, run: () => word ?? 'next' };
        return word ? block([a, branch(test, leave, undefined), b]) : block([a, b]);
      }),
  }));
  return body;
}

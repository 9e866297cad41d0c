/** Random C expressions with a reference evaluator that calculates with whole numbers of any size. */
import * as fc from 'fast-check';

export interface CType {
  name: string;
  bits: number;
  signed: boolean;
}

const type = (name: string, bits: number, signed: boolean): CType => ({ name, bits, signed });
export const INT = type('int', 32, true);
const UNSIGNED = type('unsigned int', 32, false);
export const S64 = type('s64', 64, true);
export const types: CType[] = [
  type('s8', 8, true),
  type('u8', 8, false),
  type('s16', 16, true),
  type('u16', 16, false),
  INT,
  UNSIGNED,
  S64,
  type('u64', 64, false),
];

export interface Variable {
  name: string;
  type: CType;
  value: bigint;
}

/** Values of the variables while the reference runs. */
export type State = Map<string, bigint>;

/** A typed expression: its C text and how its value is found. */
export interface Term {
  text: string;
  type: CType;
  value(state: State): bigint;
}

export const wrap = (value: bigint, to: CType): bigint =>
  to.signed ? BigInt.asIntN(to.bits, value) : BigInt.asUintN(to.bits, value);

const promoted = (from: CType): CType => (from.bits < 32 ? INT : from);

export function common(a: CType, b: CType): CType {
  const [x, y] = [promoted(a), promoted(b)];
  if (x.bits !== y.bits) return x.bits > y.bits ? x : y;
  return x.signed && y.signed ? x : x.signed ? y : x;
}

export const literal = (n: number | bigint, of: CType = INT, text = String(n)): Term => ({
  text,
  type: of,
  value: () => BigInt(n),
});

const cast = (to: CType, e: Term): Term => ({
  text: `(${to.name})(${e.text})`,
  type: to,
  value: (state) => wrap(e.value(state), to),
});

function unary(operator: string, e: Term): Term {
  const text = `${operator}(${e.text})`;
  if (operator === '!') return { text, type: INT, value: (state) => (e.value(state) === 0n ? 1n : 0n) };
  const to = promoted(e.type);
  return {
    text,
    type: to,
    value(state) {
      const value = wrap(e.value(state), to);
      return wrap(operator === '-' ? -value : operator === '~' ? ~value : value, to);
    },
  };
}

const comparisons: Record<string, (x: bigint, y: bigint) => boolean> = {
  '<': (x, y) => x < y,
  '<=': (x, y) => x <= y,
  '>': (x, y) => x > y,
  '>=': (x, y) => x >= y,
  '==': (x, y) => x === y,
  '!=': (x, y) => x !== y,
};

export const operations: Record<string, (x: bigint, y: bigint) => bigint> = {
  '+': (x, y) => x + y,
  '-': (x, y) => x - y,
  '*': (x, y) => x * y,
  '&': (x, y) => x & y,
  '|': (x, y) => x | y,
  '^': (x, y) => x ^ y,
  '/': (x, y) => x / y,
  '%': (x, y) => x % y,
};

export function binary(operator: string, a: Term, b: Term): Term {
  const text = `((${a.text}) ${operator} (${b.text}))`;
  const truth = (test: (state: State) => boolean): Term => ({ text, type: INT, value: (state) => (test(state) ? 1n : 0n) });
  if (operator === '&&') return truth((state) => a.value(state) !== 0n && b.value(state) !== 0n);
  if (operator === '||') return truth((state) => a.value(state) !== 0n || b.value(state) !== 0n);
  const to = common(a.type, b.type);
  const compare = comparisons[operator];
  if (compare) return truth((state) => compare(wrap(a.value(state), to), wrap(b.value(state), to)));
  const operation = operations[operator];
  return { text, type: to, value: (state) => wrap(operation(wrap(a.value(state), to), wrap(b.value(state), to)), to) };
}

/** Something from 1 to 8: a divisor that is neither zero nor out of range. */
export const divisor = (e: Term): Term => binary('+', binary('&', e, literal(7)), literal(1));

function shift(operator: string, a: Term, count: number): Term {
  const to = promoted(a.type);
  const by = BigInt(count % to.bits);
  return {
    text: `((${a.text}) ${operator} ${by})`,
    type: to,
    value(state) {
      const value = wrap(a.value(state), to);
      return wrap(operator === '<<' ? value << by : value >> by, to);
    },
  };
}

function choice(test: Term, a: Term, b: Term): Term {
  const to = common(a.type, b.type);
  return {
    text: `((${test.text}) ? (${a.text}) : (${b.text}))`,
    type: to,
    value: (state) => wrap(test.value(state) !== 0n ? a.value(state) : b.value(state), to),
  };
}

const interesting = [
  0n,
  1n,
  -1n,
  2n,
  127n,
  128n,
  255n,
  256n,
  32767n,
  65535n,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  0x100000000n,
];

/** A static variable `gN` and a local `lN` of each type, with values that a literal can say. */
export const variables: fc.Arbitrary<Variable[]> = fc
  .tuple(
    ...types.flatMap((of, i) => {
      const value = fc
        .oneof(fc.constantFrom(...interesting), fc.bigInt({ min: -(2n ** 52n), max: 2n ** 52n }))
        .map((raw) => wrap(raw, of))
        .map((raw) => (raw >= 2n ** 53n ? raw & 0xffffn : raw));
      return ['g', 'l'].map((letter) => value.map((v) => ({ name: `${letter}${i}`, type: of, value: v })));
    }),
  )
  .map((list) => list);

export const variable = ({ name, type: of }: Variable): Term => ({
  text: name,
  type: of,
  value: (state) => state.get(name) ?? 0n,
});

/** An expression over `known`. */
export function expressions(known: readonly Variable[], maxDepth = 5): fc.Arbitrary<Term> {
  const literals = fc.oneof(
    fc.integer({ min: 0, max: 300 }).map((n) => literal(n)),
    fc.constantFrom(0x8000, 0x7fffffff).map((n) => literal(n)),
    fc.constant(literal(0xffffffffn, UNSIGNED, '0xffffffff')),
    fc.constant(literal(0x123456789n, S64, '0x123456789LL')),
  );
  const leaf = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...known).map(variable) }, { weight: 1, arbitrary: literals });
  const logical = ['<', '<=', '>', '>=', '==', '!=', '&&', '||'];
  return fc.letrec<{ e: Term }>((tie) => ({
    e: fc.oneof(
      { maxDepth, withCrossShrink: true },
      leaf,
      fc.tuple(fc.constantFrom('+', '-', '*', '&', '|', '^'), tie('e'), tie('e')).map(([o, a, b]) => binary(o, a, b)),
      fc.tuple(fc.constantFrom(...logical), tie('e'), tie('e')).map(([o, a, b]) => binary(o, a, b)),
      fc.tuple(fc.constantFrom('/', '%'), tie('e'), tie('e')).map(([o, a, b]) => binary(o, a, divisor(b))),
      fc.tuple(fc.constantFrom('<<', '>>'), tie('e'), fc.nat(63)).map(([o, a, n]) => shift(o, a, n)),
      fc.tuple(fc.constantFrom('-', '~', '!', '+'), tie('e')).map(([o, a]) => unary(o, a)),
      fc.tuple(fc.constantFrom(...types), tie('e')).map(([to, a]) => cast(to, a)),
      fc.tuple(tie('e'), tie('e'), tie('e')).map(([t, a, b]) => choice(t, a, b)),
    ),
  })).e;
}

/** Declarations of the variables with their first values: static ones, then locals. */
export function declarationsOf(known: readonly Variable[]): { statics: string; locals: string } {
  const declare = (v: Variable) => {
    const digits = (v.value < 0n ? `-${-v.value}` : `${v.value}`) + (v.type.bits === 64 ? 'LL' : '');
    return `${v.type.name} ${v.name} = (${v.type.name})${digits};`;
  };
  const statics = known.filter(({ name }) => name.startsWith('g')).map((v) => `static ${declare(v)}\n`);
  const locals = known.filter(({ name }) => name.startsWith('l')).map((v) => `  ${declare(v)}\n`);
  return { statics: statics.join(''), locals: locals.join('') };
}

export const stateOf = (known: readonly Variable[]): State => new Map(known.map(({ name, value }) => [name, value]));

/** Random C expressions with a reference evaluator that calculates with whole numbers of any size. */
import * as fc from 'fast-check';

export interface CType {
  name: string;
  bits: number;
  signed: boolean;
}

const type = (name: string, bits: number, signed: boolean): CType => ({ name, bits, signed });
const INT = type('int', 32, true);
const UNSIGNED = type('unsigned int', 32, false);
export const types: CType[] = [
  type('s8', 8, true),
  type('u8', 8, false),
  type('s16', 16, true),
  type('u16', 16, false),
  INT,
  UNSIGNED,
  type('s64', 64, true),
  type('u64', 64, false),
];

export interface Variable {
  name: string;
  type: CType;
  value: bigint;
}

/** A typed expression: its C text and its value. */
export interface Term {
  text: string;
  type: CType;
  value: bigint;
}

export const wrap = (value: bigint, to: CType): bigint =>
  to.signed ? BigInt.asIntN(to.bits, value) : BigInt.asUintN(to.bits, value);

const promoted = (from: CType): CType => (from.bits < 32 ? INT : from);

function common(a: CType, b: CType): CType {
  const [x, y] = [promoted(a), promoted(b)];
  if (x.bits !== y.bits) return x.bits > y.bits ? x : y;
  return x.signed && y.signed ? x : x.signed ? y : x;
}

const cast = (to: CType, e: Term): Term => ({ text: `(${to.name})(${e.text})`, type: to, value: wrap(e.value, to) });

function unary(operator: string, e: Term): Term {
  if (operator === '!') return { text: `!(${e.text})`, type: INT, value: e.value === 0n ? 1n : 0n };
  const to = promoted(e.type);
  const value = wrap(e.value, to);
  return {
    text: `${operator}(${e.text})`,
    type: to,
    value: wrap(operator === '-' ? -value : operator === '~' ? ~value : value, to),
  };
}

function binary(operator: string, a: Term, b: Term): Term {
  const text = `((${a.text}) ${operator} (${b.text}))`;
  const truth = (value: boolean): Term => ({ text, type: INT, value: value ? 1n : 0n });
  if (operator === '&&') return truth(a.value !== 0n && b.value !== 0n);
  if (operator === '||') return truth(a.value !== 0n || b.value !== 0n);
  const to = common(a.type, b.type);
  const [x, y] = [wrap(a.value, to), wrap(b.value, to)];
  switch (operator) {
    case '<':
      return truth(x < y);
    case '<=':
      return truth(x <= y);
    case '>':
      return truth(x > y);
    case '>=':
      return truth(x >= y);
    case '==':
      return truth(x === y);
    case '!=':
      return truth(x !== y);
    default: {
      const results: Record<string, () => bigint> = {
        '+': () => x + y,
        '-': () => x - y,
        '*': () => x * y,
        '&': () => x & y,
        '|': () => x | y,
        '^': () => x ^ y,
        '/': () => x / y,
        '%': () => x % y,
      };
      return { text, type: to, value: wrap(results[operator](), to) };
    }
  }
}

/** Division by something from 1 to 8: neither by zero nor out of range. */
function division(operator: string, a: Term, b: Term): Term {
  const literal = (value: bigint): Term => ({ text: String(value), type: INT, value });
  return binary(operator, a, binary('+', binary('&', b, literal(7n)), literal(1n)));
}

function shift(operator: string, a: Term, count: number): Term {
  const to = promoted(a.type);
  const by = BigInt(count % to.bits);
  const value = wrap(a.value, to);
  return { text: `((${a.text}) ${operator} ${by})`, type: to, value: wrap(operator === '<<' ? value << by : value >> by, to) };
}

function choice(test: Term, a: Term, b: Term): Term {
  const to = common(a.type, b.type);
  return {
    text: `((${test.text}) ? (${a.text}) : (${b.text}))`,
    type: to,
    value: wrap(test.value !== 0n ? a.value : b.value, to),
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

export const variables: fc.Arbitrary<Variable[]> = fc
  .tuple(
    ...types.flatMap((of, i) => {
      const value = fc
        .oneof(fc.constantFrom(...interesting), fc.bigInt({ min: -(2n ** 52n), max: 2n ** 52n }))
        .map((raw) => wrap(raw, of));
      return [
        value.map((v) => ({ name: `g${i}`, type: of, value: v })),
        value.map((v) => ({ name: `l${i}`, type: of, value: v })),
      ];
    }),
  )
  .map((list) => list.filter(({ value }) => value < 2n ** 53n && value > -(2n ** 53n)));

/** An expression over `known`. */
export function expressions(known: readonly Variable[]): fc.Arbitrary<Term> {
  const literal = fc.oneof(
    fc.integer({ min: 0, max: 300 }).map((n): Term => ({ text: String(n), type: INT, value: BigInt(n) })),
    fc.constantFrom(0x8000, 0x7fffffff).map((n): Term => ({ text: `0x${n.toString(16)}`, type: INT, value: BigInt(n) })),
    fc.constant<Term>({ text: '0xffffffff', type: UNSIGNED, value: 0xffffffffn }),
    fc.constant<Term>({ text: '0x123456789LL', type: types[6], value: 0x123456789n }),
  );
  const leaf = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom(...known).map(({ name, type: of, value }): Term => ({ text: name, type: of, value })),
    },
    { weight: 1, arbitrary: literal },
  );
  return fc.letrec<{ e: Term }>((tie) => ({
    e: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      leaf,
      fc.tuple(fc.constantFrom('+', '-', '*', '&', '|', '^'), tie('e'), tie('e')).map(([o, a, b]) => binary(o, a, b)),
      fc
        .tuple(fc.constantFrom('<', '<=', '>', '>=', '==', '!=', '&&', '||'), tie('e'), tie('e'))
        .map(([o, a, b]) => binary(o, a, b)),
      fc.tuple(fc.constantFrom('/', '%'), tie('e'), tie('e')).map(([o, a, b]) => division(o, a, b)),
      fc.tuple(fc.constantFrom('<<', '>>'), tie('e'), fc.nat(63)).map(([o, a, n]) => shift(o, a, n)),
      fc.tuple(fc.constantFrom('-', '~', '!', '+'), tie('e')).map(([o, a]) => unary(o, a)),
      fc.tuple(fc.constantFrom(...types), tie('e')).map(([to, a]) => cast(to, a)),
      fc.tuple(tie('e'), tie('e'), tie('e')).map(([t, a, b]) => choice(t, a, b)),
    ),
  })).e;
}

/** Reading request arguments, which may be anything: each reader answers a value of the right type or throws RequestError. */

/** The request cannot be done; `message` is shown to the person: where, what, cure. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
}

export class Arguments {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #where: string;

  /** @param where names the request or the part of it, for messages: `setBreakpoints`, `setBreakpoints.breakpoints[2]`. */
  constructor(values: unknown, where: string) {
    this.#values = isRecord(values) ? values : {};
    this.#where = where;
  }

  get raw(): Readonly<Record<string, unknown>> {
    return this.#values;
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined && this.#values[name] !== null;
  }

  string(name: string): string {
    const value = this.#values[name];
    if (typeof value !== 'string') throw this.#wrong(name, 'a text');
    return value;
  }
  optionalString(name: string): string | undefined {
    return this.has(name) ? this.string(name) : undefined;
  }

  /** An integer between `min` and `max`. */
  integer(name: string, min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER): number {
    const value = this.#values[name];
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw this.#wrong(name, 'a whole number');
    if (value < min || value > max) throw this.#wrong(name, `a number from ${min} to ${max}`);
    return value;
  }
  optionalInteger(name: string, min?: number, max?: number): number | undefined {
    return this.has(name) ? this.integer(name, min, max) : undefined;
  }

  boolean(name: string, whenAbsent: boolean): boolean {
    const value = this.#values[name];
    if (value === undefined || value === null) return whenAbsent;
    if (typeof value !== 'boolean') throw this.#wrong(name, 'true or false');
    return value;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T {
    const value = this.#values[name];
    const found = allowed.find((choice) => choice === value);
    if (found === undefined) throw this.#wrong(name, `one of ${allowed.join(', ')}`);
    return found;
  }

  /** The objects of a list; an absent list is empty. */
  list(name: string): Arguments[] {
    return this.values(name).map((value, index) => new Arguments(value, `${this.#where}.${name}[${index}]`));
  }

  strings(name: string): string[] {
    return this.values(name).map((value, index) => {
      if (typeof value !== 'string') throw this.#wrong(`${name}[${index}]`, 'a text', value);
      return value;
    });
  }

  values(name: string): readonly unknown[] {
    const value = this.#values[name];
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw this.#wrong(name, 'a list');
    return value;
  }

  object(name: string): Arguments {
    return new Arguments(this.#values[name], `${this.#where}.${name}`);
  }

  #wrong(name: string, wanted: string, value = this.#values[name]): RequestError {
    const got = value === undefined ? 'it is missing' : `it is ${shorten(JSON.stringify(value) ?? String(value))}`;
    return new RequestError(`${this.#where}: '${name}' must be ${wanted}; ${got}`);
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

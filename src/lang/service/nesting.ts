/** Follows a text token by token and knows how deep the next statement stands: what indentation needs, without a tree. */
import type { Token } from '../tokens.ts';

interface Open {
  closer: string;
  /** Tabs before the statements around. */
  depth: number;
  /** Heads without braces around: `if`, `for`, `while`, `else`, `do`. */
  heads: string[];
  /** Parenthesis of an `if`, `for`, `while` or `switch`. */
  head: string | undefined;
  /** Braces of an initialiser or enum, where a comma ends an item. */
  list: boolean;
}

const headWords = new Set(['if', 'for', 'while', 'switch']);

export class Nesting {
  readonly #open: Open[] = [];
  /** Tabs before statements that no unbraced head is in front of. */
  #depth = 0;
  #heads: string[] = [];
  /** The heads of the statement that has just ended: an `else` goes back to its `if`. */
  #endedHeads: string[] = [];
  #previous: Token | undefined;
  /** First tokens of the running statement, two at most. */
  #statement: Token[] = [];
  #enum = false;
  /** A new statement, item or closing brace may begin here; else the line before goes on. */
  fresh = true;

  /** Tabs before a line that begins with these tokens; undefined: it continues the line before. */
  depthOf(first: Token, second: Token | undefined): number | undefined {
    const { text } = first;
    if (text === '}') return this.#open.at(-1)?.closer === '}' ? this.#depth - 1 : undefined;
    if (text === '{' && this.#previous !== undefined && !this.#inParentheses())
      return this.#depth + Math.max(0, this.#heads.length - 1);
    if (!this.fresh) return undefined;
    if (text === 'case' || text === 'default') return Math.max(0, this.#depth - 1);
    if (first.kind === 'name' && second?.text === ':' && second.start === first.end) return 0;
    if (text === 'else') return this.#depth + this.#headsOfElse().length;
    return this.#depth + this.#heads.length;
  }

  #inParentheses(): boolean {
    const innermost = this.#open.at(-1);
    return innermost !== undefined && innermost.closer !== '}';
  }

  #headsOfElse(): string[] {
    const at = this.#endedHeads.lastIndexOf('if');
    return at < 0 ? [] : this.#endedHeads.slice(0, at);
  }

  take(token: Token): void {
    const begins = this.fresh;
    this.fresh = false;
    if (begins) this.#statement = [];
    if (this.#statement.length < 2) this.#statement.push(token);
    if (token.kind === 'name') this.#name(token.text);
    else if (token.kind === 'punctuator') this.#sign(token.text);
    this.#previous = token;
  }

  #name(text: string): void {
    if (text === 'else') this.#heads = [...this.#headsOfElse(), 'else'];
    else if (text === 'do') this.#heads.push('do');
    else {
      // `else if` is one head.
      if (text === 'if' && this.#previous?.text === 'else') this.#heads.pop();
      this.#enum ||= text === 'enum';
      return;
    }
    this.fresh = true;
  }

  #sign(text: string): void {
    switch (text) {
      case '(':
      case '[': {
        const before = this.#previous;
        const head = text === '(' && before?.kind === 'name' && headWords.has(before.text) ? before.text : undefined;
        this.#push(text === '(' ? ')' : ']', head, false);
        break;
      }
      case '{': {
        const { text: before } = this.#previous ?? { text: '' };
        const inList = this.#open.at(-1)?.list === true && (before === ',' || before === '{' || before === '=');
        this.#push('}', undefined, before === '=' || inList || this.#enum);
        this.#depth += Math.max(0, this.#heads.length - 1) + 1;
        this.#heads = [];
        this.#enum = false;
        this.fresh = true;
        break;
      }
      case ')':
      case ']':
        if (this.#open.at(-1)?.closer === text) this.#closeParenthesis();
        break;
      case '}':
        this.#closeBrace();
        break;
      case ';':
        if (!this.#inParentheses()) this.#endStatement(this.#heads);
        break;
      case ',':
        this.fresh = this.#open.at(-1)?.list === true;
        break;
      case ':':
        this.fresh = this.#endsLabel();
        break;
      default:
        break;
    }
  }

  #push(closer: string, head: string | undefined, list: boolean): void {
    this.#open.push({ closer, depth: this.#depth, heads: this.#heads, head, list });
  }

  #closeParenthesis(): void {
    const head = this.#open.pop()?.head;
    if (head === undefined) return;
    this.#heads = [...this.#heads, head];
    this.fresh = true;
  }

  #closeBrace(): void {
    while (this.#open.length > 0 && this.#open.at(-1)?.closer !== '}') this.#open.pop();
    const opened = this.#open.pop();
    if (!opened) return;
    this.#depth = opened.depth;
    this.#endStatement(opened.heads);
    // `} while (x);`, `} name;` and `} = ...` go on, but on a line of its own anything may follow.
    this.fresh = !opened.list;
  }

  #endStatement(heads: string[]): void {
    this.#endedHeads = heads;
    this.#heads = [];
    this.#enum = false;
    this.fresh = true;
  }

  /** `case x:`, `default:` and `name:`. */
  #endsLabel(): boolean {
    const [first, second] = this.#statement;
    if (this.#inParentheses() || first === undefined) return false;
    return first.text === 'case' || first.text === 'default' || (first.kind === 'name' && second?.text === ':');
  }
}

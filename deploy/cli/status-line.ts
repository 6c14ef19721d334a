import { printableLine } from './printable.ts';

/** What is going on, on stderr: on a terminal one line that changes; else a line for each change that is more than a number. */
export class StatusLine {
  readonly #prefix: string;
  readonly #out: Pick<NodeJS.WriteStream, 'write' | 'isTTY'>;
  #shown = '';

  constructor(prefix: string, out: Pick<NodeJS.WriteStream, 'write' | 'isTTY'> = process.stderr) {
    this.#prefix = prefix;
    this.#out = out;
  }

  set(text: string): void {
    const line = printableLine(`${this.#prefix}${text}`);
    if (this.#out.isTTY) this.#out.write(`\r\x1b[K${line}`);
    else if (kindOf(text) !== kindOf(this.#shown)) this.#out.write(`${line}\n`);
    this.#shown = text;
  }

  /** Takes the line away, so that what comes next begins at the left. */
  clear(): void {
    if (this.#out.isTTY && this.#shown !== '') this.#out.write('\r\x1b[K');
  }
}

const kindOf = (text: string): string => text.replaceAll(/\d.*$/g, '');

/**
 * An answer, in the newest version of its contract, whose JSON its handler has written: for long answers, most of which their server stores
 * as JSON. It is sent as it is. Everybody else, so also a caller of another version, gets what the JSON says.
 */
export class WrittenAnswer<A> {
  readonly text: string;

  /** @param text of one JSON value. */
  constructor(text: string) {
    this.text = text;
  }

  get value(): A {
    return JSON.parse(this.text) as A;
  }

  toJSON(): A {
    return this.value;
  }
}

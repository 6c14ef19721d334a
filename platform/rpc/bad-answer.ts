/** A peer answered with something else than its contract says. Its callers take that for no answer. */
export class BadAnswer extends Error {
  override readonly name = 'BadAnswer';
}

/** A command of a client, and what the API says at `path` when it has had its effect. */
export interface WriteCommand {
  readonly run: string;
  readonly path: string;
  readonly shows?: RegExp;
  readonly lacks?: RegExp;
}

export const shows = (run: string, path: string, expected: RegExp): WriteCommand => ({ run, path, shows: expected });
export const lacks = (run: string, path: string, unexpected: RegExp): WriteCommand => ({
  ...{ run, path },
  lacks: unexpected,
});

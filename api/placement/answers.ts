import { Answer } from '../http/answer.ts';
import type { Microversion } from '../http/microversion.ts';
import { since } from '../http/since.ts';

const SINCE = since({ times: 15 });

/**
 * An answer with the headers that it has since 1.15. Views are made from what cells say at the moment, so they are as old as the answer.
 * @param headers further ones: the silent cells, a location.
 */
export const answerNow = (
  { version }: { readonly version: Microversion },
  body: unknown,
  { status = 200, headers = {} }: { status?: number; headers?: Readonly<Record<string, string>> } = {},
): Answer =>
  new Answer(status, body, {
    ...headers,
    ...(SINCE.times(version) ? { 'last-modified': new Date().toUTCString(), 'cache-control': 'no-cache' } : {}),
  });

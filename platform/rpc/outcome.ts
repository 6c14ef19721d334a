import { isVolvoxError } from '../errors/volvox-error.ts';

/**
 * What became of a request that got no answer. Errors of calls that expire carry it as `details.outcome`.
 * not-done: it was not carried out, and never will be: it was not sent, or it expired at the peer before the caller gave up.
 * unknown: the connection broke after it was sent, or the peer is of a release that does not know that requests expire.
 */
export type Outcome = 'not-done' | 'unknown';

/** null: the error says nothing of it. */
export function outcomeOf(error: unknown): Outcome | null {
  if (!isVolvoxError(error)) return null;
  const { outcome } = error.details;
  return outcome === 'not-done' || outcome === 'unknown' ? outcome : null;
}

/** Codes of errors that come before a connection is there. */
const NOT_CONNECTED = [
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
];

/** Whether nothing of a request can have reached the peer. */
export const wasNotConnected = (error: unknown): boolean =>
  NOT_CONNECTED.includes(String((error as { code?: unknown } | null)?.code));

import type { ErrorKind } from '../errors/volvox-error.ts';

/**
 * The transport of calls: `POST /rpc/<contract>/<call>`, JSON both ways. Headers: `authorization: Bearer <key>`,
 * `x-volvox-version` (the contract version of the body; the answer has the same), `x-volvox-deadline-ms` (what is left of the
 * caller's time), `x-request-id`. A failure is `{error: {kind, message, details}}` with a status from this table.
 */
export const STATUS_OF_KIND: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  moved: 421,
  'quota-exceeded': 403,
  throttled: 429,
  'too-large': 413,
  'no-capacity': 409,
  unsupported: 501,
  unavailable: 503,
  'deadline-exceeded': 504,
  internal: 500,
};

export const VERSION_HEADER = 'x-volvox-version';
/** On an `unsupported` answer: the newest and oldest version the peer speaks, `1-3`. */
export const SPEAKS_HEADER = 'x-volvox-speaks';
export const DEADLINE_HEADER = 'x-volvox-deadline-ms';
/** On every answer: the time of the peer's clock, ms since the epoch. */
export const NOW_HEADER = 'x-volvox-now';
/** On calls that expire: until when, by the peer's clock, the request may be carried out, ms since the epoch. */
export const EXPIRES_HEADER = 'x-volvox-expires-at';
export const REQUEST_ID_HEADER = 'x-request-id';

export interface WireError {
  readonly error: {
    readonly kind: ErrorKind;
    readonly message: string;
    readonly details: Readonly<Record<string, unknown>>;
  };
}

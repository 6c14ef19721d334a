import { ERROR_KINDS, type ErrorKind, VolvoxError } from '../errors/volvox-error.ts';
import { isShallow } from '../objects/json-value.ts';

/** How much of a peer's sentence is kept, in characters. */
const MAX_MESSAGE = 4_000;
/** Details of a longer error are dropped: programs act on a few short facts. In characters of JSON. */
const MAX_TEXT = 64 * 1024;

/** The error of an answer that is no success. */
export const errorOfAnswer = (text: string, status: number): VolvoxError =>
  readWireError(text) ??
  new VolvoxError(kindOfStatus(status), `The peer answered ${status} and nothing that can be read.`);

/** What a text in the form of `WireError` says; null: it has another form. Whatever the peer sends, message and details are short. */
export function readWireError(text: string): VolvoxError | null {
  const { error } = objectOf(parsed(text));
  const { kind, message, details } = objectOf(error);
  if (!isErrorKind(kind) || typeof message !== 'string') return null;
  const isKept = text.length <= MAX_TEXT && isShallow(details);
  return new VolvoxError(kind, message.slice(0, MAX_MESSAGE), { details: isKept ? objectOf(details) : {} });
}

const isErrorKind = (kind: unknown): kind is ErrorKind => typeof kind === 'string' && Object.hasOwn(ERROR_KINDS, kind);

const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

/** undefined: it is no JSON, so it is no answer of ours. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A refusal is an answer, in whatever form it comes; only what is no answer at all counts as silence. */
function kindOfStatus(status: number): ErrorKind {
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  if (status === 413) return 'too-large';
  if (status === 404 || status === 405) return 'unsupported';
  return status >= 400 && status < 500 ? 'invalid' : 'unavailable';
}

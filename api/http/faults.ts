import type { FastifyReply, FastifyRequest } from 'fastify';
import { isLostConnection, isRefusedValue } from '#platform/database/sql-errors.ts';
import { type ErrorKind, isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { leaveUnread } from '#platform/rpc/leave-unread.ts';
import { HttpFault } from './http-fault.ts';
import { type Microversion, UNVERSIONED } from './microversion.ts';

/** An error as clients see it: status and public text. The API's format turns it into a body. */
interface Fault {
  readonly status: number;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The original error, for formats that need more than the status (Neutron's `type`). */
  readonly error: VolvoxError | null;
}

/** The request that failed, as far as an error's body names it. */
interface FailedRequest {
  readonly requestId: string;
  readonly version: Microversion;
}

/** The format in which an API reports errors. */
export interface FaultFormat {
  /** Statuses that differ from `STATUS_OF_KIND_AT_THE_EDGE`. */
  readonly statuses?: Partial<Readonly<Record<ErrorKind, number>>>;
  readonly malformedJson: string;
  readonly unknownPath: string;
  body(fault: Fault, request: FailedRequest): unknown;
}

const STATUS_OF_KIND_AT_THE_EDGE: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  moved: 409,
  'quota-exceeded': 403,
  throttled: 429,
  'too-large': 413,
  'no-capacity': 409,
  unsupported: 501,
  unavailable: 503,
  'deadline-exceeded': 504,
  internal: 500,
};

/**
 * Answers a failed request in the format of the API. A refused or missing token gets the URL that issues tokens (`identityUrl`). The log gets the
 * details of internal errors; the caller gets only the status.
 */
export function sendFault(
  format: FaultFormat,
  request: FastifyRequest,
  reply: FastifyReply,
  error: unknown,
  identityUrl: string,
  version: Microversion = UNVERSIONED,
): FastifyReply {
  const fault = shortened(faultOf(format, error));
  if (fault.status === 401) reply.header('www-authenticate', `Keystone uri="${identityUrl}"`);
  const isGone = reply.raw.destroyed && !reply.raw.writableFinished;
  if (fault.status === 500 && !isGone)
    request.log.error({ err: error, url: request.url, method: request.method }, 'request failed');
  else if (fault.status > 500 && !isGone) request.log.warn({ err: error, url: request.url }, 'request not served');
  if (request.raw.complete === false) leaveUnread(request, reply);
  for (const [name, value] of Object.entries(fault.headers)) reply.header(name, value);
  return reply
    .code(fault.status)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(format.body(fault, { requestId: request.id, version })));
}

/** How long a message may be, in characters. A refusal may quote what the request sent, which may be long. */
const MAX_MESSAGE = 1_000;

function shortened(fault: Fault): Fault {
  if (fault.message.length <= MAX_MESSAGE) return fault;
  const start = [...fault.message.slice(0, 2 * MAX_MESSAGE)].slice(0, MAX_MESSAGE);
  return { ...fault, message: `${start.join('')}…` };
}

function faultOf(format: FaultFormat, thrown: unknown): Fault {
  const error = isLostConnection(thrown)
    ? databaseAway(thrown)
    : isRefusedValue(thrown)
      ? refusedValue(thrown)
      : thrown;
  if (isVolvoxError(error)) {
    const status = format.statuses?.[error.kind] ?? STATUS_OF_KIND_AT_THE_EDGE[error.kind];
    const message = error.kind === 'internal' ? INTERNAL : error.message;
    return { status, message, headers: retryAfter(status, error), error };
  }
  if (error instanceof HttpFault) {
    const { status, message, headers } = error;
    return { status, message, headers, error: null };
  }
  return ofFramework(error);
}

/** The header of an answer that may be different later, in whole seconds. */
function retryAfter(status: number, { details: { retryAfterSeconds } }: VolvoxError): Readonly<Record<string, string>> {
  if (typeof retryAfterSeconds === 'number') return { 'retry-after': String(retryAfterSeconds) };
  return status === 503 ? { 'retry-after': '1' } : {};
}

const databaseAway = (cause: unknown): VolvoxError =>
  isVolvoxError(cause)
    ? cause
    : new VolvoxError('unavailable', 'The database does not answer now; please try again.', { cause });

/** Nothing was written, and the same request would get the same answer, so this is not an outage. */
const refusedValue = (cause: unknown): VolvoxError =>
  new VolvoxError('invalid', 'The request has a value that cannot be stored or compared.', { cause });

/** The path of a refusal is cut after so many characters; queries are not quoted, because they may have secrets. */
const MAX_PATH = 200;

/** A request for a path that no route has. */
export const noSuchPath = (
  { unknownPath }: Pick<FaultFormat, 'unknownPath'>,
  method: string,
  url: string,
): VolvoxError =>
  new VolvoxError('not-found', `${unknownPath} No route answers ${method} ${url.split('?')[0]?.slice(0, MAX_PATH)}.`);

const INTERNAL = 'An unexpected error happened on our side; the log has it under the id of this request.';

/** Errors of fastify carry a code and a status. Any other error without one is an internal error. */
function ofFramework(error: unknown): Fault {
  const { code, statusCode, message } = (error ?? {}) as { code?: unknown; statusCode?: unknown; message?: unknown };
  const plain = (status: number, text: string): Fault => ({ status, message: text, headers: {}, error: null });
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return plain(413, 'Request is too large.');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return plain(415, 'Unsupported Content-Type');
  if (code === 'FST_ERR_HANDLER_TIMEOUT') return plain(504, 'The request took too long.');
  if (typeof code === 'string' && code.startsWith('FST_ERR') && typeof statusCode === 'number' && statusCode < 500) {
    return plain(statusCode, String(message));
  }
  return plain(500, INTERNAL);
}

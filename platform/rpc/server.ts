import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { type Call, type Contract, convert, servedNames } from '../contracts/contract.ts';
import { isVolvoxError, VolvoxError } from '../errors/volvox-error.ts';
import { type Deadline, deadlineIn } from '../time/deadline.ts';
import { checkCallerRole, hasCertificate } from '../tls/caller-role.ts';
import { peersOf } from '../tls/roles.ts';
import type { Authenticate, Caller } from './authenticate.ts';
import { CallsInFlight } from './calls-in-flight.ts';
import { leaveUnread } from './leave-unread.ts';
import {
  DEADLINE_HEADER,
  EXPIRES_HEADER,
  NOW_HEADER,
  REQUEST_ID_HEADER,
  SPEAKS_HEADER,
  STATUS_OF_KIND,
  VERSION_HEADER,
  type WireError,
} from './wire.ts';
import { WrittenAnswer } from './written-answer.ts';

export interface CallContext {
  readonly caller: Caller;
  readonly requestId: string;
  /** Aborts when the caller has gone or its time is over. */
  readonly signal: AbortSignal;
  /** The address from which the call came. */
  readonly remoteAddress: string;
  /** What is left of the caller's time when the request arrived, ms. */
  readonly deadlineMs: number;
  /**
   * For calls that expire, to be called last before what they write is committed: by then the caller may have been told that nothing was done.
   * @throws VolvoxError deadline-exceeded when it has.
   */
  readonly inTime: () => void;
}

/** `Written`: the calls whose handlers may write the JSON of their answers. */
export type Handlers<C extends Contract, Written extends keyof C['calls'] = never> = {
  readonly [K in keyof C['calls']]: (
    request: Static<C['calls'][K]['request']>,
    context: CallContext,
  ) => Promise<AnswerOf<C, K> | (K extends Written ? WrittenAnswer<AnswerOf<C, K>> : never)>;
};
type AnswerOf<C extends Contract, K extends keyof C['calls']> = Static<C['calls'][K]['response']>;

/** The routes of the calls that callers without a certificate may make. */
export const routesWithoutCertificate = ({ name, calls }: Contract): readonly string[] =>
  Object.entries(calls).flatMap(([call, { withoutCertificate }]) =>
    withoutCertificate ? [`/rpc/${name}/${call}`] : [],
  );

/** Serves every call of a contract, to those whom `authenticate` knows. */
export function serveContract<C extends Contract>(
  app: FastifyInstance,
  contract: C,
  handlers: Handlers<C, keyof C['calls']>,
  authenticate: Authenticate,
): void {
  const callers = new WeakMap<FastifyRequest, Caller>();
  const inFlight = new CallsInFlight();
  // Runs before the body is read: a caller without a key cannot make this process read megabytes.
  const admit = (withoutCertificate: boolean) => async (request: FastifyRequest, reply: FastifyReply) => {
    try {
      const { socket } = request.raw;
      if (!withoutCertificate || hasCertificate(socket)) {
        checkCallerRole(socket, () => peersOf(contract.name), `The contract ${contract.name}`);
      }
      const caller = await authenticate(request);
      inFlight.begin(caller, reply.raw);
      callers.set(request, caller);
    } catch (error) {
      return sendError(request, leaveUnread(request, reply), error);
    }
  };
  // Callers ask for it before their first request that expires.
  app.post(`/rpc/${contract.name}/clock`, { onRequest: admit(false) }, async (_request, reply) =>
    reply.header(NOW_HEADER, String(Date.now())).send({}),
  );
  for (const [name, definition] of Object.entries(contract.calls)) {
    const check = Compile(definition.request);
    const handler = handlers[name as keyof C['calls']] as (request: unknown, context: CallContext) => Promise<unknown>;
    const serve = async (request: FastifyRequest, reply: FastifyReply) => {
      let deadline: Deadline | undefined;
      try {
        const caller = callers.get(request);
        if (caller === undefined) throw new Error('the call was not authenticated');
        const deadlineMs = deadlineOf(request, definition);
        const version = peerVersion(request, reply, contract, definition);
        const question = questionOf(request, contract, definition, version);
        if (!check.Check(question)) {
          const [first] = check.Errors(question);
          throw new VolvoxError(
            'invalid',
            `${contract.name}.${name}: ${first?.instancePath || '/'} ${first?.message ?? 'is wrong'}`,
          );
        }
        const inTime = definition.expires ? untilExpiry(request) : () => undefined;
        inTime();
        deadline = deadlineIn(deadlineMs, disconnected(reply));
        const answer = await handler(question, {
          caller,
          remoteAddress: request.raw.socket.remoteAddress ?? '',
          requestId: String(request.headers[REQUEST_ID_HEADER] ?? request.id),
          signal: deadline.signal,
          deadlineMs,
          inTime,
        });
        reply.header(VERSION_HEADER, String(version)).header(NOW_HEADER, String(Date.now())).type('application/json');
        return reply.send(textOf(answer, definition, contract, version));
      } catch (error) {
        return sendError(request, reply, error);
      } finally {
        deadline?.end();
      }
    };
    for (const served of servedNames(name, definition))
      app.post(
        `/rpc/${contract.name}/${served}`,
        { bodyLimit: 16 * 1024 * 1024, onRequest: admit(definition.withoutCertificate) },
        serve,
      );
  }
}

function textOf(answer: unknown, definition: Call, contract: Contract, version: number): string {
  const isWritten = answer instanceof WrittenAnswer;
  if (isWritten && version === contract.version) return answer.text;
  const value = isWritten ? answer.value : answer;
  return JSON.stringify(convert(definition, 'response', value, contract.version, version));
}

/** @throws VolvoxError invalid: nobody has checked yet that the body has the shape which an earlier version says. */
function questionOf({ body }: FastifyRequest, contract: Contract, definition: Call, version: number): unknown {
  try {
    return convert(definition, 'request', body, version, contract.version);
  } catch (error) {
    if (isVolvoxError(error)) throw error;
    throw new VolvoxError('invalid', `${contract.name}: the body is none of version ${version}.`, { cause: error });
  }
}

/** Without the header (a caller of an earlier release) no request expires. */
function untilExpiry(request: FastifyRequest): () => void {
  const given = request.headers[EXPIRES_HEADER];
  const expiresAt = /^\d{1,15}$/.test(String(given)) ? Number(given) : Number.POSITIVE_INFINITY;
  return () => {
    if (Date.now() <= expiresAt) return;
    throw new VolvoxError('deadline-exceeded', 'The caller does not wait any more; nothing was done.', {
      details: { outcome: 'not-done' },
    });
  };
}

function peerVersion(request: FastifyRequest, reply: FastifyReply, contract: Contract, definition: Call): number {
  const version = Number(request.headers[VERSION_HEADER] ?? contract.oldest);
  if (
    !Number.isInteger(version) ||
    version < Math.max(contract.oldest, definition.since) ||
    version > contract.version
  ) {
    reply.header(SPEAKS_HEADER, `${contract.oldest}-${contract.version}`);
    throw new VolvoxError(
      'unsupported',
      `${contract.name}: version ${request.headers[VERSION_HEADER]} is not spoken here`,
    );
  }
  return version;
}

const MAX_DEADLINE_MS = 24 * 3_600_000;

/** What is left of the caller's time, ms. @throws VolvoxError invalid when the header is no such number. */
function deadlineOf(request: FastifyRequest, definition: Call): number {
  const given = request.headers[DEADLINE_HEADER];
  if (given === undefined) return definition.deadlineMs;
  const deadlineMs = /^\d+$/.test(String(given)) ? Number(given) : Number.NaN;
  if (deadlineMs <= MAX_DEADLINE_MS) return deadlineMs;
  throw new VolvoxError(
    'invalid',
    `The header ${DEADLINE_HEADER} must be a whole number of milliseconds from 0 to ${MAX_DEADLINE_MS}.`,
  );
}

function disconnected(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort(new VolvoxError('deadline-exceeded', 'The caller has gone.'));
  });
  return gone.signal;
}

function sendError(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  const known = isVolvoxError(error) ? error : new VolvoxError('internal', 'Something went wrong.', { cause: error });
  if (known.kind === 'internal') request.log.error({ err: error, call: request.url }, 'call failed');
  const body: WireError = { error: { kind: known.kind, message: known.message, details: known.details } };
  reply.header(NOW_HEADER, String(Date.now()));
  return reply.code(STATUS_OF_KIND[known.kind]).type('application/json').send(JSON.stringify(body));
}

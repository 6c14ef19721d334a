import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Directory } from '#platform/directory/directory.ts';
import type { Seal } from '#platform/directory/seal.ts';
import {
  ALIVE_MS,
  abandonKey,
  beginKey,
  finishKey,
  keepAlive,
  type StoredAnswer,
} from '#platform/directory/stores/idempotency-keys.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Clock } from '#platform/time/clock.ts';
import { HttpFault } from '../http-fault.ts';
import { mayStill } from '../may-still.ts';
import { createUntilDone } from '../until-done.ts';
import { KeptAnswers, REPLAYED_HEADER } from './kept-answers.ts';
import { DEFAULT_MAX_KEYS, KeyCounts } from './key-counts.ts';
import type { CountKeyed } from './key-metrics.ts';
import { clientKeyOf, keyedRequestOf, keyUseOf, otherRequest } from './keyed-request.ts';
import { beginWork, type KeyedWork, workWithKey } from './keyed-work.ts';

interface IdempotencyDeps {
  readonly directory: Directory;
  readonly cells: { readonly seal: Seal };
  readonly clock: Clock;
  readonly config?: { readonly maxIdempotencyKeys?: number };
  readonly countKeyed?: CountKeyed;
}

/**
 * Supports `Idempotency-Key` on every request that changes something, for a user in a project. For a day, the same request with the same key gets
 * the first answer and has no further effect. A caller who has lost a role since, or may no longer do it, gets 403. A different request with the
 * key gets 422. While the first one is in progress, also after it was answered 504, the same request gets 409. Answers of 500 or more and of 429
 * are not kept, so the request can be repeated. Decision 0024. Call this before the APIs are mounted.
 */
export function acceptIdempotencyKeys(app: FastifyInstance, deps: IdempotencyDeps): void {
  const { directory, cells, clock } = deps;
  const answers = new KeptAnswers(cells.seal);
  const counts = new KeyCounts(directory, deps.config?.maxIdempotencyKeys ?? DEFAULT_MAX_KEYS, clock);
  const alive = new Set<KeyedWork>();
  // A key without a kept answer is taken for as long as that, so retry the write until then.
  const untilDone = createUntilDone(app, clock, ALIVE_MS);
  keepWorkAlive(app, deps, alive);

  const settle = async (request: FastifyRequest, work: KeyedWork, answer: StoredAnswer | null) => {
    if (!alive.delete(work)) return;
    if (answer === null) await untilDone(FREEING, () => abandonKey(directory, work.use, work.commits), request.log);
    else await untilDone(KEEPING, () => finishKey(directory, work.use, answer), request.log);
  };
  /** By what the handler answered, though nobody gets that answer any more. */
  const settleLate = (request: FastifyRequest, reply: FastifyReply, work: KeyedWork) => {
    const { answer } = work;
    void settle(request, work, answer === null ? null : answers.ofLate(request, reply, work, answer));
  };
  /** When the connection closes before the answer was sent, or another answer was sent while the key was taken, nothing else settles the key. */
  const settleAtClose = async (request: FastifyRequest, reply: FastifyReply, work: KeyedWork) => {
    if (reply.sent) return settle(request, work, null);
    const end = () => {
      if (work.isRunning) work.onLateEnd ??= () => settleLate(request, reply, work);
      else settleLate(request, reply, work);
    };
    if (reply.raw.closed) work.onLateEnd = () => settleLate(request, reply, work);
    else reply.raw.once('close', end);
  };

  app.addHook('preHandler', async (request, reply) => {
    const clientKey = clientKeyOf(request);
    if (clientKey === null) return;
    const use = keyUseOf(request, clientKey);
    const work: KeyedWork = { use, clientKey, isRunning: false, answer: null, commits: 0, onLateEnd: null };
    await counts.check(use.owner);
    const keyed = keyedRequestOf(request, clientKey);
    const known = await beginKey(
      directory,
      { ...use, ...keyed, isRepeatable: isRepeatable(request) },
      clock.now(),
    ).catch(async (error) => {
      // The key may be recorded although the request failed before any work; remove it.
      if (isVolvoxError(error, 'unavailable'))
        await untilDone(FREEING, () => abandonKey(directory, use, 0), request.log);
      throw error;
    });
    deps.countKeyed?.(known.state);
    switch (known.state) {
      case 'begun':
        counts.add(use.owner);
        alive.add(work);
        beginWork(request, work);
        return settleAtClose(request, reply, work);
      case 'answered': {
        if (!mayStill(request, known.answer.roles)) {
          throw new VolvoxError(
            'forbidden',
            'The answer to this Idempotency-Key was for a caller with more roles. Use a token with those roles, or another key.',
          );
        }
        const body = answers.open(work, known.answer);
        if (body === null) throw lost(known.requestId);
        return replay(reply, known.answer, body);
      }
      case 'other-request':
        throw new HttpFault(422, otherRequest(known.first, known.requestId, keyed.request));
      case 'in-flight':
        throw new HttpFault(
          409,
          `The request with this Idempotency-Key (${known.requestId}) is still in progress; send it again later.`,
          { 'retry-after': '1' },
        );
      case 'lost':
        throw lost(known.requestId);
    }
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const work = workWithKey(request);
    if (work === undefined || !alive.has(work)) return payload;
    if (work.isRunning) {
      // Its time is over, and its handler goes on: the key is settled by what comes of it.
      work.onLateEnd = () => settleLate(request, reply, work);
    } else if (isPassing(reply.statusCode) || !isText(payload)) await settle(request, work, null);
    else await settle(request, work, answers.ofReply(request, reply, work, String(payload ?? '')));
    return payload;
  });
}

const FREEING = 'freeing an Idempotency-Key';
const KEEPING = 'keeping the answer of an Idempotency-Key';

/** Notes on the keys of requests in progress that they are, long before their time is over. It runs until the application closes. */
function keepWorkAlive(app: FastifyInstance, { directory, clock }: IdempotencyDeps, alive: Set<KeyedWork>): void {
  const timer = setInterval(() => {
    for (const { use } of alive) {
      keepAlive(directory, use, clock.now()).catch((error: unknown) =>
        app.log.warn({ err: error, requestId: use.requestId }, 'an Idempotency-Key could not be kept alive'),
      );
    }
  }, ALIVE_MS / 5);
  timer.unref();
  app.addHook('onClose', async () => clearInterval(timer));
}

/** What changes nothing when it is done twice may run again after a process died with its answer; and what finds its own earlier work. */
const isRepeatable = ({ method, routeOptions }: FastifyRequest): boolean =>
  method !== 'POST' || routeOptions.config.declared?.findsEarlierWork === true;

/** Whether the same request may get another answer later. */
const isPassing = (status: number): boolean => status >= 500 || status === 429;

const isText = (payload: unknown): boolean =>
  payload === undefined || payload === null || typeof payload === 'string' || Buffer.isBuffer(payload);

const lost = (requestId: string): HttpFault =>
  new HttpFault(
    409,
    `The request with this Idempotency-Key (${requestId}) was carried out, wholly or in part, but its answer was not kept. ` +
      'Look at what is there, and send what is missing with another key.',
  );

function replay(reply: FastifyReply, answer: StoredAnswer, body: string): FastifyReply {
  for (const [name, value] of Object.entries(answer.headers)) reply.header(name, value);
  reply.header(REPLAYED_HEADER, 'true').code(answer.status);
  return body === '' ? reply.send() : reply.send(body);
}

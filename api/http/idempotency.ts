import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Directory } from '#platform/directory/directory.ts';
import type { DoorKeySeal } from '#platform/directory/stores/door-keys.ts';
import {
  abandonKey,
  beginKey,
  finishKey,
  IN_FLIGHT_MS,
  type KeyUse,
  type StoredAnswer,
} from '#platform/directory/stores/idempotency-keys.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Clock } from '#platform/time/clock.ts';
import { HttpFault } from './http-fault.ts';
import { mayStill } from './may-still.ts';
import { createUntilDone } from './until-done.ts';

/** The header that marks an answer to an earlier request with the same key. */
const REPLAYED_HEADER = 'idempotency-replayed';
/** The headers that are stored with the answer; all others are created for each answer. */
const KEPT_HEADERS = ['content-type', 'location', 'openstack-api-version', 'x-openstack-nova-api-version', 'vary'];
const KEY_PATTERN = /^[\x21-\x7e]{1,255}$/;

interface IdempotencyDeps {
  readonly directory: Directory;
  /** Encrypts the stored answers, because they may contain secrets (a generated private key). */
  readonly cells: { readonly seal: DoorKeySeal };
  readonly clock: Clock;
}

/**
 * Supports `Idempotency-Key` on every POST of a caller with a project. For a day, the same request with the same key gets the stored answer and
 * has no further effect. A caller who has lost a role since, or may no longer do it, gets 403. A different request with the key gets 422; a
 * request whose first attempt is still in progress gets 409. Answers of 500 or more and of 429 are not stored, so the request can be repeated.
 * Call this before the APIs are mounted.
 */
export function acceptIdempotencyKeys(app: FastifyInstance, { directory, cells, clock }: IdempotencyDeps): void {
  const begun = new WeakMap<FastifyRequest, KeyUse>();
  // A key without a stored answer is refused until it expires, so retry the write until then.
  const untilDone = createUntilDone(app, clock, IN_FLIGHT_MS);

  app.addHook('preHandler', async (request, reply) => {
    const key = keyOf(request);
    if (key === null) return;
    const id = { ...key, begunAt: clock.now() + Math.random() };
    const known = await beginKey(directory, { ...id, fingerprint: fingerprintOf(request) }).catch(async (error) => {
      // The key may be recorded although the request failed before any work; remove it.
      if (isVolvoxError(error, 'unavailable')) await untilDone(FREEING, () => abandonKey(directory, id), request.log);
      throw error;
    });
    switch (known.state) {
      case 'begun':
        begun.set(request, id);
        return;
      case 'answered':
        if (!mayStill(request, known.answer.roles)) {
          throw new VolvoxError('forbidden', 'The answer to this Idempotency-Key was for a caller with more roles.');
        }
        return replay(reply, known.answer, cells.seal.open(known.answer.body, sealedFor(id)));
      case 'other-request':
        throw new HttpFault(422, 'This Idempotency-Key was used for another request.');
      case 'in-flight':
        throw new HttpFault(409, 'The request with this Idempotency-Key is still in progress; send it again later.', {
          'retry-after': '1',
        });
    }
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const id = begun.get(request);
    if (id === undefined) return payload;
    begun.delete(request);
    if (isPassing(reply.statusCode) || !isText(payload)) {
      await untilDone(FREEING, () => abandonKey(directory, id), request.log);
    } else {
      const answer = answerOf(request, reply, cells.seal.seal(String(payload ?? ''), sealedFor(id)));
      await untilDone(KEEPING, () => finishKey(directory, id, answer), request.log);
    }
    return payload;
  });
}

const FREEING = 'freeing an Idempotency-Key';
const KEEPING = 'keeping the answer of an Idempotency-Key';

type KeyId = Pick<KeyUse, 'projectId' | 'key'>;

/** Null: the request has no key, or its caller has no project. */
function keyOf(request: FastifyRequest): KeyId | null {
  const key = request.headers['idempotency-key'];
  if (request.method !== 'POST' || key === undefined) return null;
  const projectId = request.context?.projectId ?? '';
  if (projectId === '') return null;
  if (typeof key !== 'string' || !KEY_PATTERN.test(key)) {
    throw new VolvoxError('invalid', 'Idempotency-Key must be 1 to 255 visible ASCII characters.');
  }
  return { projectId, key };
}

/** Two requests are the same if user, method, URL, API version and body are equal. */
const fingerprintOf = (request: FastifyRequest): string => {
  const { method, url, body, headers, context } = request;
  const version = headers['openstack-api-version'] ?? headers['x-openstack-nova-api-version'] ?? '';
  return createHash('sha256')
    .update(JSON.stringify([context.userId, method, url, version, body ?? null]))
    .digest('hex');
};

/** Whether the same request may get another answer later. */
const isPassing = (status: number): boolean => status >= 500 || status === 429;

const isText = (payload: unknown): boolean =>
  payload === undefined || payload === null || typeof payload === 'string' || Buffer.isBuffer(payload);

const sealedFor = ({ projectId, key }: KeyId): string => `idempotency ${projectId} ${key}`;

function answerOf({ context }: FastifyRequest, reply: FastifyReply, body: string): StoredAnswer {
  const headers = KEPT_HEADERS.flatMap((name) => {
    const value = reply.getHeader(name);
    return value === undefined ? [] : [[name, String(value)] as const];
  });
  return { status: reply.statusCode, roles: context.roles, headers: Object.fromEntries(headers), body };
}

function replay(reply: FastifyReply, answer: StoredAnswer, body: string): FastifyReply {
  for (const [name, value] of Object.entries(answer.headers)) reply.header(name, value);
  reply.header(REPLAYED_HEADER, 'true').code(answer.status);
  return body === '' ? reply.send() : reply.send(body);
}

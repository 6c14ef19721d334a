import type { FastifyReply, FastifyRequest } from 'fastify';
import { createSeal, type Seal } from '#platform/directory/seal.ts';
import type { StoredAnswer } from '#platform/directory/stores/idempotency-keys.ts';
import type { Answer } from '../answer.ts';
import type { KeyedWork } from './keyed-work.ts';

/** The header that marks an answer to an earlier request with the same key. */
export const REPLAYED_HEADER = 'idempotency-replayed';
/** These headers are kept with an answer, and those that its handler set; all others are made for each answer. */
const KEPT_HEADERS = [
  'content-type',
  'location',
  'openstack-api-version',
  'x-openstack-nova-api-version',
  'vary',
  'retry-after',
];
/** A larger answer is not kept, bytes. */
const MAX_BODY = 1024 * 1024;

/**
 * Answers as they are kept: sealed with the signing key, and within that with the client's key. Nobody who has the directory, or the directory
 * and the signing key, reads a private key or a password out of them.
 */
export class KeptAnswers {
  readonly #seal: Seal;
  constructor(seal: Seal) {
    this.#seal = seal;
  }

  /** Of an answer that was sent as `payload`. */
  ofReply(request: FastifyRequest, reply: FastifyReply, work: KeyedWork, payload: string): StoredAnswer {
    return this.#stored(request, work, reply.statusCode, headersOf(reply, work.answer), payload);
  }

  /** Of an answer that came too late to be sent. */
  ofLate(request: FastifyRequest, reply: FastifyReply, work: KeyedWork, answer: Answer): StoredAnswer {
    const { status, body } = answer;
    const payload = body === undefined || body === null ? '' : JSON.stringify(body);
    const { 'content-type': _fault, 'retry-after': _after, ...headers } = headersOf(reply, answer);
    const type = payload === '' ? {} : { 'content-type': 'application/json; charset=utf-8' };
    return this.#stored(request, work, status, { ...headers, ...type }, payload);
  }

  /** Null when the answer was too large to keep, or this process has another signing key than the one that kept it. */
  open(work: Pick<KeyedWork, 'use' | 'clientKey'>, { body }: StoredAnswer): string | null {
    if (body === null) return null;
    try {
      return this.#inner(work).open(this.#seal.open(body, boundTo(work)), boundTo(work));
    } catch {
      return null;
    }
  }

  #stored(
    { context }: FastifyRequest,
    work: KeyedWork,
    status: number,
    headers: Readonly<Record<string, string>>,
    payload: string,
  ): StoredAnswer {
    const sealed =
      payload.length > MAX_BODY ? null : this.#seal.seal(this.#inner(work).seal(payload, boundTo(work)), boundTo(work));
    return { status, roles: context.roles, headers, body: sealed };
  }

  #inner({ clientKey }: Pick<KeyedWork, 'clientKey'>): Seal {
    return createSeal(clientKey, 'volvox idempotency answers 1', () => 'The answer of an Idempotency-Key');
  }
}

const boundTo = ({ use }: Pick<KeyedWork, 'use'>): string => `idempotency ${use.owner} ${use.keyHash}`;

function headersOf(reply: FastifyReply, answer: Answer | null): Readonly<Record<string, string>> {
  const own = Object.entries(answer?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  const kept = KEPT_HEADERS.flatMap((name) => {
    const value = reply.getHeader(name);
    return value === undefined ? [] : [[name, String(value)] as const];
  });
  return Object.fromEntries([...own, ...kept]);
}

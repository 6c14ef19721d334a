import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyRequest } from 'fastify';
import type { KeyUse } from '#platform/directory/stores/idempotency-keys.ts';
import type { Answer } from '../answer.ts';

/** A request that has an `Idempotency-Key`, while this process serves it. */
export interface KeyedWork {
  readonly use: KeyUse;
  readonly clientKey: string;
  /** Whether its handler is at work. That may outlast the answer, when the answer was that the time is over. */
  isRunning: boolean;
  /** What the handler answered, once it has. */
  answer: Answer | null;
  /** How many transactions it saw committed. */
  commits: number;
  /** Settles the key when the handler ends after the client got another answer. */
  onLateEnd: (() => void) | null;
}

const works = new WeakMap<FastifyRequest, KeyedWork>();
const current = new AsyncLocalStorage<KeyedWork>();

export const beginWork = (request: FastifyRequest, work: KeyedWork): void => {
  works.set(request, work);
};
export const workWithKey = (request: FastifyRequest): KeyedWork | undefined => works.get(request);

/** The work on behalf of which this code runs, if that has a key. */
export function currentWork(): KeyedWork | undefined {
  const work = current.getStore();
  return work?.isRunning === true ? work : undefined;
}

/** Runs the handler of a request. Its key stays taken until the handler has ended, which is before its answer is sent. */
export async function runKeyed(request: FastifyRequest, handler: () => Promise<Answer>): Promise<Answer> {
  const work = works.get(request);
  if (work === undefined) return handler();
  work.isRunning = true;
  try {
    work.answer = await current.run(work, handler);
    return work.answer;
  } finally {
    work.isRunning = false;
    work.onLateEnd?.();
  }
}

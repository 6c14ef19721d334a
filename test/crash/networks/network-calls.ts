import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type ApiClient, ApiError } from '../../../deploy/client/api-client.ts';

/** One request to the network or compute API that changes something. */
export interface Request {
  readonly api?: 'network' | 'compute';
  /** `PUT /v2.0/routers/{id}` */
  readonly operation: string;
  readonly path?: Readonly<Record<string, string>>;
  readonly body?: object;
}

type Answer = Readonly<Record<string, { readonly id: string } & Readonly<Record<string, unknown>>>>;
type LooseCall = (api: string, operation: string, options: object) => Promise<Answer>;

const AGAIN_MS = 500;
/** A request in progress: its key is taken. */
const IN_PROGRESS = /Idempotency-Key .* is still in progress/;

export function send(admin: ApiClient, { api = 'network', operation, path, body }: Request, headers: object = {}) {
  const call = admin.call as unknown as LooseCall;
  const options = { ...(path === undefined ? {} : { path }), ...(body === undefined ? {} : { body }), headers };
  return call(api, operation, options);
}

/**
 * Asks as a client does: with a key, and with the same key again while nobody answers, or the answer is that the service cannot now.
 * A DELETE that is repeated and finds nothing has done its work.
 * @throws ApiError when the request is refused.
 */
export async function insist(admin: ApiClient, request: Request, retryBudgetMs: number): Promise<Answer> {
  const key = randomUUID();
  const until = Date.now() + retryBudgetMs;
  for (let isRepeat = false; ; isRepeat = true) {
    try {
      return await send(admin, request, { 'idempotency-key': key });
    } catch (error) {
      if (isRepeat && request.operation.startsWith('DELETE ') && isGone(error)) return {};
      if (Date.now() > until || !mayPass(error)) throw error;
      await delay(AGAIN_MS);
    }
  }
}

const mayPass = (error: unknown): boolean =>
  !(error instanceof ApiError) ||
  error.status >= 500 ||
  error.status === 429 ||
  (error.status === 409 && IN_PROGRESS.test(error.message));

const isGone = (error: unknown): boolean => error instanceof ApiError && error.status === 404;

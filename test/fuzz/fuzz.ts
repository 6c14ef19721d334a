import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { DeclaredApi } from '../../api/apis.ts';
import { Random } from '../simulation/kernel/random.ts';
import type { FailureLog } from './failure-log.ts';
import type { IdPool } from './id-pool.ts';
import { faultIn, HANG_MS, type OddAnswer } from './judge.ts';
import { type OddRequest, oddRequest, type Target, targetsOf } from './odd-request.ts';

interface FuzzOptions {
  readonly app: FastifyInstance;
  readonly apis: readonly DeclaredApi[];
  readonly tokens: readonly (string | null)[];
  readonly pool: IdPool;
  /** Tells why a request failed inside. */
  readonly failures?: FailureLog;
  readonly requests: number;
  readonly seed: number;
  /** How many requests are in flight at once. */
  readonly parallel: number;
  /** Called before the first request and every `RESTOCK_EVERY` requests. */
  readonly restock?: () => Promise<void>;
  readonly onProgress?: (done: number) => void;
}

interface FuzzFault {
  readonly number: number;
  readonly request: OddRequest;
  readonly fault: string;
}

interface FuzzReport {
  readonly requests: number;
  readonly faults: readonly FuzzFault[];
  /** How many answers had which status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** How many requests were sent again after a 503. */
  readonly askedAgain: number;
  /** How often each target was asked. */
  readonly perTarget: ReadonlyMap<Target, number>;
}

const MAX_FAULTS = 200;
const RESTOCK_EVERY = 500;

/** Sends odd requests at every target in turn. The same seed makes the same requests as long as the answers are the same. */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { app, apis, tokens, pool, requests, seed, parallel, restock, onProgress, failures } = options;
  const targets = targetsOf(apis);
  const ended = targets.filter(hasEnded);
  const live = targets.filter((target) => !hasEnded(target));
  const random = new Random(seed);
  const statuses = new Map<number, number>();
  const perTarget = new Map<Target, number>();
  const faults: FuzzFault[] = [];
  let next = 0;
  let askedAgain = 0;
  const worker = async (): Promise<void> => {
    while (next < requests && faults.length < MAX_FAULTS) {
      const number = next++;
      if (number % RESTOCK_EVERY === 0) await restock?.();
      const target =
        number % ENDED_EVERY === 0 && ended.length > 0
          ? ended[(number / ENDED_EVERY) % ended.length]
          : live[number % live.length];
      if (target === undefined) return;
      const request = oddRequest(target, tokens, random, pool);
      let answer = await ask(app, request);
      if (isBusy(answer)) {
        askedAgain++;
        await delay(answer.retryAfterMs);
        answer = await ask(app, request);
      }
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      perTarget.set(target, (perTarget.get(target) ?? 0) + 1);
      const fault = faultIn(request, answer, failures?.reasonOf(answer.requestId));
      if (fault !== null) faults.push({ number, request, fault });
      else if (answer.status < 300) learn(pool, answer);
      if (number % 1_000 === 999) onProgress?.(number + 1);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return { requests: next, faults, statuses, askedAgain, perTarget };
}

/** Operations that Nova took away for good answer 410 to everything: one request in so many goes to them. */
const ENDED_EVERY = 20;
const hasEnded = ({ route, action }: Target): boolean => (action ?? route).status === 410;

/**
 * A 503 with Retry-After says that a cell did not answer in time: on a busy machine that is so, since the whole region shares this process.
 * The request is sent again, as clients do; one that makes the server fail fails again. The report counts them.
 */
const isBusy = (answer: OddAnswer): answer is OddAnswer & { readonly retryAfterMs: number } =>
  answer.status === 503 && answer.retryAfterMs !== null;

async function ask(app: FastifyInstance, { method, url, headers, body }: OddRequest): Promise<OddAnswer> {
  const from = performance.now();
  const hung = Promise.withResolvers<OddAnswer>();
  const timer = setTimeout(
    () => hung.resolve({ status: 200, text: '', ms: HANG_MS + 1, requestId: '', retryAfterMs: null }),
    HANG_MS + 1,
  );
  const answered = app
    .inject({ method, url, headers, ...(body === undefined ? {} : { payload: body }) })
    .then(({ statusCode, payload, headers: { 'x-openstack-request-id': id, 'retry-after': after } }) => ({
      status: statusCode,
      text: payload,
      ms: performance.now() - from,
      requestId: String(id ?? ''),
      retryAfterMs: after === undefined ? null : Number(after) * 1_000,
    }));
  return Promise.race([answered, hung.promise]).finally(() => clearTimeout(timer));
}

function learn(pool: IdPool, { text }: OddAnswer): void {
  if (!text.startsWith('{')) return;
  pool.learn(JSON.parse(text));
}

/** A fault as a line to read and repeat, with the kind of token instead of the token. */
const faultText = ({ number, request, fault }: FuzzFault): string => {
  const { 'x-auth-token': token, ...headers } = request.headers;
  const sent = { ...headers, ...(token === undefined ? {} : { 'x-auth-token': `${token.slice(0, 8)}…` }) };
  return (
    `#${number} ${request.method} ${request.url.slice(0, 300)} ${JSON.stringify(sent).slice(0, 300)} ` +
    `${(request.body ?? '').slice(0, 300)} (odd: ${request.odd}): ${fault}`
  );
};

/** One line for each way to fail at each target, and how often it came. */
export function faultTexts(faults: readonly FuzzFault[]): readonly string[] {
  const kinds = new Map<string, { readonly first: FuzzFault; count: number }>();
  for (const one of faults) {
    const { route, action } = one.request.target;
    const key = `${route.method} ${route.path} ${action?.name ?? ''} ${one.fault.slice(0, 60)}`;
    const known = kinds.get(key);
    if (known === undefined) kinds.set(key, { first: one, count: 1 });
    else known.count += 1;
  }
  return [...kinds.values()].map(({ first, count }) => `${count}× ${faultText(first)}`);
}

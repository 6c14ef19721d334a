import type { FastifyInstance } from 'fastify';
import type { DeclaredApi } from '../../api/apis.ts';
import { Random } from '../simulation/kernel/random.ts';
import type { IdPool } from './id-pool.ts';
import { faultIn, HANG_MS, type OddAnswer } from './judge.ts';
import { type OddRequest, oddRequest, type Target, targetsOf } from './odd-request.ts';

export interface FuzzOptions {
  readonly app: FastifyInstance;
  readonly apis: readonly DeclaredApi[];
  readonly tokens: readonly (string | null)[];
  readonly pool: IdPool;
  readonly requests: number;
  readonly seed: number;
  /** How many requests are under way at once. */
  readonly parallel: number;
  readonly onProgress?: (done: number) => void;
}

export interface FuzzFault {
  readonly number: number;
  readonly request: OddRequest;
  readonly fault: string;
}

export interface FuzzReport {
  readonly requests: number;
  readonly faults: readonly FuzzFault[];
  /** How many answers had which status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** How often each target was asked. */
  readonly perTarget: ReadonlyMap<Target, number>;
}

const MAX_FAULTS = 200;

/** Sends odd requests at every target in turn. The same seed makes the same requests as long as the answers are the same. */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { app, apis, tokens, pool, requests, seed, parallel, onProgress } = options;
  const targets = targetsOf(apis);
  const random = new Random(seed);
  const statuses = new Map<number, number>();
  const perTarget = new Map<Target, number>();
  const faults: FuzzFault[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < requests && faults.length < MAX_FAULTS) {
      const number = next++;
      const target = targets[number % targets.length];
      if (target === undefined) return;
      const request = oddRequest(target, tokens, random, pool);
      const answer = await ask(app, request);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      perTarget.set(target, (perTarget.get(target) ?? 0) + 1);
      const fault = faultIn(request, answer);
      if (fault !== null) faults.push({ number, request, fault });
      else if (answer.status < 300) learn(pool, answer);
      if (number % 1_000 === 999) onProgress?.(number + 1);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return { requests: next, faults, statuses, perTarget };
}

async function ask(app: FastifyInstance, { method, url, headers, body }: OddRequest): Promise<OddAnswer> {
  const from = performance.now();
  const hung = Promise.withResolvers<OddAnswer>();
  const timer = setTimeout(() => hung.resolve({ status: 200, text: '', ms: HANG_MS + 1 }), HANG_MS + 1);
  const answered = app
    .inject({ method, url, headers, ...(body === undefined ? {} : { payload: body }) })
    .then(({ statusCode, payload }) => ({ status: statusCode, text: payload, ms: performance.now() - from }));
  return Promise.race([answered, hung.promise]).finally(() => clearTimeout(timer));
}

function learn(pool: IdPool, { text }: OddAnswer): void {
  if (!text.startsWith('{')) return;
  pool.learn(JSON.parse(text));
}

/** A fault as a line to read and repeat. */
export const faultText = ({ number, request, fault }: FuzzFault): string =>
  `#${number} ${request.method} ${request.url.slice(0, 300)} ${JSON.stringify(request.headers).slice(0, 300)} ` +
  `${(request.body ?? '').slice(0, 300)} (odd: ${request.odd}): ${fault}`;

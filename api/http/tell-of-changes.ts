import type { FastifyInstance } from 'fastify';
import { CHANGES, TELL_EVERY_MS } from '#platform/contracts/global-rings.ts';
import type { ApiDeps } from '../deps.ts';

const READS: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/** Tells super-conductors that requests may have changed something. One that was told stays attentive for longer than `TELL_EVERY_MS`. */
export function tellOfChanges(
  app: FastifyInstance,
  { tellOthers, clock }: Pick<ApiDeps, 'tellOthers' | 'clock'>,
): void {
  if (tellOthers === undefined) return;
  let toldAt = 0;
  app.addHook('onResponse', async ({ method }, { statusCode }) => {
    const now = clock.now();
    if (READS.includes(method) || statusCode === 401 || (now >= toldAt && now - toldAt < TELL_EVERY_MS)) return;
    toldAt = now;
    tellOthers(CHANGES);
  });
}

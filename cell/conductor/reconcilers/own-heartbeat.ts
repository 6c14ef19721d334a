import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import { moment } from '../../database/moment.ts';
import { forgetConductors, saveAgent } from '../../database/stores/agents.ts';
import { forgetReleased } from '../../database/stores/released-builds.ts';
import type { ConductorParts } from '../parts.ts';

const FORGOTTEN_AFTER_MS = 86_400_000;
/** No build request takes so long to arrive. */
const RELEASES_KEPT_MS = 86_400_000;

/** How often this deletes old rows, ms. */
const FORGET_EVERY_MS = 60_000;

/** Keeps this conductor in the list of services while it runs. Also deletes old rows of conductors and of released builds. */
export function ownHeartbeatReconciler(parts: ConductorParts, address: string): Reconciler {
  const startedAt = moment(parts.clock.now());
  const id = uuidOf(`${hostname()} ${address}`);
  let forgetAt = 0;
  return {
    name: 'own-heartbeat',
    everyMs: parts.agentTimes.heartbeatMs,
    reconcile: async () => {
      const now = parts.clock.now();
      const { write } = parts.database;
      await saveAgent(write, {
        id,
        kind: 'conductor',
        url: hostname(),
        release: parts.cell.release,
        startedAt,
        lastSeenAt: now,
        up: true,
      });
      if (now < forgetAt) return;
      await forgetConductors(write, now - FORGOTTEN_AFTER_MS);
      await forgetReleased(write, now - RELEASES_KEPT_MS);
      forgetAt = now + FORGET_EVERY_MS;
    },
  };
}

/** A conductor has the same id after each start. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

import { beginRouting } from '#platform/directory/stores/homes/begin-routing.ts';
import { listForgottenBuilds } from '#platform/directory/stores/homes/list-homes.ts';
import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { GlobalDeps } from '../deps.ts';

const FORGOTTEN_AFTER_MS = 30_000;

/** A build is forgotten if it has been accepted for a while and no operation works at it. It gets a new one. */
export const forgottenBuilds = (deps: GlobalDeps, wake: (operationId: string) => void, log: Logger): Reconciler => ({
  name: 'forgotten builds',
  everyMs: 10_000,
  reconcile: async () => {
    const { directory, clock } = deps;
    const homes = await listForgottenBuilds(directory.read, clock.now(), FORGOTTEN_AFTER_MS, 100);
    if (homes.length === 0) return;
    log.warn({ builds: homes.map((home) => home.uuid) }, 'accepted builds had no operation');
    const builds = homes.map((home) => home.build);
    const ids = await directory.transaction((tx) => beginRouting(tx, builds, clock.now()));
    for (const id of ids) wake(id);
  },
});

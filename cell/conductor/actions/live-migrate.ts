import { randomUUID } from 'node:crypto';
import { Type } from 'typebox';
import { deviceRequestsOf, HAS_DEVICES } from '#platform/objects/device-request.ts';
import { nullable, Uuid } from '#platform/objects/scalars.ts';
import { loadedBuild } from '#platform/objects/user-data.ts';
import { LIVE_MIGRATION_RULE } from '#platform/states/live-migration-rule.ts';
import { type LiveMigrateParams, liveMigrate as operation } from '../operations/live-migrate.ts';
import { beginMove } from './begin-move.ts';
import { currentGuest } from './current-guest.ts';
import { serverAction } from './server-action.ts';

const Params = Type.Object({
  /** The host in this cell that the scheduler chose or an admin named, and alternates. */
  candidates: Type.Array(Uuid),
  /** Why it cannot be done: it begins, and fails for this reason. */
  refusal: Type.Optional(nullable(Type.String())),
});

/** Moves a server to another host of its cell while it runs. */
export const liveMigrate = serverAction({
  kind: 'liveMigrate',
  since: '0.1.0',
  params: Params,
  rule: () => LIVE_MIGRATION_RULE,
  operation,
  log: {
    action: 'live-migration',
    events: { 'prepare-target': 'compute_pre_live_migration', send: 'compute_live_migration' },
  },
  begin: async (tx, beginning) => {
    const { candidates, refusal = null } = beginning.params;
    const hasDevices = deviceRequestsOf(loadedBuild(beginning.instance).flavor).length > 0;
    const guest = currentGuest(beginning, 'live migrate');
    const params: LiveMigrateParams = {
      candidates: [...new Set(candidates)],
      sourceGuestId: guest.id,
      targetGuestId: randomUUID(),
      migrationId: randomUUID(),
      power: beginning.instance.vmState === 'paused' ? 'paused' : 'running',
      refusal: refusal ?? (hasDevices ? HAS_DEVICES : null),
    };
    await beginMove(tx, beginning, { type: 'live-migration', status: 'preparing' });
    return { params, wake: [], hosts: [] };
  },
});

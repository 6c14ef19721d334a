import { type Static, Type } from 'typebox';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { Uuid } from '#platform/objects/scalars.ts';
import { actionRule } from '#platform/states/action-rule.ts';
import { markAbsent, partsOf, setDesired } from '../../database/stores/guests.ts';
import { currentGuest } from './current-guest.ts';
import { type Beginning, serverAction } from './server-action.ts';

const RULE = actionRule(['active', 'paused'], 'migrating', { taskStates: ['migrating'] });

/** The migration to end; absent: whichever is in progress. */
const Params = Type.Object({ migrationId: Type.Optional(Uuid) });
type Params = Static<typeof Params>;

/** Both change what the operation of the live migration finds at its next look; it goes on owning the instance. */
const asItIs = (_params: unknown, { taskState, operationId }: Beginning<unknown>['instance']) => ({
  taskState,
  operationId,
});

/** The guest that runs, and the one that waits. @throws VolvoxError invalid, with Nova's words, when there is none. */
function sidesOf(beginning: Beginning<Params>, kind: string) {
  const source = currentGuest(beginning, kind);
  const { instance, params } = beginning;
  const target = beginning.guests.find(({ role }) => role === 'target');
  const isMeant = params.migrationId === undefined || params.migrationId === instance.operationId;
  if (isMeant && instance.taskState === 'migrating' && target !== undefined && incomingOf(target))
    return { source, target };
  throw new VolvoxError(
    'invalid',
    `No live migration of instance ${instance.uuid} is in progress that this can be done to.`,
  );
}

const incomingOf = (guest: Parameters<typeof partsOf>[0]): boolean => partsOf(guest).migration?.role === 'incoming';

/** The server goes on where it is. Up to the last moment: what was sent is thrown away. */
export const abortLiveMigration = serverAction({
  kind: 'abortLiveMigration',
  since: '0.1.0',
  params: Params,
  rule: () => RULE,
  operation: null,
  log: { action: 'live_migration_cancel' },
  writes: asItIs,
  begin: async (tx, beginning) => {
    const { source, target } = sidesOf(beginning, 'abort live migration');
    const { migration, ...rest } = partsOf(source);
    if (migration !== undefined) await setDesired(tx, source.id, { power: source.power, parts: rest }, beginning.now);
    await markAbsent(tx, beginning.instance.uuid, beginning.now, target.id);
    return { params: {}, wake: [source, target], hosts: [] };
  },
});

/** Halts the server until it runs on its other host, so that what is left to send does not grow. */
export const forceCompleteLiveMigration = serverAction({
  kind: 'forceCompleteLiveMigration',
  since: '0.1.0',
  params: Params,
  rule: () => RULE,
  operation: null,
  log: { action: 'live_migration_force_complete' },
  writes: asItIs,
  begin: async (tx, beginning) => {
    const { source } = sidesOf(beginning, 'force_complete');
    const parts = partsOf(source);
    if (parts.migration?.role !== 'outgoing')
      throw new VolvoxError('invalid', `Nothing of instance ${beginning.instance.uuid} is being sent yet; try again.`);
    const migration = { ...parts.migration, hurry: true };
    await setDesired(tx, source.id, { power: source.power, parts: { ...parts, migration } }, beginning.now);
    return { params: {}, wake: [source], hosts: [] };
  },
});

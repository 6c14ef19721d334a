import { fromJson } from '#platform/database/json-column.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { SHELVE_RULE } from '#platform/states/shelve-rules.ts';
import { partsOf, setDesired } from '../../database/stores/guests.ts';
import { shelve as operation, type ShelveParams } from '../operations/shelve.ts';
import { currentGuest } from './current-guest.ts';
import { powerBefore } from './power-before.ts';
import { SavedImage, saveFor } from './save-of-guest.ts';
import { serverAction } from './server-action.ts';

/** Stops a server, and keeps its disk as an image. */
export const shelve = serverAction({
  kind: 'shelve',
  since: '0.1.0',
  params: SavedImage,
  rule: () => SHELVE_RULE,
  operation,
  log: { events: { shelve: 'compute_shelve_instance' } },
  begin: async (tx, beginning) => {
    const { params, instance, now } = beginning;
    const guest = currentGuest(beginning, 'shelve');
    const parts = partsOf(guest);
    // A guest that is stopped has nothing to flush.
    const save = { ...saveFor(params, fromJson<InstanceBuild>(instance.build).image), quiesce: 'never' as const };
    await setDesired(tx, guest.id, { power: 'stopped', parts: { ...parts, saves: [...parts.saves, save] } }, now);
    const made: ShelveParams = { guestId: guest.id, imageId: params.imageId, before: powerBefore(beginning, guest) };
    return { params: made, wake: [guest], hosts: [] };
  },
});

import { randomUUID } from 'node:crypto';
import { Type } from 'typebox';
import { fromJson } from '#platform/database/json-column.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { Image } from '#platform/objects/image.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { nullable, Uuid } from '#platform/objects/scalars.ts';
import { unshelveRule } from '#platform/states/shelve-rules.ts';
import { setDesired } from '../../database/stores/guests.ts';
import { buildWrites } from '../../database/stores/instances.ts';
import { unshelve as operation, type UnshelveParams } from '../operations/unshelve.ts';
import { currentGuest } from './current-guest.ts';
import { serverAction } from './server-action.ts';

const Params = Type.Object({
  /** The image that the server was shelved as, which is not needed afterwards; null: it is gone already. */
  imageId: nullable(Uuid),
  /** The same, for a server that is on no host. */
  image: Type.Optional(Image),
  /** The hosts of this cell that the scheduler chose for it, best first, and the zone of the first one. */
  candidates: Type.Optional(Type.Array(Uuid)),
  zone: Type.Optional(Type.String()),
  /** The zone that the server is to stay in from now on; null: any; absent: as before. */
  availabilityZone: Type.Optional(nullable(Type.String())),
});

/** Starts a shelved server again. */
export const unshelve = serverAction({
  kind: 'unshelve',
  since: '0.1.0',
  params: Params,
  rule: (_, instance) => unshelveRule(instance),
  operation,
  log: { events: { 'claim-target': 'conductor_unshelve_instance', 'start-target': 'compute_unshelve_instance' } },
  writes: ({ availabilityZone }, instance) =>
    availabilityZone === undefined ? {} : buildWrites({ ...fromJson<InstanceBuild>(instance.build), availabilityZone }),
  begin: async (tx, beginning) => {
    const { params, instance, now } = beginning;
    const { imageId, image = null, candidates = [], zone = null } = params;
    if (instance.vmState === 'shelved') {
      const guest = currentGuest(beginning, 'unshelve');
      await setDesired(tx, guest.id, { power: 'running' }, now);
      const here: UnshelveParams = { targetGuestId: guest.id, candidates: [], image: null, imageId, zone: null };
      return { params: here, wake: [guest], hosts: [] };
    }
    if (image === null || candidates.length === 0) {
      // It left its host after the API had looked.
      throw new VolvoxError('conflict', `Instance ${instance.uuid} is on no host any more; try again.`);
    }
    const made: UnshelveParams = { targetGuestId: randomUUID(), candidates, image, imageId, zone };
    return { params: made, wake: [], hosts: [] };
  },
});

import { randomUUID } from 'node:crypto';
import { Type } from 'typebox';
import { fromJson } from '#platform/database/json-column.ts';
import { Image } from '#platform/objects/image.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { RESCUE_RULE } from '#platform/states/boot-rules.ts';
import { partsOf, setDesired } from '../../database/stores/guests.ts';
import { type BootParams, bootOperation } from '../operations/boot.ts';
import { currentGuest } from './current-guest.ts';
import { powerBefore } from './power-before.ts';
import { serverAction } from './server-action.ts';

/** Starts the server from another image, with its own disk as the second one, so that its user can mend what is on that. */
export const rescue = serverAction({
  kind: 'rescue',
  since: '0.1.0',
  /** Without an image: the one that the server was made from. */
  params: Type.Object({ image: Type.Optional(Image) }),
  rule: () => RESCUE_RULE,
  operation: bootOperation('rescue', 'rescued'),
  log: { events: { settle: 'compute_rescue_instance' } },
  begin: async (tx, beginning) => {
    const { params, instance, now } = beginning;
    const guest = currentGuest(beginning, 'rescue');
    const partsBefore = partsOf(guest);
    const image = params.image ?? fromJson<InstanceBuild>(instance.build).image;
    const boot = { from: 'rescue', rescueId: randomUUID(), image } as const;
    await setDesired(tx, guest.id, { power: 'running', parts: { ...partsBefore, boot } }, now);
    const made: BootParams = { guestId: guest.id, before: powerBefore(beginning, guest), partsBefore };
    return { params: made, wake: [guest], hosts: [] };
  },
});

import { type Static, Type } from 'typebox';
import { NO_PARTS } from '#platform/objects/guest-parts.ts';
import { InstanceBuild } from '#platform/objects/instance-build.ts';
import { loadedBuild } from '#platform/objects/user-data.ts';
import { REBUILD_RULE } from '#platform/states/boot-rules.ts';
import { type GuestOnHost, partsOf, setDesired, specOf } from '../../database/stores/guests.ts';
import { type InstanceRow, rebuildWrites } from '../../database/stores/instances.ts';
import { rebuildsOf } from '../operations/discarded-disks.ts';
import { guestSpec } from '../operations/guests.ts';
import { rebuild as operation, type RebuildParams } from '../operations/rebuild.ts';
import { currentGuest } from './current-guest.ts';
import { powerBefore } from './power-before.ts';
import { serverAction } from './server-action.ts';

const { image, name, description, hostname, keyPair, userData, metadata, ...rest } = InstanceBuild.properties;
const { accessIpV4, accessIpV6, diskConfig, injectedFiles, trustedImageCertificates } = rest;

/** What a rebuild may change of a server; what is absent stays as it is. */
const Params = Type.Object({
  image,
  changes: Type.Partial(
    Type.Object({
      ...{ name, description, hostname, keyPair, userData, injectedFiles, metadata },
      ...{ accessIpV4, accessIpV6, diskConfig },
    }),
  ),
  trustedImageCertificates,
  preserveEphemeral: Type.Boolean(),
});

const rebuilt = (params: Static<typeof Params>, before: InstanceBuild): InstanceBuild => ({
  ...before,
  ...params.changes,
  image: params.image,
  trustedImageCertificates: params.trustedImageCertificates ?? null,
});

/** Gives a server new disks from an image, on the same host. It keeps its id, its ports and its addresses. */
export const rebuild = serverAction({
  kind: 'rebuild',
  since: '0.1.0',
  params: Params,
  rule: () => REBUILD_RULE,
  operation,
  log: { events: { rebuild: 'compute_rebuild_instance' } },
  writes: (params, instance) => rebuildWrites(rebuilt(params, loadedBuild(instance))),
  begin: async (tx, beginning) => {
    const { params, instance, now } = beginning;
    const guest = currentGuest(beginning, 'rebuild');
    const before = loadedBuild(instance);
    const build = rebuilt(params, before);
    const partsBefore = partsOf(guest);
    const count = nextCount(guest);
    const power = instance.vmState === 'stopped' ? 'stopped' : 'running';
    const specBefore = await specOf(tx, guest.id);
    const parts = {
      ...partsBefore,
      boot: NO_PARTS.boot,
      rebuild: { count, preserveEphemeral: params.preserveEphemeral },
    };
    const spec = guestSpec(build, build.flavor, null, specBefore);
    await setDesired(tx, guest.id, { power, spec, parts }, now);
    const made: RebuildParams = {
      guestId: guest.id,
      count,
      vmState: power === 'stopped' ? 'stopped' : 'active',
      before: { vmState: stateBefore(instance), power: powerBefore(beginning, guest), parts: partsBefore },
      specBefore,
      buildBefore: before,
    };
    return { params: made, wake: [guest], hosts: [] };
  },
});

/**
 * Above what was ever asked of this guest: a rebuild that went back may have been carried out, and its host may say so later. The generation
 * has grown with each rebuild; a guest that came from another host with its disks may have been rebuilt more often.
 */
const nextCount = (guest: GuestOnHost): number =>
  Math.max(guest.generation, partsOf(guest).rebuild.count, rebuildsOf(guest)) + 1;

const stateBefore = ({ vmState }: InstanceRow): 'active' | 'stopped' | 'error' =>
  vmState === 'stopped' || vmState === 'error' ? vmState : 'active';

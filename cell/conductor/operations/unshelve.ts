import { type Static, Type } from 'typebox';
import { fromJson } from '#platform/database/json-column.ts';
import { Image } from '#platform/objects/image.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { nullable, Uuid } from '#platform/objects/scalars.ts';
import { done, StepRefused, wait } from '#platform/operations/definition.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { moment } from '../../database/moment.ts';
import { type GuestOnHost, guestsOf, setDesired, setRole } from '../../database/stores/guests.ts';
import { findInstance, type InstanceRow } from '../../database/stores/instances.ts';
import { insertBindings } from '../../database/stores/port-bindings.ts';
import { portsInTheWay } from '../../database/stores/target-guests.ts';
import type { CellParts } from '../parts.ts';
import { type CellContext, type CellStep, defineCellOperation, LOOK_SOON_MS } from './cell-operation.ts';
import { faultJson } from './fault.ts';
import { tellOfImage } from './follow-save.ts';
import { bindingsFor, guestSpec } from './guests.ts';
import { releaseTarget, removeTarget } from './remove-second-guest.ts';
import {
  claimedHost,
  claimTargetHost,
  makeTarget,
  runsAs,
  switchOverStep,
  targetHost,
  untilTargetSettled,
} from './second-guest.ts';
import {
  inLeasedTransaction,
  lockAsOwnerOrRefuse,
  superseded,
  updateAsOwner,
  updateAsOwnerOrRefuse,
} from './superseded.ts';

/**
 * The guest that runs afterwards. Without `image` it is here, shelved on its host, and its start was committed with the operation; otherwise it
 * is made from that image on one of the `candidates`, hosts of this cell. `zone`: of the first one. `imageId`: what is not needed afterwards.
 */
const Params = Type.Object({
  targetGuestId: Uuid,
  candidates: Type.Array(Uuid),
  image: nullable(Image),
  imageId: nullable(Uuid),
  zone: nullable(Type.String()),
});
export type UnshelveParams = Static<typeof Params>;
type Context = CellContext<UnshelveParams>;
type UnshelveStep = CellStep<UnshelveParams>;

/**
 * The last undo, with the reason as the fault of the server. Without a host it is shelved as before. On its host it is stopped, and shelved no more:
 * it may have run meanwhile, and then its image is older than its disk, which must not leave the host.
 */
const giveUp = (context: Context, parts: CellParts) =>
  releaseTarget(context, parts, {
    ...(context.params.image === null ? ({ vmState: 'stopped' } as const) : {}),
    fault: faultJson(context.reason, context.now),
  });

const claimTarget: UnshelveStep = { name: 'claim-target', do: claim, undo: giveUp };
const startTarget: UnshelveStep = { name: 'start-target', do: start, undo: stopOrRemove, attempts: 20 };
const switchOver: UnshelveStep = switchOverStep(finish);

/** Starts a shelved server again, on its host or, made from its image, on another one. The image goes when the server runs. */
export const unshelve = defineCellOperation({
  kind: 'unshelve',
  params: Params,
  // Back: the image is there until the last step, so that the user may try again.
  deadline: { ms: 3_600_000, policy: 'back' },
  steps: [claimTarget, startTarget, switchOver],
});

interface Looked {
  readonly instance: InstanceRow;
  readonly target: GuestOnHost | undefined;
}

async function look(context: Context, parts: CellParts): Promise<Looked> {
  const { read } = parts.database;
  const [instance, guests] = await Promise.all([findInstance(read, context.subject), guestsOf(read, context.subject)]);
  if (instance?.operationId !== context.operationId) throw superseded();
  return { instance, target: guests.find((guest) => guest.id === context.params.targetGuestId) };
}

async function claim(context: Context, parts: CellParts) {
  const { instance, target } = await look(context, parts);
  const { candidates, image } = context.params;
  if (image !== null) return await claimTargetHost(context, parts, { candidates, instance });
  if (target === undefined) throw superseded();
  return done(claimedHost(target.hostId));
}

async function start(context: Context, parts: CellParts) {
  const { instance, target } = await look(context, parts);
  return target === undefined
    ? await makeFromImage(context, parts, instance)
    : await untilTargetSettled(context, parts, target, 'start the guest');
}

/** Not before the ports of the guest that it was shelved from have gone: a tap belongs to one guest. */
async function makeFromImage(context: Context, parts: CellParts, instance: InstanceRow) {
  const { targetGuestId, image } = context.params;
  if (image === null) throw superseded();
  const host = await targetHost(context, parts);
  if (await portsInTheWay(parts.database.read, context.subject, host.id, targetGuestId))
    return wait(LOOK_SOON_MS, 'its earlier ports to go');
  const build = fromJson<InstanceBuild>(instance.build);
  const made = {
    instance,
    power: 'running' as const,
    spec: { ...guestSpec(build, build.flavor, null), image },
    also: (tx: CellTx, hostId: string) =>
      insertBindings(tx, bindingsFor(build, targetGuestId, hostId, instance.epoch), context.now),
  };
  return await makeTarget(context, parts, made, 'make and start the guest');
}

/** A guest that was shelved on its host is to be stopped there; nobody waits for that. */
async function stopOrRemove(context: Context, parts: CellParts) {
  const { targetGuestId, image } = context.params;
  if (image !== null) return await removeTarget(context, parts);
  await inLeasedTransaction(parts, context, async (tx) => {
    if (await updateAsOwner(tx, context, {})) await setDesired(tx, targetGuestId, { power: 'stopped' }, context.now);
  });
  return done();
}

async function finish(context: Context, parts: CellParts) {
  const { target } = await look(context, parts);
  const host = await targetHost(context, parts);
  if (target === undefined) throw new StepRefused('The guest does not exist.');
  context.at(host.name);
  const { imageId, candidates, zone } = context.params;
  const isFirst = candidates[0] === host.id && zone !== null;
  const committed = await context.inTransaction(async (tx) => {
    await lockAsOwnerOrRefuse(tx, context);
    await updateAsOwnerOrRefuse(tx, context, {
      ...runsAs(target, host),
      ...{ vmState: 'active', powerState: target.observedPower, launchedAt: moment(context.now) },
      ...(isFirst ? { zone } : {}),
    });
    await setRole(tx, target.id, 'current');
    if (imageId !== null) await tellOfImage(tx, 'image-unneeded', context, imageId);
  });
  parts.notices.ring();
  return committed;
}

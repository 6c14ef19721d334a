import { type Static, Type } from 'typebox';
import { stepOutputs } from '#platform/contracts/step-outputs.ts';
import { fromJson } from '#platform/database/json-column.ts';
import { Image } from '#platform/objects/image.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { resourcesOf } from '#platform/objects/resources.ts';
import { nullable, Uuid } from '#platform/objects/scalars.ts';
import { done, StepRefused, wait } from '#platform/operations/definition.ts';
import { moment } from '../../database/moment.ts';
import { type GuestOnHost, guestsOf, insertGuests, setDesired, setRole } from '../../database/stores/guests.ts';
import { readHosts } from '../../database/stores/hosts.ts';
import { findInstance, type InstanceRow } from '../../database/stores/instances.ts';
import { bindingsOfGuests, insertBindings } from '../../database/stores/port-bindings.ts';
import { portsInTheWay } from '../../database/stores/target-guests.ts';
import type { CellParts } from '../parts.ts';
import { type CellContext, type CellStep, defineCellOperation, LOOK_AGAIN_MS, LOOK_SOON_MS } from './cell-operation.ts';
import { faultJson } from './fault.ts';
import { tellOfImage } from './follow-save.ts';
import { troubleOf } from './guest-trouble.ts';
import { bindingsFor, guestSpec } from './guests.ts';
import { claimFirst, releaseTarget, removeTarget } from './second-guest.ts';
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

/** The last undo: the server is shelved as before, with the reason as its fault. */
const giveUp = (context: Context, parts: CellParts) =>
  releaseTarget(context, parts, { fault: faultJson(context.reason, context.now) });

const claimTarget: UnshelveStep = { name: 'claim-target', do: claim, undo: giveUp };
const startTarget: UnshelveStep = { name: 'start-target', do: start, undo: stopOrRemove, attempts: 20 };
const switchOver: UnshelveStep = {
  name: 'switch-over',
  do: finish,
  undo: { reason: 'The step is one transaction with the end of the operation: done, or not begun.' },
};

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

/** The host whose capacity is claimed. */
const outputs = stepOutputs<{ 'claim-target': { readonly hostId: string } }>();
const targetHost = (context: Context): string => outputs.require(context, 'claim-target').hostId;

async function claim(context: Context, parts: CellParts) {
  const { instance, target } = await look(context, parts);
  const build = fromJson<InstanceBuild>(instance.build);
  const { candidates, targetGuestId, image } = context.params;
  if (image === null) {
    if (target === undefined) throw superseded();
    return done(outputs.of('claim-target', { hostId: target.hostId }));
  }
  let hostId: string | undefined;
  const committed = await context.inTransaction(async (tx) => {
    await updateAsOwnerOrRefuse(tx, context, {});
    const claimOn = (host: string) => ({
      ...{ guestId: targetGuestId, hostId: host, instanceUuid: context.subject },
      ...{ group: build.serverGroup, resources: resourcesOf(build.flavor) },
    });
    hostId = await claimFirst(tx, candidates, claimOn);
    context.at((await readHosts(tx, [hostId])).get(hostId)?.name ?? hostId);
    return outputs.of('claim-target', { hostId });
  });
  if (hostId !== undefined) parts.hosts.changed([hostId]);
  return committed;
}

async function start(context: Context, parts: CellParts) {
  const { instance, target } = await look(context, parts);
  if (target === undefined) return await makeTarget(context, parts, instance);
  context.at(target.hostName);
  if (target.settled) return done();
  const bindings = await bindingsOfGuests(parts.database.read, [target.id]);
  const trouble = [target, ...bindings].map(troubleOf).find((message) => message !== null);
  if (trouble !== undefined && trouble !== null) throw new StepRefused(trouble);
  if (!target.hostUp) throw new StepRefused(`Host ${target.hostName} went down.`);
  parts.agents.wake(target.computeAgentId, [target.id]);
  parts.agents.wakeEach(
    bindings.filter((binding) => !binding.settled),
    (binding) => binding.networkAgentId,
  );
  return wait(LOOK_AGAIN_MS, `host ${target.hostName} to start the guest`);
}

/** Not before the ports of the guest that it was shelved from have gone: a tap belongs to one guest. */
async function makeTarget(context: Context, parts: CellParts, instance: InstanceRow) {
  const { targetGuestId: id, image } = context.params;
  if (image === null) throw superseded();
  const hostId = targetHost(context);
  const { read } = parts.database;
  if (await portsInTheWay(read, context.subject, hostId, id)) return wait(LOOK_SOON_MS, 'its earlier ports to go');
  const build = fromJson<InstanceBuild>(instance.build);
  const host = (await readHosts(read, [hostId])).get(hostId);
  const { epoch } = instance;
  const guest = {
    id,
    instanceUuid: context.subject,
    hostId,
    role: 'target' as const,
    epoch,
    power: 'running' as const,
    gracefulStopMs: parts.settings.gracefulStopMs,
    spec: { ...guestSpec(build, build.flavor, null), image },
  };
  await inLeasedTransaction(parts, context, async (tx) => {
    await updateAsOwnerOrRefuse(tx, context, {});
    await insertGuests(tx, [guest], context.now);
    await insertBindings(tx, bindingsFor(build, id, hostId, epoch), context.now);
  });
  parts.agents.wake(host?.computeAgentId ?? null, [id]);
  parts.agents.wakeEach(await bindingsOfGuests(read, [id]), (binding) => binding.networkAgentId);
  return wait(LOOK_AGAIN_MS, `host ${host?.name ?? hostId} to make and start the guest`);
}

/** A guest that was shelved on its host is to be stopped there again; nobody waits for that. */
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
  const host = (await readHosts(parts.database.read, [targetHost(context)])).get(targetHost(context));
  if (target === undefined || host === undefined) throw new StepRefused('The guest does not exist.');
  context.at(host.name);
  const { imageId, candidates, zone } = context.params;
  const isFirst = candidates[0] === host.id && zone !== null;
  const committed = await context.inTransaction(async (tx) => {
    await lockAsOwnerOrRefuse(tx, context);
    await updateAsOwnerOrRefuse(tx, context, {
      ...{ vmState: 'active', taskState: null, operationId: null, fault: null },
      ...{ guestId: target.id, hostId: target.hostId, host: host.name, node: host.node },
      ...{ powerState: target.observedPower, launchedAt: moment(context.now) },
      ...(isFirst ? { zone } : {}),
    });
    await setRole(tx, target.id, 'current');
    if (imageId !== null) await tellOfImage(tx, 'image-unneeded', context, imageId);
  });
  parts.notices.ring();
  return committed;
}

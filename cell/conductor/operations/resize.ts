import { type Static, Type } from 'typebox';
import { fromJson, toJson } from '#platform/database/json-column.ts';
import { Flavor } from '#platform/objects/flavor.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { nullable, oneOf, Uuid } from '#platform/objects/scalars.ts';
import { done, StepRefused, wait } from '#platform/operations/definition.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { agentUrl } from '../../database/stores/agents.ts';
import { type GuestOnHost, setDesired, setRole, specOf } from '../../database/stores/guests.ts';
import type { InstanceRow } from '../../database/stores/instances.ts';
import {
  bindingsOfGuests,
  handOverBindings,
  insertBindings,
  setDesiredBindings,
} from '../../database/stores/port-bindings.ts';
import { advanceMigration } from '../../database/stores/server-migrations.ts';
import type { CellParts } from '../parts.ts';
import { type CellContext, type CellStep, defineCellOperation, LOOK_AGAIN_MS } from './cell-operation.ts';
import { faultJson } from './fault.ts';
import { flavorLimits } from './flavor-limits.ts';
import { troubleOf } from './guest-trouble.ts';
import { bindingsFor, guestSpec } from './guests.ts';
import { isHopeless, releaseTarget, removeTarget } from './remove-second-guest.ts';
import {
  claimTargetHost,
  findPair,
  lookAtPair,
  makeTarget,
  runsAs,
  switchOverStep,
  targetHost,
  untilTargetSettled,
} from './second-guest.ts';
import { inLeasedTransaction, lockAsOwnerOrRefuse, updateAsOwnerOrRefuse } from './superseded.ts';

/** The old guest, the new guest, and its `candidates`: hosts of this cell, possibly the same one. The first that has capacity is used. */
const Params = Type.Object({
  flavor: Flavor,
  candidates: Type.Array(Uuid),
  sourceGuestId: Uuid,
  targetGuestId: Uuid,
  before: oneOf(['active', 'stopped'] as const),
  label: nullable(Type.String()),
});
export type ResizeParams = Static<typeof Params>;
type Context = CellContext<ResizeParams>;
type ResizeStep = CellStep<ResizeParams>;

/** The last undo: releases the instance as it was. */
const giveClaimBack = (context: Context, parts: CellParts) =>
  releaseTarget(context, parts, { fault: faultJson(context.reason, context.now) });

const claimTarget: ResizeStep = { name: 'claim-target', do: claim, undo: giveClaimBack };
const stopSource: ResizeStep = { name: 'stop-source', do: stop, undo: startSourceAgain };
const startTarget: ResizeStep = { name: 'start-target', do: start, undo: removeTarget, attempts: 20 };
const switchOver: ResizeStep = switchOverStep(switchToTarget);

/** Until the last step the user has the old guest. After it the old guest is kept, stopped, until the resize is confirmed or reverted. */
export const resize = defineCellOperation({
  kind: 'resize',
  params: Params,
  // Back: the old guest is complete until the last step, so the user gets the server back.
  deadline: { ms: 7_200_000, policy: 'back' },
  steps: [claimTarget, stopSource, startTarget, switchOver],
});

async function claim(context: Context, parts: CellParts) {
  const { instance, source } = await lookAtPair(context, parts);
  const { flavor, candidates, targetGuestId } = context.params;
  return await claimTargetHost(context, parts, {
    candidates,
    instance,
    flavor,
    writes: { taskState: 'resize_migrating' },
    also: async (tx, hostId, build) => {
      await advanceMigration(tx, context.operationId, { status: 'migrating', destHostId: hostId }, context.now);
      const elsewhere = hostId !== source.hostId;
      if (elsewhere)
        await insertBindings(tx, bindingsFor({ ...build, flavor }, targetGuestId, hostId, instance.epoch), context.now);
    },
  });
}

async function stop(context: Context, parts: CellParts) {
  const { source } = await lookAtPair(context, parts);
  context.at(source.hostName);
  if (source.power === 'stopped' && source.settled) return done();
  const trouble = troubleOf(source);
  if (trouble !== null) throw new StepRefused(trouble);
  if (source.power !== 'stopped') await setDesiredAsOwner(context, parts, source, 'stopped');
  parts.agents.wake(source.computeAgentId, [source.id]);
  return wait(LOOK_AGAIN_MS, `host ${source.hostName} to stop the guest`);
}

/**
 * Starts the old guest again if it ran before. It does not wait for a host that is down or an agent that fails: the desired state stays,
 * and the agent reaches it later. An operation that has taken the instance over decides about the guest itself.
 */
async function startSourceAgain(context: Context, parts: CellParts) {
  const pair = await findPair(context, parts);
  if (pair === null) return done();
  const { source } = pair;
  const power = powerOf(context.params.before);
  const over = source.settled || !source.hostUp || isHopeless(source, context.now);
  if (source.power === power && over) return done();
  if (source.power !== power) await setDesiredAsOwner(context, parts, source, power).catch(() => undefined);
  parts.agents.wake(source.computeAgentId, [source.id]);
  return wait(LOOK_AGAIN_MS, `host ${source.hostName} to start the old guest again`);
}

const powerOf = (before: ResizeParams['before']): 'running' | 'stopped' =>
  before === 'active' ? 'running' : 'stopped';

async function setDesiredAsOwner(context: Context, parts: CellParts, guest: GuestOnHost, power: 'running' | 'stopped') {
  await inLeasedTransaction(parts, context, async (tx) => {
    await updateAsOwnerOrRefuse(tx, context, {});
    await setDesired(tx, guest.id, { power }, context.now);
  });
}

async function start(context: Context, parts: CellParts) {
  const { instance, source, target } = await lookAtPair(context, parts);
  return target === undefined
    ? await makeResized(context, parts, instance, source)
    : await untilTargetSettled(context, parts, target, 'start the new guest');
}

async function makeResized(context: Context, parts: CellParts, instance: InstanceRow, source: GuestOnHost) {
  const { read } = parts.database;
  const url = source.computeAgentId === null ? null : await agentUrl(read, source.computeAgentId);
  const { image } = await specOf(read, source.id);
  const ticket = await parts.diskTicket(source, source.computeAgentId);
  const diskSource = { guestId: source.id, hostName: source.hostName, url: url ?? '', ticket };
  const build = fromJson<InstanceBuild>(instance.build);
  const made = {
    instance,
    power: powerOf(context.params.before),
    // The disk may stand on another image than the server's own: one that it was unshelved from.
    spec: { ...guestSpec(build, context.params.flavor, diskSource), image },
    writes: { taskState: 'resize_finish' as const },
    also: (tx: CellTx) => advanceMigration(tx, context.operationId, { status: 'post-migrating' }, context.now),
  };
  return await makeTarget(context, parts, made, 'start the new guest');
}

async function switchToTarget(context: Context, parts: CellParts) {
  const { source, target } = await lookAtPair(context, parts);
  const host = await targetHost(context, parts);
  if (target === undefined) throw new StepRefused('The new guest does not exist.');
  context.at(host.name);
  const { flavor, before } = context.params;
  const elsewhere = source.hostId !== target.hostId;
  const ports = await bindingsOfGuests(parts.database.read, [source.id]);
  const committed = await context.inTransaction(async (tx) => {
    const build = fromJson<InstanceBuild>((await lockAsOwnerOrRefuse(tx, context)).build);
    await updateAsOwnerOrRefuse(tx, context, {
      ...runsAs(target, host),
      vmState: 'resized',
      oldVmState: before,
      flavorId: flavor.id,
      build: toJson({ ...build, flavor }),
      oldFlavor: toJson(build.flavor),
      powerState: target.observedPower,
    });
    await advanceMigration(tx, context.operationId, { status: 'finished' }, context.now);
    await setRole(tx, target.id, 'current');
    await setRole(tx, source.id, 'source');
    if (elsewhere) await setDesiredBindings(tx, [source.id], { present: false, leaving: false }, context.now);
    else await handOverBindings(tx, source.id, target.id, flavorLimits(flavor), context.now);
  });
  parts.agents.wakeEach(ports, (binding) => binding.networkAgentId);
  return committed;
}

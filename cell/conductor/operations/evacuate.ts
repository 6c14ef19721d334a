import { type Static, Type } from 'typebox';
import { fromJson } from '#platform/database/json-column.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { oneOf, Uuid } from '#platform/objects/scalars.ts';
import { StepRefused, wait } from '#platform/operations/definition.ts';
import { moment } from '../../database/moment.ts';
import { type GuestOnHost, markAbsent, setDesired, setRole } from '../../database/stores/guests.ts';
import { insertBindings, setDesiredBindings } from '../../database/stores/port-bindings.ts';
import { advanceMigration } from '../../database/stores/server-migrations.ts';
import type { CellParts } from '../parts.ts';
import { type CellContext, type CellStep, defineCellOperation, LOOK_AGAIN_MS } from './cell-operation.ts';
import { faultJson } from './fault.ts';
import { bindingsFor, guestSpec } from './guests.ts';
import { releaseTarget, removeTarget } from './remove-second-guest.ts';
import {
  claimTargetHost,
  lookAtPair,
  makeTarget,
  runsAs,
  switchOverStep,
  targetHost,
  untilTargetSettled,
} from './second-guest.ts';
import { lockAsOwnerOrRefuse, updateAsOwnerOrRefuse } from './superseded.ts';

/** The guest on the dead host with the power that it was to have, the new guest, its power, and `candidates`: hosts of this cell. */
const Params = Type.Object({
  candidates: Type.Array(Uuid),
  sourceGuestId: Uuid,
  sourcePower: oneOf(['running', 'stopped'] as const),
  targetGuestId: Uuid,
  power: oneOf(['running', 'stopped'] as const),
});
export type EvacuateParams = Static<typeof Params>;
type Context = CellContext<EvacuateParams>;
type EvacuateStep = CellStep<EvacuateParams>;

/** The last undo: the server is where it was, and its guest goes on when its host is back. */
const giveUp = (context: Context, parts: CellParts) =>
  releaseTarget(context, parts, { fault: faultJson(context.reason, context.now) }, async (tx) => {
    const { sourceGuestId, sourcePower } = context.params;
    await setDesired(tx, sourceGuestId, { power: sourcePower }, context.now);
    await advanceMigration(tx, context.operationId, { status: 'failed' }, context.now);
  });

const claimTarget: EvacuateStep = { name: 'claim-target', do: claim, undo: giveUp };
const startTarget: EvacuateStep = { name: 'start-target', do: start, undo: removeTarget, attempts: 20 };
const switchOver: EvacuateStep = switchOverStep(switchToTarget);

/**
 * Builds the server anew from its image on another host of its cell, with the same ports and the same id. The transaction that begins it
 * desires the guest on the dead host to be stopped: if that host comes back during the operation, nothing is started there, and the new
 * guest waits until the old one is reported as stopped (stores/lingering-guests.ts). The last step gives the old guest up for good: its
 * host's agent removes it as soon as it is back.
 */
export const evacuate = defineCellOperation({
  kind: 'evacuate',
  params: Params,
  // Back: the old guest is untouched until the last step.
  deadline: { ms: 3_600_000, policy: 'back' },
  steps: [claimTarget, startTarget, switchOver],
});

async function claim(context: Context, parts: CellParts) {
  const { instance, source } = await lookAtPair(context, parts);
  return await claimTargetHost(context, parts, {
    candidates: context.params.candidates.filter((id) => id !== source.hostId),
    instance,
    also: async (tx, hostId, build) => {
      await advanceMigration(tx, context.operationId, { status: 'pre-migrating', destHostId: hostId }, context.now);
      const bindings = bindingsFor(build, context.params.targetGuestId, hostId, instance.epoch);
      await insertBindings(tx, bindings, context.now);
    },
  });
}

async function start(context: Context, parts: CellParts) {
  const { instance, source, target } = await lookAtPair(context, parts);
  if (target !== undefined) return await untilTargetSettled(context, parts, target, 'start the guest');
  const pending = untilSourceStopped(source, parts);
  if (pending !== null) return pending;
  const build = fromJson<InstanceBuild>(instance.build);
  const made = { instance, power: context.params.power, spec: guestSpec(build, build.flavor, null) };
  return await makeTarget(context, parts, made, 'start the guest');
}

/**
 * Waits for the old guest to be stopped if the agent of its host answers, although the host was taken for dead: it may be back, or an
 * operator has declared it dead too soon. null: the new guest may be made.
 */
function untilSourceStopped(source: GuestOnHost, parts: CellParts) {
  if (!source.wasStarted || !source.hostAnswers) return null;
  parts.agents.wake(source.computeAgentId, [source.id]);
  return wait(LOOK_AGAIN_MS, `host ${source.hostName}, whose agent answers, to stop the old guest`);
}

async function switchToTarget(context: Context, parts: CellParts) {
  const { source, target } = await lookAtPair(context, parts);
  const host = await targetHost(context, parts);
  if (target === undefined) throw new StepRefused('The new guest does not exist.');
  context.at(host.name);
  const committed = await context.inTransaction(async (tx) => {
    await lockAsOwnerOrRefuse(tx, context);
    await updateAsOwnerOrRefuse(tx, context, {
      ...runsAs(target, host),
      vmState: context.params.power === 'running' ? 'active' : 'stopped',
      powerState: target.observedPower,
      launchedAt: moment(context.now),
    });
    await advanceMigration(tx, context.operationId, { status: 'done' }, context.now);
    await setRole(tx, target.id, 'current');
    await markAbsent(tx, context.subject, context.now, source.id);
    await setDesiredBindings(tx, [source.id], { present: false, leaving: false }, context.now);
  });
  parts.agents.wake(source.computeAgentId, [source.id]);
  return committed;
}

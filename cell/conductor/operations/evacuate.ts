import { type Static, Type } from 'typebox';
import { stepOutputs } from '#platform/contracts/step-outputs.ts';
import { fromJson } from '#platform/database/json-column.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { resourcesOf } from '#platform/objects/resources.ts';
import { oneOf, Uuid } from '#platform/objects/scalars.ts';
import { done, StepRefused, wait } from '#platform/operations/definition.ts';
import { moment } from '../../database/moment.ts';
import {
  agentOfGuest,
  type GuestOnHost,
  guestsOf,
  insertGuests,
  markAbsent,
  setDesired,
  setRole,
} from '../../database/stores/guests.ts';
import { readHosts } from '../../database/stores/hosts.ts';
import { findInstance, type InstanceRow } from '../../database/stores/instances.ts';
import { bindingsOfGuests, insertBindings, setDesiredBindings } from '../../database/stores/port-bindings.ts';
import { advanceMigration } from '../../database/stores/server-migrations.ts';
import type { CellParts } from '../parts.ts';
import { type CellContext, type CellStep, defineCellOperation, LOOK_AGAIN_MS } from './cell-operation.ts';
import { faultJson } from './fault.ts';
import { troubleOf } from './guest-trouble.ts';
import { bindingsFor, guestSpec } from './guests.ts';
import { claimFirst, releaseTarget, removeTarget } from './second-guest.ts';
import { inLeasedTransaction, lockAsOwnerOrRefuse, superseded, updateAsOwnerOrRefuse } from './superseded.ts';

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
const switchOver: EvacuateStep = {
  name: 'switch-over',
  do: switchToTarget,
  undo: { reason: 'The step is one transaction with the end of the operation: done, or not begun.' },
};

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

interface Guests {
  readonly instance: InstanceRow;
  readonly source: GuestOnHost;
  readonly target: GuestOnHost | undefined;
}

async function look(context: Context, parts: CellParts): Promise<Guests> {
  const [instance, guests] = await Promise.all([
    findInstance(parts.database.read, context.subject),
    guestsOf(parts.database.read, context.subject),
  ]);
  const source = guests.find((guest) => guest.id === context.params.sourceGuestId);
  if (instance?.operationId !== context.operationId || source === undefined) throw superseded();
  return { instance, source, target: guests.find((guest) => guest.id === context.params.targetGuestId) };
}

/** The host whose capacity was claimed. */
const outputs = stepOutputs<{ 'claim-target': { readonly hostId: string } }>();
const targetHost = (context: Context): string => outputs.require(context, 'claim-target').hostId;

async function claim(context: Context, parts: CellParts) {
  const { instance, source } = await look(context, parts);
  const build = fromJson<InstanceBuild>(instance.build);
  const { candidates, targetGuestId } = context.params;
  let hostId: string | undefined;
  const committed = await context.inTransaction(async (tx) => {
    await updateAsOwnerOrRefuse(tx, context, {});
    hostId = await claimFirst(
      tx,
      candidates.filter((id) => id !== source.hostId),
      (host) => ({
        guestId: targetGuestId,
        hostId: host,
        instanceUuid: context.subject,
        group: build.serverGroup,
        resources: resourcesOf(build.flavor),
      }),
    );
    context.at((await readHosts(tx, [hostId])).get(hostId)?.name ?? hostId);
    await advanceMigration(tx, context.operationId, { status: 'pre-migrating', destHostId: hostId }, context.now);
    await insertBindings(tx, bindingsFor(build, targetGuestId, hostId, instance.epoch), context.now);
    return outputs.of('claim-target', { hostId });
  });
  if (hostId !== undefined) parts.hosts.changed([hostId]);
  return committed;
}

async function start(context: Context, parts: CellParts) {
  const { instance, source, target } = await look(context, parts);
  if (target === undefined) {
    const pending = await untilSourceStopped(source, parts);
    if (pending !== null) return pending;
    await makeTarget(context, parts, instance);
    return wait(LOOK_AGAIN_MS, 'the new host to start the guest');
  }
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

/**
 * Waits for the old guest to be stopped if the agent of its host answers, although the host was taken for dead: it may be back, or an
 * operator has declared it dead too soon. null: the new guest may be made.
 */
async function untilSourceStopped(source: GuestOnHost, parts: CellParts) {
  if (!source.wasStarted) return null;
  const agent = await agentOfGuest(parts.database.read, source.id);
  if (agent?.up !== true) return null;
  parts.agents.wake(source.computeAgentId, [source.id]);
  return wait(LOOK_AGAIN_MS, `host ${source.hostName}, whose agent answers, to stop the old guest`);
}

async function makeTarget(context: Context, parts: CellParts, instance: InstanceRow) {
  const { targetGuestId, power } = context.params;
  const hostId = targetHost(context);
  const build = fromJson<InstanceBuild>(instance.build);
  const host = (await readHosts(parts.database.read, [hostId])).get(hostId);
  context.at(host?.name ?? hostId);
  await inLeasedTransaction(parts, context, async (tx) => {
    await updateAsOwnerOrRefuse(tx, context, {});
    await insertGuests(
      tx,
      [
        {
          id: targetGuestId,
          instanceUuid: context.subject,
          hostId,
          role: 'target',
          epoch: instance.epoch,
          power,
          gracefulStopMs: parts.settings.gracefulStopMs,
          spec: guestSpec(build, build.flavor, null),
        },
      ],
      context.now,
    );
  });
  parts.agents.wake(host?.computeAgentId ?? null, [targetGuestId]);
  const bindings = await bindingsOfGuests(parts.database.read, [targetGuestId]);
  parts.agents.wakeEach(bindings, (binding) => binding.networkAgentId);
}

async function switchToTarget(context: Context, parts: CellParts) {
  const { source, target } = await look(context, parts);
  const host = (await readHosts(parts.database.read, [targetHost(context)])).get(targetHost(context));
  if (target === undefined || host === undefined) throw new StepRefused('The new guest does not exist.');
  context.at(host.name);
  const committed = await context.inTransaction(async (tx) => {
    await lockAsOwnerOrRefuse(tx, context);
    await updateAsOwnerOrRefuse(tx, context, {
      vmState: context.params.power === 'running' ? 'active' : 'stopped',
      taskState: null,
      operationId: null,
      guestId: target.id,
      hostId: target.hostId,
      host: host.name,
      node: host.node,
      powerState: target.observedPower,
      launchedAt: moment(context.now),
      fault: null,
    });
    await advanceMigration(tx, context.operationId, { status: 'done' }, context.now);
    await setRole(tx, target.id, 'current');
    await markAbsent(tx, context.subject, context.now, source.id);
    await setDesiredBindings(tx, [source.id], { present: false, leaving: false }, context.now);
  });
  parts.agents.wake(source.computeAgentId, [source.id]);
  return committed;
}

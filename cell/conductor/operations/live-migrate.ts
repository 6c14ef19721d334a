import { type Static, Type } from 'typebox';
import { fromJson } from '#platform/database/json-column.ts';
import { NO_PARTS, type ObservedParts, type PeerGuest } from '#platform/objects/guest-parts.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { nullable, oneOf, Uuid } from '#platform/objects/scalars.ts';
import { done, StepRefused, wait } from '#platform/operations/definition.ts';
import { agentUrl } from '../../database/stores/agents.ts';
import { type GuestOnHost, markAbsent, partsOf, setDesired, specOf } from '../../database/stores/guests.ts';
import { bindingsOfGuests, insertBindings, setDesiredBindings } from '../../database/stores/port-bindings.ts';
import { advanceMigration } from '../../database/stores/server-migrations.ts';
import type { CellParts } from '../parts.ts';
import { type CellContext, type CellStep, defineCellOperation, LOOK_AGAIN_MS } from './cell-operation.ts';
import { partsAsBuilt } from './disks-of-guest.ts';
import { faultJson } from './fault.ts';
import { bindingsFor, guestSpec } from './guests.ts';
import { isHopeless, releaseTarget, removeTarget } from './remove-second-guest.ts';
import {
  claimTargetHost,
  findPair,
  lookAtPair,
  makeTarget,
  refuseTrouble,
  runsAs,
  switchOverStep,
  targetHost,
  untilTargetSettled,
} from './second-guest.ts';
import { sentPercent } from './sent-percent.ts';
import { inLeasedTransaction, lockAsOwnerOrRefuse, updateAsOwnerOrRefuse } from './superseded.ts';

/** The guest that runs, the one that waits, and `candidates`: hosts of this cell. */
const Params = Type.Object({
  candidates: Type.Array(Uuid),
  sourceGuestId: Uuid,
  targetGuestId: Uuid,
  /** Names the migration to both agents. */
  migrationId: Uuid,
  power: oneOf(['running', 'paused'] as const),
  /** Why it cannot be done; a request since 2.34 is accepted all the same, and fails. */
  refusal: nullable(Type.String()),
});
export type LiveMigrateParams = Static<typeof Params>;
type Context = CellContext<LiveMigrateParams>;
type LiveMigrateStep = CellStep<LiveMigrateParams>;

const ABORTED = 'The live migration was aborted.';

const giveUp = (context: Context, parts: CellParts) =>
  releaseTarget(context, parts, { progress: 0, fault: faultJson(context.reason, context.now) }, async (tx) => {
    const status = context.reason?.includes(ABORTED) === true ? 'cancelled' : 'failed';
    await advanceMigration(tx, context.operationId, { status }, context.now);
  });

const claimTarget: LiveMigrateStep = { name: 'claim-target', do: claim, undo: giveUp };
const prepareTarget: LiveMigrateStep = { name: 'prepare-target', do: prepare, undo: removeTarget, attempts: 20 };
const sendMachine: LiveMigrateStep = { name: 'send', do: send, undo: runOn, attempts: 20 };
const switchOver: LiveMigrateStep = switchOverStep(switchToTarget);

/**
 * Moves a server to another host of its cell while it runs (decision 0026). A second guest waits there with its processors halted, until the
 * first one has sent it disks and memory, and has halted its own. The last step, one transaction, is the point of no return: before it the
 * first guest goes on whatever fails, after it the second one. Neither runs in between, and never both.
 */
export const liveMigrate = defineCellOperation({
  kind: 'liveMigrate',
  params: Params,
  // Back: the guest runs on where it is until the last step.
  deadline: { ms: 14_400_000, policy: 'back' },
  steps: [claimTarget, prepareTarget, sendMachine, switchOver],
});

async function claim(context: Context, parts: CellParts) {
  const { instance, source } = await lookAtPair(context, parts);
  const { candidates, targetGuestId, refusal } = context.params;
  if (refusal !== null) throw new StepRefused(refusal);
  return await claimTargetHost(context, parts, {
    candidates: candidates.filter((id) => id !== source.hostId),
    instance,
    also: async (tx, hostId, build) => {
      await advanceMigration(tx, context.operationId, { destHostId: hostId }, context.now);
      await insertBindings(tx, bindingsFor(build, targetGuestId, hostId, instance.epoch), context.now);
    },
  });
}

async function prepare(context: Context, parts: CellParts) {
  const { instance, source, target } = await lookAtPair(context, parts);
  const what = 'make the disks and the machine';
  if (target?.role === 'leaving') throw new StepRefused(ABORTED);
  if (target !== undefined) return await untilTargetSettled(context, parts, target, what);
  const build = fromJson<InstanceBuild>(instance.build);
  const { image } = await specOf(parts.database.read, source.id);
  const made = {
    instance,
    power: 'paused' as const,
    // The disk may stand on another image than the server's own: one that it was unshelved from.
    spec: { ...guestSpec(build, build.flavor, null), image },
    parts: {
      ...NO_PARTS,
      migration: { role: 'incoming' as const, id: context.params.migrationId, from: await peerAt(parts, source) },
    },
  };
  return await makeTarget(context, parts, made, what);
}

/** The guest as the agent of the other one reaches it. */
async function peerAt({ database, diskTicket }: CellParts, guest: GuestOnHost): Promise<PeerGuest> {
  const { id, computeAgentId } = guest;
  const url = computeAgentId === null ? null : await agentUrl(database.read, computeAgentId);
  return { guestId: id, url: url ?? '', ticket: await diskTicket(guest, computeAgentId) };
}

const observedMigration = ({ observedParts }: GuestOnHost): ObservedParts['migration'] =>
  observedParts === null ? undefined : fromJson<ObservedParts>(observedParts).migration;

/** Whether the guest, whose desired state is reached, has sent everything. */
function hasSent(source: GuestOnHost, migrationId: string): boolean {
  const observed = observedMigration(source);
  return source.settled && observed?.id === migrationId && observed.state === 'sent';
}

/** How much the guest has sent, for its migration's record. */
function progressOf(source: GuestOnHost) {
  const { memory, disks } = observedMigration(source) ?? {};
  if (memory === undefined || disks === undefined) return {};
  return {
    progress: {
      memoryTotal: memory.totalBytes,
      memoryProcessed: memory.sentBytes,
      memoryRemaining: memory.remainingBytes,
      diskTotal: disks.totalBytes,
      diskProcessed: disks.sentBytes,
      diskRemaining: disks.remainingBytes,
    },
  };
}

/** The bytes are as the guest says; the percents that the server shows do not go back, although memory is sent again. */
async function tellProgress(context: Context, parts: CellParts, source: GuestOnHost): Promise<void> {
  const observed = observedMigration(source);
  const told = progressOf(source);
  if (observed?.id !== context.params.migrationId || told.progress === undefined) return;
  await inLeasedTransaction(parts, context, async (tx) => {
    const { progress, build } = await lockAsOwnerOrRefuse(tx, context);
    const percent = sentPercent(observed, fromJson<InstanceBuild>(build).flavor.ramMb);
    if (percent > progress) await updateAsOwnerOrRefuse(tx, context, { progress: percent });
    await advanceMigration(tx, context.operationId, told, context.now);
  });
}

async function send(context: Context, parts: CellParts) {
  const { source, target } = await lookAtPair(context, parts);
  const { migrationId } = context.params;
  if (target === undefined || target.role === 'leaving') throw new StepRefused(ABORTED);
  context.at(source.hostName);
  refuseTrouble([target], target);
  const { migration, ...rest } = partsOf(source);
  if (migration?.id !== migrationId) {
    const to = await peerAt(parts, target);
    await inLeasedTransaction(parts, context, async (tx) => {
      await updateAsOwnerOrRefuse(tx, context, {});
      await advanceMigration(tx, context.operationId, { status: 'running' }, context.now);
      const outgoing = { role: 'outgoing', id: migrationId, to, hurry: false } as const;
      await setDesired(tx, source.id, { power: source.power, parts: { ...rest, migration: outgoing } }, context.now);
    });
  } else {
    if (hasSent(source, migrationId)) return done();
    refuseTrouble([source], source);
    await tellProgress(context, parts, source);
  }
  parts.agents.wake(source.computeAgentId, [source.id]);
  return wait(LOOK_AGAIN_MS, `host ${source.hostName} to send disks and memory`);
}

/**
 * The guest runs on where it is. It does not wait for a host that is down or an agent that fails: the desired state stays, and the agent
 * reaches it later. The other guest has not run, and does not run before it is removed.
 */
async function runOn(context: Context, parts: CellParts) {
  const found = await findPair(context, parts);
  if (found === null) return done();
  const { source } = found;
  const { migration, ...rest } = partsOf(source);
  if (migration !== undefined) {
    await inLeasedTransaction(parts, context, async (tx) => {
      await updateAsOwnerOrRefuse(tx, context, {});
      await setDesired(tx, source.id, { power: source.power, parts: rest }, context.now);
    }).catch((error: unknown) => {
      // Whoever has taken the instance over decides about the guest.
      if (!(error instanceof StepRefused)) throw error;
    });
  } else if (source.settled || !source.hostUp || isHopeless(source, context.now)) return done();
  parts.agents.wake(source.computeAgentId, [source.id]);
  return wait(LOOK_AGAIN_MS, `host ${source.hostName} to let the guest run on`);
}

async function switchToTarget(context: Context, parts: CellParts) {
  const { source, target } = await lookAtPair(context, parts);
  const host = await targetHost(context, parts);
  if (target === undefined) throw new StepRefused('The other guest does not exist.');
  const { power, migrationId } = context.params;
  if (!hasSent(source, migrationId)) throw new StepRefused('The guest has not sent everything.');
  context.at(host.name);
  const ports = await bindingsOfGuests(parts.database.read, [source.id]);
  const committed = await context.inTransaction(async (tx) => {
    const instance = await lockAsOwnerOrRefuse(tx, context);
    await updateAsOwnerOrRefuse(tx, context, { ...runsAs(target, host), progress: 0 });
    const desired = { power, role: 'current' as const, parts: partsAsBuilt(instance, NO_PARTS) };
    const runs = await setDesired(tx, target.id, desired, context.now);
    if (!runs) throw new StepRefused(ABORTED);
    await advanceMigration(tx, context.operationId, { status: 'completed', ...progressOf(source) }, context.now);
    await markAbsent(tx, context.subject, context.now, source.id);
    await setDesiredBindings(tx, [source.id], { present: false, leaving: false }, context.now);
  });
  parts.agents.wake(target.computeAgentId, [target.id]);
  parts.agents.wake(source.computeAgentId, [source.id]);
  parts.agents.wakeEach(ports, (binding) => binding.networkAgentId);
  return committed;
}

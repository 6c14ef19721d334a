import { randomUUID } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { fromJson, toJson } from '#platform/database/json-column.ts';
import { deviceRequestsOf } from '#platform/objects/device-request.ts';
import { type Fault, isFaultOfRequest } from '#platform/objects/instance.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { networkNeedsOf } from '#platform/objects/network-needs.ts';
import { topologyOf } from '#platform/objects/requested-topology.ts';
import { resourcesOf } from '#platform/objects/resources.ts';
import { Uuid } from '#platform/objects/scalars.ts';
import { done, StepRefused, wait } from '#platform/operations/definition.ts';
import { POWER_STATE } from '#platform/states/power-state.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { moment } from '../../database/moment.ts';
import { type ClaimRequest, claimCapacity, insertClaims } from '../../database/stores/claims.ts';
import { countFailedBuild, forgetFailedBuilds } from '../../database/stores/failing-hosts.ts';
import { guestsOf, insertGuests, markAbsent, restart } from '../../database/stores/guests.ts';
import { type OperatedHost, readHosts } from '../../database/stores/hosts.ts';
import { epochOf } from '../../database/stores/instance-epochs.ts';
import { findInstance } from '../../database/stores/instances.ts';
import { insertNotice } from '../../database/stores/notices.ts';
import { type OperatedGuest, operatedGuest } from '../../database/stores/operated-guest.ts';
import {
  type BindingOnHost,
  bindingsOfGuests,
  insertBindings,
  type NewBinding,
} from '../../database/stores/port-bindings.ts';
import type { CellParts } from '../parts.ts';
import { type CellContext, type CellStep, defineCellOperation, LOOK_AGAIN_MS } from './cell-operation.ts';
import { fault, faultOfRequest } from './fault.ts';
import { finalError } from './guest-trouble.ts';
import { bindingsFor, guestSpec } from './guests.ts';
import { inLeasedTransaction, superseded, updateAsOwner, updateAsOwnerOrRefuse } from './superseded.ts';

/** Hosts of this cell on which the instance may be built, best first. The guest on the first one was created with the operation. */
const Params = Type.Object({ candidates: Type.Array(Uuid) });
export type BuildParams = Static<typeof Params>;
type Context = CellContext<BuildParams>;

/** The maximum number of hosts that are tried, as Nova's `max_attempts`. */
export const MAX_HOSTS = 3;
/** The door created guest, claim, bindings and this operation in one transaction. This step starts the guest, on this host or another. */
const spawn: CellStep<BuildParams> = {
  name: 'spawn',
  do: spawnSomewhere,
  undo: giveBuildBack,
  attempts: 20,
};

export const build = defineCellOperation({
  kind: 'build',
  params: Params,
  // Back: a notice tells the global tier, which tries another cell or shows the user why none can take the server.
  deadline: { ms: 3_600_000, policy: 'back' },
  steps: [spawn],
});

type BuildMove =
  | { readonly kind: 'finish' }
  | { readonly kind: 'wait' }
  | { readonly kind: 'elsewhere'; readonly why: string; readonly hostIsToBlame: boolean }
  /** No other host can do it either. */
  | { readonly kind: 'give-up'; readonly why: string };

/** What a build does next. Pure. */
export function nextBuildMove(
  guest: Pick<
    OperatedGuest,
    'settled' | 'observedPower' | 'error' | 'errors' | 'createdAt' | 'hostUp' | 'hostName' | 'isBehind'
  >,
  bindings: readonly Pick<BindingOnHost, 'error' | 'errors'>[],
  now: number,
  timeoutMs: number,
): BuildMove {
  if (guest.settled && guest.observedPower === POWER_STATE.running) return { kind: 'finish' };
  const errors = [guest, ...bindings].flatMap((row) => finalError(row) ?? []);
  const ofRequest = errors.find(({ blame }) => blame === 'request');
  if (ofRequest !== undefined) return { kind: 'give-up', why: ofRequest.message };
  const [error] = errors;
  if (error !== undefined) return { kind: 'elsewhere', why: error.message, hostIsToBlame: true };
  if (!guest.hostUp) return { kind: 'elsewhere', why: `Host ${guest.hostName} went down.`, hostIsToBlame: false };
  if (!guest.isBehind && now - guest.createdAt > timeoutMs)
    return { kind: 'elsewhere', why: `Host ${guest.hostName} took too long.`, hostIsToBlame: true };
  return { kind: 'wait' };
}

async function spawnSomewhere(context: Context, parts: CellParts) {
  const { read } = parts.database;
  const guest = await operatedGuest(read, context.subject, context.now);
  if (guest === null || guest.operationId !== context.operationId) throw superseded();
  context.at(guest.hostName);
  const settled = guest.settled;
  const bindings = settled ? [] : await bindingsOfGuests(read, [guest.id]);
  const move = nextBuildMove(guest, bindings, context.now, parts.settings.buildTimeoutMs);
  if (move.kind === 'finish') {
    const finished = await context.inTransaction((tx) => activate(tx, context, guest));
    if (guest.buildFailures > 0) parts.hosts.changed([guest.hostId]);
    return finished;
  }
  if (move.kind === 'give-up') await giveUp(context, parts, guest, move.why);
  else if (move.kind === 'elsewhere') await goElsewhere(context, parts, guest, move);
  else tellAgents(parts, guest, bindings);
  if (move.kind === 'wait' && guest.isBehind) {
    await inLeasedTransaction(parts, context, async (tx) => {
      if (await updateAsOwner(tx, context, {})) await restart(tx, guest.id, context.now);
    });
  }
  return wait(LOOK_AGAIN_MS, waitingFor(guest, bindings));
}

function waitingFor(guest: OperatedGuest, bindings: readonly BindingOnHost[]): string {
  if (bindings.some((binding) => !binding.settled)) return `host ${guest.hostName} to plug its ports`;
  return guest.isBehind ? 'an earlier guest to go' : `host ${guest.hostName} to start the guest`;
}

async function activate(tx: CellTx, context: Context, guest: OperatedGuest): Promise<void> {
  await updateAsOwnerOrRefuse(tx, context, {
    vmState: 'active',
    taskState: null,
    operationId: null,
    powerState: guest.observedPower,
    launchedAt: moment(context.now),
    fault: null,
  });
  if (guest.buildFailures > 0) await forgetFailedBuilds(tx, guest.hostId);
}

function tellAgents(parts: CellParts, guest: OperatedGuest, bindings: readonly BindingOnHost[]): void {
  const unplugged = bindings.filter((binding) => !binding.settled);
  if (unplugged.length > 0) parts.agents.wakeEach(unplugged, (binding) => binding.networkAgentId);
  else parts.agents.wake(guest.computeAgentId, [guest.id]);
}

/**
 * Ends the build because of what was asked for. The fault says so durably, before the undo tells the global tier.
 * @throws StepRefused always.
 */
async function giveUp(context: Context, parts: CellParts, guest: OperatedGuest, why: string): Promise<never> {
  context.log.info({ host: guest.hostName, reason: why }, 'no host can build the server');
  await inLeasedTransaction(parts, context, async (tx) => {
    await updateAsOwnerOrRefuse(tx, context, { fault: toJson(faultOfRequest(why, context.now)) });
    await markAbsent(tx, context.subject, context.now, guest.id);
  });
  parts.agents.wake(guest.computeAgentId, [guest.id]);
  throw new StepRefused(why);
}

/** Gives up this host for the next candidate that has capacity. @throws StepRefused when none is left. */
async function goElsewhere(
  context: Context,
  parts: CellParts,
  guest: OperatedGuest,
  move: Extract<BuildMove, { kind: 'elsewhere' }>,
): Promise<void> {
  const row = await findInstance(parts.database.read, context.subject);
  if (row === null) throw superseded();
  const instance = fromJson<InstanceBuild>(row.build);
  const candidates = context.params.candidates.slice(0, MAX_HOSTS);
  const rest = candidates.slice(candidates.indexOf(guest.hostId) + 1);
  const known = await readHosts(parts.database.read, rest);
  context.log.warn({ host: guest.hostName, reason: move.why }, 'this host cannot build the server');

  const placed = await inLeasedTransaction(parts, context, async (tx) => {
    await updateAsOwnerOrRefuse(tx, context, {});
    await markAbsent(tx, context.subject, context.now, guest.id);
    if (move.hostIsToBlame) await countFailedBuild(tx, guest.hostId, context.now, parts.settings.buildTrialAfterMs);
    for (const host of rest.flatMap((id) => known.get(id) ?? [])) {
      const place = await claimOn(tx, context, parts, instance, row.epoch, host);
      if (place !== null) return place;
    }
    return null;
  });
  parts.hosts.changed(placed === null ? [guest.hostId] : [guest.hostId, placed.host.id]);
  parts.agents.wake(guest.computeAgentId, [guest.id]);
  if (placed === null) throw new StepRefused(move.why);
  if (placed.bindings.length === 0) parts.agents.wake(placed.host.computeAgentId, [placed.guestId]);
  else parts.agents.wakeEach(placed.bindings, () => placed.host.networkAgentId);
}

async function claimOn(
  tx: CellTx,
  context: Context,
  parts: CellParts,
  instance: InstanceBuild,
  epoch: number,
  host: OperatedHost,
): Promise<{ host: OperatedHost; guestId: string; bindings: readonly NewBinding[] } | null> {
  const guestId = randomUUID();
  const topology = topologyOf(instance.flavor, instance.image.properties);
  const claim: ClaimRequest = {
    guestId,
    hostId: host.id,
    instanceUuid: instance.uuid,
    group: instance.serverGroup,
    resources: resourcesOf(instance.flavor, topology),
    topology,
    devices: deviceRequestsOf(instance.flavor),
    networkNeeds: networkNeedsOf(instance.networks, instance.ports),
  };
  const outcome = await claimCapacity(tx, claim);
  if (outcome.refusal !== null) return null;
  const { own } = outcome;
  const bindings = bindingsFor(instance, guestId, host.id, epoch);
  await updateAsOwnerOrRefuse(tx, context, {
    hostId: host.id,
    host: host.name,
    node: host.node,
    guestId,
    taskState: bindings.length === 0 ? 'spawning' : 'networking',
  });
  await insertClaims(tx, [{ ...claim, own }]);
  await insertGuests(
    tx,
    [
      {
        id: guestId,
        instanceUuid: instance.uuid,
        hostId: host.id,
        role: 'current',
        epoch,
        power: 'running',
        gracefulStopMs: parts.settings.gracefulStopMs,
        spec: guestSpec(instance, instance.flavor, null, own),
      },
    ],
    context.now,
  );
  await insertBindings(tx, bindings, context.now);
  return { host, guestId, bindings };
}

/** No candidate could build the server: a notice tells the global tier, which decides. Guests are removed as their agents answer. */
async function giveBuildBack(context: Context, parts: CellParts) {
  const guests = await guestsOf(parts.database.read, context.subject);
  const ofRequest = await faultOfGivingUp(context, parts);
  const told = await inLeasedTransaction(parts, context, async (tx) => {
    const why = ofRequest ?? fault(context.reason ?? 'The build failed.', context.now);
    const mine = await updateAsOwner(tx, context, {
      operationId: null,
      taskState: 'scheduling',
      hostId: null,
      host: null,
      node: null,
      guestId: null,
      fault: toJson(why),
      buildFailedAt: context.now,
    });
    if (!mine) return false;
    const epoch = await epochOf(tx, context.subject);
    await markAbsent(tx, context.subject, context.now);
    await insertNotice(tx, { kind: 'build-failed', instanceUuid: context.subject, epoch, fault: why }, context.now);
    return true;
  });
  if (told) {
    parts.notices.ring();
    parts.agents.wakeEach(guests, (guest) => guest.computeAgentId);
  }
  return done();
}

/** What `giveUp` has written; null when hosts were to blame. */
async function faultOfGivingUp({ subject }: Context, parts: CellParts): Promise<Fault | null> {
  const row = await findInstance(parts.database.read, subject);
  const written = row?.fault == null ? null : fromJson<Fault>(row.fault);
  return written !== null && isFaultOfRequest(written) ? written : null;
}

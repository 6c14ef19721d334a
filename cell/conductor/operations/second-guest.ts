import { stepOutputs } from '#platform/contracts/step-outputs.ts';
import { fromJson } from '#platform/database/json-column.ts';
import { deviceRequestsOf } from '#platform/objects/device-request.ts';
import type { Flavor } from '#platform/objects/flavor.ts';
import type { DesiredPower, OwnParts } from '#platform/objects/guest.ts';
import type { GuestParts } from '#platform/objects/guest-parts.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { networkNeedsOf } from '#platform/objects/network-needs.ts';
import { topologyOf } from '#platform/objects/requested-topology.ts';
import { resourcesOf } from '#platform/objects/resources.ts';
import { done, StepRefused, wait } from '#platform/operations/definition.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { type ClaimRequest, claimCapacity, insertClaims, type NewClaim } from '../../database/stores/claims.ts';
import { type GuestOnHost, guestsOf, insertGuests, type StoredSpec } from '../../database/stores/guests.ts';
import { type OperatedHost, readHosts } from '../../database/stores/hosts.ts';
import { findInstance, type InstanceRow, type InstanceWrites } from '../../database/stores/instances.ts';
import { bindingsOfGuests } from '../../database/stores/port-bindings.ts';
import type { CellParts } from '../parts.ts';
import { type CellContext, type CellStep, LOOK_AGAIN_MS } from './cell-operation.ts';
import { partsAsBuilt } from './disks-of-guest.ts';
import { troubleOf } from './guest-trouble.ts';
import { inLeasedTransaction, superseded, updateAsOwnerOrRefuse } from './superseded.ts';

/*
 * What the operations share that make a second guest of an instance, the target (resize, evacuate, live migration, unshelve): the claim on
 * the first host that has capacity, the target itself, and the wait until it is there. Their way back: remove-second-guest.ts.
 */

type Context = CellContext<{ readonly targetGuestId: string }>;
type PairContext = CellContext<{ readonly sourceGuestId: string; readonly targetGuestId: string }>;

/** The instance that the operation owns, and its two guests. */
interface GuestPair {
  readonly instance: InstanceRow;
  readonly source: GuestOnHost;
  /** undefined: not made yet, or gone again. */
  readonly target: GuestOnHost | undefined;
}

/** null when another operation owns the instance, or its first guest is gone. */
export async function findPair(context: PairContext, { database }: CellParts): Promise<GuestPair | null> {
  const [instance, guests] = await Promise.all([
    findInstance(database.read, context.subject),
    guestsOf(database.read, context.subject),
  ]);
  const source = guests.find((guest) => guest.id === context.params.sourceGuestId);
  if (instance?.operationId !== context.operationId || source === undefined) return null;
  return { instance, source, target: guests.find((guest) => guest.id === context.params.targetGuestId) };
}

/** @throws StepRefused when another operation owns the instance. */
export async function lookAtPair(context: PairContext, parts: CellParts): Promise<GuestPair> {
  const pair = await findPair(context, parts);
  if (pair === null) throw superseded();
  return pair;
}

/** The last step of each of them. */
export const switchOverStep = <P>(run: CellStep<P>['do']): CellStep<P> => ({
  name: 'switch-over',
  do: run,
  undo: { reason: 'The step is one transaction with the end of the operation: done, or not begun.' },
});

interface ClaimedTarget extends OwnParts {
  readonly hostId: string;
}

const outputs = stepOutputs<{ 'claim-target': ClaimedTarget }>();
/** What the step `claim-target` puts out: the host whose capacity is claimed, and what the target has there for itself. */
export const claimedHost = (hostId: string, own: OwnParts = {}) => outputs.of('claim-target', { hostId, ...own });
const targetHostId = (context: Context): string => outputs.require(context, 'claim-target').hostId;

/** The host of the target. @throws StepRefused when the cell has it no longer. */
export async function targetHost(context: Context, parts: CellParts): Promise<OperatedHost> {
  const hostId = targetHostId(context);
  const host = (await readHosts(parts.database.read, [hostId])).get(hostId);
  if (host === undefined) throw new StepRefused(`The cell has no host ${hostId} any more.`);
  return host;
}

/** What differs between the claims of these operations. */
interface TargetClaim {
  /** Hosts of this cell; the first that has capacity is used. */
  readonly candidates: readonly string[];
  readonly instance: InstanceRow;
  /** What the target has of everything, when it is not what the instance has. */
  readonly flavor?: Flavor;
  readonly writes?: InstanceWrites;
  /** In the same transaction. */
  readonly also?: (tx: CellTx, hostId: string, build: InstanceBuild) => Promise<unknown>;
}

/** The step `claim-target`. @throws StepRefused with the reason of the last host when none has capacity. */
export async function claimTargetHost(context: Context, parts: CellParts, claim: TargetClaim) {
  const build = fromJson<InstanceBuild>(claim.instance.build);
  const flavor = claim.flavor ?? build.flavor;
  const topology = topologyOf(flavor, build.image.properties);
  const claimOn = (hostId: string): ClaimRequest => ({
    guestId: context.params.targetGuestId,
    hostId,
    instanceUuid: context.subject,
    group: build.serverGroup,
    resources: resourcesOf(flavor, topology),
    topology,
    devices: deviceRequestsOf(flavor),
    networkNeeds: networkNeedsOf(build.networks, build.ports),
  });
  let hostId: string | undefined;
  const committed = await context.inTransaction(async (tx) => {
    await updateAsOwnerOrRefuse(tx, context, claim.writes ?? {});
    const claimed = await claimFirst(tx, claim.candidates, claimOn);
    hostId = claimed.hostId;
    context.at((await readHosts(tx, [hostId])).get(hostId)?.name ?? hostId);
    await claim.also?.(tx, hostId, build);
    return claimedHost(hostId, claimed.own);
  });
  if (hostId !== undefined) parts.hosts.changed([hostId]);
  return committed;
}

async function claimFirst(
  tx: CellTx,
  candidates: readonly string[],
  claimOn: (hostId: string) => ClaimRequest,
): Promise<NewClaim> {
  let why = 'The cell has no other host.';
  for (const hostId of candidates) {
    const outcome = await claimCapacity(tx, claimOn(hostId));
    if (outcome.refusal === null) {
      const claim = { ...claimOn(hostId), own: outcome.own };
      await insertClaims(tx, [claim]);
      return claim;
    }
    why = outcome.refusal.message;
  }
  throw new StepRefused(`No valid host was found. ${why}`);
}

/** The columns of an instance whose operation ends with the target as its guest. */
export const runsAs = (target: GuestOnHost, host: OperatedHost) => ({
  taskState: null,
  operationId: null,
  guestId: target.id,
  hostId: target.hostId,
  host: host.name,
  node: host.node,
  fault: null,
});

/** What the target is made of. */
interface Target {
  readonly instance: InstanceRow;
  readonly power: DesiredPower;
  readonly spec: StoredSpec;
  readonly parts?: GuestParts;
  readonly writes?: InstanceWrites;
  /** In the same transaction. */
  readonly also?: (tx: CellTx, hostId: string) => Promise<unknown>;
}

/** Makes the target on the host that is claimed, and wakes the agents. The step waits for them, for `what`. */
export async function makeTarget(context: Context, parts: CellParts, target: Target, what: string) {
  const { targetGuestId } = context.params;
  const { read } = parts.database;
  const host = await targetHost(context, parts);
  context.at(host.name);
  const { hostId: _, ...own } = outputs.require(context, 'claim-target');
  const partsOfTarget = partsAsBuilt(target.instance, target.parts);
  const guest = {
    id: targetGuestId,
    instanceUuid: context.subject,
    hostId: host.id,
    role: 'target' as const,
    epoch: target.instance.epoch,
    power: target.power,
    gracefulStopMs: parts.settings.gracefulStopMs,
    spec: { ...target.spec, ...own },
    ...(partsOfTarget === undefined ? {} : { parts: partsOfTarget }),
  };
  await inLeasedTransaction(parts, context, async (tx) => {
    await updateAsOwnerOrRefuse(tx, context, target.writes ?? {});
    await insertGuests(tx, [guest], context.now);
    await target.also?.(tx, host.id);
  });
  parts.agents.wake(host.computeAgentId, [targetGuestId]);
  parts.agents.wakeEach(await bindingsOfGuests(read, [targetGuestId]), (binding) => binding.networkAgentId);
  return wait(LOOK_AGAIN_MS, `host ${host.name} to ${what}`);
}

/** Waits for a target that is made. @throws StepRefused when its host is down or its agents cannot make it. */
export async function untilTargetSettled(context: Context, parts: CellParts, target: GuestOnHost, what: string) {
  context.at(target.hostName);
  if (target.settled) return done();
  const bindings = await bindingsOfGuests(parts.database.read, [target.id]);
  refuseTrouble([target, ...bindings], target);
  parts.agents.wake(target.computeAgentId, [target.id]);
  parts.agents.wakeEach(
    bindings.filter((binding) => !binding.settled),
    (binding) => binding.networkAgentId,
  );
  return wait(LOOK_AGAIN_MS, `host ${target.hostName} to ${what}`);
}

/** @throws StepRefused with the first trouble of these guests and bindings, or when the guest's host is down. */
export function refuseTrouble(rows: readonly Parameters<typeof troubleOf>[0][], guest: GuestOnHost): void {
  const trouble = rows.map(troubleOf).find((message) => message !== null);
  if (trouble !== undefined && trouble !== null) throw new StepRefused(trouble);
  if (!guest.hostUp) throw new StepRefused(`Host ${guest.hostName} went down.`);
}

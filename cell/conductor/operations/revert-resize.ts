import { type Static, Type } from 'typebox';
import { fromJson, toJson } from '#platform/database/json-column.ts';
import type { Flavor } from '#platform/objects/flavor.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { oneOf, Uuid } from '#platform/objects/scalars.ts';
import { done, StepRefused, wait } from '#platform/operations/definition.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { type GuestOnHost, guestsOf, markAbsent, setDesired } from '../../database/stores/guests.ts';
import { readHosts } from '../../database/stores/hosts.ts';
import { findInstance, type InstanceRow, type InstanceWrites } from '../../database/stores/instances.ts';
import { bindingsOfGuests, handOverBindings, setDesiredBindings } from '../../database/stores/port-bindings.ts';
import { advanceResize } from '../../database/stores/server-migrations.ts';
import type { CellParts } from '../parts.ts';
import { type CellContext, type CellStep, defineCellOperation, LOOK_AGAIN_MS } from './cell-operation.ts';
import { withDisksAsBuilt } from './disks-of-guest.ts';
import { faultJson } from './fault.ts';
import { flavorLimits } from './flavor-limits.ts';
import { troubleOf } from './guest-trouble.ts';
import { isHopeless } from './remove-second-guest.ts';
import {
  inLeasedTransaction,
  lockAsOwnerOrRefuse,
  superseded,
  updateAsOwner,
  updateAsOwnerOrRefuse,
} from './superseded.ts';

/** The new guest that goes, the old one that comes back, and the state of the instance before the resize. */
const Params = Type.Object({ targetGuestId: Uuid, sourceGuestId: Uuid, before: oneOf(['active', 'stopped'] as const) });
export type RevertResizeParams = Static<typeof Params>;
type Context = CellContext<RevertResizeParams>;
type RevertStep = CellStep<RevertResizeParams>;

const dropTarget: RevertStep = { name: 'drop-target', do: removeTarget, undo: leaveAsError };
const startSource: RevertStep = { name: 'start-source', do: start, undo: leaveAsError };

/** A revert only goes on to the old guest: if that fails the instance is in ERROR on it, and a hard reboot tries again. */
export const revertResize = defineCellOperation({
  kind: 'revertResize',
  params: Params,
  // Forward: a revert cannot be undone, and an early ERROR could start the old guest while the new one still runs.
  deadline: { ms: 3_600_000, policy: 'forward' },
  steps: [dropTarget, startSource],
});

/** The instance with both guests; null when another operation owns it. */
async function find(context: Context, parts: CellParts) {
  const [instance, guests] = await Promise.all([
    findInstance(parts.database.read, context.subject),
    guestsOf(parts.database.read, context.subject),
  ]);
  const source = guests.find((guest) => guest.id === context.params.sourceGuestId);
  if (instance?.operationId !== context.operationId || source === undefined) return null;
  return { instance, source, target: guests.find((guest) => guest.id === context.params.targetGuestId) };
}

/** @throws StepRefused when another operation owns the instance. */
async function look(context: Context, parts: CellParts) {
  const found = await find(context, parts);
  if (found === null) throw superseded();
  return found;
}

/** The columns of the instance, locked in this transaction, once the old guest is its current one again. */
async function asBefore(tx: CellTx, instance: InstanceRow, source: GuestOnHost): Promise<InstanceWrites> {
  const host = (await readHosts(tx, [source.hostId])).get(source.hostId);
  const placed = {
    guestId: source.id,
    hostId: source.hostId,
    host: source.hostName,
    node: host?.node ?? source.hostName,
  };
  if (instance.oldFlavor === null) return placed;
  const flavor = fromJson<Flavor>(instance.oldFlavor);
  const build = fromJson<InstanceBuild>(instance.build);
  return { ...placed, flavorId: flavor.id, build: toJson({ ...build, flavor }), oldFlavor: null };
}

/** Makes the old guest the current one, plugs its ports again, and removes the new guest. Repeating it changes nothing. */
async function turnRound(
  tx: CellTx,
  context: Context,
  { source, target, flavor }: Pick<ResizedGuests, 'source' | 'target'> & { readonly flavor: Flavor },
) {
  if (target?.hostId === source.hostId)
    await handOverBindings(tx, target.id, source.id, flavorLimits(flavor), context.now);
  else await setDesiredBindings(tx, [source.id], { present: true, leaving: false }, context.now);
  await markAbsent(tx, context.subject, context.now, context.params.targetGuestId);
}

async function removeTarget(context: Context, parts: CellParts) {
  return (await untilTargetGone(context, parts, await look(context, parts))) ?? done();
}

interface ResizedGuests {
  readonly instance: InstanceRow;
  readonly source: GuestOnHost;
  readonly target: GuestOnHost | undefined;
}

/**
 * Waits until the new guest is gone, so that the two never run at once. A silent agent does not mean that the guest has stopped; only an
 * operator can say so (`forced_down`), and only as long as the agent does not answer. On the host of the old guest even that does not count,
 * because the revert needs that agent anyway. Null: the guest is gone.
 */
async function untilTargetGone(context: Context, parts: CellParts, { instance, source, target }: ResizedGuests) {
  if (instance.guestId !== source.id) {
    await inLeasedTransaction(parts, context, async (tx) => {
      const locked = await lockAsOwnerOrRefuse(tx, context);
      const writes = await asBefore(tx, locked, source);
      await updateAsOwnerOrRefuse(tx, context, writes);
      const { flavor } = fromJson<InstanceBuild>(writes.build ?? locked.build);
      await turnRound(tx, context, { source, target, flavor });
    });
    parts.agents.wakeEach(await bindingsOfGuests(parts.database.read, [source.id]), (port) => port.networkAgentId);
  }
  if (target !== undefined) context.at(target.hostName);
  if (target === undefined || (target.hostId !== source.hostId && isDeclaredDead(target, context.now))) return null;
  parts.agents.wake(target.computeAgentId, [target.id]);
  return wait(LOOK_AGAIN_MS, `host ${target.hostName} to remove the new guest`);
}

/** An operator has said that it does not run, and no agent that answers may still remove it. */
function isDeclaredDead(guest: GuestOnHost, now: number): boolean {
  const mayRun = guest.wasStarted && guest.hostAnswers && !(guest.role === 'leaving' && isHopeless(guest, now));
  return guest.hostForcedDown && !mayRun;
}

async function start(context: Context, parts: CellParts) {
  const { instance, source } = await look(context, parts);
  context.at(source.hostName);
  const power = context.params.before === 'active' ? 'running' : 'stopped';
  if (source.role !== 'current') {
    await inLeasedTransaction(parts, context, async (tx) => {
      await updateAsOwnerOrRefuse(tx, context, {});
      const asBuilt = withDisksAsBuilt(instance, source);
      await setDesired(tx, source.id, { power, role: 'current', ...asBuilt }, context.now);
    });
  } else if (source.settled) {
    return context.inTransaction(async (tx) => {
      await updateAsOwnerOrRefuse(tx, context, {
        vmState: context.params.before,
        oldVmState: null,
        taskState: null,
        operationId: null,
        powerState: source.observedPower,
        fault: null,
      });
      await advanceResize(tx, context.subject, ['reverting'], 'reverted', context.now);
    });
  }
  const bindings = await bindingsOfGuests(parts.database.read, [source.id]);
  const trouble = [source, ...bindings].map(troubleOf).find((message) => message !== null);
  if (trouble !== undefined && trouble !== null) throw new StepRefused(trouble);
  parts.agents.wakeEach(
    bindings.filter((binding) => !binding.settled),
    (binding) => binding.networkAgentId,
  );
  parts.agents.wake(source.computeAgentId, [source.id]);
  return wait(LOOK_AGAIN_MS, `host ${source.hostName} to start the old guest`);
}

/** Here too the new guest goes first, because a hard reboot of a server in ERROR starts the old one. */
async function leaveAsError(context: Context, parts: CellParts) {
  const found = await find(context, parts);
  if (found === null) return done();
  const { instance, source } = found;
  const pending = await untilTargetGone(context, parts, found);
  if (pending !== null) return pending;
  await inLeasedTransaction(parts, context, async (tx) => {
    if (!(await updateAsOwner(tx, context, asError(context)))) return;
    await advanceResize(tx, context.subject, ['reverting'], 'error', context.now);
    if (source.role !== 'current')
      await setDesired(
        tx,
        source.id,
        {
          power: context.params.before === 'active' ? 'running' : 'stopped',
          role: 'current',
          ...withDisksAsBuilt(instance, source),
        },
        context.now,
      );
  });
  return done();
}

const asError = (context: Context): InstanceWrites => ({
  vmState: 'error',
  oldVmState: null,
  taskState: null,
  operationId: null,
  fault: faultJson(context.reason, context.now),
});

import { type Static, Type } from 'typebox';
import { fromJson, toJson } from '#platform/database/json-column.ts';
import type { Flavor } from '#platform/objects/flavor.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { oneOf, Uuid } from '#platform/objects/scalars.ts';
import {
  defineOperation,
  done,
  type Step,
  type StepContext,
  StepRefused,
  wait,
} from '#platform/operations/definition.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { type GuestOnHost, guestsOf, markAbsent, setDesired } from '../../database/stores/guests.ts';
import { readHosts } from '../../database/stores/hosts.ts';
import { findInstance, type InstanceRow, type InstanceWrites } from '../../database/stores/instances.ts';
import { bindingsOfGuests, handOverBindings, setDesiredBindings } from '../../database/stores/port-bindings.ts';
import type { CellParts } from '../parts.ts';
import { faultJson } from './fault.ts';
import { troubleOf } from './guest-trouble.ts';
import {
  inLeasedTransaction,
  lockAsOwnerOrRefuse,
  superseded,
  updateAsOwner,
  updateAsOwnerOrRefuse,
} from './superseded.ts';

/** The new copy that goes, the old one that comes back, and what the instance was before the resize. */
const Params = Type.Object({ targetGuestId: Uuid, sourceGuestId: Uuid, before: oneOf(['active', 'stopped'] as const) });
export type RevertResizeParams = Static<typeof Params>;
type Context = StepContext<RevertResizeParams, CellTx>;
type RevertStep = Step<RevertResizeParams, CellParts, CellTx>;

const LOOK_AGAIN_MS = 3_000;

const dropTarget: RevertStep = { name: 'drop-target', do: removeTarget, undo: leaveAsError };
const startSource: RevertStep = { name: 'start-source', do: start, undo: leaveAsError };

/** Once begun there is only the way back to the old copy: if that fails the instance is an ERROR on it, and a hard reboot tries again. */
export const revertResize = defineOperation<typeof Params, CellParts, CellTx>({
  kind: 'revertResize',
  params: Params,
  // Forward: on the way back there is no way back; and an ERROR in haste could start the old copy while the new one still runs.
  deadline: { ms: 3_600_000, policy: 'forward' },
  steps: [dropTarget, startSource],
});

async function look(context: Context, parts: CellParts) {
  const [instance, guests] = await Promise.all([
    findInstance(parts.database.read, context.subject),
    guestsOf(parts.database.read, context.subject),
  ]);
  const source = guests.find((guest) => guest.id === context.params.sourceGuestId);
  if (instance?.operationId !== context.operationId || source === undefined) throw superseded();
  return { instance, source, target: guests.find((guest) => guest.id === context.params.targetGuestId) };
}

/** What the instance, locked in this transaction, is once the old copy is its current one again. */
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

/** Back to the old copy in the rows, its ports wanted again, the new copy sent away. Repeating it changes nothing. */
async function turnRound(tx: CellTx, context: Context, source: GuestOnHost, target: GuestOnHost | undefined) {
  if (target?.hostId === source.hostId) await handOverBindings(tx, target.id, source.id);
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
 * Waits for the new copy to be gone, so that the two never run at once. That its agent says nothing is no sign that the guest does not run:
 * only an operator's word is, and on the host of the old copy, which has to wait for its agent anyway, not even that. Null: it is gone.
 */
async function untilTargetGone(context: Context, parts: CellParts, { instance, source, target }: ResizedGuests) {
  if (instance.guestId !== source.id) {
    await inLeasedTransaction(parts, context, async (tx) => {
      const writes = await asBefore(tx, await lockAsOwnerOrRefuse(tx, context), source);
      await updateAsOwnerOrRefuse(tx, context, writes);
      await turnRound(tx, context, source, target);
    });
    parts.agents.wakeEach(await bindingsOfGuests(parts.database.read, [source.id]), (port) => port.networkAgentId);
  }
  if (target !== undefined) context.at(target.hostName);
  const isDead = target?.hostForcedDown && target.hostId !== source.hostId;
  if (target === undefined || isDead) return null;
  parts.agents.wake(target.computeAgentId, [target.id]);
  return wait(LOOK_AGAIN_MS, `host ${target.hostName} to remove the new copy`);
}

async function start(context: Context, parts: CellParts) {
  const { source } = await look(context, parts);
  context.at(source.hostName);
  const power = context.params.before === 'active' ? 'running' : 'stopped';
  if (source.role !== 'current') {
    await inLeasedTransaction(parts, context, async (tx) => {
      await updateAsOwnerOrRefuse(tx, context, {});
      await setDesired(tx, source.id, { power, role: 'current' }, context.now);
    });
  } else if (source.settled) {
    return context.inTransaction((tx) =>
      updateAsOwnerOrRefuse(tx, context, {
        vmState: context.params.before,
        oldVmState: null,
        taskState: null,
        operationId: null,
        powerState: source.observedPower,
        fault: null,
      }),
    );
  }
  const bindings = await bindingsOfGuests(parts.database.read, [source.id]);
  const trouble = [source, ...bindings].map(troubleOf).find((message) => message !== null);
  if (trouble !== undefined && trouble !== null) throw new StepRefused(trouble);
  parts.agents.wakeEach(
    bindings.filter((binding) => !binding.settled),
    (binding) => binding.networkAgentId,
  );
  parts.agents.wake(source.computeAgentId, [source.id]);
  return wait(LOOK_AGAIN_MS, `host ${source.hostName} to start the old copy`);
}

/** Also here the new copy goes first: a hard reboot of an ERROR starts the old one. */
async function leaveAsError(context: Context, parts: CellParts) {
  const [instance, guests] = await Promise.all([
    findInstance(parts.database.read, context.subject),
    guestsOf(parts.database.read, context.subject),
  ]);
  const source = guests.find((guest) => guest.id === context.params.sourceGuestId);
  if (instance?.operationId !== context.operationId || source === undefined) return done();
  const target = guests.find((guest) => guest.id === context.params.targetGuestId);
  const pending = await untilTargetGone(context, parts, { instance, source, target });
  if (pending !== null) return pending;
  await inLeasedTransaction(parts, context, async (tx) => {
    if (!(await updateAsOwner(tx, context, asError(context)))) return;
    if (source.role !== 'current')
      await setDesired(
        tx,
        source.id,
        { power: context.params.before === 'active' ? 'running' : 'stopped', role: 'current' },
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

import { randomUUID } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { fromJson, toJson } from '#platform/database/json-column.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { resourcesOf } from '#platform/objects/resources.ts';
import { Uuid } from '#platform/objects/scalars.ts';
import {
  defineOperation,
  done,
  type Step,
  type StepContext,
  StepRefused,
  wait,
} from '#platform/operations/definition.ts';
import { POWER_STATE } from '#platform/states/power-state.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { moment } from '../../database/moment.ts';
import { type ClaimRequest, insertClaims, takeRoom } from '../../database/stores/claims.ts';
import { type CopyInHand, copyInHand } from '../../database/stores/copy-in-hand.ts';
import { beginAnew, dismiss, guestsOf, insertGuests } from '../../database/stores/guests.ts';
import { countBuild, type HostInHand, hostsInHand } from '../../database/stores/hosts.ts';
import { epochOf } from '../../database/stores/instance-epochs.ts';
import { findInstance } from '../../database/stores/instances.ts';
import { insertNotice } from '../../database/stores/notices.ts';
import {
  type BindingOnHost,
  bindingsOfGuests,
  insertBindings,
  type NewBinding,
} from '../../database/stores/port-bindings.ts';
import type { CellParts } from '../parts.ts';
import { bindingsFor, guestSpec } from './copies.ts';
import { fault } from './fault.ts';
import { troubleOf } from './guest-trouble.ts';
import { beside, own, ownOrRefuse, superseded } from './superseded.ts';

/** Hosts of this cell on which the instance may be built, in this order; the copy on the first was made with the operation. */
const Params = Type.Object({ candidates: Type.Array(Uuid) });
export type BuildParams = Static<typeof Params>;
type Context = StepContext<BuildParams, CellTx>;

/** Hosts that are tried at most, as Nova's `max_attempts`. */
export const MOST_HOSTS = 3;
const LOOK_AGAIN_MS = 3_000;

/** The door made copy, claim, bindings and this operation in one transaction; here the copy comes to life, on this host or on another. */
const spawn: Step<BuildParams, CellParts, CellTx> = {
  name: 'spawn',
  do: spawnSomewhere,
  undo: giveBuildBack,
  attempts: 20,
};

export const build = defineOperation<typeof Params, CellParts, CellTx>({
  kind: 'build',
  params: Params,
  // Back: the global tier is told and tries another cell, or says why there is none.
  deadline: { ms: 3_600_000, policy: 'back' },
  steps: [spawn],
});

export type BuildMove =
  | { readonly kind: 'finish' }
  | { readonly kind: 'wait' }
  | { readonly kind: 'elsewhere'; readonly why: string; readonly hostIsToBlame: boolean };

/** What a build does next. Pure. */
export function nextBuildMove(
  copy: Pick<
    CopyInHand,
    'settled' | 'found_power' | 'error' | 'errors' | 'created_at' | 'host_up' | 'host_name' | 'is_behind'
  >,
  bindings: readonly Pick<BindingOnHost, 'error' | 'errors'>[],
  now: number,
  timeoutMs: number,
): BuildMove {
  if (copy.settled === 1 && copy.found_power === POWER_STATE.running) return { kind: 'finish' };
  const trouble = [copy, ...bindings].map(troubleOf).find((message) => message !== null);
  if (trouble !== undefined && trouble !== null) return { kind: 'elsewhere', why: trouble, hostIsToBlame: true };
  if (copy.host_up !== 1) return { kind: 'elsewhere', why: `Host ${copy.host_name} went down.`, hostIsToBlame: false };
  if (copy.is_behind !== 1 && now - copy.created_at > timeoutMs)
    return { kind: 'elsewhere', why: `Host ${copy.host_name} took too long.`, hostIsToBlame: true };
  return { kind: 'wait' };
}

async function spawnSomewhere(context: Context, parts: CellParts) {
  const { read } = parts.database;
  const copy = await copyInHand(read, context.subject, context.now);
  if (copy === null || copy.operation_id !== context.operationId) throw superseded();
  context.at(copy.host_name);
  const settled = copy.settled === 1;
  const bindings = settled ? [] : await bindingsOfGuests(read, [copy.id]);
  const move = nextBuildMove(copy, bindings, context.now, parts.settings.buildTimeoutMs);
  if (move.kind === 'finish') {
    const finished = await context.inTransaction((tx) => activate(tx, context, copy));
    if (copy.build_failures > 0) parts.hosts.changed([copy.host_id]);
    return finished;
  }
  if (move.kind === 'elsewhere') await goElsewhere(context, parts, copy, move);
  else tellAgents(parts, copy, bindings);
  if (move.kind === 'wait' && copy.is_behind === 1) {
    await beside(parts, context, async (tx) => {
      if (await own(tx, context, {})) await beginAnew(tx, copy.id, context.now);
    });
  }
  return wait(LOOK_AGAIN_MS, waitingFor(copy, bindings));
}

function waitingFor(copy: CopyInHand, bindings: readonly BindingOnHost[]): string {
  if (bindings.some((binding) => binding.settled === 0)) return `host ${copy.host_name} to plug its ports`;
  return copy.is_behind === 1 ? 'an earlier copy to go' : `host ${copy.host_name} to start the guest`;
}

async function activate(tx: CellTx, context: Context, copy: CopyInHand): Promise<void> {
  await ownOrRefuse(tx, context, {
    vm_state: 'active',
    task_state: null,
    operation_id: null,
    power_state: copy.found_power,
    launched_at: moment(context.now),
    fault: null,
  });
  if (copy.build_failures > 0) await countBuild(tx, copy.host_id, true);
}

function tellAgents(parts: CellParts, copy: CopyInHand, bindings: readonly BindingOnHost[]): void {
  const unplugged = bindings.filter((binding) => binding.settled === 0);
  if (unplugged.length > 0) parts.agents.wakeEach(unplugged, (binding) => binding.network_agent_id);
  else parts.agents.wake(copy.compute_agent_id, [copy.id]);
}

/** Leaves the host and goes to the next candidate that has room. @throws StepRefused when none is left. */
async function goElsewhere(
  context: Context,
  parts: CellParts,
  copy: CopyInHand,
  move: Extract<BuildMove, { kind: 'elsewhere' }>,
): Promise<void> {
  const row = await findInstance(parts.database.read, context.subject);
  if (row === null) throw superseded();
  const instance = fromJson<InstanceBuild>(row.build);
  const candidates = context.params.candidates.slice(0, MOST_HOSTS);
  const rest = candidates.slice(candidates.indexOf(copy.host_id) + 1);
  const known = await hostsInHand(parts.database.read, rest);
  context.log.warn({ host: copy.host_name, reason: move.why }, 'this host cannot build the server');

  const placed = await beside(parts, context, async (tx) => {
    await ownOrRefuse(tx, context, {});
    await dismiss(tx, context.subject, context.now, copy.id);
    if (move.hostIsToBlame) await countBuild(tx, copy.host_id, false);
    for (const host of rest.flatMap((id) => known.get(id) ?? [])) {
      const place = await placeOn(tx, context, parts, instance, row.epoch, host);
      if (place !== null) return place;
    }
    return null;
  });
  parts.hosts.changed(placed === null ? [copy.host_id] : [copy.host_id, placed.host.id]);
  parts.agents.wake(copy.compute_agent_id, [copy.id]);
  if (placed === null) throw new StepRefused(move.why);
  if (placed.bindings.length === 0) parts.agents.wake(placed.host.compute_agent_id, [placed.guestId]);
  else parts.agents.wakeEach(placed.bindings, () => placed.host.network_agent_id);
}

async function placeOn(
  tx: CellTx,
  context: Context,
  parts: CellParts,
  instance: InstanceBuild,
  epoch: number,
  host: HostInHand,
): Promise<{ host: HostInHand; guestId: string; bindings: readonly NewBinding[] } | null> {
  const guestId = randomUUID();
  const claim: ClaimRequest = {
    guestId,
    hostId: host.id,
    instanceUuid: instance.uuid,
    group: instance.serverGroup,
    resources: resourcesOf(instance.flavor),
  };
  if ((await takeRoom(tx, claim)) !== null) return null;
  const bindings = bindingsFor(instance, guestId, host.id, epoch);
  await ownOrRefuse(tx, context, {
    host_id: host.id,
    host: host.name,
    node: host.node,
    guest_id: guestId,
    task_state: bindings.length === 0 ? 'spawning' : 'networking',
  });
  await insertClaims(tx, [claim]);
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
        spec: guestSpec(instance, instance.flavor, null),
      },
    ],
    context.now,
  );
  await insertBindings(tx, bindings, context.now);
  return { host, guestId, bindings };
}

/** No host of the order worked: the global tier is told, and decides. What is left on hosts goes as their agents answer. */
async function giveBuildBack(context: Context, parts: CellParts) {
  const copies = await guestsOf(parts.database.read, context.subject);
  const told = await beside(parts, context, async (tx) => {
    const why = fault(context.reason ?? 'The build failed.', context.now);
    const mine = await own(tx, context, {
      operation_id: null,
      task_state: 'scheduling',
      host_id: null,
      host: null,
      node: null,
      guest_id: null,
      fault: toJson(why),
      build_failed_at: context.now,
    });
    if (!mine) return false;
    const epoch = await epochOf(tx, context.subject);
    await dismiss(tx, context.subject, context.now);
    await insertNotice(tx, { kind: 'build-failed', instanceUuid: context.subject, epoch, fault: why }, context.now);
    return true;
  });
  if (told) {
    parts.notices.ring();
    parts.agents.wakeEach(copies, (copy) => copy.compute_agent_id);
  }
  return done();
}

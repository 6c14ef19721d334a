import { randomUUID } from 'node:crypto';
import type { Actor, BuildAnswer, BuildOrder } from '#platform/contracts/door.ts';
import { isDuplicate } from '#platform/database/sql-errors.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { resourcesOf } from '#platform/objects/resources.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { type ClaimRefusal, type ClaimRequest, insertClaims, takeRoom } from '../../database/stores/claims.ts';
import { insertGuests } from '../../database/stores/guests.ts';
import { type HostInHand, hostsInHand } from '../../database/stores/hosts.ts';
import { forgetInstance, type KnownBuild, knownBuilds, raiseEpoch } from '../../database/stores/instance-epochs.ts';
import { insertInstances, newInstanceRow } from '../../database/stores/instances.ts';
import { insertBindings, type NewBinding } from '../../database/stores/port-bindings.ts';
import { releasedAmong } from '../../database/stores/released-builds.ts';
import { type BuildParams, MOST_HOSTS } from '../operations/build.ts';
import { bindingsFor, guestSpec } from '../operations/copies.ts';
import type { ConductorParts } from '../parts.ts';

/** Orders that are written in one transaction. */
const MOST_AT_ONCE = 50;
/** How often a batch begins again because somebody else wrote one of its instances meanwhile. */
const MOST_TRIES = 3;

interface Placed {
  readonly order: BuildOrder;
  readonly host: HostInHand;
  readonly guestId: string;
  readonly operationId: string;
  readonly claim: ClaimRequest;
  readonly bindings: readonly NewBinding[];
}

/**
 * Makes instances with their claims and build operations, those of a batch in one transaction. An order that was carried out before
 * is accepted again and nothing is made twice; one that can't be carried out is refused and leaves nothing.
 */
export async function createInstances(
  parts: ConductorParts,
  orders: readonly BuildOrder[],
  actor: Actor,
): Promise<BuildAnswer[]> {
  const answers: BuildAnswer[] = [];
  for (let at = 0; at < orders.length; at += MOST_AT_ONCE) {
    answers.push(...(await createBatch(parts, orders.slice(at, at + MOST_AT_ONCE), actor)));
  }
  return answers;
}

async function createBatch(parts: ConductorParts, orders: readonly BuildOrder[], actor: Actor): Promise<BuildAnswer[]> {
  const { database } = parts;
  const hosts = await hostsInHand(
    database.read,
    orders.flatMap((order) => candidatesOf(order)),
  );
  const stale = new Map<string, BuildAnswer>();
  for (let attempt = 1; ; attempt++) {
    try {
      const batch = new Batch(parts, orders, hosts, stale);
      const placed = await database.transaction((tx) => batch.write(tx, actor));
      tell(parts, placed);
      return orders.map((order) => batch.answerTo(order));
    } catch (error) {
      const again = error instanceof TakenBack || isDuplicate(error);
      if (!again || attempt >= MOST_TRIES) throw error;
      if (error instanceof TakenBack) {
        for (const order of orders)
          if (error.uuids.has(order.build.uuid)) stale.set(order.build.uuid, staleEpoch(order));
      }
    }
  }
}

class TakenBack extends Error {
  readonly uuids: ReadonlySet<string>;
  constructor(uuids: ReadonlySet<string>) {
    super('builds were taken back while they were written');
    this.uuids = uuids;
  }
}

const candidatesOf = (order: BuildOrder): string[] =>
  [...new Set([order.hostId, ...order.alternates])].slice(0, MOST_HOSTS);

const accepted = (uuid: string, hostId: string): BuildAnswer => ({ uuid, accepted: true, hostId });
const refused = (uuid: string, { reason, message }: { reason: string; message: string }): BuildAnswer => ({
  uuid,
  accepted: false,
  reason,
  message,
});
const staleEpoch = (order: BuildOrder): BuildAnswer =>
  refused(order.build.uuid, {
    reason: 'stale-epoch',
    message: `Epoch ${order.epoch} of the build is over in this cell.`,
  });

/** One try at a transaction. */
class Batch {
  readonly #parts: ConductorParts;
  readonly #orders: readonly BuildOrder[];
  readonly #hosts: ReadonlyMap<string, HostInHand>;
  readonly #answers: Map<string, BuildAnswer>;
  #stale: ReadonlyMap<string, BuildAnswer>;

  constructor(
    parts: ConductorParts,
    orders: readonly BuildOrder[],
    hosts: ReadonlyMap<string, HostInHand>,
    stale: ReadonlyMap<string, BuildAnswer>,
  ) {
    this.#parts = parts;
    this.#orders = orders;
    this.#hosts = hosts;
    this.#stale = stale;
    this.#answers = new Map();
  }

  answerTo(order: BuildOrder): BuildAnswer {
    const answer = this.#answers.get(order.build.uuid);
    if (answer === undefined) throw new VolvoxError('internal', 'An order was not answered.');
    return answer;
  }

  async write(tx: CellTx, actor: Actor): Promise<readonly Placed[]> {
    // The whole of it may run again; what was answered in an earlier run was rolled back.
    this.#answers.clear();
    for (const [uuid, answer] of this.#stale) this.#answers.set(uuid, answer);
    const known = await knownBuilds(
      tx,
      this.#orders.map((order) => order.build.uuid),
    );
    const placed: Placed[] = [];
    // By host, so that batches which meet lock the hosts in the same order.
    for (const order of [...this.#orders].sort((a, b) => a.hostId.localeCompare(b.hostId))) {
      const { uuid } = order.build;
      if (this.#answers.has(uuid)) continue;
      const earlier = known.get(uuid);
      const answer = earlier === undefined ? null : await this.#again(tx, order, earlier);
      if (answer !== null) this.#answers.set(uuid, answer);
      else placed.push(...(await this.#place(tx, order)));
    }
    await this.#insert(tx, placed, actor);
    return placed;
  }

  /** The answer to an order for an instance that is here already; null: make it anew. */
  async #again(tx: CellTx, order: BuildOrder, earlier: KnownBuild): Promise<BuildAnswer | null> {
    const { uuid } = order.build;
    if (earlier.epoch > order.epoch || earlier.deleted_at !== null) return staleEpoch(order);
    if (earlier.epoch === order.epoch) return accepted(uuid, earlier.host_id ?? order.hostId);
    if (earlier.build_failed_at !== null) {
      await forgetInstance(tx, uuid, order.epoch);
      return null;
    }
    await raiseEpoch(tx, uuid, order.epoch, this.#parts.clock.now());
    return accepted(uuid, earlier.host_id ?? order.hostId);
  }

  async #place(tx: CellTx, order: BuildOrder): Promise<Placed[]> {
    const { build } = order;
    const guestId = randomUUID();
    let refusal: ClaimRefusal | null = null;
    for (const hostId of candidatesOf(order)) {
      const resources = resourcesOf(build.flavor);
      const claim = { guestId, hostId, instanceUuid: build.uuid, group: build.serverGroup, resources };
      const why = await takeRoom(tx, claim);
      const host = this.#hosts.get(hostId);
      if (why === null && host !== undefined) {
        this.#answers.set(build.uuid, accepted(build.uuid, hostId));
        const bindings = bindingsFor(build, guestId, hostId, order.epoch);
        return [{ order, host, guestId, operationId: randomUUID(), claim, bindings }];
      }
      refusal ??= why;
    }
    this.#answers.set(
      build.uuid,
      refused(
        build.uuid,
        refusal ?? { reason: 'host-unknown', message: `There is no host ${order.hostId} in this cell.` },
      ),
    );
    return [];
  }

  async #insert(tx: CellTx, placed: readonly Placed[], actor: Actor): Promise<void> {
    if (placed.length === 0) return;
    const { clock, engine, settings } = this.#parts;
    const now = clock.now();
    await insertInstances(
      tx,
      placed.map(({ order, host, guestId, operationId }) =>
        newInstanceRow(
          {
            build: order.build,
            epoch: order.epoch,
            operationId,
            guestId,
            host,
            zone: order.zone ?? settings.defaultZone,
          },
          now,
        ),
      ),
    );
    const released = await releasedAmong(
      tx,
      placed.map(({ order }) => order.build.uuid),
    );
    const over = placed.filter(({ order }) => (released.get(order.build.uuid) ?? -1) >= order.epoch);
    if (over.length > 0) throw new TakenBack(new Set(over.map(({ order }) => order.build.uuid)));
    await insertClaims(
      tx,
      placed.map(({ claim }) => claim),
    );
    await insertGuests(
      tx,
      placed.map(({ order, guestId, host }) => ({
        id: guestId,
        instanceUuid: order.build.uuid,
        hostId: host.id,
        role: 'current' as const,
        epoch: order.epoch,
        power: 'running' as const,
        gracefulStopMs: settings.gracefulStopMs,
        spec: guestSpec(order.build, order.build.flavor, null),
      })),
      now,
    );
    await insertBindings(
      tx,
      placed.flatMap(({ bindings }) => bindings),
      now,
    );
    for (const { order, operationId } of placed) {
      const params: BuildParams = { candidates: candidatesOf(order) };
      await engine.begin(tx, {
        id: operationId,
        kind: 'build',
        subject: order.build.uuid,
        params,
        requestId: order.build.requestId,
        userId: actor.userId,
        projectId: order.build.projectId,
      });
    }
  }
}

/** The agents begin at once; the operation has nothing to do before one of them has answered. */
function tell(parts: ConductorParts, placed: readonly Placed[]): void {
  parts.hosts.changed(placed.map(({ host }) => host.id));
  for (const { host, guestId, bindings } of placed) {
    if (bindings.length === 0) parts.agents.wake(host.compute_agent_id, [guestId]);
    else parts.agents.wakeEach(bindings, () => host.network_agent_id);
  }
}

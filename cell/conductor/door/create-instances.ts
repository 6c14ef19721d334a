import { randomUUID } from 'node:crypto';
import type { Actor } from '#platform/contracts/actor.ts';
import type { BuildAnswer, BuildRequest } from '#platform/contracts/door.ts';
import { isDuplicate } from '#platform/database/sql-errors.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { deviceRequestsOf } from '#platform/objects/device-request.ts';
import { networkNeedsOf } from '#platform/objects/network-needs.ts';
import { topologyOf } from '#platform/objects/requested-topology.ts';
import { resourcesOf } from '#platform/objects/resources.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { type ClaimRefusal, claimCapacity, insertClaims, type NewClaim } from '../../database/stores/claims.ts';
import { insertGuests } from '../../database/stores/guests.ts';
import { type OperatedHost, readHosts } from '../../database/stores/hosts.ts';
import { forgetInstance, type KnownBuild, knownBuilds, raiseEpoch } from '../../database/stores/instance-epochs.ts';
import { insertInstances } from '../../database/stores/instances.ts';
import { insertBindings, type NewBinding } from '../../database/stores/port-bindings.ts';
import { releasedAmong } from '../../database/stores/released-builds.ts';
import { type BuildParams, MAX_HOSTS } from '../operations/build.ts';
import { LOOK_AGAIN_MS } from '../operations/cell-operation.ts';
import { bindingsFor, guestSpec } from '../operations/guests.ts';
import type { ConductorParts } from '../parts.ts';

/** The number of build requests in one transaction. */
const MAX_AT_ONCE = 50;
/** How often a batch is tried when other writers insert or release one of its instances at the same moment. */
const MAX_TRIES = 3;

interface ClaimedBuild {
  readonly request: BuildRequest;
  readonly host: OperatedHost;
  readonly guestId: string;
  readonly operationId: string;
  readonly claim: NewClaim;
  readonly bindings: readonly NewBinding[];
}

/**
 * Creates instances with their claims and build operations, in one transaction for each batch. A repeated request is accepted, and creates
 * nothing twice. A request that is refused leaves nothing.
 */
export async function createInstances(
  parts: ConductorParts,
  requests: readonly BuildRequest[],
  actor: Actor,
): Promise<BuildAnswer[]> {
  const answers: BuildAnswer[] = [];
  for (let at = 0; at < requests.length; at += MAX_AT_ONCE) {
    answers.push(...(await createBatch(parts, requests.slice(at, at + MAX_AT_ONCE), actor)));
  }
  return answers;
}

async function createBatch(
  parts: ConductorParts,
  requests: readonly BuildRequest[],
  actor: Actor,
): Promise<BuildAnswer[]> {
  const { database } = parts;
  const hosts = await readHosts(
    database.read,
    requests.flatMap((request) => candidatesOf(request)),
  );
  const stale = new Map<string, BuildAnswer>();
  for (let attempt = 1; ; attempt++) {
    try {
      const batch = new Batch(parts, requests, hosts, stale);
      const placed = await database.transaction((tx) => batch.write(tx, actor));
      tell(parts, placed);
      return requests.map((request) => batch.answerTo(request));
    } catch (error) {
      const again = error instanceof BuildsReleased || isDuplicate(error);
      if (!again || attempt >= MAX_TRIES) throw error;
      if (error instanceof BuildsReleased) {
        for (const request of requests)
          if (error.uuids.has(request.build.uuid)) stale.set(request.build.uuid, staleEpoch(request));
      }
    }
  }
}

class BuildsReleased extends Error {
  readonly uuids: ReadonlySet<string>;
  constructor(uuids: ReadonlySet<string>) {
    super('builds were released while they were written');
    this.uuids = uuids;
  }
}

const candidatesOf = (request: BuildRequest): string[] =>
  [...new Set([request.hostId, ...request.alternates])].slice(0, MAX_HOSTS);

const accepted = (uuid: string, hostId: string): BuildAnswer => ({ uuid, accepted: true, hostId });
const refused = (uuid: string, { reason, message }: { reason: string; message: string }): BuildAnswer => ({
  uuid,
  accepted: false,
  reason,
  message,
});
const staleEpoch = (request: BuildRequest): BuildAnswer =>
  refused(request.build.uuid, {
    reason: 'stale-epoch',
    message: `Epoch ${request.epoch} of the build is over in this cell.`,
  });

/** One try at a transaction. */
class Batch {
  readonly #parts: ConductorParts;
  readonly #requests: readonly BuildRequest[];
  readonly #hosts: ReadonlyMap<string, OperatedHost>;
  readonly #answers: Map<string, BuildAnswer>;
  #stale: ReadonlyMap<string, BuildAnswer>;

  constructor(
    parts: ConductorParts,
    requests: readonly BuildRequest[],
    hosts: ReadonlyMap<string, OperatedHost>,
    stale: ReadonlyMap<string, BuildAnswer>,
  ) {
    this.#parts = parts;
    this.#requests = requests;
    this.#hosts = hosts;
    this.#stale = stale;
    this.#answers = new Map();
  }

  answerTo(request: BuildRequest): BuildAnswer {
    const answer = this.#answers.get(request.build.uuid);
    if (answer === undefined) throw new VolvoxError('internal', 'A build request has no answer.');
    return answer;
  }

  async write(tx: CellTx, actor: Actor): Promise<readonly ClaimedBuild[]> {
    // The transaction may run again; the answers of an earlier run were rolled back with it.
    this.#answers.clear();
    for (const [uuid, answer] of this.#stale) this.#answers.set(uuid, answer);
    const known = await knownBuilds(
      tx,
      this.#requests.map((request) => request.build.uuid),
    );
    const placed: ClaimedBuild[] = [];
    // Sorted by host, so that concurrent batches lock hosts in the same sequence.
    for (const request of [...this.#requests].sort((a, b) => a.hostId.localeCompare(b.hostId))) {
      const { uuid } = request.build;
      if (this.#answers.has(uuid)) continue;
      const earlier = known.get(uuid);
      const answer = earlier === undefined ? null : await this.#again(tx, request, earlier);
      if (answer !== null) this.#answers.set(uuid, answer);
      else placed.push(...(await this.#place(tx, request)));
    }
    await this.#insert(tx, placed, actor);
    return placed;
  }

  /** The answer to a request for an instance that this cell has already; null: the instance is to be created again. */
  async #again(tx: CellTx, request: BuildRequest, earlier: KnownBuild): Promise<BuildAnswer | null> {
    const { uuid } = request.build;
    if (earlier.epoch > request.epoch || earlier.deletedAt !== null) return staleEpoch(request);
    if (earlier.epoch === request.epoch) return accepted(uuid, earlier.hostId ?? request.hostId);
    if (earlier.buildFailedAt !== null) {
      await forgetInstance(tx, uuid, request.epoch);
      return null;
    }
    await raiseEpoch(tx, uuid, request.epoch, this.#parts.clock.now());
    return accepted(uuid, earlier.hostId ?? request.hostId);
  }

  async #place(tx: CellTx, request: BuildRequest): Promise<ClaimedBuild[]> {
    const { build } = request;
    const guestId = randomUUID();
    let refusal: ClaimRefusal | null = null;
    const { networks, ports, serverGroup: group } = build;
    const topology = topologyOf(build.flavor, build.image.properties);
    const resources = resourcesOf(build.flavor, topology);
    const devices = deviceRequestsOf(build.flavor);
    const networkNeeds = networkNeedsOf(networks, ports);
    for (const hostId of candidatesOf(request)) {
      const asked = { guestId, hostId, instanceUuid: build.uuid, group, resources, topology, devices, networkNeeds };
      const outcome = await claimCapacity(tx, asked);
      const host = this.#hosts.get(hostId);
      if (outcome.refusal === null && host !== undefined) {
        const claim = { ...asked, own: outcome.own };
        this.#answers.set(build.uuid, accepted(build.uuid, hostId));
        const bindings = bindingsFor(build, guestId, hostId, request.epoch);
        return [{ request, host, guestId, operationId: randomUUID(), claim, bindings }];
      }
      refusal ??= outcome.refusal;
    }
    this.#answers.set(
      build.uuid,
      refused(build.uuid, refusal ?? { reason: 'host-unknown', message: `This cell has no host ${request.hostId}.` }),
    );
    return [];
  }

  async #insert(tx: CellTx, placed: readonly ClaimedBuild[], actor: Actor): Promise<void> {
    if (placed.length === 0) return;
    const { clock, engine, settings } = this.#parts;
    const now = clock.now();
    await insertInstances(
      tx,
      placed.map(({ request, host, guestId, operationId }) => ({
        build: request.build,
        epoch: request.epoch,
        operationId,
        guestId,
        host,
        zone: request.zone ?? settings.defaultZone,
      })),
      now,
    );
    const released = await releasedAmong(
      tx,
      placed.map(({ request }) => request.build.uuid),
    );
    const over = placed.filter(({ request }) => (released.get(request.build.uuid) ?? -1) >= request.epoch);
    if (over.length > 0) throw new BuildsReleased(new Set(over.map(({ request }) => request.build.uuid)));
    await insertClaims(
      tx,
      placed.map(({ claim }) => claim),
    );
    await insertGuests(
      tx,
      placed.map(({ request, guestId, host, claim }) => ({
        id: guestId,
        instanceUuid: request.build.uuid,
        hostId: host.id,
        role: 'current' as const,
        epoch: request.epoch,
        power: 'running' as const,
        gracefulStopMs: settings.gracefulStopMs,
        spec: guestSpec(request.build, request.build.flavor, null, claim.own),
      })),
      now,
    );
    await insertBindings(
      tx,
      placed.flatMap(({ bindings }) => bindings),
      now,
    );
    const operations = placed.map(({ request, operationId }) => {
      const params: BuildParams = { candidates: candidatesOf(request) };
      return {
        id: operationId,
        kind: 'build',
        subject: request.build.uuid,
        params,
        requestId: request.build.requestId,
        userId: actor.userId,
        projectId: request.build.projectId,
      };
    });
    await engine.beginWaiting(tx, operations, LOOK_AGAIN_MS);
  }
}

/** Wakes the agents, which begin at once; the operation has nothing to do before one of them has answered. */
function tell(parts: ConductorParts, placed: readonly ClaimedBuild[]): void {
  parts.hosts.changed(placed.map(({ host }) => host.id));
  for (const { host, guestId, bindings } of placed) {
    if (bindings.length === 0) parts.agents.wake(host.computeAgentId, [guestId]);
    else parts.agents.wakeEach(bindings, () => host.networkAgentId);
  }
}

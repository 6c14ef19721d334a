import { randomUUID } from 'node:crypto';
import { agentContract } from '#platform/contracts/agent.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import type { DesiredGuest, ObservedGuest } from '#platform/objects/guest.ts';
import { type MovedCard, NO_PARTS, type ObservedParts } from '#platform/objects/guest-parts.ts';
import type { HostReport } from '#platform/objects/host.ts';
import type { SegmentType } from '#platform/objects/network.ts';
import type { DesiredBinding, ObservedBinding } from '#platform/objects/port-binding.ts';
import type { Resources } from '#platform/objects/resources.ts';
import type { RedisConfig } from '#platform/queue/redis.ts';
import { createWakeListener } from '#platform/queue/wake-listener.ts';
import { type Client, createClient } from '#platform/rpc/client.ts';
import type { PowerState } from '#platform/states/power-state.ts';
import { AGENT_KEY } from '../../../../support/test-keys.ts';

export const aHostReport = (name: string, total: Resources): HostReport => ({
  name,
  node: name,
  hypervisorType: 'fake',
  hypervisorVersion: 1,
  total,
  reserved: { vcpus: 0, ramMb: 0, diskGb: 0 },
  cpuInfo: {},
  hostIp: '127.0.0.1',
  capabilities: { diskConnections: ['nbd'] },
  uptime: null,
});

const POWER_OF: Record<DesiredGuest['power'], PowerState> = {
  running: 'running',
  stopped: 'shutdown',
  paused: 'paused',
  suspended: 'suspended',
  absent: 'none',
};

const NO_BYTES = { totalBytes: 0, sentBytes: 0, remainingBytes: 0 };

const errorOf = ({ parts: _, ...error }: FailedFate) => ({ ...error, details: null });

const partsOf = ({ parts = NO_PARTS }: DesiredGuest): ObservedParts => ({
  rebuilds: parts.rebuild.count,
  rescueId: parts.boot.from === 'rescue' ? parts.boot.rescueId : null,
  ...(parts.disks.length === 0
    ? {}
    : { disks: parts.disks.map(({ id }) => ({ diskId: id, state: 'attached' as const })) }),
  saves: parts.saves.map(({ saveId }) => ({ saveId, state: 'uploaded' as const })),
  ...(parts.migration?.role === 'outgoing'
    ? { migration: { id: parts.migration.id, state: 'sent' as const, memory: NO_BYTES, disks: NO_BYTES } }
    : {}),
});

/** What the agent does with a desired state: it reaches it, fails, or does not report. */
type Fate = 'settle' | 'silence' | FailedFate;

interface FailedFate {
  readonly message: string;
  readonly permanent: boolean;
  readonly blame?: 'request';
  /** What it had done of the parts; absent: nothing. */
  readonly parts?: ObservedParts;
}

/**
 * A compute agent and a network agent for some hosts, that reach every desired state at once, unless a test decides otherwise. They speak
 * the contract over HTTP and are woken through Redis, as real ones.
 */
export class FakeAgents {
  readonly computeId: string;
  readonly networkId: string;
  /** Guests and bindings that exist on the hosts, by id. */
  readonly guests: Map<string, DesiredGuest>;
  readonly bindings: Map<string, DesiredBinding>;
  guestFate: (guest: DesiredGuest) => Fate = () => 'settle';
  /** How often the disks of guests were made anew for rebuilds that are not desired any more, by guest. */
  readonly discarded = new Map<string, number>();
  /** The cards that every guest is said to have elsewhere than after a start. */
  movedCards: MovedCard[] = [];
  /** What the network agent says of hosts, by name. */
  readonly problems = new Map<string, string>();
  /** What the compute agent measures on every host. */
  metrics: HostReport['metrics'];
  /** The types of networks that the network agent says hosts carry, by name; of the others it does not tell. */
  readonly segmentTypes = new Map<string, SegmentType[]>();
  /** Whether the network agent says that hosts give subports their tags, by name; of the others it does not tell. */
  readonly tagsFrames = new Map<string, boolean>();
  /** What the compute agent says that guests of hosts lack, by name. */
  readonly missingWalls = new Map<string, string[]>();
  bindingFate: (binding: DesiredBinding) => Fate = () => 'settle';
  readonly #client: Client<typeof agentContract>;
  readonly #others: Client<typeof agentContract>[] = [];
  readonly #hosts: readonly HostReport[];
  readonly #url: string;
  readonly #redis: RedisConfig;
  readonly #listeners: readonly Service[];
  #heart: NodeJS.Timeout | undefined;
  #stopped = false;
  readonly #busy = new Set<Promise<void>>();

  constructor(url: string, redis: RedisConfig, hosts: readonly HostReport[], before?: FakeAgents) {
    this.computeId = before?.computeId ?? randomUUID();
    this.networkId = before?.networkId ?? randomUUID();
    this.guests = before?.guests ?? new Map();
    this.bindings = before?.bindings ?? new Map();
    this.#url = url;
    this.#redis = redis;
    this.#client = createClient(agentContract, { url, key: AGENT_KEY });
    this.#hosts = hosts;
    const listen = (agentId: string, take: (ids: readonly string[]) => Promise<void>) =>
      createWakeListener(redis, `agent-${agentId}`, (ids) => this.#track(take(ids)), silentLogger);
    this.#listeners = [
      listen(this.computeId, (ids) => this.workGuests(ids)),
      listen(this.networkId, (ids) => this.workBindings(ids)),
    ];
  }

  /** A client that shows this key. It is closed with the agents. */
  clientWith(key: string): Client<typeof agentContract> {
    const client = createClient(agentContract, { url: this.#url, key });
    this.#others.push(client);
    return client;
  }

  /** The same agents in new processes; what is on their hosts is still there. */
  reborn(): FakeAgents {
    return new FakeAgents(this.#url, this.#redis, this.#hosts, this);
  }

  async start(): Promise<void> {
    await this.announce();
    for (const listener of this.#listeners) await listener.start();
    this.#heart = setInterval(() => this.#track(this.beat()), 200);
  }

  async announce(): Promise<void> {
    const common = { url: 'http://127.0.0.1:9', startedAt: new Date().toISOString(), release: 'test' };
    const hosts = this.#hosts.map((host) => ({
      ...host,
      capabilities: { ...host.capabilities, missingGuestWalls: this.missingWalls.get(host.name) ?? [] },
      ...(this.metrics === undefined ? {} : { metrics: this.metrics }),
    }));
    await this.#client.announce({ agentId: this.computeId, kind: 'compute', ...common, hosts });
    const names = this.#hosts.map(({ name }) => {
      const segmentTypes = this.segmentTypes.get(name);
      const tagsFrames = this.tagsFrames.get(name);
      const problem = this.problems.get(name) ?? null;
      return {
        ...{ name, problem },
        ...(segmentTypes === undefined ? {} : { segmentTypes }),
        ...(tagsFrames === undefined ? {} : { tagsFrames }),
      };
    });
    await this.#client.announce({ agentId: this.networkId, kind: 'network', ...common, hosts: names });
  }

  async beat(): Promise<void> {
    const answers = await Promise.all(
      [this.computeId, this.networkId].map((agentId) => this.#client.heartbeat({ agentId })),
    );
    if (answers.some(({ known }) => !known)) await this.announce();
  }

  /** Heartbeats end; nothing else is done either. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#heart);
    for (const listener of this.#listeners) await listener.stop();
    await Promise.allSettled(this.#busy);
    for (const client of [this.#client, ...this.#others]) await client.close();
  }

  async workGuests(ids: readonly string[] | null): Promise<void> {
    const agentId = this.computeId;
    const { guests } = await this.#client.desiredGuests({
      agentId,
      ids: ids === null ? null : [...ids],
      unsettledOnly: ids === null,
    });
    const observed = guests.flatMap((guest) => this.#doGuest(guest) ?? []);
    if (observed.length > 0) await this.reportGuests(observed);
  }

  /** What the compute agent is told of the guests of an instance. */
  async desiredOf(instanceUuid: string): Promise<readonly DesiredGuest[]> {
    const asked = { agentId: this.computeId, ids: null, unsettledOnly: false };
    const { guests } = await this.#client.desiredGuests(asked);
    return guests.filter(({ spec }) => spec.instanceUuid === instanceUuid);
  }

  async workBindings(ids: readonly string[] | null): Promise<void> {
    const agentId = this.networkId;
    const { bindings } = await this.#client.desiredBindings({
      agentId,
      ids: ids === null ? null : [...ids],
      unsettledOnly: ids === null,
    });
    const observed = bindings.flatMap((binding) => this.#doBinding(binding) ?? []);
    if (observed.length > 0) await this.#client.reportBindings({ agentId, bindings: observed });
  }

  async reportGuests(guests: ObservedGuest[]): Promise<void> {
    await this.#client.reportGuests({ agentId: this.computeId, guests });
  }

  async metadataAt(networkId: string, address: string) {
    return this.#client.instanceMetadata({ agentId: this.networkId, networkId, address });
  }

  observed(guest: DesiredGuest, rest: Partial<ObservedGuest> = {}): ObservedGuest {
    return {
      guestId: guest.guestId,
      hostName: guest.hostName,
      epoch: guest.epoch,
      generation: guest.generation,
      power: POWER_OF[guest.power],
      settled: true,
      restarts: guest.restarts,
      error: null,
      progress: 100,
      stoppedByItself: false,
      parts: { rebuilds: 0, rescueId: null },
      ...rest,
    };
  }

  #doGuest(guest: DesiredGuest): ObservedGuest | null {
    const fate = this.guestFate(guest);
    if (fate === 'silence') return null;
    if (fate !== 'settle')
      return this.observed(guest, {
        ...{ settled: false, error: errorOf(fate) },
        ...(fate.parts === undefined ? {} : { parts: fate.parts }),
        power: guest.power === 'absent' ? 'shutdown' : 'none',
      });
    if (guest.power === 'absent') this.guests.delete(guest.guestId);
    else this.guests.set(guest.guestId, guest);
    const moved = this.movedCards.length === 0 ? {} : { movedCards: this.movedCards };
    const parts = partsOf(guest);
    const rebuilds = Math.max(parts.rebuilds, this.discarded.get(guest.guestId) ?? 0);
    return this.observed(guest, { parts: { ...parts, rebuilds, ...moved } });
  }

  #doBinding(binding: DesiredBinding): ObservedBinding | null {
    const { bindingId, hostName, generation, present } = binding;
    const fate = this.bindingFate(binding);
    if (fate === 'silence') return null;
    const base = { bindingId, hostName, generation };
    if (fate !== 'settle') return { ...base, present: !present, settled: false, error: errorOf(fate) };
    if (present) this.bindings.set(bindingId, binding);
    else this.bindings.delete(bindingId);
    return { ...base, present, settled: true, error: null };
  }

  #track(work: Promise<void>): void {
    const tracked = work.catch(() => undefined).finally(() => this.#busy.delete(tracked));
    if (!this.#stopped) this.#busy.add(tracked);
  }
}

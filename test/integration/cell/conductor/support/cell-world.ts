import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { Secret } from '#platform/config/secret.ts';
import { doorContract } from '#platform/contracts/door.ts';
import { shutDown } from '#platform/lifecycle/run.ts';
import { createLogger } from '#platform/logging/logger.ts';
import type { Host, HostReport } from '#platform/objects/host.ts';
import type { Instance } from '#platform/objects/instance.ts';
import type { Resources } from '#platform/objects/resources.ts';
import { type Client, createClient } from '#platform/rpc/client.ts';
import type { ConductorConfig } from '../../../../../cell/conductor/config.ts';
import { buildConductor, type Conductor } from '../../../../../cell/conductor/service.ts';
import { CELL_MIGRATIONS } from '../../../../../cell/database/migrations/index.ts';
import type { CellTables } from '../../../../../cell/database/tables.ts';
import { createTestDatabase, type TestDatabase } from '../../../../support/test-database.ts';
import { AGENT_KEY, DOOR_KEY } from '../../../../support/test-keys.ts';
import { startTestRedis, type TestRedis } from '../../../../support/test-redis.ts';
import { waitUntil } from '../../../../support/wait-until.ts';
import { aBuildRequest, anActor } from './build-requests.ts';
import { aHostReport, FakeAgents } from './fake-agents.ts';

const log = createLogger('test-conductor', process.env.TEST_LOG ?? 'silent');

const A_HOST: Resources = { vcpus: 16, ramMb: 65_536, diskGb: 1_000 };

/** A cell of its own: real MariaDB, real Redis, a conductor, and fake agents for `hosts` hosts. */
export class CellWorld {
  readonly test: TestDatabase<CellTables>;
  readonly redis: TestRedis;
  agents: FakeAgents;
  conductor: Conductor;
  door: Client<typeof doorContract>;
  hosts: Host[] = [];
  readonly #config: ConductorConfig;

  private constructor(
    test: TestDatabase<CellTables>,
    redis: TestRedis,
    config: ConductorConfig,
    conductor: Conductor,
    total: Resources,
    hosts: number,
    parts: Pick<HostReport, 'nodes' | 'devices'>,
  ) {
    this.test = test;
    this.redis = redis;
    this.#config = config;
    this.conductor = conductor;
    const url = conductor.http.address();
    this.door = createClient(doorContract, { url, key: DOOR_KEY });
    const reports = Array.from({ length: hosts }, (_, index) => ({
      ...aHostReport(`host-${index + 1}`, total),
      ...parts,
    }));
    this.agents = new FakeAgents(url, redis.config, reports);
  }

  static async create(
    options: {
      hosts?: number;
      total?: Resources;
      nodes?: HostReport['nodes'];
      devices?: HostReport['devices'];
      conductor?: object;
      agentKey?: string;
    } = {},
  ): Promise<CellWorld> {
    const [test, redis] = await Promise.all([createTestDatabase<CellTables>(CELL_MIGRATIONS), startTestRedis()]);
    const config: ConductorConfig = {
      log: { level: 'silent' },
      metrics: { host: '127.0.0.1', port: 0 },
      conductor: {
        listenHost: '127.0.0.1',
        listenPort: 0,
        cellName: 'cell-test',
        doorKey: new Secret(DOOR_KEY),
        issuerKeyFile: '',
        certificateDays: 30,
        defaultZone: 'nova',
        vendorDataFile: '',
        heartbeatMs: 200,
        agentDownAfterMs: 10_000,
        cpuRatio: 4,
        ramRatio: 1,
        diskRatio: 1,
        gracefulStopMs: 1_000,
        shelvedOffloadSeconds: 0,
        reclaimInstanceSeconds: 0,
        resizeConfirmSeconds: 0,
        buildTimeoutMs: 30_000,
        buildTrialAfterMs: 300_000,
        buildAnswerMs: 600_000,
        hideAfterMs: 50,
        outOfTouchMs: 15_000,
        auditEveryMs: 15_000,
        keepDeletedDays: 90,
        ...options.conductor,
      },
      database: { ...test.config, password: new Secret(''), socket: '', tls: true },
      redis: { ...redis.config, password: new Secret(redis.config.password.reveal()), socket: '', tls: true },
      cell: {
        conductorUrls: [],
        joinToken: new Secret(''),
        renewKeyAfterDays: 30,
        agentKey: new Secret(options.agentKey ?? AGENT_KEY),
      },
      drill: { folder: '' },
      tls: { certFile: '', keyFile: '', caFile: '', insecure: false },
    };
    const conductor = await startConductor(config);
    const { total = A_HOST, hosts = 2, nodes, devices } = options;
    const parts = { ...(nodes === undefined ? {} : { nodes }), ...(devices === undefined ? {} : { devices }) };
    const world = new CellWorld(test, redis, config, conductor, total, hosts, parts);
    if (options.agentKey !== '') await world.agents.start();
    world.hosts = await waitUntil('the hosts to be up', async () => {
      const { hosts } = await world.door.listHosts({});
      return hosts.length === (options.hosts ?? 2) && hosts.every((host) => host.up) ? hosts : null;
    });
    return world;
  }

  host(index: number): Host {
    const host = this.hosts[index];
    if (host === undefined) throw new Error(`the world has no host ${index}`);
    return host;
  }

  /** Ends the conductor as it is and starts another at the same address. */
  async restartConductor(): Promise<void> {
    const port = Number(new URL(this.conductor.http.address()).port);
    await shutDown(this.conductor.services, log);
    this.conductor = await startConductor({
      ...this.#config,
      conductor: { ...this.#config.conductor, listenPort: port },
    });
    await waitUntil('the agents to find it', () => this.agents.beat().then(() => true));
  }

  async request(hostIndex = 0, rest: Parameters<typeof aBuildRequest>[1] = {}): Promise<string> {
    const request = aBuildRequest(this.host(hostIndex).id, rest);
    const { answers } = await this.door.createInstances({ requests: [request], actor: anActor() });
    if (answers[0]?.accepted !== true) throw new Error(`refused: ${JSON.stringify(answers)}`);
    return request.build.uuid;
  }

  async anActiveInstance(hostIndex = 0, rest: Parameters<typeof aBuildRequest>[1] = {}): Promise<string> {
    const uuid = await this.request(hostIndex, rest);
    await this.until(uuid, 'active');
    return uuid;
  }

  act(
    uuid: string,
    kind: string,
    params: Readonly<Record<string, unknown>> = {},
    actor = anActor(),
  ): Promise<{ operationId: string }> {
    return this.door.act({ uuid, operationId: randomUUID(), kind, params, actor });
  }

  get(uuid: string): Promise<Instance> {
    return this.door.getInstance({ uuid });
  }

  /** Waits until nothing is being done to the instance and it is in this state. */
  until(uuid: string, vmState: Instance['vmState']): Promise<Instance> {
    return waitUntil(`${uuid} to be ${vmState}`, async () => {
      const instance = await this.get(uuid);
      return instance.vmState === vmState && instance.taskState === null ? instance : null;
    });
  }

  untilGone(uuid: string): Promise<unknown> {
    return waitUntil(`${uuid} to be gone`, async () => {
      const { rows } = await this.row(uuid);
      return rows === undefined || rows.vm_state === 'deleted';
    });
  }

  /** Deletes them, and waits until nothing of any guest is left anywhere. */
  async removeAll(uuids: readonly string[]): Promise<void> {
    for (const uuid of uuids) await this.act(uuid, 'delete');
    for (const uuid of uuids) await this.untilGone(uuid);
    await waitUntil('nothing to be left', async () => {
      const left = await this.leftovers();
      return JSON.stringify(left) === JSON.stringify(NOTHING_LEFT) || null;
    });
  }

  /** What the agent was told of the guest that the instance has. */
  specOf(uuid: string) {
    const guests = [...this.agents.guests.values()];
    return guests.find((guest) => guest.spec.instanceUuid === uuid && guest.power !== 'absent')?.spec;
  }

  /** The host as the cell shows it now. */
  async hostNow(index: number): Promise<Host | undefined> {
    const { hosts } = await this.door.listHosts({});
    return hosts.find(({ id }) => id === this.host(index).id);
  }

  async row(uuid: string) {
    const rows = await this.test.database.read
      .selectFrom('instances')
      .selectAll()
      .where('uuid', '=', uuid)
      .executeTakeFirst();
    return { rows };
  }

  /** What is left of guests anywhere: rows of guests, claims and bindings; guests and ports of agents; the usage of hosts. */
  async leftovers() {
    const { read } = this.test.database;
    const [guests, claims, bindings, hosts] = await Promise.all([
      read.selectFrom('guests').select(['id', 'role', 'settled']).execute(),
      read.selectFrom('claims').selectAll().execute(),
      read.selectFrom('port_bindings').select(['id', 'present', 'settled']).execute(),
      read.selectFrom('hosts').select(['used_vcpus', 'used_ram_mb', 'used_disk_gb', 'guests']).execute(),
    ]);
    const used = hosts.reduce(
      (sum, host) => sum + host.used_vcpus + host.used_ram_mb + host.used_disk_gb + host.guests,
      0,
    );
    return {
      guests: guests.length,
      claims: claims.length,
      bindings: bindings.length,
      used,
      agentGuests: this.agents.guests.size,
      agentBindings: this.agents.bindings.size,
    };
  }

  /** Claims and what hosts count agree, host by host (law 7). */
  async auditClaims(): Promise<void> {
    // One statement sees both at the same moment: a guest that has just gone releases its claim meanwhile.
    const { rows } = await sql<{ name: string; claimed: string; counted: string }>`
      SELECT h.name, CONCAT_WS(',', h.used_vcpus, h.used_ram_mb, h.used_disk_gb, h.guests) AS counted,
        CONCAT_WS(',', COALESCE(SUM(c.vcpus), 0), COALESCE(SUM(c.ram_mb), 0), COALESCE(SUM(c.disk_gb), 0), COUNT(c.guest_id)) AS claimed
      FROM hosts h LEFT JOIN claims c ON c.host_id = h.id GROUP BY h.id`.execute(this.test.database.write);
    for (const { name, claimed, counted } of rows) {
      if (claimed !== counted) throw new Error(`${name}: claims ${claimed}, counted ${counted}`);
    }
  }

  async close(): Promise<void> {
    await this.agents.stop();
    await this.door.close();
    await shutDown(this.conductor.services, log);
    await this.redis.stop();
    await this.test.drop();
  }
}

async function startConductor(config: ConductorConfig): Promise<Conductor> {
  const conductor = await buildConductor(config, log);
  for (const service of conductor.services) await service.start();
  return conductor;
}

/** The state in which nothing of any guest is left. */
export const NOTHING_LEFT = { guests: 0, claims: 0, bindings: 0, used: 0, agentGuests: 0, agentBindings: 0 };

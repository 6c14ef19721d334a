import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '#platform/config/secret.ts';
import { doorContract } from '#platform/contracts/door.ts';
import { shutDown } from '#platform/lifecycle/run.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { hashOfSecret, newSecret } from '#platform/rpc/agent-credential.ts';
import { type Client, createClient } from '#platform/rpc/client.ts';
import { joinTokenText } from '#platform/rpc/join-token.ts';
import { buildConductor, type Conductor } from '../../../../../cell/conductor/service.ts';
import { CELL_MIGRATIONS } from '../../../../../cell/database/migrations/index.ts';
import type { CellTables } from '../../../../../cell/database/tables.ts';
import { writeCellAuthority } from '../../../../../deploy/authority/cell-authority.ts';
import { leafPaths } from '../../../../../deploy/authority/leaf-files.ts';
import { aTestAuthority, type TestAuthority } from '../../../../support/test-authority.ts';
import { createTestDatabase, type TestDatabase } from '../../../../support/test-database.ts';
import { DOOR_KEY } from '../../../../support/test-keys.ts';
import { startTestRedis, type TestRedis } from '../../../../support/test-redis.ts';

/** A conductor with TLS, and with the authority of its cell; no agents. */
export class TlsConductor {
  readonly root: TestAuthority;
  readonly conductor: Conductor;
  readonly door: Client<typeof doorContract>;
  readonly #test: TestDatabase<CellTables>;
  readonly #redis: TestRedis;
  readonly #folders: string[] = [];

  private constructor(
    root: TestAuthority,
    conductor: Conductor,
    { test, redis }: { test: TestDatabase<CellTables>; redis: TestRedis },
  ) {
    this.root = root;
    this.conductor = conductor;
    this.#test = test;
    this.#redis = redis;
    const operator = root.transport('operator', 'operator');
    this.door = createClient(doorContract, { url: this.url, key: DOOR_KEY, transport: operator });
  }

  /** `issues` false: the operator has an authority of their own. */
  static async create(cell: string, issues = true): Promise<TlsConductor> {
    const root = aTestAuthority();
    const [test, redis] = await Promise.all([createTestDatabase<CellTables>(CELL_MIGRATIONS), startTestRedis()]);
    root.transport('conductor', 'conductor', { cells: [cell] });
    const issuerKeyFile = join(root.folder('conductor'), 'issuer.pem');
    if (issues) writeCellAuthority(issuerKeyFile, root.authority, { cell, ranges: [], days: 1 });
    const conductor = await buildConductor(
      {
        log: { level: 'silent' },
        metrics: { host: '127.0.0.1', port: 0 },
        conductor: {
          ...{ listenHost: '127.0.0.1', listenPort: 0, cellName: cell, doorKey: new Secret(DOOR_KEY) },
          ...{
            issuerKeyFile: issues ? issuerKeyFile : '',
            certificateDays: 30,
            defaultZone: 'nova',
            vendorDataFile: '',
          },
          ...{ heartbeatMs: 200, agentDownAfterMs: 10_000, cpuRatio: 4, ramRatio: 1, diskRatio: 1 },
          ...{
            gracefulStopMs: 1_000,
            shelvedOffloadSeconds: 0,
            reclaimInstanceSeconds: 0,
            resizeConfirmSeconds: 0,
            buildTimeoutMs: 30_000,
            buildTrialAfterMs: 300_000,
            buildAnswerMs: 600_000,
            hideAfterMs: 50,
          },
          ...{ outOfTouchMs: 15_000, auditEveryMs: 15_000, keepDeletedDays: 90 },
        },
        database: { ...test.config, password: new Secret(''), tls: false, socket: '' },
        redis: { ...redis.config, password: new Secret('test'), tls: false, socket: '' },
        cell: { conductorUrls: [], joinToken: new Secret(''), renewKeyAfterDays: 30, agentKey: new Secret('') },
        drill: { folder: '' },
        tls: { ...leafPaths(root.folder('conductor')), insecure: false },
      },
      silentLogger,
    );
    for (const service of conductor.services) await service.start();
    return new TlsConductor(root, conductor, { test, redis });
  }

  get url(): string {
    return this.conductor.http.address();
  }

  /** A token for these hosts, as `volvox host token` makes one. */
  async token(hosts: string[]): Promise<string> {
    const secret = newSecret();
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const { fingerprint } = await this.door.addJoinToken({ tokenHash: hashOfSecret(secret), hosts, expiresAt });
    return joinTokenText({ secret, fingerprint });
  }

  /** The state folder of an agent. */
  stateDir(): string {
    const folder = mkdtempSync(join(tmpdir(), 'volvox-agent-'));
    this.#folders.push(folder);
    return folder;
  }

  async close(): Promise<void> {
    await this.door.close();
    await shutDown(this.conductor.services, silentLogger);
    await this.#redis.stop();
    await this.#test.drop();
    this.root.remove();
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
  }
}

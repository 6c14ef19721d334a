import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadConfig } from '#platform/config/load.ts';
import { Secret } from '#platform/config/secret.ts';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { shutDown } from '#platform/lifecycle/run.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { systemClock } from '#platform/time/clock.ts';
import { API_SECTIONS } from '../../../api/config.ts';
import { bootstrapIdentity } from '../../../api/identity/bootstrap.ts';
import { composeApi } from '../../../api/service.ts';
import { freePort } from '../../support/free-port.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { SERVICE_KEY } from '../../support/test-keys.ts';
import { startTestRedis, type TestRedis } from '../../support/test-redis.ts';
import { waitUntil } from '../../support/wait-until.ts';

/** An api process as it is composed, with a policy file that changes while it runs. */
let database: TestDatabase<DirectoryTables>;
let redis: TestRedis;
let folder: string;
let file: string;
let services: readonly Service[] = [];
let url: string;
let token: string;

beforeAll(async () => {
  [database, redis] = await Promise.all([createTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS), startTestRedis()]);
  folder = mkdtempSync(join(tmpdir(), 'volvox-policy-'));
  file = join(folder, 'policy.yaml');
  writeFileSync(file, '{}');
  const seed = { project: 'demo', user: 'demo', password: 'demo-password', role: 'member' };
  await bootstrapIdentity(database.database, [seed], silentLogger, systemClock);
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const config = loadConfig(API_SECTIONS, { environment: environment(port) });
  // The root of the test's database has no password, which no option can say.
  const directory = { ...config.directory, password: new Secret('') };
  services = composeApi({ ...config, directory }, silentLogger);
  for (const service of services) await service.start();
  token = await logIn(seed.user, seed.password, seed.project);
});
afterAll(async () => {
  await shutDown(services, silentLogger);
  await redis?.stop();
  await database?.drop();
  if (folder !== undefined) rmSync(folder, { recursive: true });
});

const environment = (port: number): Record<string, string> => ({
  VOLVOX_API_PORT: String(port),
  VOLVOX_API_POLICY_FILE: file,
  VOLVOX_API_IMAGE_DIR: join(folder, 'images'),
  VOLVOX_DIRECTORY_HOST: database.config.host,
  VOLVOX_DIRECTORY_PORT: String(database.config.port),
  VOLVOX_DIRECTORY_USER: database.config.user,
  VOLVOX_DIRECTORY_PASSWORD: 'replaced',
  VOLVOX_DIRECTORY_DATABASE: database.config.database,
  VOLVOX_GLOBAL_REDIS_HOST: redis.config.host,
  VOLVOX_GLOBAL_REDIS_PORT: String(redis.config.port),
  VOLVOX_GLOBAL_REDIS_PASSWORD: redis.config.password.reveal(),
  VOLVOX_TRUST_SIGNING_KEY: 'a-signing-key-for-tests-of-32-chars-or-more',
  VOLVOX_TRUST_SERVICE_KEY: SERVICE_KEY,
});

async function logIn(user: string, password: string, project: string): Promise<string> {
  const domain = { id: 'default' };
  const answer = await fetch(`${url}/identity/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      auth: {
        identity: { methods: ['password'], password: { user: { name: user, password, domain } } },
        scope: { project: { name: project, domain } },
      },
    }),
  });
  return String(answer.headers.get('x-subject-token'));
}

const statusOf = async (path: string): Promise<number> =>
  (await fetch(`${url}${path}`, { headers: { 'x-auth-token': token } })).status;

it('decides what a running process answers, from the next look at the file on', async () => {
  const images = () => statusOf('/image/v2/images');
  const flavors = () => statusOf('/compute/v2.1/flavors');
  expect([await images(), await flavors()]).toEqual([200, 200]);
  writeFileSync(file, 'get_images: "rule:context_is_admin"\n"os_compute_api:flavors:index": "!"\n');
  await waitUntil('the file is in force', async () => (await images()) === 403);
  expect(await flavors()).toBe(403);
  // A wrong file changes nothing.
  writeFileSync(file, 'get_images: "@"\nnothing_like_it: "@"\n');
  process.emit('SIGHUP');
  expect(await images()).toBe(403);
  writeFileSync(file, '{}');
  process.emit('SIGHUP');
  expect([await images(), await flavors()]).toEqual([200, 200]);
});

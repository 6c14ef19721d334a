import type { FastifyInstance } from 'fastify';
import type { IdPool } from './id-pool.ts';

/** An account whose things odd requests may find. */
export interface Account {
  readonly token: string;
  readonly projectId: string;
}

/** More servers than these are deleted, oldest first, so that the simulated host never fills up. */
const MAX_SERVERS = 30;
/** Keys and tags that valid bodies use, so that paths name them too. */
const KEYS = ['key0', 'key1', 'key2', 'key3', 'key4'];
const LISTS = [
  '/compute/v2.1/servers',
  '/compute/v2.1/flavors',
  '/compute/v2.1/os-aggregates',
  '/compute/v2.1/os-server-groups',
  '/compute/v2.1/os-hypervisors',
  '/image/v2/images',
  '/network/v2.0/networks',
  '/network/v2.0/subnets',
  '/network/v2.0/ports',
];

/**
 * Keeps things for odd requests to find: they delete what they reach. Each round makes two servers, a key pair and a server group in every
 * account, and tells the pool what there is.
 */
export function createStock(app: FastifyInstance, accounts: readonly Account[], pool: IdPool): () => Promise<void> {
  for (const key of KEYS) for (const noun of ['metadata', 'os-extra_specs', 'tags']) pool.add(noun, key);
  for (const { projectId } of accounts) pool.add('os-quota-sets', projectId);
  let round = 0;
  return async () => {
    round += 1;
    for (const account of accounts) await stockOne(app, account, pool, round);
  };
}

async function stockOne(
  app: FastifyInstance,
  { token, projectId }: Account,
  pool: IdPool,
  round: number,
): Promise<void> {
  const headers = { 'x-auth-token': token, 'openstack-api-version': 'compute 2.87' };
  const post = (path: string, payload: object) =>
    app.inject({ method: 'POST', url: `/compute/v2.1${path}`, headers, payload });
  const unlimited = { instances: -1, cores: -1, ram: -1, key_pairs: -1, server_groups: -1 };
  await app.inject({
    method: 'PUT',
    url: `/compute/v2.1/os-quota-sets/${projectId}`,
    headers,
    payload: { quota_set: unlimited },
  });
  const server = { flavorRef: '1', imageRef: pool.first('images') ?? '', networks: 'auto', metadata: { key0: 'v' } };
  for (const name of [`a-${round}`, `b-${round}`]) await post('/servers', { server: { ...server, name } });
  await post('/os-keypairs', { keypair: { name: `pair-${round}`, type: 'ssh' } });
  await post('/os-server-groups', { server_group: { name: `group-${round}`, policy: 'soft-affinity' } });
  pool.add('keypairs', `pair-${round}`);
  for (const url of LISTS) {
    const answer = await app.inject({ url, headers });
    if (answer.statusCode === 200) pool.learn(answer.json());
    if (url.endsWith('/servers')) await thin(app, headers, answer.json());
  }
}

async function thin(
  app: FastifyInstance,
  headers: Record<string, string>,
  { servers = [] }: { servers?: readonly { readonly id: string }[] },
): Promise<void> {
  // The newest come first.
  for (const { id } of servers.slice(MAX_SERVERS)) {
    await app.inject({ method: 'DELETE', url: `/compute/v2.1/servers/${id}`, headers });
  }
}

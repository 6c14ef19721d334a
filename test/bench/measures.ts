import { setTimeout as delay } from 'node:timers/promises';
import type { ComputeClient } from './compute-client.ts';

export interface BuildInput {
  readonly flavorId: string;
  readonly imageId: string;
  readonly networkId: string;
  /** By name; left out: the default group of the project. */
  readonly securityGroup?: string;
}

/** @returns its id, and how long the answer took, ms. */
async function create(client: ComputeClient, input: BuildInput, name: string): Promise<{ id: string; ms: number }> {
  const { flavorId: flavorRef, imageId: imageRef, networkId, securityGroup } = input;
  const groups = securityGroup === undefined ? {} : { security_groups: [{ name: securityGroup }] };
  const { body, ms } = await client.call('compute', 'POST /servers', {
    body: { server: { ...{ name, flavorRef, imageRef }, networks: [{ uuid: networkId }], ...groups } },
  });
  if (!('server' in body)) throw new Error('the API did not say which server it creates');
  return { id: body.server.id, ms };
}

/** One server after the other: the answer to POST, and from sending it to ACTIVE. */
export async function oneAtATime(client: ComputeClient, input: BuildInput, count: number) {
  const post: number[] = [];
  const active: number[] = [];
  for (let n = 0; n < count; n++) {
    const start = performance.now();
    const created = await create(client, input, `one-${n}`);
    post.push(created.ms);
    await client.untilActive(created.id, 2);
    active.push(performance.now() - start);
  }
  return { post, active };
}

/** `count` servers by `clients` at once: POST times, and seconds from the first POST until all are ACTIVE. */
export async function manyAtOnce(
  client: ComputeClient,
  input: BuildInput,
  count: number,
  clients: number,
  prefix: string,
) {
  const post: number[] = [];
  const start = performance.now();
  let next = 0;
  const namedIn = async (status: string, limit: number) => {
    const query = { status, name: `${prefix}-`, limit };
    return (await client.call('compute', 'GET /servers', { query })).body.servers;
  };
  const oneClient = async () => {
    while (next < count) {
      const created = await create(client, input, `${prefix}-${next++}`);
      post.push(created.ms);
    }
  };
  await Promise.all(Array.from({ length: clients }, oneClient));
  for (;;) {
    if ((await namedIn('BUILD', 1)).length === 0) break;
    await delay(25);
  }
  const seconds = (performance.now() - start) / 1000;
  const failed = await namedIn('ERROR', 10);
  if (failed.length > 0) throw new Error(`${failed.length} or more servers are in ERROR`);
  return { post, seconds };
}

export async function showTimes(client: ComputeClient, id: string, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    times.push((await client.call('compute', 'GET /servers/{id}', { path: { id } })).ms);
  }
  return times;
}

/** Pages of list-detail with `limit` servers. */
export async function listTimes(client: ComputeClient, limit: number, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const page = await client.call('compute', 'GET /servers/detail', { query: { limit } });
    if (page.body.servers.length !== limit)
      throw new Error(`a page of ${limit} has ${page.body.servers.length} servers`);
    times.push(page.ms);
  }
  return times;
}

/** Deletes every server of the project and waits until they are gone. */
export async function deleteAll(client: ComputeClient): Promise<{ count: number; seconds: number }> {
  const start = performance.now();
  const asked = new Set<string>();
  for (;;) {
    const { body } = await client.call('compute', 'GET /servers', { query: { limit: 1000 } });
    if (body.servers.length === 0) return { count: asked.size, seconds: (performance.now() - start) / 1000 };
    const fresh = body.servers.filter(({ id }) => !asked.has(id));
    for (let n = 0; n < fresh.length; n += 16) {
      await Promise.all(
        fresh.slice(n, n + 16).map(({ id }) => client.call('compute', 'DELETE /servers/{id}', { path: { id } })),
      );
    }
    for (const { id } of fresh) asked.add(id);
    await delay(50);
  }
}

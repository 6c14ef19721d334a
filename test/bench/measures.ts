import { setTimeout as delay } from 'node:timers/promises';
import type { ComputeClient, ServerView } from './compute-client.ts';

export interface BuildInput {
  readonly flavorId: string;
  readonly imageId: string;
  readonly networkId: string;
}

interface Created {
  readonly server: { readonly id: string };
}
interface Page {
  readonly servers: readonly ServerView[];
  readonly servers_links?: readonly { readonly rel: string; readonly href: string }[];
}

const create = (client: ComputeClient, input: BuildInput, name: string) =>
  client.request<Created>('POST', '/compute/v2.1/servers', {
    server: { name, flavorRef: input.flavorId, imageRef: input.imageId, networks: [{ uuid: input.networkId }] },
  });

/** One server after the other: the answer to POST, and from sending it to ACTIVE. */
export async function oneAtATime(client: ComputeClient, input: BuildInput, count: number) {
  const post: number[] = [];
  const active: number[] = [];
  for (let n = 0; n < count; n++) {
    const start = performance.now();
    const created = await create(client, input, `one-${n}`);
    post.push(created.ms);
    await client.untilActive(created.body.server.id, 2);
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
  const oneClient = async () => {
    while (next < count) {
      const created = await create(client, input, `${prefix}-${next++}`);
      post.push(created.ms);
    }
  };
  await Promise.all(Array.from({ length: clients }, oneClient));
  for (;;) {
    const building = await client.request<Page>('GET', `/compute/v2.1/servers?status=BUILD&name=${prefix}-&limit=1`);
    if (building.body.servers.length === 0) break;
    await delay(25);
  }
  const seconds = (performance.now() - start) / 1000;
  const failed = await client.request<Page>('GET', `/compute/v2.1/servers?status=ERROR&name=${prefix}-&limit=10`);
  if (failed.body.servers.length > 0) throw new Error(`${failed.body.servers.length} or more servers are in ERROR`);
  return { post, seconds };
}

export async function showTimes(client: ComputeClient, id: string, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n++) times.push((await client.request('GET', `/compute/v2.1/servers/${id}`)).ms);
  return times;
}

/** Pages of list-detail with `limit` servers. */
export async function listTimes(client: ComputeClient, limit: number, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const page = await client.request<Page>('GET', `/compute/v2.1/servers/detail?limit=${limit}`);
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
    const { body } = await client.request<Page>('GET', '/compute/v2.1/servers?limit=1000');
    if (body.servers.length === 0) return { count: asked.size, seconds: (performance.now() - start) / 1000 };
    const fresh = body.servers.filter(({ id }) => !asked.has(id));
    for (let n = 0; n < fresh.length; n += 16) {
      await Promise.all(
        fresh.slice(n, n + 16).map(({ id }) => client.request('DELETE', `/compute/v2.1/servers/${id}`)),
      );
    }
    for (const { id } of fresh) asked.add(id);
    await delay(50);
  }
}

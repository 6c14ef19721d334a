import { randomUUID } from 'node:crypto';
import type { HttpClient, Reply } from './http-client.ts';

/** What servers are built from. */
export interface BuildInput {
  readonly flavorRef: string;
  readonly imageRef: string;
  readonly network: string;
}

/** One kind of request that a client sends as fast as it is answered. */
export interface Flood {
  readonly name: string;
  readonly send: (client: HttpClient, input: BuildInput) => Promise<Reply>;
}

export const newServer = (
  client: HttpClient,
  name: string,
  { flavorRef, imageRef, network }: BuildInput,
): Promise<Reply> =>
  client.send('POST', '/compute/v2.1/servers', {
    server: { name, flavorRef, imageRef, networks: [{ uuid: network }] },
  });

const HOSTILE = encodeURIComponent('(a?){255}a{255}');
const IMAGE_PROPERTIES = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`flood_${n}`, 'x'.repeat(200)]));

export const FLOODS: readonly Flood[] = [
  { name: 'lists', send: (client) => client.send('GET', '/compute/v2.1/servers/detail?limit=1000') },
  { name: 'patterns', send: (client) => client.send('GET', `/compute/v2.1/servers/detail?name=${HOSTILE}`) },
  { name: 'creates', send: (client, input) => newServer(client, `flood-${randomUUID()}`, input) },
  {
    name: 'key-pairs',
    send: (client) => client.send('POST', '/compute/v2.1/os-keypairs', { keypair: { name: `flood-${randomUUID()}` } }),
  },
  {
    name: 'images',
    send: (client) =>
      client.send('POST', '/image/v2/images', {
        name: `flood-${randomUUID()}`,
        disk_format: 'raw',
        container_format: 'bare',
        ...IMAGE_PROPERTIES,
      }),
  },
  { name: 'image-lists', send: (client) => client.send('GET', '/image/v2/images?limit=1000') },
  { name: 'log-ins', send: (client) => client.logIn({ user: 'demo', password: 'wrong', project: 'demo' }) },
];

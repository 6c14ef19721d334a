import type { ApiClient } from '../../../deploy/client/api-client.ts';
import type { ServerAction } from '../../../deploy/client/views.ts';
import { actOn, consoleOf, newServer } from '../server-calls.ts';
import { waitUntil } from '../wait-until.ts';

/**
 * What the guest does at each boot: makes a file of random bytes on its data partition if there is none, and says its checksum on the
 * serial console. So the checksum after a move proves the disk.
 */
const USER_DATA = `#!/bin/sh
[ -f /data/proof ] || { dd if=/dev/urandom of=/data/proof bs=65536 count=32 2>/dev/null; sync; }
echo "proof $(sha256sum /data/proof | cut -d' ' -f1)"
`;

interface Action {
  readonly body: ServerAction;
  readonly status: string;
}

/** Ten, of nine kinds; the server is ACTIVE in the end. */
const TEN_ACTIONS: readonly Action[] = [
  { body: { pause: null }, status: 'PAUSED' },
  { body: { unpause: null }, status: 'ACTIVE' },
  { body: { suspend: null }, status: 'SUSPENDED' },
  { body: { resume: null }, status: 'ACTIVE' },
  { body: { lock: { locked_reason: 'a test holds it' } }, status: 'ACTIVE' },
  { body: { unlock: null }, status: 'ACTIVE' },
  { body: { 'os-stop': null }, status: 'SHUTOFF' },
  { body: { 'os-start': null }, status: 'ACTIVE' },
  { body: { reboot: { type: 'HARD' } }, status: 'ACTIVE' },
  { body: { lock: { locked_reason: 'it stays so' } }, status: 'ACTIVE' },
];

const BOOT_MS = 180_000;
const MICROVERSION = { 'openstack-api-version': 'compute 2.96' };

/** A server in cell-1 with everything that a move could lose: two NICs, metadata, tags, a key pair, user data, a file, ten actions. Its id. */
export async function makeProofServer(api: ApiClient, name: string): Promise<string> {
  const second = await secondNetwork(api, name);
  const { networks } = await api.call('network', 'GET /v2.0/networks', { query: { name: 'private' } });
  const { images } = await api.call('image', 'GET /v2/images', { query: { name: 'volvox-guest' } });
  await api.call('compute', 'POST /os-keypairs', {
    body: { keypair: { name: `${name}-key`, type: 'ssh', public_key: PUBLIC_KEY } },
  });
  const [image] = images;
  const [network] = networks;
  if (image === undefined || network === undefined) throw new Error('the region has no image or no network');
  const id = await newServer(
    api,
    {
      name,
      description: 'a server that moves',
      flavorRef: '1',
      availability_zone: 'nova:cell-1-host',
      imageRef: image.id,
      networks: [{ uuid: network.id }, { uuid: second }],
      key_name: `${name}-key`,
      user_data: Buffer.from(USER_DATA).toString('base64'),
      metadata: { owner: 'a person', 'with spaces': 'and ünicode' },
      tags: ['kept', 'moved'],
    },
    MICROVERSION,
  );
  await untilStatus(api, id, 'ACTIVE');
  await proofOf(api, id, 0);
  for (const { body, status } of TEN_ACTIONS) {
    await actOn(api, id, body, MICROVERSION);
    await untilStatus(api, id, status);
  }
  return id;
}

async function secondNetwork(api: ApiClient, name: string): Promise<string> {
  const answer = await api.call('network', 'POST /v2.0/networks', { body: { network: { name: `${name}-second` } } });
  if (!('network' in answer)) throw new Error('the API did not say which network it created');
  const { network } = answer;
  const subnet = { network_id: network.id, ip_version: 4 as const, cidr: '10.77.0.0/24', gateway_ip: null };
  await api.call('network', 'POST /v2.0/subnets', { body: { subnet } });
  return network.id;
}

/** @throws when it becomes ERROR, with the fault. */
export async function untilStatus(api: ApiClient, id: string, status: string): Promise<void> {
  await waitUntil(
    `server ${id} to be ${status}`,
    async () => {
      const { server } = await api.call('compute', 'GET /servers/{id}', { path: { id } });
      if (server.status === 'ERROR' && status !== 'ERROR') return { failed: server.fault?.message ?? 'no reason' };
      return server.status === status && server['OS-EXT-STS:task_state'] === null ? { failed: null } : null;
    },
    BOOT_MS,
    100,
  ).then(({ failed }) => {
    if (failed !== null) throw new Error(`server ${id} is in ERROR: ${failed}`);
  });
}

interface Proof {
  /** How often a machine was started from this disk. */
  readonly boots: number;
  /** SHA-256 of the file, as the guest says it at each boot. */
  readonly sum: string;
}

/** What the guest said at its last boot, once there were more than `afterBoots`. */
export const proofOf = (api: ApiClient, id: string, afterBoots: number): Promise<Proof> =>
  waitUntil(
    `the guest of ${id} to say its checksum after boot ${afterBoots}`,
    async () => {
      const output = await consoleOf(api, id);
      const said = /boot (\d+) of this disk(?!.*boot \d+ of this disk).*proof ([0-9a-f]{64})/s.exec(output);
      const boots = Number(said?.[1] ?? 0);
      if (boots > afterBoots) return { boots, sum: said?.[2] ?? '' };
      throw new Error(`it said ${JSON.stringify(output.match(/boot \d+ of this disk|proof [0-9a-f]{8}/g))}`);
    },
    BOOT_MS,
    250,
  );

const PUBLIC_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDmYGjW0pXGyGWHxfW5V9Ywl0M0wMGfFsGcm3HyhHZkF a-test';

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../../cell/agent/run-command.ts';
import { GUEST_FILES } from '../../../cell/compute/drivers/qemu/guest-folder.ts';
import { bridgeName } from '../../../cell/network/names.ts';
import { hostsOf } from '../../../deploy/local/settings.ts';
import { letIn } from '../let-in.ts';
import { actOn, consoleOf } from '../server-calls.ts';
import type { TestRegion } from '../test-region.ts';
import { waitUntil } from '../wait-until.ts';
import { aCountingGuest, countingFlavor, lostOf, PORT, READY } from './counting-guest.ts';
import { openConnection, type StandingConnection } from './standing-connection.ts';
import {
  aSharedNetwork,
  BOOT_MS,
  hostNameOf,
  hostsOfRegion,
  keepNetworkOn,
  migrateTo,
  namespaceOf,
  untilOn,
} from './two-hosts.ts';

/** What live migrations of a guest did to its writes and to a TCP connection that stood all the time. */
interface Rounds {
  readonly migrations: number;
  /** Of the counters that the disk had taken, as the guest said. */
  readonly taken: number;
  readonly lost: readonly number[];
  /** Whether the config drive has the bytes that it had at first. */
  readonly sameConfigDrive: boolean;
  /** Why the connection ended; null: it stood. */
  readonly broken: string | null;
  readonly answers: number;
  /** One a migration: the longest time between two answers, ms. The guest answers every 50 ms. */
  readonly gapsMs: readonly number[];
  /** One a migration: how long QEMU says that the processors were halted until it had sent everything, ms. */
  readonly downtimesMs: readonly number[];
}

const MTU = 1_450;
const ANSWERS_BETWEEN = 20;

/** Migrates a guest to and fro between the two hosts of the region's cell. */
export async function liveRounds(region: TestRegion, times: number, said: (line: string) => void): Promise<Rounds> {
  const { admin } = region;
  const hosts = hostsOfRegion(region);
  await letIn(region);
  const network = await aSharedNetwork(admin, '10.77.0.0/24');
  const { images } = await admin.call('image', 'GET /v2/images', { query: { name: 'volvox-guest' } });
  const flavor = await countingFlavor(admin);
  await keepNetworkOn(region, hostNameOf(hosts[0]), network);
  const id = await aCountingGuest(admin, { image: images[0]?.id ?? '', network, flavor });
  await region.untilActive(id, BOOT_MS);
  await waitUntil('the guest to count', async () => (await consoleOf(admin, id)).includes(READY), BOOT_MS);
  const address = await withoutFirstCard(region, id);
  const drive = await configDriveOf(region, id);
  const connection = await openConnection(
    { namespace: namespaceOf(region, hosts[0]), bridge: bridgeName(network), address: '10.77.0.250/24', mtu: MTU },
    { host: address, port: PORT },
  );
  try {
    const gapsMs: number[] = [];
    await untilAnswered(connection);
    for (let at = 0; at < times; at++) {
      const [one, other] = hosts.map(hostNameOf);
      const now = (await region.server(id))['OS-EXT-SRV-ATTR:host'];
      const beganAt = Date.now();
      const to = (now === one ? other : one) ?? '';
      await migrateTo(admin, id, to);
      await untilOn(region, id, to);
      await untilAnswered(connection);
      const gap = longestGap(connection, beganAt);
      gapsMs.push(gap);
      said(`migration ${at + 1} to ${to}: longest gap in answers ${gap} ms`);
    }
    const taken = takenBy(connection);
    const { answers, ended } = connection;
    const broken = ended();
    return {
      ...{ migrations: times, taken, answers: answers.length, broken, gapsMs },
      downtimesMs: await downtimes(region),
      sameConfigDrive: (await configDriveOf(region, id)).equals(drive),
      lost: lostOf(await secondDisk(region, id), taken),
    };
  } finally {
    await connection.stop();
  }
}

async function untilAnswered({ answers, ended }: StandingConnection): Promise<void> {
  const before = answers.length;
  await waitUntil('the guest to answer', () => answers.length >= before + ANSWERS_BETWEEN || ended() !== null, 60_000);
}

const longestGap = ({ answers }: StandingConnection, sinceMs: number): number => {
  const times = [sinceMs, ...answers.map(({ atMs }) => atMs).filter((atMs) => atMs > sinceMs)];
  return Math.max(...times.slice(1).map((atMs, index) => atMs - (times[index] ?? atMs)));
};

const takenBy = ({ answers }: StandingConnection): number =>
  Math.max(0, ...answers.map(({ line }) => Number(line.split(' ')[1] ?? 0)));

/** As the agents of the hosts logged them. */
async function downtimes({ region }: TestRegion): Promise<readonly number[]> {
  const logs = await Promise.all(
    region.settings.cells.flatMap(hostsOf).map(({ name }) => readFile(region.home.log(`${name}-compute`), 'utf8')),
  );
  return logs.flatMap((log) => [...log.matchAll(/"downtimeMs":(\d+)/g)].map((match) => Number(match[1])));
}

/**
 * Takes the first of its two cards from the guest while it runs: the second one is not where a machine that is made anew has it. @returns the
 * address of the second one.
 */
async function withoutFirstCard(region: TestRegion, id: string): Promise<string> {
  const { admin } = region;
  const cards = async () =>
    (await admin.call('compute', 'GET /servers/{id}/os-interface', { path: { id } })).interfaceAttachments;
  const machine = await machineOf(region, id);
  const [first, second] = [...(await cards())].sort(
    (one, other) => machine.indexOf(`mac=${one.mac_addr}`) - machine.indexOf(`mac=${other.mac_addr}`),
  );
  const path = { id, port: first?.port_id ?? '' };
  await admin.call('compute', 'DELETE /servers/{id}/os-interface/{port}', { path });
  await waitUntil('the card to be gone', async () => (await cards()).length === 1, 120_000);
  return second?.fixed_ips?.[0]?.ip_address ?? '';
}

const machineOf = async (region: TestRegion, id: string): Promise<string> =>
  readFile(join(await folderOfServer(region, id), GUEST_FILES.record), 'utf8');

const configDriveOf = async (region: TestRegion, id: string): Promise<Buffer> =>
  readFile(join(await folderOfServer(region, id), GUEST_FILES.configDrive));

/** Of its guest, on the host where it is. */
async function folderOfServer(region: TestRegion, id: string): Promise<string> {
  const host = (await region.server(id))['OS-EXT-SRV-ATTR:host'];
  const settings = hostsOfRegion(region).find((one) => hostNameOf(one) === host);
  if (settings === undefined) throw new Error(`the server is on ${host}`);
  return await guestFolder(region.region.home.data(settings.name, 'compute'), id);
}

/** Its bytes, when the server is off. */
async function secondDisk(region: TestRegion, id: string): Promise<Buffer> {
  await actOn(region.admin, id, { 'os-stop': null });
  await waitUntil('the server to be off', async () => (await region.server(id)).status === 'SHUTOFF', BOOT_MS);
  const guest = await folderOfServer(region, id);
  const folder = await mkdtemp(join(tmpdir(), 'second-disk-'));
  try {
    const raw = join(folder, 'disk.raw');
    await runCommand('qemu-img', ['convert', '-O', 'raw', join(guest, GUEST_FILES.ephemeral), raw]);
    return await readFile(raw);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Of the guest of a server, below the folder of its compute agent. */
async function guestFolder(stateDir: string, instanceUuid: string): Promise<string> {
  const guests = join(stateDir, 'guests');
  for (const name of await readdir(guests)) {
    const record = await readFile(join(guests, name, GUEST_FILES.record), 'utf8');
    if (record.includes(`"instanceUuid":"${instanceUuid}"`)) return join(guests, name);
  }
  throw new Error(`no guest of server ${instanceUuid} is in ${guests}`);
}

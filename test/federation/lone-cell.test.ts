import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#platform/contracts/actor.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { endProcesses } from '../../deploy/local/end-processes.ts';
import { HOME_VARIABLE } from '../../deploy/local/environment.ts';
import { makeGuestImage } from '../../deploy/local/guest-image/guest-image.ts';
import { commandLine, type ProcessIdentity, processesWithEnvironment } from '../../deploy/local/process-identity.ts';
import { aFlavor, aBuild as anyBuild } from '../support/a-build.ts';
import { aNetwork, aSubnet } from '../support/a-network.ts';
import { type ImageServer, serveImage } from '../support/image-server.ts';
import { type LoneCell, startLoneCell, TEST_CACHE } from '../support/lone-cell.ts';
import { waitUntil } from '../support/wait-until.ts';

const actor: Actor = { userId: 'u', projectId: 'p', isAdmin: false, requestId: `req-${randomUUID()}` };
const TICKET = 'a ticket';
const BOOT_MS = 60_000;

const ADDRESSES = { cidr: '10.99.0.0/24', gatewayIp: '10.99.0.1' };

/** A server as the global tier would have ordered it, on a network of its own. */
function aBuild(image: ImageServer): InstanceBuild {
  const networkId = randomUUID();
  const subnetId = randomUUID();
  const plain = anyBuild();
  return {
    ...plain,
    name: 'alone',
    hostname: 'alone',
    flavor: aFlavor({ id: '1', name: 'm1.nano', vcpus: 1, ramMb: 128 }),
    image: { ...plain.image, sizeBytes: image.sizeBytes, sha256: image.sha256, url: image.url, ticket: TICKET },
    networks: [aNetwork({ id: networkId, subnets: [aSubnet({ id: subnetId, ...ADDRESSES })] })],
    ports: [
      {
        id: randomUUID(),
        networkId,
        mac: 'fa:16:3e:00:00:05',
        fixedIps: [{ subnetId, address: '10.99.0.5' }],
        tag: null,
        preserveOnDelete: false,
        securityGroupIds: [],
      },
    ],
    requestId: actor.requestId,
  };
}

describe('a cell with nothing of the global tier', () => {
  let cell: LoneCell;
  let image: ImageServer;
  let build: InstanceBuild;
  beforeAll(async () => {
    image = await serveImage(await makeGuestImage(TEST_CACHE), TICKET);
    build = aBuild(image);
    // The global tier tells hosts of groups: without it they would let nothing pass.
    process.env.VOLVOX_NETWORK_SECURITY_GROUPS = 'off';
    cell = await startLoneCell(0);
  }, 180_000);
  afterAll(async () => {
    await cell?.remove();
    await image?.stop();
  }, 120_000);

  const console = async (): Promise<string> =>
    (await cell.door.consoleOutput({ uuid: build.uuid, lines: null })).output;
  const state = async (): Promise<string> => (await cell.door.getInstance({ uuid: build.uuid })).vmState;
  /** Everything below the cell that is not one of its services: guests, DHCP and metadata servers. */
  const hostProcesses = (): ProcessIdentity[] =>
    processesWithEnvironment(HOME_VARIABLE, cell.home.root).filter(
      ({ pid }) => !commandLine(pid).includes('main.js') && /qemu|dnsmasq|metadata/.test(commandLine(pid)),
    );

  /** How often the guest said that it is ready with address, gateway and metadata. */
  const bootsComplete = async (): Promise<number> => {
    const said = await console();
    const complete = ['10.99.0.5/24 by DHCP', 'gateway 10.99.0.1 answers', 'hostname alone', 'ready after'];
    return Math.min(...complete.map((text) => said.split(text).length - 1));
  };

  it('builds a server that gets its address and its metadata', async () => {
    const [host] = (await cell.door.listHosts({})).hosts;
    const request = { build, epoch: 1, hostId: host?.id ?? '', alternates: [], zone: null };
    const { answers } = await cell.door.createInstances({ requests: [request], actor });
    expect(answers).toEqual([{ uuid: build.uuid, accepted: true, hostId: host?.id }]);
    await waitUntil('the server to be active', async () => (await state()) === 'active', BOOT_MS);
    await waitUntil('the guest to be ready', async () => (await bootsComplete()) === 1, BOOT_MS);
    expect(await console()).toContain(`uuid ${build.uuid}`);
    const { stats } = await cell.door.guestStats({ uuid: build.uuid });
    expect(stats.cpuTimesNs.map((time) => time > 0)).toEqual([true]);
    expect(stats.disks.map(({ readBytes }) => readBytes > 0)).toEqual([true]);
    expect(stats.nics.map(({ receivedBytes, sentBytes }) => [receivedBytes > 0, sentBytes > 0])).toEqual([
      [true, true],
    ]);
  }, 150_000);

  it('keeps the guest when each of its own processes is killed', async () => {
    const guests = hostProcesses().filter(({ pid }) => commandLine(pid).includes('qemu-system'));
    expect(guests).toHaveLength(1);
    for (const one of cell.processes.matching(/./)) {
      const before = one.identity;
      if (before === null) throw new Error(`${one.spec.name} does not run`);
      process.kill(before.pid, 'SIGKILL');
      await waitUntil(`${one.spec.name} again`, () => one.identity !== null && one.identity.pid !== before.pid);
      await one.untilReady(60_000);
    }
    await cell.hostsUp();
    expect(await state()).toBe('active');
    expect(hostProcesses().map(({ pid }) => pid)).toContain(guests[0]?.pid);
  }, 150_000);

  it('starts the guests of a rebooted host again, with address and metadata', async () => {
    const agents = cell.processes.matching(/-(compute|network)$/);
    for (const agent of agents) await agent.stop('SIGKILL');
    await endProcesses(hostProcesses(), 0);
    const bootsBefore = await bootsCount();
    for (const agent of agents) agent.start();
    await waitUntil('the guest to boot again', async () => (await bootsCount()) > bootsBefore, BOOT_MS);
    await waitUntil(
      'the guest to be ready again',
      async () => (await console()).includes('boot 2 of this disk'),
      BOOT_MS,
    );
    await waitUntil('address and metadata again', async () => (await bootsComplete()) >= 1, BOOT_MS);
    expect(await state()).toBe('active');
  }, 150_000);

  const bootsCount = async (): Promise<number> => {
    try {
      return (await console()).split('of this disk').length - 1;
    } catch {
      return 0;
    }
  };

  it('deletes it and leaves nothing', async () => {
    await cell.door.act({ uuid: build.uuid, operationId: randomUUID(), kind: 'delete', params: {}, actor });
    await waitUntil('the guest to be gone', () => hostProcesses().length === 0, BOOT_MS);
    const [host] = (await cell.door.listHosts({})).hosts;
    await waitUntil('the claim to be gone', async () => {
      const [now] = (await cell.door.listHosts({})).hosts;
      return now?.used.ramMb === 0;
    });
    expect(host?.up).toBe(true);
  }, 90_000);

  it('keeps the guest of a server that is at home elsewhere: stopped, with its disk, also after its agents were killed', async () => {
    const [host] = (await cell.door.listHosts({})).hosts;
    const unplaced = { ...aBuild(image), uuid: randomUUID() };
    const { uuid } = unplaced;
    const request = { build: unplaced, epoch: 1, hostId: host?.id ?? '', alternates: [], zone: null };
    await cell.door.createInstances({ requests: [request], actor });
    const active = async () => (await cell.door.getInstance({ uuid })).vmState === 'active';
    await waitUntil('the server to be active', active, BOOT_MS);
    const folders = () => readdirSync(join(cell.home.data(cell.settings.name, 'compute'), 'guests'));
    const [guest = '', ...others] = folders();
    expect(others).toEqual([]);
    const disk = () => existsSync(join(cell.home.data(cell.settings.name, 'compute'), 'guests', guest, 'disk.qcow2'));

    await cell.door.quarantine({ instances: [{ uuid, epoch: 1, reason: 'Its home is elsewhere.' }] });
    await waitUntil('nothing of it to run', () => hostProcesses().length === 0, BOOT_MS);
    expect(disk()).toBe(true);
    const agents = cell.processes.matching(/-(compute|network)$/);
    for (const agent of agents) await agent.stop('SIGKILL');
    for (const agent of agents) agent.start();
    for (const agent of agents) await agent.untilReady(60_000);
    await cell.hostsUp();
    const { instances } = await cell.door.listQuarantined({});
    expect(instances).toMatchObject([{ uuid, epoch: 1, hostName: host?.name }]);
    // An agent that starts runs QEMU to see what it can do: only one with the guest's disk would be the guest.
    const running = hostProcesses().filter(({ pid }) => commandLine(pid).includes(guest));
    expect([disk(), running]).toEqual([true, []]);

    await cell.door.removeQuarantined({ uuid, epoch: 1 });
    await waitUntil('its disk to be gone', () => folders().length === 0);
    await waitUntil('the claim to be gone', async () => {
      const [now] = (await cell.door.listHosts({})).hosts;
      return now?.used.ramMb === 0;
    });
  }, 150_000);
});

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { useTestRegion } from '../support/use-test-region.ts';
import { waitUntil } from '../support/wait-until.ts';
import { untilServersAreIdle } from './idle-servers.ts';

const run = promisify(execFile);
const BOOT_MS = 120_000;

interface ShownServer {
  readonly id: string;
  readonly status: string;
  readonly addresses: unknown;
  readonly 'OS-EXT-STS:task_state': string | null;
}

/** Debian's own client, with the clouds.yaml that the region wrote, on guests that really boot. */
describe('the openstack client', () => {
  const region = useTestRegion({ cells: 2, simulatedHosts: 0 }, 240_000);

  const openstack = async (...args: string[]): Promise<string> => {
    await untilServersAreIdle(region.admin);
    const env = { ...process.env, OS_CLIENT_CONFIG_FILE: region.region.home.cloudsYaml, OS_CLOUD: 'volvox' };
    return (await run('openstack', args, { env, timeout: 200_000, maxBuffer: 16 * 1024 * 1024 })).stdout;
  };
  const asJson = async <T>(...args: string[]): Promise<T> => JSON.parse(await openstack(...args, '-f', 'json')) as T;
  const names = async (noun: string): Promise<string[]> =>
    (await asJson<{ Name: string }[]>(noun, 'list')).map((one) => one.Name);
  const settled = (status: string): Promise<ShownServer> =>
    waitUntil(
      `the server to be ${status}`,
      async () => {
        const shown = await asJson<ShownServer>('server', 'show', 'first');
        if (shown.status === 'ERROR') throw new Error('the server is in ERROR');
        return shown.status === status && shown['OS-EXT-STS:task_state'] === null ? shown : null;
      },
      BOOT_MS,
    );
  const console = (): Promise<string> => openstack('console', 'log', 'show', 'first');
  const said = (text: string, times = 1): Promise<string> =>
    waitUntil(
      `the guest to say ${JSON.stringify(text)} ${times} times`,
      async () => {
        const log = await console();
        return log.split(text).length - 1 >= times ? log : null;
      },
      BOOT_MS,
    );

  it('lists images, flavors and networks', async () => {
    expect(await names('image')).toEqual(['volvox-guest']);
    expect(await names('flavor')).toContain('m1.nano');
    expect(await names('network')).toEqual(['private']);
  }, 60_000);

  it('creates a server and waits until it is ACTIVE', async () => {
    const server = await asJson<ShownServer>(
      ...[
        'server',
        'create',
        '--flavor',
        'm1.nano',
        '--image',
        'volvox-guest',
        '--network',
        'private',
        '--wait',
        'first',
      ],
    );
    expect(server.status).toBe('ACTIVE');
    expect(JSON.stringify(server.addresses)).toMatch(/10\.20\.0\.\d+/);
  }, 240_000);

  it("shows the guest's own lines: its address by DHCP, its gateway, its metadata, its name", async () => {
    const log = await said('ready after');
    const { id, addresses } = await settled('ACTIVE');
    const [address] = /10\.20\.0\.\d+/.exec(JSON.stringify(addresses)) ?? [];
    expect(log).toContain(`address ${address}/24 by DHCP`);
    expect(log).toContain('gateway 10.20.0.1 answers');
    expect(log).toContain(`metadata {"uuid":"${id}"`);
    expect(log).toContain('hostname first');
  }, 150_000);

  it('opens its consoles, and makes it notice a crash dump', async () => {
    const { url } = await asJson<{ url: string }>('console', 'url', 'show', '--novnc', 'first');
    expect(await (await fetch(url)).text()).toContain('<title>Console</title>');
    const serial = await asJson<{ url: string }>('console', 'url', 'show', '--serial', 'first');
    const socket = new WebSocket(serial.url);
    const heard: string[] = [];
    socket.on('message', (data: Buffer) => heard.push(data.toString()));
    await waitUntil('a line of the guest', async () => heard.join('').includes('volvox-guest: tick') || null, BOOT_MS);
    socket.terminate();
    await openstack('--os-compute-api-version', '2.17', 'server', 'dump', 'create', 'first');
    await said('NMI');
  }, 150_000);

  it('stops and starts it', async () => {
    await openstack('server', 'stop', 'first');
    await settled('SHUTOFF');
    await openstack('server', 'start', 'first');
    await settled('ACTIVE');
    await said('boot 2 of this disk');
  }, 300_000);

  it('reboots it, softly and hard', async () => {
    await said('ready after', 2);
    expect(await console()).toContain('power button, going down');
    await openstack('server', 'reboot', '--soft', '--wait', 'first');
    await said('boot 3 of this disk');
    await said('ready after', 3);
    await openstack('server', 'reboot', '--hard', '--wait', 'first');
    await said('of this disk', 4);
  }, 300_000);

  it('pauses, unpauses, suspends and resumes it', async () => {
    await said('ready after', 4);
    await openstack('server', 'pause', 'first');
    await settled('PAUSED');
    await openstack('server', 'unpause', 'first');
    await settled('ACTIVE');
    await openstack('server', 'suspend', 'first');
    await settled('SUSPENDED');
    await openstack('server', 'resume', 'first');
    await settled('ACTIVE');
    const ticks = (await console()).split('tick, up').length;
    await said('tick, up', ticks + 1);
    expect((await console()).split('of this disk').length - 1).toBe(4);
  }, 300_000);

  it('deletes it', async () => {
    await openstack('server', 'delete', '--wait', 'first');
    expect(await asJson<unknown[]>('server', 'list')).toEqual([]);
  }, 120_000);
});

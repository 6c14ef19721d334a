import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Network } from '#platform/objects/network.ts';
import { runCommand, tryCommand } from '../../../../cell/agent/run-command.ts';
import { nthAddress } from '../../../../cell/network/addresses.ts';
import { look } from '../../../../cell/network/drivers/linux/look.ts';
import { metadataTransit, outsideTransit } from '../../../../cell/network/drivers/linux/transits.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aBinding, aNetwork, anInstance, aSubnet } from './a-binding.ts';
import { aGuest, type TestGuest } from './a-guest.ts';
import { aCellNetwork, gone, type TestCellNetwork } from './an-agent.ts';
import { anOutside, type Outside } from './an-outside.ts';

const UUID = 'http://169.254.169.254/openstack/latest/meta_data.json';
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: the network agent needs root');

/** Listens on a port and echoes who asks, until it is killed; says a line when it stands. */
const LISTENER = `
require('node:net').createServer((socket) => socket.on('error', () => {}).end('reached')).listen(Number(process.argv[1]), '0.0.0.0', () => console.log('up'));
`;
/** Prints what a listener says; ends with 1 when none is reached. */
const CONNECT = `
const socket = require('node:net').connect({ host: process.argv[1], port: Number(process.argv[2]) });
socket.setTimeout(1500, () => process.exit(1));
socket.on('error', () => process.exit(1));
socket.on('data', () => process.exit(0));
`;

describe.skipIf(!isRoot)('walls between the tenants of a host, and around the host', () => {
  let cell: TestCellNetwork;
  let outside: Outside;
  let uplink: string;
  const guests: TestGuest[] = [];
  const stops: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    outside = await anOutside();
    uplink = `100.127.${randomInt(256)}.${randomInt(64) * 4}/30`;
    cell = await aCellNetwork({
      VOLVOX_NETWORK_UPLINK: 'veth',
      VOLVOX_NETWORK_UPLINK_CIDR: uplink,
      VOLVOX_NETWORK_UPLINK_MASQUERADE: 'true',
      VOLVOX_NETWORK_BLOCKED_RANGES: `${outside.other}/32`,
    });
    await cell.agent.start();
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
    for (const guest of guests.splice(0)) await guest.stop();
    const left = [...cell.conductor.bindings.values()].filter(({ present }) => present);
    if (left.length > 0) await cell.want(...left.map(gone));
    cell.conductor.bindings.clear();
    cell.conductor.reports.clear();
    cell.conductor.instances.clear();
  });
  afterAll(async () => {
    await cell.stop();
    await outside.stop();
  });

  /** A guest with an address in each network, that has asked for it by DHCP. */
  async function guestsIn(...placed: readonly (readonly [Network, string])[]): Promise<TestGuest[]> {
    const bindings = placed.map(([network, address]) => aBinding(network, 'host-1', [address]));
    for (const binding of bindings) {
      const [address] = binding.port.fixedIps;
      cell.conductor.instances.set(`${binding.network.id} ${address?.address}`, anInstance(binding));
    }
    await cell.want(...bindings);
    const made: TestGuest[] = [];
    for (const binding of bindings) {
      const guest = await aGuest(binding, cell.namespace);
      guests.push(guest);
      made.push(guest);
      const offer = await guest.dhcp();
      expect(offer).toContain(`ip=${binding.port.fixedIps[0]?.address}\n`);
      const metadata = JSON.parse(await guest.fetch(UUID));
      expect(metadata.uuid).toBe(binding.instanceUuid);
    }
    return made;
  }
  const withRange = (cidr: string, gatewayIp: string, rest: Partial<Network> = {}) =>
    aNetwork({ subnets: [aSubnet({ cidr, gatewayIp })], ...rest });

  it("serves a guest whose address is another tenant's gateway, and that tenant's guests", async () => {
    const victims = withRange('10.9.0.0/24', '10.9.0.1');
    const hostile = withRange('10.9.0.0/24', '10.9.0.20');
    const [victim, attacker] = await guestsIn([victims, '10.9.0.20'], [hostile, '10.9.0.1']);
    await victim?.reaches('10.9.0.1');
    await attacker?.reaches('10.9.0.20');
    // And once more, now that both stand.
    for (const guest of [victim, attacker]) {
      await guest?.run('ip', 'address', 'flush', 'dev', 'eth0');
      await guest?.dhcp();
      await guest?.fetch(UUID);
    }
  });

  it('tells guests with the same address in two networks apart', async () => {
    const [one, two] = [withRange('10.9.0.0/24', '10.9.0.1'), withRange('10.9.0.0/24', '10.9.0.1')];
    expect(await guestsIn([one, '10.9.0.5'], [two, '10.9.0.5'])).toHaveLength(2);
  });

  it.each([
    ['the uplink', () => [uplink, nthAddress(uplink, 2), nthAddress(uplink, 1)] as const],
    ['the outside', () => [outside.range, outside.address, outside.host] as const],
  ])('leads guests of others past a tenant whose gateway is the address of %s', async (_what, range) => {
    const [cidr, gateway, address] = range();
    const hostile = withRange(cidr, gateway, { external: true });
    const external = withRange('10.8.0.0/24', '10.8.0.1', { external: true });
    const [victim] = await guestsIn([external, '10.8.0.7'], [hostile, address]);
    await victim?.reaches(outside.address);
  });

  /** A listener on every address of a namespace; null: of the host. Returns its port. */
  async function listen(namespace: string | null): Promise<number> {
    const server = createServer((socket) => socket.on('error', () => undefined).end('reached'));
    if (namespace === null) {
      server.listen(0, '0.0.0.0');
      await once(server, 'listening');
      stops.push(async () => void server.close());
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('no port');
      return address.port;
    }
    const port = 30_000 + randomInt(10_000);
    const started = new AbortController();
    const ended = runCommand('ip', ['netns', 'exec', namespace, process.execPath, '-e', LISTENER, String(port)], {
      signal: started.signal,
      deadlineMs: 120_000,
    }).catch(() => undefined);
    stops.push(async () => {
      started.abort();
      await ended;
    });
    await waitUntil('the listener', async () =>
      (await tryCommand('ip', ['netns', 'exec', namespace, 'ss', '-Hltn'])).stdout.includes(`:${port} `),
    );
    return port;
  }
  const connects = async (guest: TestGuest | undefined, address: string, port: number): Promise<boolean> =>
    (await guest?.run(process.execPath, '-e', CONNECT, address, String(port)))?.status === 0;

  it('lets guests reach the outside, and no listener of their host', async () => {
    const external = withRange('10.8.0.0/24', '10.8.0.1', { external: true });
    const inner = withRange('10.7.0.0/24', '10.7.0.1');
    const [guest, confined] = await guestsIn([external, '10.8.0.7'], [inner, '10.7.0.7']);
    const [onHost, faraway] = [await listen(null), await listen(outside.name)];
    expect(await connects(guest, outside.address, faraway)).toBe(true);
    // A range of management, blocked by configuration.
    expect(await connects(guest, outside.other, faraway)).toBe(false);
    expect(await guest?.pings(outside.other)).toBe(false);

    const slots = (await look(cell.setup)).networks.map(({ slot }) => slot ?? 0);
    const links = slots.flatMap((slot) => [metadataTransit(slot), outsideTransit(slot)]);
    const own = [nthAddress(uplink, 1), nthAddress(uplink, 2), outside.host];
    const addresses = [...own, '127.0.0.1', '10.8.0.1', '10.7.0.1', '169.254.169.254'];
    addresses.push(...links.flatMap(({ servingEnd, networkEnd }) => [servingEnd, networkEnd]));
    const ports = [onHost, cell.setup.metadataPort];
    const reached: string[] = [];
    const attempts = [guest, confined].flatMap((one) =>
      addresses.flatMap((address) => ports.map((port) => ({ one, address, port }))),
    );
    for (let at = 0; at < attempts.length; at += 8) {
      await Promise.all(
        attempts.slice(at, at + 8).map(async ({ one, address, port }) => {
          if (await connects(one, address, port)) reached.push(`${address}:${port}`);
        }),
      );
    }
    expect(reached).toEqual([]);
    for (const address of own) expect(await guest?.pings(address)).toBe(false);
    await guest?.reaches('10.8.0.1');
    await confined?.reaches('10.7.0.1');
  });

  it("does not lead guests to what the host's own rules publish", async () => {
    const external = withRange('10.8.0.0/24', '10.8.0.1', { external: true });
    const [guest] = await guestsIn([external, '10.8.0.7']);
    const faraway = await listen(outside.name);
    const table = `vvt_${randomInt(1_000_000)}`;
    await runCommand('nft', ['-f', '-'], {
      input: `table ip ${table} {
  chain published {
    type nat hook prerouting priority dstnat; policy accept;
    ip daddr { ${outside.host}, ${nthAddress(uplink, 1)} } tcp dport 8443 dnat to ${outside.address}:${faraway}
  }
}
`,
    });
    stops.push(() => runCommand('nft', ['delete', 'table', 'ip', table]));
    expect(await connects(guest, outside.address, faraway)).toBe(true);
    expect(await connects(guest, outside.host, 8443)).toBe(false);
    expect(await connects(guest, nthAddress(uplink, 1), 8443)).toBe(false);
  });
});

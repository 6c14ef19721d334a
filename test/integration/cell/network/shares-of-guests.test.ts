import { randomInt } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, tryCommand } from '../../../../cell/agent/run-command.ts';
import { GUESTS_PER_TRANSIT } from '../../../../cell/network/drivers/linux/fixed-namespaces.ts';
import { dhcpDir, networkNamespace } from '../../../../cell/network/drivers/linux/host-setup.ts';
import { look } from '../../../../cell/network/drivers/linux/look.ts';
import { bridgeName } from '../../../../cell/network/names.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aBinding, aNetwork, aSubnet } from './a-binding.ts';
import { aGuest, type TestGuest } from './a-guest.ts';
import { aCellNetwork, type TestCellNetwork } from './an-agent.ts';
import { anOutside, type Outside } from './an-outside.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: the network agent needs root');

const CONNECTIONS = 60;
const FORWARDING = '/proc/sys/net/ipv4/ip_forward';

/** Keeps every connection until it is killed; says a line when it stands. */
const LISTENER = `
require('node:net').createServer((socket) => socket.on('error', () => {}).write('reached')).listen(Number(process.argv[1]), '0.0.0.0');
`;
/** Opens many connections to an address, and prints how many were answered. */
const CONNECT = `
const [address, port, count, from] = process.argv.slice(1);
let reached = 0;
for (let n = 0; n < count; n++)
  require('node:net').connect({ host: address, port: Number(port), localAddress: from }).on('error', () => {}).once('data', () => reached++);
setTimeout(() => { console.log(reached); process.exit(0); }, 1500);
`;
/** Sends DHCP discovers that claim to come through a relay, which the server logs one by one. */
const DISCOVER = `
const [from, to, mac, count] = process.argv.slice(1);
const packet = Buffer.alloc(300);
packet.set([1, 1, 6, 0]);
packet.set([192, 0, 2, 9], 24);
packet.set(Buffer.from(mac.replaceAll(':', ''), 'hex'), 28);
packet.set([99, 130, 83, 99, 53, 1, 1, 255], 236);
const socket = require('node:dgram').createSocket('udp4');
socket.bind(68, from, async () => {
  for (let n = 0; n < count; n++) {
    packet.writeUInt32BE(n, 4);
    await new Promise((sent) => socket.send(packet, 67, to, sent));
  }
  socket.close();
});
`;

describe.skipIf(!isRoot)('what the guests of a host share', () => {
  let cell: TestCellNetwork;
  let outside: Outside;
  let [one, two, three]: TestGuest[] = [];
  let inside: string;
  let mac: string;
  let log: string;

  beforeAll(async () => {
    outside = await anOutside();
    cell = await aCellNetwork({
      VOLVOX_NETWORK_UPLINK: 'veth',
      VOLVOX_NETWORK_UPLINK_CIDR: `100.127.${randomInt(256)}.${randomInt(64) * 4}/30`,
      VOLVOX_NETWORK_UPLINK_MASQUERADE: 'true',
      VOLVOX_NETWORK_CONNECTIONS_PER_GUEST: String(CONNECTIONS),
    });
    await cell.agent.start();
    const network = aNetwork({ external: true, subnets: [aSubnet({ cidr: '10.8.0.0/24', gatewayIp: '10.8.0.1' })] });
    const other = aNetwork({ external: true, subnets: [aSubnet({ cidr: '10.8.1.0/24', gatewayIp: '10.8.1.1' })] });
    const bindings = [
      aBinding(network, 'host-1', ['10.8.0.7', '10.8.0.17', '10.8.0.27']),
      aBinding(network, 'host-1', ['10.8.0.8']),
      aBinding(other, 'host-1', ['10.8.1.9']),
    ] as const;
    await cell.want(...bindings);
    [one, two] = [await aGuest(bindings[0], cell.namespace), await aGuest(bindings[1], cell.namespace)];
    three = await aGuest(bindings[2], cell.namespace);
    await one.dhcp();
    await two.dhcp();
    await three.dhcp();
    inside = networkNamespace(cell.setup, bridgeName(network.id));
    mac = bindings[0].port.mac;
    log = join(dhcpDir(cell.setup), bridgeName(network.id), 'log');
  });
  afterAll(async () => {
    await one?.stop();
    await two?.stop();
    await three?.stop();
    await cell.stop();
    await outside.stop();
  });

  /** While somebody outside answers there. */
  async function withListener(use: (port: string) => Promise<void>): Promise<void> {
    const port = 30_000 + randomInt(10_000);
    const started = new AbortController();
    const listener = runCommand('ip', ['netns', 'exec', outside.name, process.execPath, '-e', LISTENER, String(port)], {
      signal: started.signal,
      deadlineMs: 60_000,
    }).catch(() => undefined);
    await waitUntil('the listener', async () =>
      (await tryCommand('ip', ['netns', 'exec', outside.name, 'ss', '-Hltn'])).stdout.includes(`:${port} `),
    );
    try {
      await use(String(port));
    } finally {
      started.abort();
      await listener;
    }
  }
  const open = async (guest: TestGuest | undefined, port: string, count: number, from: readonly string[] = []) =>
    Number((await guest?.run(process.execPath, '-e', CONNECT, outside.address, port, String(count), ...from))?.stdout);

  it('are connections through the host: a guest that opens many, from all its addresses, leaves the others theirs', async () => {
    const shown = await one?.run('ip', '-4', '-o', 'address', 'show', 'dev', 'eth0');
    const addresses = ['10.8.0.7', '10.8.0.17', '10.8.0.27'];
    for (const address of addresses.filter((each) => !shown?.stdout.includes(` ${each}/`)))
      await one?.run('ip', 'address', 'add', `${address}/24`, 'dev', 'eth0');
    await withListener(async (port) => {
      const answered = await Promise.all(addresses.map((address) => open(one, port, CONNECTIONS, [address])));
      const sum = answered.reduce((all, each) => all + each, 0);
      expect(sum).toBeGreaterThan(CONNECTIONS / 2);
      expect(sum).toBeLessThanOrEqual(CONNECTIONS + 3);
      expect(await open(two, port, 10)).toBe(10);
    });
  });

  it('are the connections of the uplink: one network leaves the others theirs', async () => {
    const most = CONNECTIONS * GUESTS_PER_TRANSIT;
    await withListener(async (port) => {
      const many = [process.execPath, '-e', CONNECT, outside.address, port, String(2 * most)];
      const answered = Number(await runCommand('ip', ['netns', 'exec', inside, ...many]));
      expect(answered).toBeGreaterThan(most / 2);
      expect(answered).toBeLessThanOrEqual(most + 1);
      expect(await open(three, port, 10)).toBe(10);
    });
  });

  it('is a host that forwards, also after an operator has set the machine to its own settings again', async () => {
    await one?.reaches(outside.address);
    await writeFile(FORWARDING, '0');
    await waitUntil('the host to forward again', async () => (await readFile(FORWARDING, 'utf8')).trim() === '1');
    await one?.reaches(outside.address);
  });

  it('is the DHCP server: a guest that floods it makes few lines in its log, and its neighbour gets an address', async () => {
    const lines = async () => (await readFile(log, 'utf8')).split('\n').length;
    const before = await lines();
    await one?.run(process.execPath, '-e', DISCOVER, '10.8.0.7', '10.8.0.1', mac, '3000');
    await two?.run('ip', 'address', 'flush', 'dev', 'eth0');
    expect(await two?.dhcp()).toContain('ip=10.8.0.8\n');
    expect((await lines()) - before).toBeLessThan(100);
  });

  it('is the memory in which logs are: a long one is emptied', async () => {
    await writeFile(log, Buffer.alloc(2 * 1024 * 1024, 'x\n'), { flag: 'a' });
    await look(cell.setup);
    expect((await stat(log)).size).toBeLessThan(1024 * 1024);
    // The flood before may have used up what the guest may ask, and a pass of the agent may empty the file once more.
    await waitUntil('the server to go on at its start', async () => {
      await one?.run(process.execPath, '-e', DISCOVER, '10.8.0.7', '10.8.0.1', mac, '5');
      const { size } = await stat(log);
      return size > 0 && size < 10_000;
    });
  });
});

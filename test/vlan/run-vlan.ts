import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Network } from '#platform/objects/network.ts';
import type { DesiredBinding } from '#platform/objects/port-binding.ts';
import { segmentName } from '../../cell/network/names.ts';
import { aBinding, aNetwork } from '../integration/cell/network/a-binding.ts';
import { gone } from '../integration/cell/network/an-agent.ts';
import { atInterrupt, interruptible } from '../support/interruptible.ts';
import { TEST_CACHE } from '../support/lone-cell.ts';
import { scriptOptions } from '../support/script-options.ts';
import { bootArchive } from './boot-archive.ts';
import { checkTrunk } from './check-trunk.ts';
import { cloudKernel } from './cloud-kernel.ts';
import { type QemuHost, startQemuHost } from './qemu-host.ts';
import { type WireFrame, wireFrames } from './wire-frames.ts';
import { frameCounts, type WireGuest, wireProblems } from './wire-verdict.ts';

const HELP = `npm run test:vlan -- [options]

Boots two hosts in QEMU, with this machine's own root and Debian's kernel, which has 802.1Q. The network agent of each builds two VLANs and
a network of VXLAN, with a guest in each. The frames between the hosts are captured, and must have the tags of their networks.

  --keep   keep the folder with the captures and the consoles, and say where it is
`;

const options = scriptOptions(HELP, { keep: { type: 'boolean', default: false } });
const CARD = 'eth0';
const HOSTS = ['host-1', 'host-2'] as const;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
let failures = 0;
function check(what: string, good: boolean, detail: unknown = ''): void {
  if (!good) failures += 1;
  say(`${good ? 'ok     ' : 'FAILED '} ${what}${good ? '' : ` ${JSON.stringify(detail)}`}`);
}

interface Guest {
  readonly name: string;
  readonly host: QemuHost;
  readonly binding: DesiredBinding;
  readonly address: string;
}

/** All networks have the same subnet: nothing but the segment keeps them apart. */
const NETWORKS: readonly { readonly colour: string; readonly network: Network }[] = [
  { colour: 'red', network: aNetwork({ name: 'red', segmentType: 'vlan', segmentId: 101, mtu: 1500 }) },
  { colour: 'blue', network: aNetwork({ name: 'blue', segmentType: 'vlan', segmentId: 4_094, mtu: 1500 }) },
  { colour: 'grey', network: aNetwork({ name: 'grey', segmentType: 'vxlan', segmentId: 101, mtu: 1450 }) },
];

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'volvox-vlan-'));
  const hosts: QemuHost[] = [];
  const cleanUp = async (): Promise<void> => {
    for (const host of hosts) await host.stop();
    if (options.keep) say(`kept: ${folder}`);
    else await rm(folder, { recursive: true, force: true });
  };
  const done = atInterrupt(cleanUp);
  try {
    await bootHosts(folder, hosts);
    const guests = await plugGuests(hosts);
    await checkReach(guests);
    await checkDevices(hosts);
    await checkRestart(hosts, guests);
    await checkRepair(hosts, guests);
    const subports = await checkSubports(hosts, guests);
    await checkEnd(hosts, guests);
    checkWire(hosts, [...guests, ...subports]);
  } finally {
    done();
    await cleanUp();
  }
  say(failures === 0 ? 'all is as expected' : `${failures} checks failed`);
  process.exitCode = failures === 0 ? 0 : 1;
}

const macOf = (at: number): string => `52:54:00:00:00:0${at + 1}`;
const addressOf = (at: number): string => `192.0.2.${at + 1}`;

async function bootHosts(folder: string, hosts: QemuHost[]): Promise<void> {
  const kernel = await cloudKernel(TEST_CACHE);
  const archive = join(folder, 'boot.gz');
  await writeFile(archive, bootArchive(kernel));
  const starts = HOSTS.map(async (name, at) => {
    const end = at === 0 ? 'listens' : 'connects';
    const plan = { name, mac: macOf(at), kernel, archive, folder, wire: join(folder, 'wire.sock'), end } as const;
    return await startQemuHost(plan);
  });
  for (const start of await Promise.allSettled(starts)) {
    if (start.status === 'fulfilled') hosts.push(start.value);
  }
  await Promise.all(starts);
  const releases = await Promise.all(
    hosts.map((host, at) =>
      host.call('begin', {
        address: `${addressOf(at)}/24`,
        options: {
          VOLVOX_NETWORK_HOST_NAME: host.name,
          VOLVOX_NETWORK_NAMESPACE: 'volvox-test',
          VOLVOX_NETWORK_VLAN_DEVICE: CARD,
          VOLVOX_NETWORK_VXLAN_ADDRESS: addressOf(at),
          VOLVOX_NETWORK_VXLAN_PEERS: addressOf(1 - at),
          VOLVOX_NETWORK_SECURITY_GROUPS: 'off',
        },
      }),
    ),
  );
  check(
    `two hosts with ${kernel.release}`,
    releases.every((release) => release === kernel.release),
    releases,
  );
}

async function plugGuests(hosts: readonly QemuHost[]): Promise<readonly Guest[]> {
  const guests = hosts.flatMap((host, at) =>
    NETWORKS.map(({ colour, network }, which): Guest => {
      const address = `10.9.0.${which + 1}${at + 1}`;
      return { name: `${colour} on ${host.name}`, host, address, binding: aBinding(network, host.name, [address]) };
    }),
  );
  await Promise.all(
    hosts.map((host) =>
      host.call(
        'apply',
        guests.filter((one) => one.host === host).map(({ binding }) => binding),
      ),
    ),
  );
  check('every port is plugged', true);
  await each(guests, async ({ host, binding, name, address }) => {
    const said = await host.call('plug', binding);
    check(`${name} got ${address} by DHCP`, said.includes(`ip=${address}`), said);
    await host.call('serve', { portId: binding.port.id, word: word(name) });
  });
  return guests;
}

const word = (name: string): string => name.replaceAll(' ', '-');

/** One after the other on a host, both hosts at once. */
async function each(guests: readonly Guest[], act: (guest: Guest) => Promise<void>): Promise<void> {
  const hosts = [...new Set(guests.map(({ host }) => host))];
  await Promise.all(
    hosts.map(async (host) => {
      for (const guest of guests.filter((one) => one.host === host)) await act(guest);
    }),
  );
}

async function checkReach(guests: readonly Guest[]): Promise<void> {
  await each(guests, async ({ name, host, binding }) => {
    const portId = binding.port.id;
    for (const other of guests.filter((one) => one.binding !== binding)) {
      const same = other.binding.network.id === binding.network.id;
      const pings = await host.call('pings', { portId, address: other.address });
      const said = await host.call('fetch', { portId, address: other.address });
      check(
        `${name} ${same ? 'reaches' : 'does not reach'} ${other.name} (${other.address})`,
        pings === same && said === (same ? word(other.name) : ''),
        { pings, said },
      );
    }
  });
}

const VLANS = NETWORKS.filter(({ network }) => network.segmentType === 'vlan');

/** The VLAN devices of the networks, by name. */
async function vlanDevices(host: QemuHost) {
  const devices = await host.call('carriers');
  return devices.filter(({ kind }) => kind === 'vlan').sort((a, b) => (a.vlan ?? 0) - (b.vlan ?? 0));
}

async function checkDevices(hosts: readonly QemuHost[]): Promise<void> {
  for (const host of hosts) {
    const devices = await vlanDevices(host);
    const expected = VLANS.map(({ network }) => ({
      ...{ namespace: 'volvox-test', name: segmentName(network.id), kind: 'vlan', vlan: network.segmentId, mtu: 1500 },
    }));
    const good = devices.map(({ index: _, ...rest }) => rest);
    check(`${host.name} has the VLAN devices of its networks`, same(good, expected), { devices, expected });
  }
}

const keysOf = (one: object): string[] => Object.keys(one).sort();
const same = (a: readonly object[], b: readonly object[]): boolean =>
  JSON.stringify(a.map((one) => JSON.stringify(one, keysOf(one)))) ===
  JSON.stringify(b.map((one) => JSON.stringify(one, keysOf(one))));

function pairIn(guests: readonly Guest[], colour: string): readonly [Guest, Guest] {
  const [left, right] = guests.filter(({ name }) => name.startsWith(colour));
  if (left === undefined || right === undefined) throw new Error(`no two guests are ${colour}`);
  return [left, right];
}

async function checkRestart(hosts: readonly QemuHost[], guests: readonly Guest[]): Promise<void> {
  const before = await Promise.all(hosts.map(vlanDevices));
  const [left, right] = pairIn(guests, 'red');
  const { answers, between, after, steps } = await left.host.call('restart', {
    ...{ portId: left.binding.port.id, address: right.address },
  });
  check(
    `a new agent on ${left.host.name}: no ping of ${answers.length} is lost (${after - between} meanwhile)`,
    after > between && answers.every((number, at) => number === at),
    answers,
  );
  check('the new agent has nothing to do', steps.length === 0, steps);
  check('the devices are the same ones', same((await Promise.all(hosts.map(vlanDevices))).flat(), before.flat()));
}

async function checkRepair(_hosts: readonly QemuHost[], guests: readonly Guest[]): Promise<void> {
  const [left, right] = pairIn(guests, 'blue');
  const name = segmentName(left.binding.network.id);
  await left.host.call('removeDevice', { namespace: 'volvox-test', name });
  const pings = await left.host.call('pings', { portId: left.binding.port.id, address: right.address });
  check('a VLAN device that somebody removed is made again', pings);
}

async function checkEnd(hosts: readonly QemuHost[], guests: readonly Guest[]): Promise<void> {
  for (const host of hosts) {
    const own = guests.filter((one) => one.host === host);
    const [red] = own;
    if (red === undefined) throw new Error('a host without guests');
    await host.call('apply', [gone({ ...red.binding, generation: 2 })]);
    const left = await vlanDevices(host);
    check(`${host.name}: with its last port the device of a VLAN goes`, left.map(({ vlan }) => vlan).join() === '4094');
    const rest = await host.call('end');
    check(`${host.name}: after its tear-down no VLAN or VXLAN device is left`, rest.length === 0, rest);
  }
}

async function checkSubports(hosts: readonly QemuHost[], guests: readonly Guest[]): Promise<readonly Guest[]> {
  const [first, second] = hosts;
  const parent = guests.find(({ host, binding }) => host === first && binding.network.name === 'red');
  if (parent === undefined) throw new Error('no guest for the parent of a trunk');
  return await checkTrunk({ parent, others: guests.filter(({ host }) => host === second), wordOf: word }, check);
}

function checkWire(hosts: readonly QemuHost[], guests: readonly Guest[]): void {
  const seen = guests.map(({ name, binding }): WireGuest => {
    const { segmentType, segmentId } = binding.network;
    return { name, mac: binding.port.mac, vlan: segmentType === 'vlan' ? segmentId : null };
  });
  const macs = HOSTS.map((_, at) => macOf(at));
  const names = new Map([
    ...seen.map(({ mac, name }) => [mac, name] as const),
    ...macs.map((mac, at) => [mac, HOSTS[at] ?? mac] as const),
  ]);
  for (const host of hosts) {
    const frames: readonly WireFrame[] = wireFrames(host.capture());
    say(`${frames.length} frames at the card of ${host.name}:`);
    for (const line of frameCounts(frames, names)) say(line);
    const problems = wireProblems(frames, seen, macs);
    check(`the frames at the card of ${host.name} have the tags of their networks`, problems.length === 0, problems);
  }
}

await interruptible(main);

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GroupRule } from '#platform/objects/definitions.ts';
import { tapName } from '#platform/objects/network.ts';
import { linkLocal } from '../../../../../cell/network/addresses.ts';
import { type DesiredHost, desiredHost } from '../../../../../cell/network/desired-host.ts';
import { type HostSetup, hostSetup } from '../../../../../cell/network/drivers/linux/host-setup.ts';
import { createLinuxDriver } from '../../../../../cell/network/drivers/linux/linux-driver.ts';
import { tearDown } from '../../../../../cell/network/drivers/linux/tear-down.ts';
import { NOTHING_KNOWN } from '../../../../../cell/network/known-definitions.ts';
import { gatewayMac } from '../../../../../cell/network/names.ts';
import { nextSteps, type Step } from '../../../../../cell/network/next-steps.ts';
import { aHostFacts } from '../../../../support/host-facts.ts';
import { aBinding, aNetwork, aSubnet } from '../a-binding.ts';
import type { Cast, Station } from './case.ts';
import { openWires, type Wire } from './wire.ts';

export interface FrameHost {
  readonly cast: Cast;
  readonly self: Wire;
  readonly victim: Wire;
  readonly setup: HostSetup;
  readonly tap: string;
  stop(): Promise<void>;
}

const ONE_GROUP = { groupIds: ['00000000-0000-4000-8000-000000000001'], portSecurity: true };

/** Of another port: they give nothing to those whose frames are tried, and their rules must load. */
const PAIRS = ['0.0.0.0/0', '10.9.0.200', '::/0', 'fd00:9:1::/48', 'fe80::77'].flatMap((address) =>
  ['00:00:5e:00:01:05', '52:54:00:00:00:13'].map((mac) => ({ address, mac })),
);

/** What a frame of a port meets; DHCP and metadata are not on its way. */
const STEPS: ReadonlySet<Step['kind']> = new Set([
  ...['prepare-host', 'make-network', 'track-connections', 'set-firewall', 'plug-taps'],
] as const);

/**
 * A namespace with one network and its ports, built by the driver of a host, and a wire to each of two ports. With `rules` the host enforces
 * security groups, and every port has one of these. With `free` the first port has no port security.
 */
export async function aFrameHost(rules: readonly GroupRule[] | null = null, free = false): Promise<FrameHost> {
  const folder = await mkdtemp(join(tmpdir(), 'volvox-frames-'));
  const setup = aSetup(folder);
  const six = aSubnet({ ipVersion: 6, cidr: 'fd00:9::/64', gatewayIp: 'fd00:9::1', enableDhcp: false });
  const network = aNetwork({ subnets: [aSubnet({ enableDhcp: false }), six] });
  const bindings = ['11', '12'].map((end) => aBinding(network, 'host-1', [`10.9.0.${end}`, `fd00:9::${end}`]));
  // Ports of one family, and one without addresses: the rules of each must load.
  const others = [['10.9.0.13'], ['fd00:9::14'], []].map((addresses) => aBinding(network, 'host-1', addresses));
  const desired = desiredHost(
    [...bindings, ...others],
    aHostFacts({
      connectionsPerGuest: 4_096,
      enforcesGroups: rules !== null,
      definitions: {
        ...NOTHING_KNOWN,
        portOf: (id) => {
          if (id === others[0]?.port.id) return { ...ONE_GROUP, pairs: PAIRS };
          return free && id === bindings[0]?.port.id ? { ...ONE_GROUP, portSecurity: false } : ONE_GROUP;
        },
        groupOf: () => ({ rules: rules ?? [] }),
      },
    }),
  );
  const driver = createLinuxDriver(setup);
  const stopHost = async () => {
    await tearDown(setup);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await driver.start();
    await build(driver, desired);
    const taps = bindings.map(({ port }) => tapName(port.id));
    const { wires, stop } = await openWires(setup.namespace, taps);
    const [self, victim] = wires;
    const [tap] = taps;
    const [me, other] = bindings.map(({ port }, at) => aStation(port.mac, `1${at + 1}`));
    if (!self || !victim || !me || !other || tap === undefined) throw new Error('two ports are needed');
    const gateway = aStation(gatewayMac(network.id), '1');
    return {
      ...{ cast: { self: me, victim: other, gateway }, self, victim, setup, tap },
      stop: async () => {
        await stop();
        await stopHost();
      },
    };
  } catch (error) {
    await stopHost();
    throw error;
  }
}

async function build(driver: ReturnType<typeof createLinuxDriver>, desired: DesiredHost): Promise<void> {
  const [hostName = ''] = driver.hostNames;
  for (const step of nextSteps(desired, await driver.look(hostName))) {
    if (STEPS.has(step.kind)) await driver.carryOut(hostName, step);
  }
}

const aStation = (mac: string, end: string): Station => ({
  mac,
  ip4: `10.9.0.${end}`,
  ip6: `fd00:9::${end}`,
  linkLocal: linkLocal(mac),
});

const aSetup = (folder: string): HostSetup =>
  hostSetup({
    hostName: 'host-1',
    namespace: `vvf-${randomBytes(4).toString('hex')}`,
    runtimeDir: join(folder, 'run'),
    guestUid: 65_534,
    serviceUid: 65_534,
    dnsmasqPath: 'dnsmasq',
    metadataPort: 20_000,
    uplink: 'none',
    uplinkCidr: '100.127.0.0/30',
    uplinkMasquerade: true,
    vxlanAddress: '',
    vxlanPeers: [],
    vxlanNamespace: '',
    vlanDevice: '',
    announceOn: '',
    connectionsPerGuest: 4_096,
    ...{ securityGroups: 'off', trackedConnectionsPerPort: 16_384 },
    blockedRanges: [],
  });

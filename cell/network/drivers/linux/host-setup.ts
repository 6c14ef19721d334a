import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { isBridgeName, isRouterPart, partOf } from '../../names.ts';

/** Everything about one host that the parts of the Linux driver share. Frozen; made from the configuration. */
export interface HostSetup {
  readonly hostName: string;
  readonly namespace: string;
  /** Files that live until the next reboot; other users may enter it, and read what is not secret. */
  readonly runtimeDir: string;
  readonly guestUid: number;
  readonly serviceUid: number;
  readonly dnsmasqPath: string;
  readonly metadataPort: number;
  readonly uplink: { readonly cidr: string; readonly masquerade: boolean } | null;
  /** The device of the host on which floating addresses are announced; empty: none. */
  readonly announceOn: string;
  /** `namespace`: which sends and receives it; empty: the host's own. */
  readonly vxlan: { readonly address: string; readonly peers: readonly string[]; readonly namespace: string };
  readonly vlanDevice: string;
  /** How many connections of one guest its host keeps open; 0: any number. */
  readonly connectionsPerGuest: number;
  /** Whether the host enforces security groups. */
  readonly securityGroups: 'on' | 'off';
  /** Of one port, with security groups; 0: any number. */
  readonly trackedConnectionsPerPort: number;
  /** Ranges that guests must not reach: the configured ones and the other hosts. */
  readonly blockedRanges: readonly string[];
}

interface HostSetupConfig extends Omit<HostSetup, 'uplink' | 'vxlan'> {
  readonly uplink: 'none' | 'veth';
  readonly uplinkCidr: string;
  readonly uplinkMasquerade: boolean;
  readonly vxlanAddress: string;
  readonly vxlanPeers: readonly string[];
  readonly vxlanNamespace: string;
}

export function hostSetup(config: HostSetupConfig): HostSetup {
  const namespace = config.namespace === '' ? `volvox-${config.hostName}` : config.namespace;
  const { hostName, guestUid, serviceUid, dnsmasqPath, metadataPort, vlanDevice, connectionsPerGuest } = config;
  const { securityGroups, trackedConnectionsPerPort, announceOn } = config;
  const otherHosts = [config.vxlanAddress, ...config.vxlanPeers].filter((address) => isIP(address) !== 0);
  return Object.freeze({
    ...{ hostName, namespace, guestUid, serviceUid, dnsmasqPath, metadataPort, vlanDevice, connectionsPerGuest },
    ...{ securityGroups, trackedConnectionsPerPort, announceOn },
    runtimeDir: config.runtimeDir === '' ? join('/run/volvox-network', namespace) : config.runtimeDir,
    uplink: config.uplink === 'none' ? null : { cidr: config.uplinkCidr, masquerade: config.uplinkMasquerade },
    blockedRanges: [
      ...new Set([...config.blockedRanges, ...otherHosts.map((host) => `${host}/${isIP(host) === 4 ? 32 : 128}`)]),
    ].sort(),
    vxlan: { address: config.vxlanAddress, peers: config.vxlanPeers, namespace: config.vxlanNamespace },
  });
}

/** Serves all networks of the host: the metadata server is in it. */
export const metadataNamespace = (setup: HostSetup): string => `${setup.namespace}-metadata`;
/** Serves all external networks of the host: the uplink is in it. */
export const outsideNamespace = (setup: HostSetup): string => `${setup.namespace}-outside`;
/** A network's own: its gateway and its DHCP server are in it. */
export const networkNamespace = (setup: Pick<HostSetup, 'namespace'>, bridge: string): string =>
  `${setup.namespace}-${partOf(bridge)}`;

/** The bridge of the network whose namespace has this name; null: it is none of this host's. */
export function bridgeOfNamespace(setup: HostSetup, name: string): string | null {
  const bridge = `brq${name.slice(setup.namespace.length + 1)}`;
  return name.startsWith(`${setup.namespace}-`) && isBridgeName(bridge) ? bridge : null;
}

/** A router's own. No network's namespace has such a name, whatever the namespace of the agent is called. */
export const routerNamespace = (setup: HostSetup, router: string): string => `${setup.namespace}-rt${router}`;

/** The router, by 11 characters of its id, whose namespace has this name; null: it is none of this host's. */
export function routerOfNamespace(setup: HostSetup, name: string): string | null {
  const start = `${setup.namespace}-rt`;
  const router = name.slice(start.length);
  return name.startsWith(start) && isRouterPart(router) ? router : null;
}

/** Devices in the namespace of a network. */
export const GATEWAY_DEVICE = 'lan';
export const METADATA_DEVICE = 'metadata';

/** The outside namespace's end of the uplink. */
export const UPLINK = 'uplink';
/** The host's end: one name for each namespace. */
export const uplinkHostEnd = (setup: HostSetup): string =>
  `vvu${createHash('sha256').update(setup.namespace).digest('hex').slice(0, 10)}`;

/** In the metadata namespace slot 1 uses routing table 10001. */
export const TABLE_BASE = 10_000;

export const dhcpDir = (setup: HostSetup): string => join(setup.runtimeDir, 'dhcp');
export const routersDir = (setup: HostSetup): string => join(setup.runtimeDir, 'routers');
export const metadataDir = (setup: HostSetup): string => join(setup.runtimeDir, 'metadata');
export const agentSocket = (setup: HostSetup): string => join(setup.runtimeDir, 'agent.sock');

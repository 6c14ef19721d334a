import { createHash } from 'node:crypto';
import { join } from 'node:path';

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
  readonly vxlan: { readonly address: string; readonly peers: readonly string[] };
  readonly vlanDevice: string;
}

interface HostSetupConfig extends Omit<HostSetup, 'uplink' | 'vxlan'> {
  readonly uplink: 'none' | 'veth';
  readonly uplinkCidr: string;
  readonly uplinkMasquerade: boolean;
  readonly vxlanAddress: string;
  readonly vxlanPeers: readonly string[];
}

export function hostSetup(config: HostSetupConfig): HostSetup {
  const namespace = config.namespace === '' ? `volvox-${config.hostName}` : config.namespace;
  const { hostName, guestUid, serviceUid, dnsmasqPath, metadataPort, vlanDevice } = config;
  return Object.freeze({
    ...{ hostName, namespace, guestUid, serviceUid, dnsmasqPath, metadataPort, vlanDevice },
    runtimeDir: config.runtimeDir === '' ? join('/run/volvox-network', namespace) : config.runtimeDir,
    uplink: config.uplink === 'none' ? null : { cidr: config.uplinkCidr, masquerade: config.uplinkMasquerade },
    vxlan: { address: config.vxlanAddress, peers: config.vxlanPeers },
  });
}

/** The namespace's end of the uplink. */
export const UPLINK = 'uplink';
/** The host's end: one name for each namespace. */
export const uplinkHostEnd = (setup: HostSetup): string =>
  `vvu${createHash('sha256').update(setup.namespace).digest('hex').slice(0, 10)}`;

/** Slot 1 uses mark 1, routing table 10001 and the first metadata port. */
export const TABLE_BASE = 10_000;
export const metadataPortOf = (setup: HostSetup, slot: number): number => setup.metadataPort + slot;

export const dhcpDir = (setup: HostSetup): string => join(setup.runtimeDir, 'dhcp');
export const metadataDir = (setup: HostSetup): string => join(setup.runtimeDir, 'metadata');
export const agentSocket = (setup: HostSetup): string => join(setup.runtimeDir, 'agent.sock');

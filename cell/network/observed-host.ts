/** What a driver observes on a host, in the terms of `desired-host.ts`. */
export interface ObservedHost {
  /** The host's base is there: namespace, forwarding, uplink. */
  readonly prepared: boolean;
  readonly networks: readonly ObservedNetwork[];
  readonly taps: readonly ObservedTap[];
  /** The fingerprint of the rules in force. */
  readonly firewall: string | null;
  readonly dhcp: readonly ObservedDhcp[];
  /** The fingerprint of the listeners of the metadata server that runs. */
  readonly metadata: string | null;
}

export interface ObservedNetwork {
  readonly bridge: string;
  readonly mac: string;
  readonly mtu: number;
  readonly up: boolean;
  /** `10.0.0.1/24`, sorted; without link-local IPv6. */
  readonly addresses: readonly string[];
  /** Of the routing table that traffic of this bridge uses; null: none. */
  readonly slot: number | null;
  /** Destinations in that table, sorted. */
  readonly destinations: readonly string[];
  /** The device that carries the network to other hosts, when it is plugged into the bridge. */
  readonly segmentDevice: string | null;
}

interface ObservedTap {
  readonly name: string;
  readonly bridge: string | null;
  readonly up: boolean;
  readonly mtu: number;
}

/** A DHCP server that runs. */
export interface ObservedDhcp {
  readonly bridge: string;
  /** The fingerprint of what it was started with. */
  readonly service: string;
  /** The fingerprint of the hosts it was last told; null: unknown. */
  readonly hosts: string | null;
  /** MACs of ports that it does not serve, because it does not take their lines. */
  readonly refused?: readonly string[];
}

export const NOTHING_OBSERVED: ObservedHost = {
  prepared: false,
  networks: [],
  taps: [],
  firewall: null,
  dhcp: [],
  metadata: null,
};

/** What a driver observes on a host, in the terms of `desired-host.ts`. */
export interface ObservedHost {
  /** The host's base is there: its fixed namespaces with their settings and rules, the uplink. */
  readonly prepared: boolean;
  readonly networks: readonly ObservedNetwork[];
  readonly routers: readonly ObservedRouter[];
  /** Addresses outside that are led here, sorted. `router` null: only a part of their way stands. */
  readonly floating: readonly { readonly address: string; readonly router: string | null }[];
  /** The host's own addresses on the device where it announces others. */
  readonly announcesFrom: readonly string[];
  readonly taps: readonly ObservedTap[];
  /** The fingerprint of the rules of all ports in force. */
  readonly firewall: string | null;
  /** null: no rules of security groups are in force. */
  readonly groups: ObservedGroups | null;
  /** The fingerprint of the limits in force; null: none. */
  readonly limits: string | null;
  readonly dhcp: readonly ObservedDhcp[];
  /** The fingerprint of the listeners of the metadata server that runs; empty: one that has ended left its files. */
  readonly metadata: string | null;
}

export interface ObservedNetwork {
  readonly bridge: string;
  /** Of the bridge. */
  readonly mtu: number;
  /** The bridge is up. */
  readonly up: boolean;
  /** The device that carries the network to other hosts, when it is plugged into the bridge. */
  readonly segmentDevice: string | null;
  /** Its own namespace is there and plugged into the bridge and the metadata transit. */
  readonly connected: boolean;
  /** The kernel shows the frames of its bridge to the rules of groups. */
  readonly tracked: boolean;
  /** It has a transit to the outside. */
  readonly outside: boolean;
  /** Routed packets have a way to its guests. */
  readonly reach: boolean;
  /** Of the addresses of its metadata transit; null: it has none. */
  readonly slot: number | null;
  /** Fingerprint of what its namespace was completely made from; null: it was not completed. */
  readonly form: string | null;
  /** null: this pass did not look into its namespace. */
  readonly inside: ObservedNamespace | null;
}

/** Rules of security groups in force. */
export interface ObservedGroups {
  /** Their fingerprint. */
  readonly sum: string | null;
  /** Fingerprints of the members in its sets, by group. */
  readonly members: Readonly<Record<string, string>>;
}

/** What stands in the namespace of a network. */
export interface ObservedNamespace {
  /** Of the gateway device. */
  readonly mac: string;
  readonly mtu: number;
  /** Every device of it is up. */
  readonly up: boolean;
  /** `10.0.0.1/24`, sorted; without link-local IPv6. */
  readonly addresses: readonly string[];
  /** Destinations of its own routes, sorted; without those that the kernel makes. */
  readonly destinations: readonly string[];
  /** Routes on account of routers, by `reach` and by transits; sorted. */
  readonly routes: readonly string[];
  /** What comes from a router is routed by a table of its own, in both families. */
  readonly sorted: boolean;
  /** The fingerprint of the rules in force. */
  readonly rules: string | null;
}

/** A router of which anything stands. */
export interface ObservedRouter {
  /** 11 characters of its id, in names. */
  readonly router: string;
  /** null: it was not completed. */
  readonly slot: number | null;
  /** Fingerprint of what it was completely made from; null: it was not completed. */
  readonly form: string | null;
  /** Its transit to the outside is up. */
  readonly outside: boolean;
  /** null: this pass did not look into its namespace. */
  readonly inside: ObservedRouterNamespace | null;
}

/** What stands in the namespace of a router. */
export interface ObservedRouterNamespace {
  /** Every device of it is up. */
  readonly up: boolean;
  /** Of its interfaces, sorted. */
  readonly addresses: readonly string[];
  /** To its networks, sorted. */
  readonly routes: readonly string[];
  /** The fingerprint of the rules in force. */
  readonly rules: string | null;
}

interface ObservedTap {
  readonly name: string;
  readonly bridge: string | null;
  readonly up: boolean;
  readonly mtu: number;
  /** Its guest has sent something, and nothing of it came from another host since. */
  readonly speaks: boolean;
  /** Of a subport: on which tap its frames come, and their tag. Left out: it is a tap itself. */
  readonly vlan?: { readonly tap: string; readonly id: number };
  /** The name of the shape of what comes to it (desired-traffic.ts); null: none. */
  readonly shape: string | null;
}

/** A DHCP server that runs, or what one left that has ended. */
export interface ObservedDhcp {
  readonly bridge: string;
  /** The fingerprint of what it was started with; empty: it serves nobody. */
  readonly service: string;
  /** The fingerprint of the hosts it was last told; null: unknown. */
  readonly hosts: string | null;
  /** MACs of ports that it does not serve, because it does not take their lines. */
  readonly refused?: readonly string[];
}

export const NOTHING_OBSERVED: ObservedHost = {
  prepared: false,
  networks: [],
  routers: [],
  floating: [],
  announcesFrom: [],
  taps: [],
  firewall: null,
  groups: null,
  limits: null,
  dhcp: [],
  metadata: null,
};

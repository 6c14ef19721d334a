/** An element of `ip -j -d address show`. */
export interface Link {
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly master?: string;
  /** On which device it is made. */
  readonly link?: string;
  readonly address: string;
  readonly ifalias?: string;
  readonly linkinfo?: {
    readonly info_kind?: string;
    readonly info_data?: {
      readonly nf_call_iptables?: number;
      readonly nf_call_ip6tables?: number;
      /** Of a VLAN. */
      readonly id?: number;
    };
  };
  readonly addr_info: readonly { family: string; local: string; prefixlen: number; scope: string }[];
}

/** `10.0.0.1/24`, sorted; without link-local IPv6. */
export const addressesOf = (link: Link): string[] =>
  link.addr_info
    .filter(({ family, scope }) => !(family === 'inet6' && scope === 'link'))
    .map(({ local, prefixlen }) => `${local}/${prefixlen}`)
    .sort();

/** Where the Network API differs from Neutron's on purpose. What differs without a line here is a fault. */
interface NetworkDeviation {
  /** What it is about. */
  readonly of: string;
  readonly neutron: string;
  readonly here: string;
  readonly reason: string;
}

export const NETWORK_DEVIATIONS: readonly NetworkDeviation[] = [
  {
    of: 'Subnets of two external networks with one range',
    neutron: 'allowed',
    here: '409 that names both subnets, also when a network becomes external',
    reason: 'The hosts have one outside: the same address would lead to two projects.',
  },
  {
    of: 'Subnets of an external network that a project owns',
    neutron: 'the project makes and changes them',
    here: '403, unless an admin asks (`create_subnet:external`, `update_subnet:external`)',
    reason: 'Floating addresses come from them, and the hosts answer for those on the outside.',
  },
  {
    of: 'Subports of a trunk',
    neutron: 'any number',
    here: '256 at most',
    reason: 'The record of a server carries the subports of its ports.',
  },
  {
    of: 'Subports of a port whose server is being built or moved to another cell',
    neutron: 'change at any time',
    here: '409; repeat the request afterwards',
    reason: 'The cells have read which subports there are.',
  },
  {
    of: 'A port that was made for a server and became the parent of a trunk',
    neutron: 'Nova fails to delete it, and it stays with its device',
    here: 'it stays when its server goes, and is free',
    reason: 'A trunk never loses its parent.',
  },
  {
    of: 'The sender of what leaves by SNAT',
    neutron: "the router's address on the external network",
    here: "the address of the guest's host; the port of the gateway shows the router's",
    reason: 'Every host translates for its own guests. An address that all hosts send from would bring replies to one.',
  },
  {
    of: 'IPv6 subnets that have no address scope',
    neutron: 'go outside when the external network has none either',
    here: "stay inside; outside go those of the scope of the external network's IPv6 subnet, out of pools of the scope's own project",
    reason: 'A tenant could choose the prefix of a machine outside, and take what is sent to it.',
  },
  {
    of: 'The way back to IPv6 guests',
    neutron: "a route to the router's address on the external network, or prefix delegation",
    here: 'the prefixes are on the link of the external network; the host of each guest answers ND for its fixed addresses, and for none of its allowed address pairs',
    reason: 'Every host routes for its own guests: no address is the way to all of them.',
  },
  {
    of: 'Two routers on one network',
    neutron: 'a guest uses the router that it names as next hop',
    here: 'both are used for the subnets behind them, whichever a guest names; the router with the gateway address of the subnet has the default route',
    reason: 'The host of the guest routes for all routers of a network at once.',
  },
  {
    of: 'Routers on a shared network of another project',
    neutron: 'by a port, not by its subnet',
    here: '400, unless an admin asks',
    reason: 'Its subnets would be reached by all guests of the network, also by those that do not name it as next hop.',
  },
  {
    of: '`distributed`, `ha`',
    neutron: 'an admin chooses them',
    here: 'true and false; another value is 400',
    reason: 'A router is on every host that has a port of one of its networks.',
  },
  {
    of: '`availability_zone_hints`, `flavor_id` of routers',
    neutron: 'choose the agents that a router runs on, and its driver',
    here: 'none; a zone that is named is 404, a flavor 400',
    reason: 'A router has no agents of its own, and there is one way to build it.',
  },
  {
    of: 'Extra routes by a next hop on the external network',
    neutron: 'allowed',
    here: '400 `InvalidRoutes`',
    reason: "What leaves by the gateway takes the routes of the host, which are its operator's.",
  },
  {
    of: 'Extra routes to link-local, loopback, multicast and reserved ranges, and to those of the hosts',
    neutron: 'allowed',
    here: '400 that names the range',
    reason: 'What stands there is the same for every guest: metadata, for example.',
  },
  {
    of: 'Security groups of a port that becomes an interface',
    neutron: 'the port has them still, without an effect',
    here: 'the port has none, and no port security',
    reason: 'An attribute without an effect would say that something is enforced.',
  },
  {
    of: 'A second IPv6 subnet of one network',
    neutron: 'the address is added to the port that the router has there',
    here: 'a port of its own',
    reason: 'Every subnet is joined and left in the same way.',
  },
  {
    of: 'Agents',
    neutron: 'one of each kind on a host (layer 2, layer 3, DHCP, metadata), which an admin disables and deletes',
    here: 'one on each host, `volvox-network`, with the id of the host; to disable or delete it is 409 that says what to do with the compute service of the host',
    reason: 'A host serves the networks of its own servers. An agent that is disabled would leave them without any.',
  },
  {
    of: 'QoS rules that promise a rate (`minimum_bandwidth`, `minimum_packet_rate`)',
    neutron: 'offered where a driver does',
    here: '400 that says so; `rule-types` does not list them',
    reason: 'The scheduler reserves no bandwidth, so the promise would be empty.',
  },
  {
    of: 'QoS policies of floating addresses and of gateways',
    neutron: 'limit what passes the address',
    here: '400 that says where a policy goes',
    reason: 'Every host translates for its own guests. A rate of an address would be shared between hosts.',
  },
  {
    of: 'The burst of what a guest sends',
    neutron: 'that of the rule, or four fifths of the rate',
    here: 'in addition one second of the rate; in both directions at least a frame of 64 KiB',
    reason: "The kernel's limits of bytes count so, and guests send such frames, which are cut later.",
  },
  {
    of: 'QoS packet rates of the direction `any`',
    neutron: 'offered where a driver does',
    here: '400; a rule for each direction limits both',
    reason: 'Hosts count the two directions apart.',
  },
  {
    of: 'Names of ports (`dns_name`) and domains of networks (`dns_domain`)',
    neutron: 'the DHCP agent of a network answers questions about them; a driver publishes them',
    here: 'DHCP tells them to guests, and `dns_assignment` shows them; nobody resolves them',
    reason: 'A host answers DHCP and metadata, and no other question of guests.',
  },
];

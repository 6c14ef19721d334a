import { agentRedisSection, cellSection, logSection, metricsSection } from '#platform/config/common-sections.ts';
import { choice, flag, integer, list, section, text } from '#platform/config/options.ts';
import { tlsSection } from '#platform/config/tls-section.ts';
import { parseCidr } from '#platform/objects/ip-address.ts';
import { isSegmentType, SEGMENT_TYPES } from '#platform/objects/network.ts';

/** Guests are above (compute.guestUids), so that no user of a service is ever that of a guest. */
const MAX_SERVICE_UID = 65_535;
const NOBODY = 65_534;
const NAMESPACE = /^[A-Za-z0-9_.-]{1,64}$/;

export const networkSection = section(
  'network',
  {
    driver: choice(['linux', 'fake'] as const, {
      help: "linux: this host's own bridges, DHCP and rules (needs root). fake: simulated hosts in memory.",
      fallback: 'linux',
    }),
    stateDir: text({
      help: "Where the agent keeps its id, the desired state and the guests' metadata; survives reboots.",
      fallback: '/var/lib/volvox/network',
    }),
    runtimeDir: text({
      help: 'Where process ids, generated files and sockets are kept until the next reboot; other users may enter it. Empty: /run/volvox-network/<namespace>.',
      fallback: '',
    }),
    hostName: text({ help: "This host's name, the same as its compute agent's.", fallback: 'localhost' }),
    namespace: text({
      help: 'The network namespace that holds the bridges and taps; compute.networkNamespace names the same. The other namespaces are named after it. Empty: volvox-<hostName>.',
      fallback: '',
    }),
    guestUid: integer({
      help: 'The user id that may open a new tap device: root, whose compute agent gives it to the user of its guest; or the user of a compute agent that is not root.',
      fallback: 0,
      minimum: 0,
      maximum: MAX_SERVICE_UID,
    }),
    uplink: choice(['none', 'veth'] as const, {
      help: 'How guests of external networks reach the outside: not at all, or through a pair of devices between a namespace and the host.',
      fallback: 'none',
    }),
    uplinkCidr: text({
      help: "IPv4 range of the uplink; its first address is the host's, its second the namespace's.",
      fallback: '100.64.0.0/30',
    }),
    uplinkMasquerade: flag({
      help: 'Whether the host translates what comes from the uplink to its own address and forwards it (changes the host outside the namespace).',
      fallback: false,
    }),
    announceOn: text({
      help: 'The device of this host that is in the external network. On it the host announces the floating addresses and the IPv6 addresses of its guests, and answers for them. The host then forwards IPv4, as with uplinkMasquerade; it forwards IPv6 when the first of its guests has such an address. Empty: somebody else routes these addresses to the host.',
      fallback: '',
    }),
    blockedRanges: list({
      help: "Ranges of IPv4 and IPv6 that guests never reach, and of which the host never answers for an address, such as the networks of management and storage. The hosts' own addresses, the other hosts (vxlanPeers) and 169.254.0.0/16 are never reached anyway.",
      fallback: [],
    }),
    connectionsPerGuest: integer({
      help: "How many connections of one guest the host keeps open at once, to the metadata server and through the uplink. Each is an entry in the kernel's tables of connections, also in the host's own (net.netfilter.nf_conntrack_max). A network or router has 16 times as many. 0: any number.",
      fallback: 4_096,
      minimum: 0,
    }),
    securityGroups: choice(['off', 'on'] as const, {
      help: 'Whether the host enforces security groups, which needs the kernel module br_netfilter. off: every port receives all that reaches its network, and its groups are only shown.',
      fallback: 'on',
    }),
    trackedConnectionsPerPort: integer({
      help: "With security groups: how many connections that a port began, or others with it, the host keeps track of at once. Each is an entry in the kernel's table of connections (net.netfilter.nf_conntrack_max). 0: any number.",
      fallback: 16_384,
      minimum: 0,
    }),
    vxlanAddress: text({ help: "This host's address for VXLAN between hosts.", fallback: '' }),
    vxlanPeers: list({ help: 'Addresses of the other hosts of the cell, for VXLAN.', fallback: [] }),
    vxlanNamespace: text({
      help: "The network namespace that sends and receives VXLAN, with vxlanAddress and a way to vxlanPeers. Empty: the host's own.",
      fallback: '',
    }),
    vlanDevice: text({ help: 'The device of this host that carries VLANs.', fallback: '' }),
    metadataPort: integer({
      help: 'The port of the metadata server, inside its namespace.',
      fallback: 20000,
      minimum: 1024,
      maximum: 65535,
    }),
    dnsmasqPath: text({ help: 'The dnsmasq program.', fallback: 'dnsmasq' }),
    serviceUid: integer({
      help: 'The user id that the metadata server runs as. It knows the secrets of all guests of the host, so nothing else runs as this user: no guest (compute.guestUids is above 65535), not dnsmasq (nobody, 65534), and not guestUid.',
      fallback: 65533,
      minimum: 0,
      maximum: MAX_SERVICE_UID,
    }),
    recheckMs: integer({
      help: 'How often the agent compares the host with the desired state, ms.',
      fallback: 10_000,
      minimum: 100,
    }),
    fakeHosts: integer({ help: 'fake: how many hosts.', fallback: 1, minimum: 1 }),
    fakeHostPrefix: text({ help: 'fake: hosts are named <prefix>-001 and so on.', fallback: 'sim' }),
    fakePlugMs: integer({ help: 'fake: how long plugging takes, ms.', fallback: 0, minimum: 0 }),
    fakeFailHosts: list({ help: 'fake: hosts on which plugging fails.', fallback: [] }),
    fakeHangHosts: list({ help: 'fake: hosts on which plugging never ends.', fallback: [] }),
    fakeProblemFile: text({
      help: 'fake: while this file exists, all hosts say that they cannot work, in its words. Empty: none.',
      fallback: '',
    }),
    fakeSegmentTypes: list({
      help: 'fake: the types of networks that the hosts carry: flat, vlan, vxlan.',
      fallback: ['flat', 'vlan', 'vxlan'],
    }),
    fakeFailPercent: integer({
      help: 'fake: how many of 100 attempts to plug fail once.',
      fallback: 0,
      minimum: 0,
      maximum: 100,
    }),
  },
  ({
    uplink,
    announceOn,
    namespace,
    vxlanNamespace,
    uplinkCidr,
    guestUid,
    serviceUid,
    blockedRanges,
    fakeSegmentTypes,
  }) => {
    if (namespace !== '' && !NAMESPACE.test(namespace)) return 'namespace is not a name';
    if (vxlanNamespace !== '' && !NAMESPACE.test(vxlanNamespace)) return 'vxlanNamespace is not a name';
    if (!/^\d+\.\d+\.\d+\.\d+\/(\d|[12]\d|30)$/.test(uplinkCidr)) return 'uplinkCidr is not an IPv4 range of 4 or more';
    if (!/^[A-Za-z0-9_.@-]{0,15}$/.test(announceOn)) return 'announceOn is not the name of a device';
    if (announceOn !== '' && uplink === 'none') return 'announceOn needs uplink: veth';
    if (serviceUid === NOBODY) return `serviceUid is ${NOBODY} (nobody), which is the user of dnsmasq`;
    const type = fakeSegmentTypes.find((one) => !isSegmentType(one));
    if (type !== undefined) return `fakeSegmentTypes: ${type} is not one of ${SEGMENT_TYPES.join(', ')}`;
    const wrong = blockedRanges.find((range) => parseCidr(range) === null);
    if (wrong !== undefined)
      return `blockedRanges: ${wrong} is not a range of addresses, such as 10.0.0.0/8 or fd00::/8`;
    return guestUid === serviceUid && guestUid !== 0 ? 'guestUid and serviceUid must differ' : null;
  },
);

/** What the network agent reads of the configuration. */
export const sections = {
  log: logSection,
  metrics: metricsSection,
  cell: cellSection,
  cellRedis: agentRedisSection,
  tls: tlsSection,
  network: networkSection,
};

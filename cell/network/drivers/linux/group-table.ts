import { randomInt } from 'node:crypto';
import type { DesiredGroups, FilteredPort, RemoteGroup, RuleProfile } from '../../desired-groups.ts';
import type { DesiredNetwork } from '../../desired-host.ts';
import type { ObservedGroups } from '../../observed-host.ts';
import { asReceiver, asSender, hex, NOT_ADDRESSED, PASSED, RECEIVER, SENDER } from './group-marks.ts';
import { groupRuleConditions, memberSets, rangeSets } from './group-rule.ts';
import { MARK_CHAIN } from './port-filter.ts';
import { type Chain, sumOf } from './rule-table.ts';

/** The table of the family inet that holds the rules of groups. */
export const GROUP_TABLE = 'volvox-groups';
/** Before fragments are put together, so that those of equal addresses in two networks are kept apart too. */
const ZONE_PRIORITY = -450;

/**
 * The rules of security groups, for the frames between the ports of a bridge. Every packet is judged by how its connection began (`ct original`):
 * who began it needs an egress rule of the port that sends, and an ingress rule of the port that answers. So a rule that goes ends the
 * connections that it let in, and answers need no rules.
 *
 * The mark of a connection remembers what was judged already, of which generation. It saves work, and allows nothing: each change of
 * rules or members gives a new generation, so that every connection is judged anew at its next packet. Halves are kept apart, because
 * the ends of a connection may be on two hosts, and because only the port that has an address speaks for its end.
 */
export function groupTable(
  networks: readonly DesiredNetwork[],
  groups: DesiredGroups,
  connectionsPerPort: number,
): string {
  const { ports, profiles, remotes } = groups;
  const targets = (key: (index: number) => string, direction: 'in' | 'out') =>
    ports.map(({ index, profile }) => `${key(index)} : goto ${direction}-${profile}`).join(', ');
  const stateless = ports.filter(({ profile }) => profiles.some((one) => one.name === profile && one.stateless));
  const keysOf = (key: (index: number) => string) => stateless.map(({ index }) => key(index)).join(', ');
  const judge = (
    name: string,
    end: 'egress' | 'ingress',
    mask: number,
    key: (index: number) => string,
  ) => `  chain ${name} {
${stateless.length === 0 ? '' : `    meta mark & ${hex(mask)} { ${keysOf(key)} } return\n`}    ${mask === RECEIVER ? `meta mark & ${hex(NOT_ADDRESSED)} == 0 ` : ''}ct mark @${end}-judged return
${ports.length === 0 ? '' : `    meta mark & ${hex(mask)} vmap { ${targets(key, end === 'egress' ? 'out' : 'in')} }\n`}    drop
  }
`;
  return `table inet ${GROUP_TABLE}
delete table inet ${GROUP_TABLE}
table inet ${GROUP_TABLE} {
  chain ${MARK_CHAIN}${groups.sum} { }
${JUDGEMENT_SETS}${remotes.map(memberParts).join('')}  chain zones {
    type filter hook prerouting priority ${ZONE_PRIORITY}; policy accept;
${networks.length === 0 ? '' : `    ct zone set iifname map { ${networks.map(({ bridge, slot }) => `"${bridge}" : ${slot}`).join(', ')} }\n`}  }
${profiles.map(profileChains).join('')}  chain stamp-egress {
    ct state related return
    ct mark set ct mark map @then-egress return
    ct mark set meta nfproto map @first-egress
  }
  chain stamp-ingress {
    ct state related return
    meta mark & ${hex(NOT_ADDRESSED)} != 0 return
    ct mark set ct mark map @then-ingress return
    ct mark set meta nfproto map @first-ingress
  }
${stateless.length === 0 ? '' : withoutState(profiles, stateless)}${judge('egress-of-sender', 'egress', SENDER, asSender)}${judge('ingress-of-receiver', 'ingress', RECEIVER, asReceiver)}${judge('ingress-of-sender', 'ingress', SENDER, asSender)}${judge('egress-of-receiver', 'egress', RECEIVER, asReceiver)}  chain answers {
    meta mark & ${hex(NOT_ADDRESSED)} != 0 drop
    meta mark & ${hex(SENDER)} != 0 jump ingress-of-sender
    meta mark & ${hex(RECEIVER)} != 0 jump egress-of-receiver
    meta mark set ${hex(PASSED)} accept
  }
  chain between-ports {
    type filter hook forward priority filter; policy accept;
    meta mark 0 meta mark set ${hex(PASSED)} accept
${stateless.length === 0 ? '' : '    jump packets\n'}    ct state { invalid, untracked } ${stateless.length === 0 ? 'drop' : 'goto without-state'}
    ct direction reply goto answers
    meta mark & ${hex(SENDER)} != 0 jump egress-of-sender
    meta mark & ${hex(RECEIVER)} != 0 jump ingress-of-receiver
${connectionsPerPort === 0 ? '' : shares(connectionsPerPort)}    meta mark set ${hex(PASSED)} accept
  }
}
${newGeneration()}`;
}

/**
 * The rules of ports with stateless groups: each packet needs one, answers too, and what belongs to no connection passes when neither end
 * asks for connections. The other end of a packet is judged as its own groups say.
 */
function withoutState(profiles: readonly RuleProfile[], ports: readonly FilteredPort[]): string {
  const targets = (key: (index: number) => string, direction: 'in' | 'out') =>
    ports.map(({ index, profile }) => `${key(index)} : jump packet-${direction}-${profile}`).join(', ');
  const either = (key: (index: number) => string) => [hex(0), ...ports.map(({ index }) => key(index))].join(', ');
  return `${profiles
    .filter((one) => one.stateless)
    .map(packetChains)
    .join('')}  chain packets {
    meta mark & ${hex(SENDER)} vmap { ${targets(asSender, 'out')} }
    meta mark & ${hex(RECEIVER)} vmap { ${targets(asReceiver, 'in')} }
  }
  chain without-state {
    meta mark & ${hex(SENDER)} != { ${either(asSender)} } drop
    meta mark & ${hex(RECEIVER)} != { ${either(asReceiver)} } drop
    meta mark set ${hex(PASSED)} accept
  }
`;
}

function packetChains({ name, rules }: RuleProfile): string {
  const chain = (direction: 'ingress' | 'egress') =>
    rules
      .filter((rule) => rule.direction === direction)
      .flatMap((rule) => groupRuleConditions(rule, 'packet'))
      .map((condition) => `    ${condition} return\n`)
      .join('');
  return `  chain packet-in-${name} {
${chain('ingress')}    drop
  }
  chain packet-out-${name} {
${chain('egress')}    drop
  }
`;
}

/** So that no port fills the table of connections, which all ports of the host share. Of both ends, the one that began pays. */
const shares = (
  most: number,
): string => `    ct state new meta mark & ${hex(SENDER)} != 0 add @sharers { meta mark & ${hex(SENDER)} ct count over ${most} } drop
    ct state new meta mark & ${hex(SENDER)} == 0 add @sharers { meta mark & ${hex(RECEIVER)} ct count over ${most} } drop
`;

const JUDGEMENT_SETS = `  set sharers {
    type mark; size 65535; flags dynamic;
  }
  set egress-judged {
    type mark;
  }
  set ingress-judged {
    type mark;
  }
  map first-egress {
    typeof meta nfproto : ct mark;
  }
  map first-ingress {
    typeof meta nfproto : ct mark;
  }
  map then-egress {
    type mark : mark;
  }
  map then-ingress {
    type mark : mark;
  }
`;

/** Marks of connections are three numbers of a generation: one for each half that was judged, and one for both. */
export function newGeneration(generation = randomInt(1, 2 ** 30)): string {
  const egress = generation * 4 + 1;
  const [ingress, both] = [egress + 1, egress + 2];
  const elements = {
    'egress-judged': `${hex(egress)}, ${hex(both)}`,
    'ingress-judged': `${hex(ingress)}, ${hex(both)}`,
    'first-egress': `ipv4 : ${hex(egress)}, ipv6 : ${hex(egress)}`,
    'first-ingress': `ipv4 : ${hex(ingress)}, ipv6 : ${hex(ingress)}`,
    'then-egress': `${hex(ingress)} : ${hex(both)}`,
    'then-ingress': `${hex(egress)} : ${hex(both)}`,
  };
  return Object.entries(elements)
    .map(([name, list]) => {
      const kind = name.endsWith('-judged') ? 'set' : 'map';
      return `flush ${kind} inet ${GROUP_TABLE} ${name}\nadd element inet ${GROUP_TABLE} ${name} { ${list} }\n`;
    })
    .join('');
}

/** An empty chain for each group carries the fingerprint of the members in its sets. */
export const membersChain = ({ id, sum }: Pick<RemoteGroup, 'id' | 'sum'>): string => `members-${id}-${sum}`;

/** What the names of a namespace's chains tell; null: the table does not stand. */
export function observedGroups(chains: readonly Chain[]): ObservedGroups | null {
  const names = chains.flatMap(({ chain }) => (chain?.table === GROUP_TABLE ? chain.name : []));
  if (names.length === 0) return null;
  const found = names.map((name) => /^members-([0-9a-f-]{36})-([0-9a-f]+)$/.exec(name)).filter((one) => one !== null);
  return {
    sum: sumOf(chains, 'inet', GROUP_TABLE),
    members: Object.fromEntries(found.map(([, id = '', sum = '']) => [id, sum])),
  };
}

function memberParts(group: RemoteGroup): string {
  const [v4, v6] = memberSets(group.id);
  const [ranges4, ranges6] = rangeSets(group.id);
  const elements = (list: readonly string[]) => (list.length === 0 ? '' : `\n    elements = { ${list.join(', ')} }`);
  return `  chain ${membersChain(group)} { }
  set ${v4} {
    type ipv4_addr;${elements(group.ipv4)}
  }
  set ${v6} {
    type ipv6_addr;${elements(group.ipv6)}
  }
  set ${ranges4} {
    type ipv4_addr; flags interval; auto-merge;${elements(group.ranges4)}
  }
  set ${ranges6} {
    type ipv6_addr; flags interval; auto-merge;${elements(group.ranges6)}
  }
`;
}

function profileChains({ name, rules }: RuleProfile): string {
  const chain = (direction: 'ingress' | 'egress') =>
    rules
      .filter((rule) => rule.direction === direction)
      .flatMap((rule) => groupRuleConditions(rule))
      .map((condition) => `    ${condition} goto stamp-${direction}\n`)
      .join('');
  return `  chain in-${name} {
${chain('ingress')}    drop
  }
  chain out-${name} {
${chain('egress')}    drop
  }
`;
}

import { isIP } from 'node:net';
import type { GroupRule } from '#platform/objects/definitions.ts';
import type { DesiredBinding } from '#platform/objects/port-binding.ts';
import { canonical, versionOf, widest } from './addresses.ts';
import type { KnownDefinitions } from './known-definitions.ts';
import { fingerprint, tapName } from './names.ts';

/** Raised when the same groups become other rules, so that a running host takes over the new way. */
const FORM = 3;

/** Of each version and group. Those beyond let nobody in: a group may not fill the memory of the kernel. */
export const MAX_RANGES = 65_536;

/** Two of them, and a bit, fit into the mark of a packet (`drivers/linux/group-marks.ts`). */
const MAX_INDEX = 0x7ffe;

/** What a host enforces of security groups. */
export interface DesiredGroups {
  /** Fingerprint of all but the members. */
  readonly sum: string;
  /** Definitions were heard of. Otherwise the rules that stand are left alone: they were made from what was known before. */
  readonly known: boolean;
  readonly ports: readonly FilteredPort[];
  /** Taps of the ports without port security, sorted. */
  readonly freeTaps: readonly string[];
  readonly profiles: readonly RuleProfile[];
  /** The groups that rules name as remote. */
  readonly remotes: readonly RemoteGroup[];
}

export interface FilteredPort {
  readonly tap: string;
  /** Its number on this host: 1 to 32,766. It follows from the tap's name, so that it stays while others come and go. */
  readonly index: number;
  /** Name of its profile. */
  readonly profile: string;
}

/** All that a set of groups allows. Ports of the same groups share it. */
export interface RuleProfile {
  readonly name: string;
  readonly rules: readonly GroupRule[];
  /** Its rules are about single packets, not about connections. */
  readonly stateless: boolean;
}

export interface RemoteGroup {
  readonly id: string;
  /** Addresses of its members, sorted, in the kernel's form. */
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
  /** Ranges of addresses that members send from besides (address pairs), sorted. None is within another. */
  readonly ranges4: readonly string[];
  readonly ranges6: readonly string[];
  /** Fingerprint of the members. */
  readonly sum: string;
}

/** A group that is not known allows nothing, and neither does a port without groups. Pure. */
export function desiredGroups(
  bindings: readonly DesiredBinding[],
  definitions: KnownDefinitions,
  known: boolean,
): DesiredGroups {
  const secured: { tap: string; groupIds: readonly string[] }[] = [];
  const freeTaps: string[] = [];
  // The newest binding of a port knows it best; two guests of an instance on one host share a port.
  for (const { port } of new Map(bindings.map((binding) => [binding.port.id, binding])).values()) {
    const { groupIds, portSecurity } = definitions.portOf(port.id) ?? {
      groupIds: port.securityGroupIds,
      portSecurity: true,
    };
    if (portSecurity) secured.push({ tap: tapName(port.id), groupIds: [...new Set(groupIds)].sort() });
    else freeTaps.push(tapName(port.id));
  }
  secured.sort((a, b) => a.tap.localeCompare(b.tap));
  freeTaps.sort();
  const indices = indicesOf(secured.map(({ tap }) => tap));
  const profiles = new Map<string, RuleProfile>();
  const ports = secured.map(({ tap, groupIds }) => {
    const name = fingerprint(groupIds);
    if (!profiles.has(name)) {
      const rules = rulesOf(groupIds, definitions);
      // Groups of both kinds are not mixed; where they are, the rules of connections are the narrower ones.
      profiles.set(name, { name, rules, stateless: rules.length > 0 && rules.every((one) => one.stateless === true) });
    }
    return { tap, index: indices.get(tap) ?? 0, profile: name };
  });
  const sorted = [...profiles.values()].sort((a, b) => a.name.localeCompare(b.name));
  const named = new Set(sorted.flatMap(({ rules }) => rules.flatMap(({ remoteGroupId }) => remoteGroupId ?? [])));
  const remotes = [...named].sort().map((id) => remoteGroup(id, definitions.membersOf(id)));
  return {
    sum: fingerprint([FORM, ports, freeTaps, sorted, remotes.map(({ id }) => id)]),
    ...{ known, ports, freeTaps, profiles: sorted, remotes },
  };
}

function rulesOf(groupIds: readonly string[], definitions: KnownDefinitions): readonly GroupRule[] {
  const rules = groupIds.flatMap((id) => definitions.groupOf(id)?.rules ?? []);
  const distinct = new Map(rules.map((rule) => [JSON.stringify(contentOf(rule)), rule]));
  return [...distinct].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, rule]) => rule);
}

const contentOf = (rule: GroupRule): readonly unknown[] => [
  ...[rule.direction, rule.ethertype, rule.protocol, rule.portMin, rule.portMax],
  ...[rule.remoteIpPrefix, rule.remoteGroupId, rule.stateless === true],
];

/** The same groups with their present members. */
export const withMembers = (groups: DesiredGroups, definitions: KnownDefinitions): DesiredGroups => ({
  ...groups,
  remotes: groups.remotes.map(({ id }) => remoteGroup(id, definitions.membersOf(id))),
});

const remoteGroup = (id: string, members: ReadonlySet<string>): RemoteGroup => ({ id, ...sortedMembers(members) });

type SortedMembers = Omit<RemoteGroup, 'id'>;

/** By the set itself, which is another one after each change of the members: all hosts of an agent share what follows from it. */
const sortedBefore = new WeakMap<ReadonlySet<string>, SortedMembers>();

function sortedMembers(members: ReadonlySet<string>): SortedMembers {
  const before = sortedBefore.get(members);
  if (before !== undefined) return before;
  const sorted = sortMembers(members);
  sortedBefore.set(members, sorted);
  return sorted;
}

function sortMembers(members: ReadonlySet<string>): SortedMembers {
  const ipv4: string[] = [];
  const ipv6 = new Set<string>();
  const written: string[] = [];
  for (const one of members) {
    const version = isIP(one);
    // There is one way to write an address of version 4.
    if (version === 4) ipv4.push(one);
    else if (version === 6) ipv6.add(canonical(one));
    else if (one.includes('/')) written.push(one);
  }
  const ranges = widest(written);
  const [ranges4, ranges6] = [4, 6].map((version) =>
    ranges.filter((one) => versionOf(one) === version).slice(0, MAX_RANGES),
  ) as [string[], string[]];
  const sorted = { ipv4: ipv4.sort(), ipv6: [...ipv6].sort(), ranges4, ranges6 };
  return { ...sorted, sum: fingerprint(Object.values(sorted)) };
}

/** Where two names have the same number, the later one in the order of names takes the next that is free. */
function indicesOf(taps: readonly string[]): ReadonlyMap<string, number> {
  if (taps.length > MAX_INDEX) throw new Error(`more than ${MAX_INDEX} ports on one host`);
  const taken = new Set<number>();
  const indices = new Map<string, number>();
  for (const tap of taps) {
    let index = 1 + (Number.parseInt(fingerprint(tap).slice(0, 8), 16) % MAX_INDEX);
    while (taken.has(index)) index = 1 + (index % MAX_INDEX);
    taken.add(index);
    indices.set(tap, index);
  }
  return indices;
}

import { describe, expect, it } from 'vitest';
import { desiredGroups, MAX_RANGES } from '../../../../cell/network/desired-groups.ts';
import { groupTable, newGeneration } from '../../../../cell/network/drivers/linux/group-table.ts';
import { type KnownDefinitions, NOTHING_KNOWN } from '../../../../cell/network/known-definitions.ts';
import { tapName } from '../../../../cell/network/names.ts';
import { aBinding, aNetwork } from '../../../integration/cell/network/a-binding.ts';
import { aRule } from '../../../integration/cell/network/groups/a-grouped-host.ts';

const [A, B, C] = [1, 2, 3].map((n) => `00000000-0000-4000-8000-00000000000${n}`) as [string, string, string];
const network = aNetwork();
const withGroups = (address: string, ...securityGroupIds: readonly string[]) => {
  const binding = aBinding(network, 'host-1', [address]);
  return { ...binding, port: { ...binding.port, securityGroupIds: [...securityGroupIds] } };
};
const http = aRule({ protocol: 'tcp', portMin: 80, portMax: 80 });
const friends = aRule({ remoteGroupId: B });
const knowing = (rest: Partial<KnownDefinitions>): KnownDefinitions => ({ ...NOTHING_KNOWN, ...rest });
const two = knowing({
  groupOf: (id) => (id === A ? { rules: [http, friends] } : id === C ? { rules: [friends, http] } : null),
  membersOf: (id) => new Set(id === B ? ['fd00::0:1', '10.0.0.2', '10.0.0.1', 'no address'] : []),
});

describe('the groups that a host enforces', () => {
  it('ports of the same groups share their rules, and a rule of two groups counts once', () => {
    const ports = [withGroups('10.9.0.1', A, C), withGroups('10.9.0.2', C, A), withGroups('10.9.0.3', A)];
    const { profiles, ports: filtered } = desiredGroups(ports, two, true);
    expect(new Set(filtered.map(({ profile }) => profile)).size).toBe(2);
    expect(profiles.map(({ rules }) => rules.length)).toEqual([2, 2]);
    expect(new Set(filtered.map(({ index }) => index)).size).toBe(3);
  });

  it('a member is an address in the way of the kernel, and changes no rule', () => {
    const ports = [withGroups('10.9.0.1', A)];
    const before = desiredGroups(ports, two, true);
    expect(before.remotes).toMatchObject([{ id: B, ipv4: ['10.0.0.1', '10.0.0.2'], ipv6: ['fd00::1'] }]);
    const after = desiredGroups(ports, knowing({ ...two, membersOf: () => new Set() }), true);
    expect(after.sum).toBe(before.sum);
    expect(after.remotes[0]?.sum).not.toBe(before.remotes[0]?.sum);
    const wider = desiredGroups(ports, knowing({ ...two, groupOf: () => ({ rules: [http] }) }), true);
    expect(wider.sum).not.toBe(before.sum);
  });

  it('ranges of members cost elements and no rule, however many there are', () => {
    const ports = [withGroups('10.9.0.1', A)];
    const withMembers = (members: readonly string[]) =>
      desiredGroups(ports, knowing({ ...two, membersOf: () => new Set(members) }), true);
    const many = Array.from({ length: 70_000 }, (_, at) => `10.${(at >> 8) & 255}.${at & 255}.${(at >> 16) * 128}/25`);
    const [none, few, most] = [
      withMembers([]),
      withMembers(['10.1.2.3/8', '10.1.0.0/16', 'FD00::0/64']),
      withMembers(many),
    ];
    expect(few.remotes).toMatchObject([{ ranges4: ['10.0.0.0/8'], ranges6: ['fd00::/64'] }]);
    expect(most.remotes[0]?.ranges4.length).toBe(MAX_RANGES);
    expect(new Set([none, few, most].map(({ sum }) => sum)).size).toBe(1);
    expect(new Set([none, few, most].map(({ remotes }) => remotes[0]?.sum)).size).toBe(3);
    const rules = [none, few, most].map((one) =>
      groupTable([], one, 0)
        .split('\n')
        .filter((line) => line.includes(' goto stamp-')),
    );
    expect(rules[0]).toEqual([
      '    meta nfproto ipv4 ct original protocol 6 ct original proto-dst 80 goto stamp-ingress',
      `    meta nfproto ipv4 ct original ip saddr @m4-${B} goto stamp-ingress`,
      `    meta nfproto ipv4 ct original ip saddr @r4-${B} goto stamp-ingress`,
    ]);
    expect(rules.slice(1)).toEqual([rules[0], rules[0]]);
  });

  it('what was heard of a port goes before its binding, and without port security it is free', () => {
    const [first, second] = [withGroups('10.9.0.1', A), withGroups('10.9.0.2', A)];
    const portOf = (id: string) =>
      id === first.port.id ? { groupIds: [B], portSecurity: true } : { groupIds: [], portSecurity: false };
    const { ports, freeTaps, profiles } = desiredGroups([first, second], knowing({ ...two, portOf }), true);
    expect(ports.map(({ tap }) => tap)).toEqual([tapName(first.port.id)]);
    expect(profiles).toMatchObject([{ rules: [] }]);
    expect(freeTaps).toEqual([tapName(second.port.id)]);
  });

  it('a port keeps its number while others come and go', () => {
    // No two of these have the same number: of any 40, two have in one case of 42, and then the later one moves on.
    const ports = Array.from({ length: 40 }, (_, at) => {
      const binding = withGroups(`10.9.0.${at + 1}`, A);
      return { ...binding, port: { ...binding.port, id: `${10_000_000 + at}-0000-4000-8000-000000000000` } };
    });
    const all = new Map(desiredGroups(ports, two, true).ports.map(({ tap, index }) => [tap, index]));
    for (const one of desiredGroups(ports.slice(20), two, true).ports) expect(one.index).toBe(all.get(one.tap));
  });

  it('as text: every chain of a port ends closed, and marks of two generations have nothing in common', () => {
    const groups = desiredGroups([withGroups('10.9.0.1', A), withGroups('10.9.0.2')], two, true);
    const text = groupTable([], groups, 0);
    const chains = [...text.matchAll(/ {2}chain (?:in|out)-\S+ \{\n([^}]*?) {2}\}/g)].map(([, body = '']) => body);
    expect(chains).toHaveLength(4);
    for (const body of chains) expect(body.trimEnd().endsWith('drop')).toBe(true);
    expect(text).not.toContain('accept\n    drop');
    const marks = (generation: number) => new Set(newGeneration(generation).match(/0x[0-9a-f]+/g));
    expect([...marks(7)].filter((mark) => marks(8).has(mark))).toEqual([]);
    expect(marks(7).size).toBe(3);
  });
});

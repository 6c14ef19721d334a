import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GroupRule } from '#platform/objects/definitions.ts';
import { runCommand, tryCommand } from '../../../../../cell/agent/run-command.ts';
import { desiredHost } from '../../../../../cell/network/desired-host.ts';
import { groupTable } from '../../../../../cell/network/drivers/linux/group-table.ts';
import { renderPortFilter } from '../../../../../cell/network/drivers/linux/port-filter.ts';
import { NOTHING_KNOWN } from '../../../../../cell/network/known-definitions.ts';
import { aHostFacts } from '../../../../support/host-facts.ts';
import { aBinding, aNetwork, aSubnet } from '../a-binding.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: nftables needs root');

const GROUPS: readonly string[] = Array.from({ length: 4 }, () => randomUUID());
const NAMES = [
  'tcp',
  'udp',
  'icmp',
  'icmpv6',
  'ipv6-icmp',
  'sctp',
  'dccp',
  'udplite',
  'gre',
  'ah',
  'esp',
  'igmp',
  'any',
];
const ODD = ['', ' ', 'TCP', '0', '00', '255', '256', '-1', 'tcp; drop', '}\n', '"', '1e3'];

const rule: fc.Arbitrary<GroupRule> = fc.record({
  direction: fc.constantFrom('ingress', 'egress'),
  ethertype: fc.constantFrom('IPv4', 'IPv6'),
  protocol: fc.oneof(fc.constantFrom(null, ...NAMES, ...ODD), fc.nat({ max: 300 }).map(String)),
  portMin: fc.option(fc.nat({ max: 70_000 })),
  portMax: fc.option(fc.nat({ max: 70_000 })),
  remoteIpPrefix: fc.option(
    fc.oneof(
      fc.tuple(fc.ipV4(), fc.nat({ max: 40 })).map(([ip, length]) => `${ip}/${length}`),
      fc.tuple(fc.ipV6(), fc.nat({ max: 140 })).map(([ip, length]) => `${ip}/${length}`),
      fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom('', '/', '10.0.0.0/', '10.0.0.0/8; drop', 'fe80::1%eth0/64')),
    ),
  ),
  remoteGroupId: fc.option(fc.constantFrom(...GROUPS)),
});
const range = fc.oneof(
  fc.tuple(fc.ipV4(), fc.nat({ max: 33 })).map(([ip, length]) => `${ip}/${length}`),
  fc.tuple(fc.ipV6(), fc.nat({ max: 129 })).map(([ip, length]) => `${ip}/${length}`),
);
const member = fc.oneof(
  ...[fc.ipV4(), fc.ipV6(), range],
  fc.constantFrom('', 'no address', '10.0.0.0/8', '10.0.0.0/9', '10.128.0.0/9', '::ffff:10.0.0.1', '::/0'),
);

describe.skipIf(!isRoot)('rules of groups as text', () => {
  const namespace = `vvg-${randomBytes(4).toString('hex')}`;
  beforeAll(async () => void (await runCommand('ip', ['netns', 'add', namespace])));
  afterAll(async () => void (await runCommand('ip', ['netns', 'delete', namespace])));

  it('are taken by nftables, whatever was written into rules and members: one bad rule would keep back all', async () => {
    const six = aSubnet({ ipVersion: 6, cidr: 'fd00:9::/64', gatewayIp: 'fd00:9::1' });
    const network = aNetwork({ subnets: [aSubnet(), six] });
    const bindings = [['10.9.0.1'], ['fd00:9::2'], [], ['10.9.0.3', 'fd00:9::3']].map((addresses) =>
      aBinding(network, 'host-1', addresses),
    );
    const heard = fc.record({
      rules: fc.array(fc.array(rule, { maxLength: 12 }), { minLength: 4, maxLength: 4 }),
      members: fc.array(fc.array(member, { maxLength: 20 }), { minLength: 4, maxLength: 4 }),
      ofPorts: fc.array(fc.subarray([...GROUPS]), { minLength: 4, maxLength: 4 }),
      free: fc.nat({ max: 4 }),
      stateless: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(heard, async ({ rules, members, ofPorts, free, stateless }) => {
        const rulesOf = (at: number) => (rules[at] ?? []).map((one) => ({ ...one, stateless: stateless[at] === true }));
        const place = (id: string) => bindings.findIndex(({ port }) => port.id === id);
        const { networks, groups, firewall } = desiredHost(
          bindings,
          aHostFacts({
            enforcesGroups: true,
            definitions: {
              ...NOTHING_KNOWN,
              portOf: (id) => ({ groupIds: ofPorts[place(id)] ?? [], portSecurity: place(id) !== free }),
              groupOf: (id) => ({ rules: rulesOf(GROUPS.indexOf(id)) }),
              membersOf: (id) => new Set(members[GROUPS.indexOf(id)]),
            },
          }),
        );
        if (groups === null) throw new Error('groups are on');
        const input = renderPortFilter(networks, firewall, groups) + groupTable(networks, groups, 9);
        const { stderr } = await tryCommand('ip', ['netns', 'exec', namespace, 'nft', '-f', '-'], { input });
        expect(stderr).toBe('');
      }),
      { numRuns: 150 },
    );
  });
});

import { expect, test } from 'vitest';
import type { GroupRule } from '#platform/objects/definitions.ts';
import { groupRuleCondition } from '../../../../cell/network/drivers/linux/group-rule.ts';
import { aRule } from '../../../integration/cell/network/groups/a-grouped-host.ts';

const GROUP = '6f1c1f5e-0000-4000-8000-000000000001';
const cases: readonly [Partial<GroupRule>, string | null][] = [
  [{}, 'meta nfproto ipv4'],
  [{ ethertype: 'IPv6', direction: 'egress' }, 'meta nfproto ipv6'],
  [{ protocol: 'any' }, 'meta nfproto ipv4'],
  [{ protocol: '0' }, 'meta nfproto ipv4'],
  [{ protocol: 'tcp' }, 'meta nfproto ipv4 ct original protocol 6'],
  [{ protocol: 'vrrp' }, 'meta nfproto ipv4 ct original protocol 112'],
  [{ protocol: '50' }, 'meta nfproto ipv4 ct original protocol 50'],
  [{ protocol: 'tcp', portMin: 80, portMax: 80 }, 'meta nfproto ipv4 ct original protocol 6 ct original proto-dst 80'],
  [
    { protocol: '17', portMin: 1, portMax: 65_535 },
    'meta nfproto ipv4 ct original protocol 17 ct original proto-dst 1-65535',
  ],
  [{ protocol: 'icmp', portMin: 8 }, 'meta nfproto ipv4 ct original protocol 1 ct original proto-dst 2048-2303'],
  [{ protocol: 'icmp', portMin: 0, portMax: 0 }, 'meta nfproto ipv4 ct original protocol 1 ct original proto-dst 0'],
  [
    { protocol: 'icmp', ethertype: 'IPv6', portMin: 128, portMax: 0 },
    'meta nfproto ipv6 ct original protocol 58 ct original proto-dst 32768',
  ],
  [{ protocol: 'ipv6-icmp', ethertype: 'IPv6' }, 'meta nfproto ipv6 ct original protocol 58'],
  [{ remoteIpPrefix: '10.0.0.0/8' }, 'meta nfproto ipv4 ct original ip saddr 10.0.0.0/8'],
  [{ remoteIpPrefix: '10.0.0.7' }, 'meta nfproto ipv4 ct original ip saddr 10.0.0.7/32'],
  [{ remoteIpPrefix: '0.0.0.0/0' }, 'meta nfproto ipv4'],
  [
    { remoteIpPrefix: 'fd00::/8', ethertype: 'IPv6', direction: 'egress' },
    'meta nfproto ipv6 ct original ip6 daddr fd00::/8',
  ],
  [{ remoteGroupId: GROUP }, `meta nfproto ipv4 ct original ip saddr @m4-${GROUP}`],
  [
    { remoteGroupId: GROUP, ethertype: 'IPv6', direction: 'egress', protocol: 'udp' },
    `meta nfproto ipv6 ct original protocol 17 ct original ip6 daddr @m6-${GROUP}`,
  ],
  // What no rule of nftables can say allows nothing.
  [{ protocol: 'no such' }, null],
  [{ protocol: '256' }, null],
  [{ remoteIpPrefix: 'fd00::/8' }, null],
  [{ remoteIpPrefix: 'nonsense' }, null],
  [{ protocol: 'tcp', portMin: 81, portMax: 80 }, null],
  [{ protocol: 'tcp', portMin: 80, portMax: 65_536 }, null],
  [{ protocol: 'icmp', portMin: 256 }, null],
  [{ protocol: 'icmp', portMin: 8, portMax: 256 }, null],
  [{ protocol: 'icmp', portMax: 0 }, null],
  [{ protocol: 'gre', portMin: 1, portMax: 2 }, null],
];

test.each(cases)('the condition of %j', (rule, condition) => {
  expect(groupRuleCondition(aRule(rule))).toBe(condition);
});

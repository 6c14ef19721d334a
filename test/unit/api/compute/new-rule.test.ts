import { describe, expect, it } from 'vitest';
import { readRule } from '../../../../api/compute/security-groups/new-rule.ts';

const parent_group_id = '11111111-1111-4111-8111-111111111111';
const GROUP = '22222222-2222-4222-8222-222222222222';
const read = (rule: object) => {
  const { direction, description, remoteAddressGroupId, ...content } = readRule({ parent_group_id, ...rule });
  expect([direction, description, remoteAddressGroupId]).toEqual(['ingress', '', null]);
  return content;
};
const ANY = { ethertype: 'IPv4', protocol: null, portMin: null, portMax: null };

describe('a rule of a security group', () => {
  it.each([
    [{ ip_protocol: 'TCP', from_port: 22, to_port: '23', cidr: '10.1.2.3/8' }, ['IPv4', 'tcp', 22, 23, '10.0.0.0/8']],
    [{ ip_protocol: 'udp', from_port: 1, to_port: 65535, cidr: 'FD00::1/64' }, ['IPv6', 'udp', 1, 65535, 'fd00::/64']],
    [{ ip_protocol: 'icmp', from_port: -1, to_port: -1 }, ['IPv4', 'icmp', null, null, '0.0.0.0/0']],
    [{ ip_protocol: 'icmp', from_port: 8, to_port: 0, cidr: '0.0.0.0/0' }, ['IPv4', 'icmp', 8, 0, '0.0.0.0/0']],
    [{ ip_protocol: 'tcp', from_port: 1, to_port: 1, cidr: '10.0.0.0%2F8' }, ['IPv4', 'tcp', 1, 1, '10.0.0.0/8']],
  ])('%j', (given, [ethertype, protocol, portMin, portMax, remoteIpPrefix]) => {
    expect(read(given)).toEqual({ ethertype, protocol, portMin, portMax, remoteIpPrefix, remoteGroupId: null });
  });

  it.each([
    [{}, ANY],
    [{ ip_protocol: 'tcp' }, { ...ANY, protocol: 'tcp', portMin: 1, portMax: 65535 }],
    [{ ip_protocol: 'icmp' }, { ...ANY, protocol: 'icmp' }],
    [
      { ip_protocol: 'udp', from_port: 53, to_port: 53 },
      { ...ANY, protocol: 'udp', portMin: 53, portMax: 53 },
    ],
  ])('lets in the members of a group: %j', (given, expected) => {
    expect(read({ ...given, group_id: GROUP })).toEqual({ ...expected, remoteIpPrefix: null, remoteGroupId: GROUP });
  });

  it.each([
    [{ cidr: '10.0.0.0/8' }, /^Not enough parameters/],
    [{ group_id: GROUP, from_port: 22, to_port: 22 }, /ip_protocol/],
    [{ group_id: GROUP, ip_protocol: 'tcp', from_port: 22 }, /to_port/],
    [{ ip_protocol: 'tcp', from_port: 22, to_port: 22, cidr: 'all' }, /^all is not a valid IP network/],
    [{ ip_protocol: 'tcp', from_port: 22, to_port: 22, cidr: '10.0.0.1' }, /^10\.0\.0\.1 is not a valid IP network/],
    [{ ip_protocol: 'tcp', from_port: 22, to_port: 22, cidr: '10.0.0.0/0' }, /^Bad prefix for network in cidr/],
    [{ ip_protocol: 'sctp', from_port: 22, to_port: 22 }, /^Invalid IP protocol sctp/],
    [{ ip_protocol: 'tcp', from_port: 'ssh', to_port: 22 }, /must be integers: from_port is 'ssh'/],
    [{ ip_protocol: 'icmp', from_port: 8, to_port: 'x' }, /ICMP protocol type: to_port is 'x'/],
    [{ ip_protocol: 'tcp', from_port: 23, to_port: 22 }, /^Invalid port range 23:22\. Former value/],
    [{ ip_protocol: 'tcp', from_port: 0, to_port: 22 }, /^Invalid port range 0:22\. Valid TCP ports/],
    [{ ip_protocol: 'udp', from_port: 1, to_port: 65536 }, /^Invalid port range 1:65536\. Valid UDP ports/],
    [{ ip_protocol: 'icmp', from_port: 256, to_port: 0 }, /^Invalid port range 256:0\. For ICMP/],
  ])('is refused: %j', (given, words) => {
    expect(() => read(given)).toThrow(words);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { desiredHost } from '../../../../cell/network/desired-host.ts';
import { dhcpName } from '../../../../cell/network/dhcp-name.ts';
import { refusedHosts } from '../../../../cell/network/drivers/linux/dhcp-check.ts';
import { dhcpHosts, renderDhcpHosts } from '../../../../cell/network/drivers/linux/dhcp-files.ts';
import { aBinding, aNetwork } from '../../../integration/cell/network/a-binding.ts';
import { aHostFacts } from '../../../support/host-facts.ts';

const uuid = '11111111-2222-4333-8444-555555555555';

test.each(['ignore', 'infinite', '7', '7d', '90M', '10.9.0.1', '1.5'])('%s is no name in DHCP', (hostname) => {
  expect(dhcpName(hostname, uuid)).toBe(`server-${uuid}`);
});

test.each(['web-7d', '7days', 'ignored', 'a', '10.9.0.1.example.org'])('%s is a name in DHCP', (hostname) => {
  expect(dhcpName(hostname, uuid)).toBe(hostname);
});

test.each([
  ['café', 'cafe'],
  ['Ünïcode Server', 'Unicode-Server'],
  ['my_server', 'my-server'],
  ['a..b.', 'a.b'],
  ['-x-', 'x'],
  ['web, ignore', 'web-ignore'],
  ['two\nlines', 'two-lines'],
  ['x'.repeat(70), 'x'.repeat(63)],
])('%j becomes a name that DNS can carry', (hostname, expected) => {
  expect(dhcpName(hostname, uuid)).toBe(expected);
});

test.each(['日本', '...', '', '😀', '--'])('%j leaves no name, so the uuid makes one', (hostname) => {
  expect(dhcpName(hostname, uuid)).toBe(`server-${uuid}`);
});

test('a name is never longer than DNS allows', () => {
  expect(dhcpName(Array.from({ length: 9 }, () => 'y'.repeat(60)).join('.'), uuid).length).toBeLessThanOrEqual(253);
});

test('dnsmasq says which lines it refuses, and takes every name that is made here', async () => {
  const hostnames = ['café', 'Ünïcode Server', '日本', '1.5', '', 'ignore', 'a..b.', 'x'.repeat(300), 'web, ignore'];
  const dir = await mkdtemp(join(tmpdir(), 'volvox-dhcp-'));
  try {
    const host = (at: number, name: string) => {
      const mac = `fa:16:3e:00:00:0${at}`;
      return { mac, line: `${mac},10.9.0.1${at},${name}` };
    };
    const made = hostnames.map((hostname, at) => host(at, dhcpName(hostname, uuid)));
    expect(await refusedHosts('dnsmasq', dir, made)).toEqual([]);
    const bad = [{ mac: 'fa:16:3e:00:00:77', line: 'fa:16:3e:00:00:77,10.9.0.77,a b,c d' }, host(9, 'café\u0007')];
    expect(await refusedHosts('dnsmasq', dir, [...made.slice(0, 2), ...bad, ...made.slice(2)])).toEqual(bad);
  } finally {
    await rm(dir, { recursive: true });
  }
});

test('a line says MAC, address and name, whatever the server is called', () => {
  const binding = aBinding(aNetwork(), 'host-1', ['10.9.0.11'], { hostname: 'ignore', instanceUuid: uuid });
  const { networks } = desiredHost([binding], aHostFacts());
  expect(networks.map((one) => renderDhcpHosts(dhcpHosts(one)))).toEqual([
    `${binding.port.mac},10.9.0.11,server-${uuid}\n`,
  ]);
});

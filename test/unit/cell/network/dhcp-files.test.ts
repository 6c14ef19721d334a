import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { desiredHost } from '../../../../cell/network/desired-host.ts';
import { dhcpName } from '../../../../cell/network/dhcp-name.ts';
import { type DhcpLine, MAX_REFUSED_PORTS, refusedLines } from '../../../../cell/network/drivers/linux/dhcp-check.ts';
import {
  dhcpHosts,
  dhcpOptionLines,
  renderDhcpConfig,
  renderDhcpLines,
} from '../../../../cell/network/drivers/linux/dhcp-files.ts';
import { NOTHING_KNOWN } from '../../../../cell/network/known-definitions.ts';
import { tapName } from '../../../../cell/network/names.ts';
import { aBinding, aNetwork, aSubnet } from '../../../integration/cell/network/a-binding.ts';
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
      return { mac, setting: 'dhcp-host' as const, line: `${mac},10.9.0.1${at},${name}` };
    };
    const made = hostnames.map((hostname, at) => host(at, dhcpName(hostname, uuid)));
    expect(await refusedLines('dnsmasq', dir, made)).toEqual([]);
    const bad = [
      { mac: 'fa:16:3e:00:00:77', setting: 'dhcp-host' as const, line: 'fa:16:3e:00:00:77,10.9.0.77,a b,c d' },
      host(9, 'café\u0007'),
    ];
    expect(await refusedLines('dnsmasq', dir, [...made.slice(0, 2), ...bad, ...made.slice(2)])).toEqual(bad);
  } finally {
    await rm(dir, { recursive: true });
  }
});

test('a line says MAC, address and name, whatever the server is called', () => {
  const binding = aBinding(aNetwork(), 'host-1', ['10.9.0.11'], { hostname: 'ignore', instanceUuid: uuid });
  const { networks } = desiredHost([binding], aHostFacts());
  expect(networks.map((one) => renderDhcpLines(dhcpHosts(one)))).toEqual([
    `${binding.port.mac},10.9.0.11,server-${uuid}\n`,
  ]);
});

test('options of a port are told to it alone; what is no option or no value never gets to dnsmasq', async () => {
  const binding = aBinding(aNetwork(), 'host-1', ['10.9.0.11'], { hostname: 'web' });
  const dhcpOptions = [
    { name: 'bootfile-name', value: 'pxelinux.0', version: 4 as const },
    { name: '150', value: '10.9.0.5', version: 4 as const },
    { name: 'dns-server', value: '[fd00::1]', version: 6 as const },
    { name: 'bootfile-name', value: 'x\ndhcp-script=/bin/sh', version: 4 as const },
    { name: 'lease-time', value: '1', version: 4 as const },
  ];
  const known = { groupIds: [], portSecurity: true, dhcpOptions };
  const { networks } = desiredHost([binding], aHostFacts({ definitions: { ...NOTHING_KNOWN, portOf: () => known } }));
  const [network] = networks;
  if (network === undefined) throw new Error('a network is needed');
  const tag = tapName(binding.port.id);
  const { mac } = binding.port;
  expect(renderDhcpLines(dhcpHosts(network))).toBe(`${mac},set:${tag},10.9.0.11,web\n`);
  const lines = dhcpOptionLines(network);
  expect(renderDhcpLines(lines)).toBe(
    `tag:${tag},150,10.9.0.5\ntag:${tag},option:bootfile-name,pxelinux.0\ntag:${tag},option6:dns-server,[fd00::1]\n`,
  );
  const dir = await mkdtemp(join(tmpdir(), 'volvox-dhcp-'));
  try {
    const bad = { mac, setting: 'dhcp-option' as const, line: `tag:${tag},option:router,nobody here` };
    // One bad option takes the others of its port with it, and not the port's host.
    expect(await refusedLines('dnsmasq', dir, [...dhcpHosts(network), bad, ...lines])).toEqual([bad, ...lines]);
  } finally {
    await rm(dir, { recursive: true });
  }
});

test('however many options dnsmasq refuses, it checks a few times only', async () => {
  const option = (port: number, line: string): DhcpLine => {
    return { mac: `fa:16:3e:00:00:0${port}`, setting: 'dhcp-option', line: `tag:p${port},${line}` };
  };
  const bad = (port: number) => Array.from({ length: 50 }, (_, at) => option(port, `option:router,bad ${at}`));
  const good = (port: number) => option(port, '150,10.9.0.5');
  const dir = await mkdtemp(join(tmpdir(), 'volvox-dhcp-'));
  const counting = join(dir, 'dnsmasq');
  const runs = async () => (await readFile(join(dir, 'runs'), 'utf8')).length;
  try {
    await writeFile(counting, `#!/bin/sh\nprintf x >> ${join(dir, 'runs')}\nexec dnsmasq "$@"\n`, { mode: 0o755 });
    expect(await refusedLines(counting, dir, [good(1), ...bad(2), good(3)])).toEqual(bad(2));
    expect(await runs()).toBe(2);
    // A host is checked all the same.
    const host: DhcpLine = { mac: 'x', setting: 'dhcp-host', line: 'fa:16:3e:00:00:77,10.9.0.77,a b,c d' };
    const many = [1, 2, 3, 4, 5, 6, 7].flatMap(bad);
    const refused = await refusedLines(counting, dir, [...many, host]);
    expect(refused).toEqual([...[1, 2, 3, 4].flatMap(bad), host]);
    expect(await runs()).toBeLessThanOrEqual(2 + MAX_REFUSED_PORTS + 2);
  } finally {
    await rm(dir, { recursive: true });
  }
});

test('a guest is told the name of its port, and the domain of its network', () => {
  const six = aSubnet({ ipVersion: 6, cidr: 'fd00:9::/64', gatewayIp: 'fd00:9::1', dnsNameservers: [] });
  const served = (dnsDomain: string | undefined, dnsName: string | undefined) => {
    const network = aNetwork({ subnets: [aSubnet(), six], ...(dnsDomain === undefined ? {} : { dnsDomain }) });
    const binding = aBinding(network, 'host-1', ['10.9.0.11']);
    const port = { groupIds: [], portSecurity: true, ...(dnsName === undefined ? {} : { dnsName }) };
    const facts = aHostFacts({ definitions: { ...NOTHING_KNOWN, portOf: () => port } });
    const [desired] = desiredHost([binding], facts).networks;
    if (desired === undefined) throw new Error('there is no network');
    const paths = { group: 'g', pidFile: 'p', hostsFile: 'h', optionsFile: 'o', logFile: 'l' };
    return {
      service: desired.dhcp?.service,
      name: dhcpHosts(desired)[0]?.line.split(',').at(-1),
      domains: renderDhcpConfig(desired, paths).match(/option6?:domain-.*/g),
      own: binding.hostname,
    };
  };
  const named = served('example.org', 'db');
  expect([named.name, named.domains?.toSorted()]).toEqual([
    'db',
    ['option6:domain-search,example.org', 'option:domain-name,example.org'],
  ]);
  const plain = served(undefined, undefined);
  expect([plain.name, plain.domains]).toEqual([plain.own, null]);
  expect(served('two\nlines', undefined).domains).toBeNull();
});

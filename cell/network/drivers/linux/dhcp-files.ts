import type { Subnet } from '#platform/objects/network.ts';
import { canonical, netmask, networkAddress, prefixLength } from '../../addresses.ts';
import { type DesiredNetwork, METADATA_ADDRESS } from '../../desired-host.ts';
import type { DhcpLine } from './dhcp-check.ts';
import { GATEWAY_DEVICE } from './host-setup.ts';
import { DHCP_USER } from './service-folder.ts';

const LEASE_SECONDS = 86_400;

interface DhcpPaths {
  /** The group that may read them, and the only one that dnsmasq keeps. */
  readonly group: string;
  readonly pidFile: string;
  readonly hostsFile: string;
  readonly optionsFile: string;
  readonly logFile: string;
}

/**
 * What dnsmasq is started with: DHCP on the gateway device of one network and nothing else. Only known MACs are answered, each always with its own address,
 * so there are no leases to keep.
 */
export function renderDhcpConfig(network: DesiredNetwork, paths: DhcpPaths): string {
  const served = network.subnets.filter(({ enableDhcp }) => enableDhcp);
  const sixes = served.filter(({ ipVersion }) => ipVersion === 6);
  return [
    `interface=${GATEWAY_DEVICE}`,
    'bind-interfaces',
    'except-interface=lo',
    'port=0',
    'no-hosts',
    'no-resolv',
    'no-ping',
    `user=${DHCP_USER}`,
    `group=${paths.group}`,
    `pid-file=${paths.pidFile}`,
    `dhcp-hostsfile=${paths.hostsFile}`,
    `dhcp-optsfile=${paths.optionsFile}`,
    'dhcp-authoritative',
    'leasefile-ro',
    `log-facility=${paths.logFile}`,
    'quiet-dhcp',
    'quiet-dhcp6',
    'quiet-ra',
    `dhcp-option=option:mtu,${network.mtu}`,
    ...(sixes.length === 0 ? [] : ['enable-ra', `ra-param=${GATEWAY_DEVICE},mtu:${network.mtu},60,1800`]),
    ...served.flatMap((subnet, index) =>
      subnet.ipVersion === 4
        ? subnet4(subnet, `s${index}`, network.dnsDomain)
        : subnet6(subnet, `s${index}`, network.dnsDomain),
    ),
    '',
  ].join('\n');
}

function subnet4(subnet: Subnet, tag: string, domain: string | null): string[] {
  const option = (name: string, ...values: readonly string[]) =>
    [`dhcp-option=tag:${tag},option:${name}`, ...values].join(',');
  const server = subnet.gatewayIp ?? subnet.serviceIp;
  const routes = [
    ...(server === null ? [] : [`${METADATA_ADDRESS}/32`, server]),
    ...subnet.hostRoutes.flatMap(({ destination, nexthop }) => [destination, nexthop]),
    // A client that takes option 121 ignores the router option, so the default route is told twice.
    ...(subnet.gatewayIp === null ? [] : ['0.0.0.0/0', subnet.gatewayIp]),
  ];
  return [
    `dhcp-range=set:${tag},${networkAddress(subnet.cidr)},static,${netmask(prefixLength(subnet.cidr))},${LEASE_SECONDS}`,
    // Without a value: not sent, against dnsmasq's habit of naming itself.
    subnet.gatewayIp === null ? option('router') : option('router', subnet.gatewayIp),
    ...(subnet.dnsNameservers.length === 0 ? [] : [option('dns-server', ...subnet.dnsNameservers)]),
    ...(domain === null ? [] : [option('domain-name', domain)]),
    ...(routes.length === 0 ? [] : [option('classless-static-route', ...routes)]),
  ];
}

function subnet6(subnet: Subnet, tag: string, domain: string | null): string[] {
  const servers = subnet.dnsNameservers.map((address) => `[${canonical(address)}]`);
  return [
    `dhcp-range=set:${tag},${networkAddress(subnet.cidr)},static,${prefixLength(subnet.cidr)},${LEASE_SECONDS}`,
    ...(domain === null ? [] : [`dhcp-option=tag:${tag},option6:domain-search,${domain}`]),
    ...(servers.length === 0 ? [] : [[`dhcp-option=tag:${tag},option6:dns-server`, ...servers].join(',')]),
  ];
}

/** Who gets which address: one line for each, MAC, address, name. Ports with options of their own have a tag. */
export const dhcpHosts = (network: DesiredNetwork): readonly DhcpLine[] =>
  network.ports.flatMap(({ tap, mac, addresses, hostname, dhcpOptions }) =>
    addresses.map(({ address }) => ({
      ...{ mac, setting: 'dhcp-host' as const },
      line: [
        mac,
        ...(dhcpOptions === undefined ? [] : [`set:${tap}`]),
        address.includes(':') ? `[${address}]` : address,
        hostname,
      ].join(','),
    })),
  );

/** What ports are told besides: one line for each option of each. */
export const dhcpOptionLines = (network: DesiredNetwork): readonly DhcpLine[] =>
  network.ports.flatMap(({ tap, mac, dhcpOptions = [] }) =>
    dhcpOptions.map(({ name, value, version }) => {
      const number = /^\d+$/.test(name);
      const option = version === 6 ? `option6:${name}` : number ? name : `option:${name}`;
      return { mac, setting: 'dhcp-option' as const, line: `tag:${tap},${option},${value}` };
    }),
  );

export const renderDhcpLines = (lines: readonly DhcpLine[]): string => lines.map(({ line }) => `${line}\n`).join('');

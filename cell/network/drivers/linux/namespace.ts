import { mkdir, rm } from 'node:fs/promises';
import { runCommand, tryCommand } from '../../../agent/run-command.ts';
import { dhcpDir, type HostSetup } from './host-setup.ts';
import { inNamespace, ipInNamespace } from './ip.ts';
import { addUplink, removeUplink } from './uplink.ts';

/**
 * How the namespace behaves: it forwards; what it answers goes out by the table of the mark it came in with (so two networks may
 * use the same addresses); it answers ARP only for the addresses of the device asked; bridged frames do not pass the IP rules.
 */
export const SETTINGS: Readonly<Record<string, string>> = {
  'net/ipv4/ip_forward': '1',
  'net/ipv4/fwmark_reflect': '1',
  'net/ipv4/tcp_fwmark_accept': '1',
  'net/ipv4/conf/all/rp_filter': '0',
  'net/ipv4/conf/default/rp_filter': '0',
  'net/ipv4/conf/all/arp_ignore': '1',
  'net/ipv4/conf/all/arp_announce': '2',
  'net/ipv6/conf/all/forwarding': '1',
  'net/ipv6/fwmark_reflect': '1',
  'net/bridge/bridge-nf-call-iptables': '0',
  'net/bridge/bridge-nf-call-ip6tables': '0',
  'net/bridge/bridge-nf-call-arptables': '0',
};

/** Makes the namespace, or what is missing in it. */
export async function prepareHost(setup: HostSetup): Promise<void> {
  await mkdir(dhcpDir(setup), { recursive: true, mode: 0o755 });
  if (!(await namespaceExists(setup))) await addNamespace(setup);
  await ipInNamespace(setup, ['link set dev lo up']);
  const script = Object.entries(SETTINGS).map(
    ([path, value]) => `if [ -e /proc/sys/${path} ]; then echo ${value} > /proc/sys/${path}; fi`,
  );
  await runCommand('ip', inNamespace(setup, 'sh', '-ec', script.join('\n')));
  if (setup.uplink !== null) await addUplink(setup, setup.uplink);
}

async function namespaceExists(setup: HostSetup): Promise<boolean> {
  return (await tryCommand('ip', inNamespace(setup, 'true'))).status === 0;
}

/** A name that stands for no namespace any more (its mount was lost) is in the way, and goes first. */
async function addNamespace(setup: HostSetup): Promise<void> {
  await tryCommand('ip', ['netns', 'delete', setup.namespace]);
  await runCommand('ip', ['netns', 'add', setup.namespace]);
}

/** Removes the namespace with all in it, and what of it stands outside. Processes in it must have ended. */
export async function removeHost(setup: HostSetup): Promise<void> {
  if (setup.uplink !== null) await removeUplink(setup);
  if (await namespaceExists(setup)) await runCommand('ip', ['netns', 'delete', setup.namespace]);
  await rm(setup.runtimeDir, { recursive: true, force: true });
}

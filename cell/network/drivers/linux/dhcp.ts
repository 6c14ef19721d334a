import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { writeFileAtomically } from '../../../agent/atomic-file.ts';
import { runCommand } from '../../../agent/run-command.ts';
import type { DesiredNetwork } from '../../desired-host.ts';
import type { ObservedDhcp } from '../../observed-host.ts';
import { boundLog } from './bounded-log.ts';
import { endProcess, processOf, readOrNull, signal, until } from './detached-process.ts';
import { type DhcpLine, refusedLines } from './dhcp-check.ts';
import { dhcpHosts, dhcpOptionLines, renderDhcpConfig, renderDhcpLines } from './dhcp-files.ts';
import { dhcpDir, type HostSetup, networkNamespace } from './host-setup.ts';
import { inNamespace } from './ip.ts';
import { isInNamespace } from './namespace-names.ts';
import { DHCP_USER, groupOf, makeServiceFolder } from './service-folder.ts';

const START_DEADLINE_MS = 5_000;

/**
 * One dnsmasq for each network, detached from the agent. Its folder holds `pid`, `hosts`, `options`, `told` (pid and fingerprint of the hosts it
 * last read), `refused` (the MACs whose lines dnsmasq does not take), and its configuration, whose name carries the fingerprint: so its command line says what it was started with.
 */
const filesOf = (setup: HostSetup, bridge: string) => {
  const dir = join(dhcpDir(setup), bridge);
  return {
    dir,
    pidFile: join(dir, 'pid'),
    hostsFile: join(dir, 'hosts'),
    optionsFile: join(dir, 'options'),
    logFile: join(dir, 'log'),
    told: join(dir, 'told'),
    refused: join(dir, 'refused'),
  };
};
const configPrefix = (dir: string): string => join(dir, 'dnsmasq-');

export async function serveDhcp(setup: HostSetup, network: DesiredNetwork): Promise<void> {
  if (network.dhcp === null) return;
  const files = filesOf(setup, network.bridge);
  await stopDhcp(setup, network.bridge);
  const group = await groupOf(DHCP_USER);
  await makeServiceFolder(dhcpDir(setup), group.gid);
  await makeServiceFolder(files.dir, group.gid);
  const config = `${configPrefix(files.dir)}${network.dhcp.service}.conf`;
  await writeHosts(setup, network, files);
  await writeFileAtomically(config, renderDhcpConfig(network, { ...files, group: group.name }), 0o644);
  await runCommand(
    'ip',
    inNamespace(networkNamespace(setup, network.bridge), setup.dnsmasqPath, `--conf-file=${config}`),
  );
  const running = async () => (await processOf(files.pidFile, config)) !== null;
  if (!(await until(running, START_DEADLINE_MS))) {
    throw new VolvoxError('internal', `The DHCP server of ${network.bridge} does not start.`);
  }
  await noteTold(files, config, network.dhcp.hosts);
}

/** Only lines that dnsmasq takes, so that a wrong one is an error of its own port and of no other. */
async function writeHosts(setup: HostSetup, network: DesiredNetwork, files: ReturnType<typeof filesOf>): Promise<void> {
  const [hosts, options] = [dhcpHosts(network), dhcpOptionLines(network)];
  const refused = await refusedLines(setup.dnsmasqPath, files.dir, [...hosts, ...options]);
  const taken = (lines: readonly DhcpLine[]) => renderDhcpLines(lines.filter((line) => !refused.includes(line)));
  // A port is served without its options where dnsmasq refuses one of them.
  const refusedMacs = refused.filter(({ setting }) => setting === 'dhcp-host').map(({ mac }) => mac);
  await writeFileAtomically(files.refused, JSON.stringify(refusedMacs), 0o644);
  await writeFileAtomically(files.optionsFile, taken(options), 0o644);
  await writeFileAtomically(files.hostsFile, taken(hosts), 0o644);
}

/** Makes a server that runs read its hosts again. */
export async function tellDhcp(setup: HostSetup, network: DesiredNetwork): Promise<void> {
  if (network.dhcp === null) return;
  const files = filesOf(setup, network.bridge);
  await writeHosts(setup, network, files);
  const running = await processOf(files.pidFile, configPrefix(files.dir));
  if (running === null || !signal(running.pid, 'SIGHUP')) return;
  await noteTold(files, configPrefix(files.dir), network.dhcp.hosts);
}

export async function stopDhcp(setup: HostSetup, bridge: string): Promise<void> {
  const files = filesOf(setup, bridge);
  await endProcess(files.pidFile, configPrefix(files.dir));
  await rm(files.dir, { recursive: true, force: true });
}

export async function findDhcp(setup: HostSetup): Promise<ObservedDhcp[]> {
  const bridges = await readdir(dhcpDir(setup)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return await Promise.all(bridges.map((bridge) => findOne(setup, bridge)));
}

async function findOne(setup: HostSetup, bridge: string): Promise<ObservedDhcp> {
  const files = filesOf(setup, bridge);
  const running = await processOf(files.pidFile, configPrefix(files.dir));
  await boundLog(files.logFile);
  // One that has ended left its files; one in an earlier namespace of the network serves nobody.
  if (running === null || !(await isInNamespace(running.pid, networkNamespace(setup, bridge))))
    return { bridge, service: '', hosts: null, refused: [] };
  const service = /dnsmasq-([0-9a-f]+)\.conf/.exec(running.commandLine)?.[1] ?? '';
  const [pid, hosts] = ((await readOrNull(files.told)) ?? '').trim().split(' ');
  const refused = JSON.parse((await readOrNull(files.refused)) ?? '[]') as string[];
  return { bridge, service, hosts: pid === String(running.pid) ? (hosts ?? null) : null, refused };
}

async function noteTold(files: ReturnType<typeof filesOf>, mark: string, hosts: string): Promise<void> {
  const running = await processOf(files.pidFile, mark);
  if (running !== null) await writeFileAtomically(files.told, `${running.pid} ${hosts}\n`);
}

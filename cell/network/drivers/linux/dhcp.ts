import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { writeFileAtomically } from '../../../agent/atomic-file.ts';
import { runCommand } from '../../../agent/run-command.ts';
import type { DhcpFound } from '../../host-found.ts';
import type { NetworkWanted } from '../../host-wanted.ts';
import { endProcess, processOf, readOrNull, signal, until } from './detached-process.ts';
import { renderDhcpConfig, renderDhcpHosts } from './dhcp-files.ts';
import { inNamespace } from './ip.ts';
import { dhcpDir, type Place } from './place.ts';

const START_DEADLINE_MS = 5_000;

/**
 * One dnsmasq for each network, detached from the agent. Its folder holds `pid`, `hosts`, `told` (pid and fingerprint of the hosts it
 * last read), and its configuration, whose name carries the fingerprint: so its command line says what it was started with.
 */
const filesOf = (place: Place, bridge: string) => {
  const dir = join(dhcpDir(place), bridge);
  return {
    dir,
    pidFile: join(dir, 'pid'),
    hostsFile: join(dir, 'hosts'),
    logFile: join(dir, 'log'),
    told: join(dir, 'told'),
  };
};
const configPrefix = (dir: string): string => join(dir, 'dnsmasq-');

export async function serveDhcp(place: Place, network: NetworkWanted): Promise<void> {
  if (network.dhcp === null) return;
  const files = filesOf(place, network.bridge);
  await stopDhcp(place, network.bridge);
  await mkdir(files.dir, { recursive: true, mode: 0o755 });
  const config = `${configPrefix(files.dir)}${network.dhcp.service}.conf`;
  await writeFileAtomically(files.hostsFile, renderDhcpHosts(network), 0o644);
  await writeFileAtomically(config, renderDhcpConfig(network, files), 0o644);
  await runCommand('ip', inNamespace(place, place.dnsmasqPath, `--conf-file=${config}`));
  const running = async () => (await processOf(files.pidFile, config)) !== null;
  if (!(await until(running, START_DEADLINE_MS))) {
    throw new VolvoxError('internal', `The DHCP server of ${network.bridge} does not start.`);
  }
  await noteTold(files, config, network.dhcp.hosts);
}

/** Makes a server that runs read its hosts again. */
export async function tellDhcp(place: Place, network: NetworkWanted): Promise<void> {
  if (network.dhcp === null) return;
  const files = filesOf(place, network.bridge);
  await writeFileAtomically(files.hostsFile, renderDhcpHosts(network), 0o644);
  const running = await processOf(files.pidFile, configPrefix(files.dir));
  if (running === null || !signal(running.pid, 'SIGHUP')) return;
  await noteTold(files, configPrefix(files.dir), network.dhcp.hosts);
}

export async function stopDhcp(place: Place, bridge: string): Promise<void> {
  const files = filesOf(place, bridge);
  await endProcess(files.pidFile, configPrefix(files.dir));
  await rm(files.dir, { recursive: true, force: true });
}

export async function findDhcp(place: Place): Promise<DhcpFound[]> {
  const bridges = await readdir(dhcpDir(place)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const found = await Promise.all(bridges.map((bridge) => findOne(place, bridge)));
  return found.filter((one) => one !== null);
}

async function findOne(place: Place, bridge: string): Promise<DhcpFound | null> {
  const files = filesOf(place, bridge);
  const running = await processOf(files.pidFile, configPrefix(files.dir));
  if (running === null) return null;
  const service = /dnsmasq-([0-9a-f]+)\.conf/.exec(running.commandLine)?.[1] ?? '';
  const [pid, hosts] = ((await readOrNull(files.told)) ?? '').trim().split(' ');
  return { bridge, service, hosts: pid === String(running.pid) ? (hosts ?? null) : null };
}

async function noteTold(files: ReturnType<typeof filesOf>, mark: string, hosts: string): Promise<void> {
  const running = await processOf(files.pidFile, mark);
  if (running !== null) await writeFileAtomically(files.told, `${running.pid} ${hosts}\n`);
}

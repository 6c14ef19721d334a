import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { writeFileAtomically } from '../../../agent/atomic-file.ts';
import { runCommand } from '../../../agent/run-command.ts';
import type { DesiredNetwork } from '../../desired-host.ts';
import type { ObservedDhcp } from '../../observed-host.ts';
import { endProcess, processOf, readOrNull, signal, until } from './detached-process.ts';
import { renderDhcpConfig, renderDhcpHosts } from './dhcp-files.ts';
import { dhcpDir, type HostSetup } from './host-setup.ts';
import { inNamespace } from './ip.ts';

const START_DEADLINE_MS = 5_000;

/**
 * One dnsmasq for each network, detached from the agent. Its folder holds `pid`, `hosts`, `told` (pid and fingerprint of the hosts it
 * last read), and its configuration, whose name carries the fingerprint: so its command line says what it was started with.
 */
const filesOf = (setup: HostSetup, bridge: string) => {
  const dir = join(dhcpDir(setup), bridge);
  return {
    dir,
    pidFile: join(dir, 'pid'),
    hostsFile: join(dir, 'hosts'),
    logFile: join(dir, 'log'),
    told: join(dir, 'told'),
  };
};
const configPrefix = (dir: string): string => join(dir, 'dnsmasq-');

export async function serveDhcp(setup: HostSetup, network: DesiredNetwork): Promise<void> {
  if (network.dhcp === null) return;
  const files = filesOf(setup, network.bridge);
  await stopDhcp(setup, network.bridge);
  await mkdir(files.dir, { recursive: true, mode: 0o755 });
  const config = `${configPrefix(files.dir)}${network.dhcp.service}.conf`;
  await writeFileAtomically(files.hostsFile, renderDhcpHosts(network), 0o644);
  await writeFileAtomically(config, renderDhcpConfig(network, files), 0o644);
  await runCommand('ip', inNamespace(setup, setup.dnsmasqPath, `--conf-file=${config}`));
  const running = async () => (await processOf(files.pidFile, config)) !== null;
  if (!(await until(running, START_DEADLINE_MS))) {
    throw new VolvoxError('internal', `The DHCP server of ${network.bridge} does not start.`);
  }
  await noteTold(files, config, network.dhcp.hosts);
}

/** Makes a server that runs read its hosts again. */
export async function tellDhcp(setup: HostSetup, network: DesiredNetwork): Promise<void> {
  if (network.dhcp === null) return;
  const files = filesOf(setup, network.bridge);
  await writeFileAtomically(files.hostsFile, renderDhcpHosts(network), 0o644);
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
  const observed = await Promise.all(bridges.map((bridge) => findOne(setup, bridge)));
  return observed.filter((one) => one !== null);
}

async function findOne(setup: HostSetup, bridge: string): Promise<ObservedDhcp | null> {
  const files = filesOf(setup, bridge);
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

import { statfs } from 'node:fs/promises';
import { arch, cpus, totalmem, uptime } from 'node:os';
import { DISK_CONNECTION_KINDS } from '#platform/objects/attached-disk.ts';
import { parseCpuSet } from '#platform/objects/cpu-set.ts';
import type { HostReport } from '#platform/objects/host.ts';
import type { HostDevice } from '#platform/objects/host-device.ts';
import type { HostNode } from '#platform/objects/host-topology.ts';
import { QEMU_CAPABILITIES } from '#platform/objects/image-hardware.ts';
import type { Resources } from '#platform/objects/resources.ts';
import { timestamp } from '#platform/time/clock.ts';
import { runCommand } from '../../../agent/run-command.ts';

const GIB = 1024 ** 3;

interface HostReportOptions {
  readonly qemu: string;
  readonly stateDir: string;
  readonly name: string;
  readonly hostIp: string;
  /** null: the kernel tells of none. */
  readonly nodes: readonly HostNode[] | null;
  readonly devices: readonly HostDevice[];
  /** A 0 stands for what the host has. */
  readonly total: Resources;
  readonly reserved: Resources;
  /** What stands between a guest and its host: `user`, `sandbox`, and the controllers of its control group. */
  readonly guestWalls: readonly string[];
  /** What should and does not. */
  readonly missingGuestWalls: readonly string[];
  /** Why no guest can be started here; null: it can. */
  readonly problem: string | null;
}

/** What this host has, once: the numbers do not change while the agent runs. */
export async function readHost(options: HostReportOptions): Promise<HostReport> {
  const disk = await statfs(options.stateDir);
  const processors = cpus();
  const { total, nodes, devices } = options;
  return {
    name: options.name,
    node: options.name,
    hypervisorType: 'QEMU',
    hypervisorVersion: versionNumber(await runCommand(options.qemu, ['--version'])),
    total: {
      vcpus: total.vcpus || (nodes === null ? processors.length : sharedCpus(nodes)),
      ramMb: total.ramMb || Math.floor(totalmem() / 1024 ** 2),
      diskGb: total.diskGb || Math.floor((disk.blocks * disk.bsize) / GIB),
    },
    reserved: options.reserved,
    ...(nodes === null ? {} : { nodes: [...nodes] }),
    ...(devices.length === 0 ? {} : { devices: [...devices] }),
    cpuInfo: {
      arch: arch() === 'x64' ? 'x86_64' : arch(),
      model: processors[0]?.model ?? 'unknown',
      vendor: 'unknown',
      features: [],
      topology: { sockets: 1, cores: processors.length, threads: 1 },
    },
    hostIp: options.hostIp,
    capabilities: {
      ...QEMU_CAPABILITIES,
      ...(nodes?.some(({ cores }) => cores.length > 0) === true ? { cpuThreading: ['hyperthreading'] } : {}),
      diskConnections: [...DISK_CONNECTION_KINDS],
      guestWalls: [...options.guestWalls],
      missingGuestWalls: [...options.missingGuestWalls],
    },
    problem: options.problem,
    uptime: null,
    bootedAt: timestamp(Date.now() - uptime() * 1_000),
  };
}

const sharedCpus = (nodes: readonly HostNode[]): number =>
  nodes.reduce((sum, { shared }) => sum + parseCpuSet(shared).length, 0);

/** `QEMU emulator version 7.2.22 (…)` → 7002022, as libvirt counts. */
export function versionNumber(text: string): number {
  const [, major = '0', minor = '0', micro = '0'] = /version (\d+)\.(\d+)(?:\.(\d+))?/.exec(text) ?? [];
  return Number(major) * 1_000_000 + Number(minor) * 1_000 + Number(micro);
}

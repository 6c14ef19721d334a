import { readFile } from 'node:fs/promises';
import type { GuestSpec, GuestStats } from '#platform/objects/guest.ts';
import type { BlockStats, CpuThread } from './monitor-answers.ts';

/** Kernel clock ticks a second (USER_HZ). */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

/** The processes' side from /proc (proc(5)), the disks' from QEMU. Taps are counted in the network namespace QEMU runs in. */
export async function guestStats(
  pid: number,
  spec: GuestSpec,
  blocks: readonly BlockStats[],
  threads: readonly CpuThread[],
): Promise<GuestStats> {
  const read = (file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, 'utf8');
  const [stat, memory, devices, uptime, ...cpus] = await Promise.all([
    read('stat'),
    read('statm'),
    read('net/dev'),
    readFile('/proc/uptime', 'utf8'),
    ...threads.slice(0, spec.vcpus).map((thread) => read(`task/${thread['thread-id']}/stat`)),
  ]);
  const started = Number(statFields(stat)[19]) / TICKS_PER_SECOND;
  return {
    uptimeSeconds: Math.max(0, Math.floor(Number.parseFloat(uptime) - started)),
    cpuTimesNs: cpus.map(cpuNs),
    memory: {
      maximumMb: spec.ramMb,
      usedMb: Math.round((Number(memory.split(' ')[1]) * PAGE_BYTES) / 1024 / 1024),
    },
    disks: blocks
      .filter(({ device }) => device !== '')
      .map(({ device, stats }) => ({
        device,
        readBytes: stats.rd_bytes,
        readRequests: stats.rd_operations,
        writeBytes: stats.wr_bytes,
        writeRequests: stats.wr_operations,
      })),
    nics: spec.nics.map(({ mac, tapName }) => ({ mac, ...tapCounters(devices, tapName) })),
  };
}

/** The fields of /proc/pid/stat after the name, which may hold spaces: [0] is the state, [11] utime, [12] stime, [19] the start. */
const statFields = (text: string): readonly string[] => text.slice(text.lastIndexOf(')') + 2).split(' ');

function cpuNs(stat: string): number {
  const fields = statFields(stat);
  return ((Number(fields[11]) + Number(fields[12])) * 1e9) / TICKS_PER_SECOND;
}

/** What the host sends into a tap the guest receives, so the two sides change places. A tap that is not there has counted nothing. */
export function tapCounters(devices: string, tapName: string) {
  const line = devices.split('\n').find((text) => text.trim().startsWith(`${tapName}:`));
  const counted = (line?.split(':')[1] ?? '').trim().split(/\s+/).map(Number);
  const [fromGuest, toGuest] = [counted.slice(0, 8), counted.slice(8, 16)];
  const at = (side: readonly number[], field: number): number => side[field] ?? 0;
  return {
    receivedBytes: at(toGuest, 0),
    receivedPackets: at(toGuest, 1),
    receivedErrors: at(toGuest, 2),
    receivedDrops: at(toGuest, 3),
    sentBytes: at(fromGuest, 0),
    sentPackets: at(fromGuest, 1),
    sentErrors: at(fromGuest, 2),
    sentDrops: at(fromGuest, 3),
  };
}

import type { GuestSpec, GuestStats } from '#platform/objects/guest.ts';

/** An idle guest, as far as anybody can tell: each counter grows steadily from its start, the same for equal guests. */
export function simulatedStats(spec: GuestSpec, runningMs: number): GuestStats {
  const seconds = Math.max(0, Math.floor(runningMs / 1000));
  return {
    uptimeSeconds: seconds,
    cpuTimesNs: Array.from({ length: spec.vcpus }, () => seconds * 10_000_000),
    memory: { maximumMb: spec.ramMb, usedMb: Math.round(spec.ramMb / 4) },
    disks: [
      { device: 'root', readBytes: 1_048_576, readRequests: 64, writeBytes: seconds * 512, writeRequests: seconds },
    ],
    nics: spec.nics.map(({ mac }) => ({
      mac,
      ...{ receivedBytes: seconds * 100, receivedPackets: seconds, receivedDrops: 0, receivedErrors: 0 },
      ...{ sentBytes: seconds * 100, sentPackets: seconds, sentDrops: 0, sentErrors: 0 },
    })),
  };
}

import { expect, it } from 'vitest';
import type { GuestStats } from '#platform/objects/guest.ts';
import { diagnostics, plainDiagnostics } from '../../../../../../api/compute/servers/diagnostics/view.ts';

const STATS: GuestStats = {
  uptimeSeconds: 60,
  cpuTimesNs: [5, 6],
  memory: { maximumMb: 512, usedMb: 128 },
  disks: [
    { device: 'root', readBytes: 1, readRequests: 2, writeBytes: 3, writeRequests: 4 },
    { device: 'ephemeral', readBytes: 0, readRequests: 0, writeBytes: 0, writeRequests: 0 },
  ],
  nics: [
    {
      mac: 'fa:16:3e:00:00:01',
      ...{ receivedBytes: 10, receivedPackets: 11, receivedDrops: 12, receivedErrors: 13 },
      ...{ sentBytes: 20, sentPackets: 21, sentDrops: 22, sentErrors: 23 },
    },
  ],
};

it('until 2.47 names counters by device, as libvirt does', () => {
  expect(plainDiagnostics(STATS)).toEqual({
    ...{ cpu0_time: 5, cpu1_time: 6, memory: 524_288 },
    ...{ vda_read: 1, vda_read_req: 2, vda_write: 3, vda_write_req: 4, vda_errors: -1 },
    ...{ vdb_read: 0, vdb_read_req: 0, vdb_write: 0, vdb_write_req: 0, vdb_errors: -1 },
    ...{ vnet1_rx: 10, vnet1_rx_packets: 11, vnet1_rx_drop: 12, vnet1_rx_errors: 13 },
    ...{ vnet1_tx: 20, vnet1_tx_packets: 21, vnet1_tx_drop: 22, vnet1_tx_errors: 23 },
  });
});

it('from 2.48 is one document, null for what is not measured', () => {
  expect(diagnostics(STATS, true)).toMatchObject({
    ...{ state: 'running', uptime: 60, config_drive: true, num_cpus: 2, num_disks: 2, num_nics: 1 },
    cpu_details: [
      { id: 0, time: 5, utilisation: null },
      { id: 1, time: 6, utilisation: null },
    ],
    memory_details: { maximum: 512, used: 128 },
    nic_details: [{ mac_address: 'fa:16:3e:00:00:01', rx_octets: 10, tx_errors: 23, rx_rate: null }],
  });
});

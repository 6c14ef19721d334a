import { fromJson, toJson } from '#platform/database/json-column.ts';
import type { DeviceRequest } from '#platform/objects/device-request.ts';
import { devicePools } from '#platform/objects/fit-devices.ts';
import { guestFitter } from '#platform/objects/fit-guest.ts';
import { freeNodes } from '#platform/objects/free-nodes.ts';
import type { OwnParts } from '#platform/objects/guest.ts';
import { changedUse, useOf } from '#platform/objects/guest-placement.ts';
import type { GuestTopology } from '#platform/objects/guest-topology.ts';
import type { HostReport } from '#platform/objects/host.ts';
import { freeDevices, withDevices } from '#platform/objects/host-device.ts';
import type { NodeUse } from '#platform/objects/host-topology.ts';
import type { CellTx } from '../cell-database.ts';
import { NO_REPORT, type Ratios } from './hosts.ts';

interface AskedParts {
  readonly hostId: string;
  readonly topology: GuestTopology | null;
  readonly devices: readonly DeviceRequest[];
}

type ClaimedParts =
  | { readonly refusal: null; readonly own: OwnParts; readonly used: { nodes_used?: string; devices_used?: string } }
  | {
      readonly refusal: {
        readonly reason: 'host-unknown' | 'numa-topology' | 'pci-passthrough';
        readonly message: string;
      };
    };

const LACKS = {
  'numa-topology': 'the NUMA nodes, CPUs or memory pages',
  'pci-passthrough': 'the free devices',
};

/**
 * Finds CPUs, pages and devices of a host that no claim has. Locks the host's row until the transaction ends, so that no two claims get the same. The
 * caller writes `used` into the row.
 */
export async function claimOwnParts(tx: CellTx, { hostId, topology, devices }: AskedParts): Promise<ClaimedParts> {
  const host = await tx
    .selectFrom('hosts')
    .select(['name', 'report', 'ratios', 'nodes_used', 'devices_used'])
    .where('id', '=', hostId)
    .forUpdate()
    .executeTakeFirst();
  if (host === undefined || host.report === NO_REPORT) {
    return { refusal: { reason: 'host-unknown', message: `This cell has no host ${hostId}.` } };
  }
  const { nodes = [], devices: present = [] } = fromJson<HostReport>(host.report);
  const nodesUsed = host.nodes_used === null ? [] : fromJson<NodeUse[]>(host.nodes_used);
  const devicesUsed = host.devices_used === null ? [] : fromJson<string[]>(host.devices_used);
  const chosen = guestFitter(topology, devices).choose({
    nodes: freeNodes(nodes, nodesUsed),
    devices: devicePools(freeDevices(present, devicesUsed)),
    ratios: fromJson<Ratios>(host.ratios),
  });
  if (typeof chosen === 'string') {
    const message = `Host ${host.name} does not have ${LACKS[chosen]} that the server asks for.`;
    return { refusal: { reason: chosen, message } };
  }
  const { placement } = chosen;
  return {
    refusal: null,
    own: {
      ...(placement === null ? {} : { placement }),
      ...(chosen.devices.length === 0 ? {} : { devices: [...chosen.devices] }),
    },
    used: {
      ...(placement === null ? {} : { nodes_used: toJson(changedUse(nodesUsed, useOf(placement), 1)) }),
      ...(chosen.devices.length === 0 ? {} : { devices_used: toJson(withDevices(devicesUsed, chosen.devices)) }),
    },
  };
}

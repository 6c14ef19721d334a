import { fromJson } from '#platform/database/json-column.ts';
import { topologyFitter } from '#platform/objects/fit-topology.ts';
import { freeNodes } from '#platform/objects/free-nodes.ts';
import { changedUse, type GuestPlacement, useOf } from '#platform/objects/guest-placement.ts';
import type { GuestTopology } from '#platform/objects/guest-topology.ts';
import type { HostReport } from '#platform/objects/host.ts';
import type { NodeUse } from '#platform/objects/host-topology.ts';
import type { CellTx } from '../cell-database.ts';
import { NO_REPORT, type Ratios } from './hosts.ts';

type ClaimedNodes =
  | { readonly placement: GuestPlacement; readonly nodesUsed: readonly NodeUse[] }
  | {
      readonly placement: null;
      readonly refusal: { readonly reason: 'host-unknown' | 'numa-topology'; readonly message: string };
    };

/**
 * Finds CPUs and pages of a host that no claim has. Locks the host's row until the transaction ends, so that no two claims get the same. The
 * caller writes `nodesUsed` into the row.
 */
export async function claimNodes(tx: CellTx, hostId: string, topology: GuestTopology): Promise<ClaimedNodes> {
  const host = await tx
    .selectFrom('hosts')
    .select(['name', 'report', 'ratios', 'nodes_used'])
    .where('id', '=', hostId)
    .forUpdate()
    .executeTakeFirst();
  if (host === undefined || host.report === NO_REPORT) {
    return { placement: null, refusal: { reason: 'host-unknown', message: `This cell has no host ${hostId}.` } };
  }
  const { nodes = [] } = fromJson<HostReport>(host.report);
  const used = host.nodes_used === null ? [] : fromJson<NodeUse[]>(host.nodes_used);
  const placement = topologyFitter(topology).placementOn(freeNodes(nodes, used), fromJson<Ratios>(host.ratios));
  if (placement === null) {
    const message = `Host ${host.name} does not have the NUMA nodes, CPUs or memory pages that the server asks for.`;
    return { placement: null, refusal: { reason: 'numa-topology', message } };
  }
  return { placement, nodesUsed: changedUse(used, useOf(placement), 1) };
}

import type { SubportRecord, TrunkRecord } from '#platform/directory/stores/trunks.ts';
import { standardView } from '../standard-attributes.ts';

export const subportView = ({ portId, segmentationId }: SubportRecord) => ({
  ...{ port_id: portId, segmentation_type: 'vlan', segmentation_id: segmentationId },
});

/** @param subports of this trunk, and perhaps of others. */
export const trunkView = (trunk: TrunkRecord, subports: readonly SubportRecord[]) => ({
  ...standardView(trunk),
  admin_state_up: trunk.adminStateUp,
  status: trunk.status,
  port_id: trunk.portId,
  sub_ports: subports.filter(({ trunkId }) => trunkId === trunk.id).map(subportView),
});

/** What its parent shows of a trunk. */
export const trunkDetailsView = ({ id }: TrunkRecord, subports: readonly SubportRecord[]) => ({
  trunk_id: id,
  sub_ports: subports
    .filter(({ trunkId }) => trunkId === id)
    .map((subport) => ({ ...subportView(subport), mac_address: subport.mac })),
});

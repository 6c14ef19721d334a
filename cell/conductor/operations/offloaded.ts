import { POWER_STATE } from '#platform/states/power-state.ts';
import type { InstanceWrites } from '../../database/stores/instances.ts';

/** A shelved server that is on no host. Its guest is to be absent: its claim and its ports go with it. */
export const OFFLOADED: InstanceWrites = {
  vmState: 'shelved_offloaded',
  taskState: null,
  operationId: null,
  powerState: POWER_STATE.none,
  ...{ hostId: null, host: null, node: null, guestId: null },
};

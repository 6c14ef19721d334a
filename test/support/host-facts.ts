import type { HostFacts } from '../../cell/network/desired-host.ts';
import { NOTHING_KNOWN } from '../../cell/network/known-definitions.ts';
import { Slots } from '../../cell/network/slots.ts';

/** A host without uplink and security groups, which knows its whole desired state. */
export function aHostFacts(rest: Partial<HostFacts> = {}): HostFacts {
  const [slots, routerSlots] = [new Slots(), new Slots()];
  return {
    hostName: 'host-1',
    slotOf: (networkId) => slots.of(networkId),
    routerSlotOf: (routerId) => routerSlots.of(routerId),
    canBuild: () => true,
    hasUplink: false,
    blockedRanges: [],
    connectionsPerGuest: 0,
    carries: () => false,
    enforcesGroups: false,
    definitions: NOTHING_KNOWN,
    definitionsKnown: true,
    goneTaps: new Set(),
    complete: true,
    ...rest,
  };
}

import type { DeviceRequest } from './device-request.ts';
import { type DevicePool, deviceFitter, guestNodesOn } from './fit-devices.ts';
import { topologyFitter } from './fit-topology.ts';
import type { FreeNode } from './free-nodes.ts';
import type { GuestPlacement } from './guest-placement.ts';
import type { GuestTopology } from './guest-topology.ts';
import type { HostDevice } from './host-device.ts';

/** What of a host is free for guests alone. */
export interface FreeOnHost {
  readonly nodes: readonly FreeNode[];
  readonly devices: readonly DevicePool[];
  /** `poolsText` of these. */
  readonly devicesText: string;
  readonly ratios: { readonly vcpus: number; readonly ramMb: number };
}

/** Of what a guest asks for itself. */
type NotThere = 'numa-topology' | 'pci-passthrough';

interface ChosenOnHost {
  /** Null: the guest asks for no nodes. */
  readonly placement: GuestPlacement | null;
  readonly devices: readonly HostDevice[];
}

/**
 * Chooses CPUs, pages and devices of a host for a guest; null: they are not there. Devices that must be close to the guest decide about its nodes: host
 * nodes with many of them come first, by their devices for all requests and then by those for each. For guests with one node, and for requests of
 * one kind, the answer is exact; of several kinds on several nodes, or near several sockets, a choice may be missed. Polynomial, and the same arguments give the same choice. Pure.
 */
export function guestFitter(topology: GuestTopology | null, requests: readonly DeviceRequest[]) {
  const devices = deviceFitter(requests);
  const nodes = topology === null ? null : topologyFitter(topology);
  const each = requests.length > 1 ? requests.map((request) => deviceFitter([request])) : [];
  const known = new Map<string, NotThere | null>();
  return {
    /** What is not there; null: nothing is missing. Hosts that are alike for the guest have one answer, which is found once. */
    lacks(free: FreeOnHost): NotThere | null {
      if (!devices.mayFit(free.devices)) return 'pci-passthrough';
      const fits = nodes === null ? '' : nodes.fitsByNode(free.nodes, free.ratios);
      const ids = nodes === null ? '' : free.nodes.map(({ node: { id, socket } }) => `${id}/${socket}`).join(' ');
      const text = `${fits} ${ids} ${free.devicesText}`;
      const answer = known.get(text);
      if (answer !== undefined) return answer;
      const found = this.choose(free);
      known.set(text, typeof found === 'string' ? found : null);
      return known.get(text) ?? null;
    },
    /** Whether the nodes fit, and then whether the devices do. */
    choose(free: Omit<FreeOnHost, 'devicesText'>): ChosenOnHost | NotThere {
      if (nodes === null) return chosen(null, devices.chosenFrom(free.devices, null));
      if (requests.length === 0) {
        const placement = nodes.placementOn(free.nodes, free.ratios);
        return placement === null ? 'numa-topology' : { placement, devices: [] };
      }
      if (!nodes.fits(free.nodes, free.ratios)) return 'numa-topology';
      if (!devices.mayFit(free.devices)) return 'pci-passthrough';
      for (const fitter of [devices, ...each]) {
        const placement = nodes.placementOnFirst(byDevices(free, fitter), free.ratios);
        const ids = placement?.nodes.map(({ hostNode }) => hostNode) ?? [];
        const found = devices.chosenFrom(free.devices, guestNodesOn(ids, hostNodesOf(free)));
        if (placement !== null && found !== null) return chosen(placement, found);
      }
      return 'pci-passthrough';
    },
  };
}

const chosen = (placement: GuestPlacement | null, devices: readonly HostDevice[] | null) =>
  devices === null ? ('pci-passthrough' as const) : { placement, devices };

const hostNodesOf = ({ nodes }: Pick<FreeOnHost, 'nodes'>) => nodes.map(({ node }) => node);

/** The host nodes, those first on which a guest would have most devices; among equal ones as they come. */
function byDevices(
  free: Pick<FreeOnHost, 'nodes' | 'devices'>,
  fitter: ReturnType<typeof deviceFitter>,
): readonly FreeNode[] {
  const hostNodes = hostNodesOf(free);
  const worth = new Map(
    free.nodes.map((one) => [one, fitter.worthOf(free.devices, guestNodesOn([one.node.id], hostNodes))]),
  );
  return free.nodes.toSorted((a, b) => (worth.get(b) ?? 0) - (worth.get(a) ?? 0));
}

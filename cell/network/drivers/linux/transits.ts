import { nthAddress } from '../../addresses.ts';

/**
 * A transit is a pair of devices between the namespace of a network or router and a namespace that serves all networks of the host. Its addresses
 * are link-local: no subnet may have them, so no tenant can take one. A slot has two of each kind.
 */
interface Transit {
  /** The end in the namespace that serves. */
  readonly servingEnd: string;
  /** The end in the network's namespace. */
  readonly networkEnd: string;
}

const METADATA_RANGE = '169.254.0.0/17';
const OUTSIDE_RANGE = '169.254.128.0/17';
/** Behind those of networks, and behind 169.254.169.254. */
const ROUTERS_FROM = 171;
const ROUTER_RANGE = `169.254.${ROUTERS_FROM}.0/17`;

const transit = (range: string, slot: number): Transit => ({
  servingEnd: nthAddress(range, 2 * slot),
  networkEnd: nthAddress(range, 2 * slot + 1),
});
export const metadataTransit = (slot: number): Transit => transit(METADATA_RANGE, slot);
/** Below 169.254.169.254, for every slot that there is (`slots.ts`). */
export const outsideTransit = (slot: number): Transit => transit(OUTSIDE_RANGE, slot);

/** Between a router's namespace, as the network's end, and the outside. */
export const routerTransit = (slot: number): Transit => transit(ROUTER_RANGE, slot);
/** Commands that give an end of a transit its only address of IPv6, and bring it up. */
export const linkLocalEnd = (address: string, device: string): readonly string[] => [
  `link set dev ${device} addrgenmode none`,
  `address replace ${address}/64 dev ${device} nodad`,
  `link set dev ${device} up`,
];

/** Of the device by which routed packets reach guests: the sender of its ARP, which no transit has. */
export const REACH_ADDRESS = '169.254.255.254';

/** The slot whose metadata transit has this serving end; null: it is not one. */
export function slotOfTransit(servingEnd: string): number | null {
  const [a, b, c = 0, d = 0] = servingEnd.split('.').map(Number);
  const offset = c * 256 + d;
  return a === 169 && b === 254 && c < 128 && offset > 0 && offset % 2 === 0 ? offset / 2 : null;
}

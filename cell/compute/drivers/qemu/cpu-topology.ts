import type { GuestSpec } from '#platform/objects/guest.ts';

const PARTS = ['sockets', 'cores', 'threads'] as const;
type Part = (typeof PARTS)[number];
type Topology = Readonly<Record<Part, number>>;

/**
 * How a guest sees its virtual CPUs, as Nova chooses it (nova/virt/hardware.py): of all ways to write their number as sockets × cores ×
 * threads within the limits, the one with the most of what is asked; of these the one with the most sockets, then cores. The flavor asks
 * (`hw:cpu_sockets`, …) or, if it does not, the image (`hw_cpu_sockets`, …); both limit (`hw:cpu_max_sockets`, `hw_cpu_max_sockets`, …).
 * A limit that no way keeps is no limit. Pure.
 */
export function cpuTopology({ vcpus, image, extraSpecs }: Pick<GuestSpec, 'vcpus' | 'image' | 'extraSpecs'>): Topology {
  const ofFlavor = (name: string): number | null => count(extraSpecs[`hw:cpu_${name}`]);
  const ofImage = (name: string): number | null => count(image.properties[`hw_cpu_${name}`]);
  const asks = PARTS.some((part) => ofFlavor(part) !== null) ? ofFlavor : ofImage;
  const limit = (part: Part): number =>
    Math.min(ofFlavor(`max_${part}`) ?? Number.POSITIVE_INFINITY, ofImage(`max_${part}`) ?? Number.POSITIVE_INFINITY);
  const all = topologies(vcpus);
  const within = all.filter((one) => PARTS.every((part) => one[part] <= limit(part)));
  const fulfilled = (one: Topology): number => PARTS.filter((part) => one[part] === asks(part)).length;
  // The sort is stable.
  const [best] = (within.length > 0 ? within : all).toSorted((a, b) => fulfilled(b) - fulfilled(a));
  return best ?? { sockets: vcpus, cores: 1, threads: 1 };
}

/** Most sockets first, then most cores. */
function topologies(vcpus: number): readonly Topology[] {
  const divisors = (total: number): readonly number[] =>
    Array.from({ length: total }, (_, index) => total - index).filter((one) => total % one === 0);
  return divisors(vcpus).flatMap((sockets) =>
    divisors(vcpus / sockets).map((cores) => ({ sockets, cores, threads: vcpus / sockets / cores })),
  );
}

const count = (text: string | undefined): number | null => {
  const number = Number(text?.trim() || 0);
  return Number.isInteger(number) && number > 0 ? number : null;
};

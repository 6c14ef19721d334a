import type { Network, Port, SegmentType } from './network.ts';

/** The types of these networks, each once. */
export const segmentTypesOf = (networks: readonly Pick<Network, 'segmentType'>[]): readonly SegmentType[] =>
  [...new Set(networks.map(({ segmentType }) => segmentType))].sort();

/** Those of the ports of a server: their networks', and those of their subports. */
export const networksOfPorts = (
  networks: readonly Network[],
  ports: readonly Pick<Port, 'subports'>[],
): readonly Network[] => [...networks, ...ports.flatMap(({ subports = [] }) => subports.map(({ network }) => network))];

/** The first of these types that a host does not carry. `carried` undefined: the host does not tell, and is taken to carry any. */
export const notCarried = (
  carried: readonly SegmentType[] | undefined,
  types: readonly SegmentType[],
): SegmentType | undefined => (carried === undefined ? undefined : types.find((type) => !carried.includes(type)));

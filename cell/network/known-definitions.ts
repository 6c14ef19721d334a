import type { GroupRule, PortContent, RouterContent } from '#platform/objects/definitions.ts';
import type { Network } from '#platform/objects/network.ts';

/** What a host knows of a port beyond its binding. */
export type KnownPort = PortContent;

export interface KnownGroup {
  readonly rules: readonly GroupRule[];
}

/** A router as a host needs it. */
export type KnownRouter = RouterContent & { readonly id: string };

/**
 * What the feed has heard of definitions (docs/decisions/0030): a view of the newest that is known, which may change between two calls. The
 * keeper reads it anew in each pass, by id, and only what the ports of its host need.
 */
export interface KnownDefinitions {
  /** A new object after each change, unless only members of groups have changed. */
  readonly structure: object;
  /** null: not heard of yet. Then the groups of the port's binding count, and it has port security. */
  portOf(portId: string): KnownPort | null;
  /** null: not heard of yet. Such a group allows nothing. */
  groupOf(groupId: string): KnownGroup | null;
  /** Addresses of all ports that have the group, as they were written; empty when none is known. A change of them is another set. */
  membersOf(groupId: string): ReadonlySet<string>;
  /** null: not heard of yet. Then the network of a binding counts. */
  networkOf(networkId: string): Network | null;
  /** The routers that have an interface in the network, in any order; none when none is known. */
  routersOf(networkId: string): readonly KnownRouter[];
}

/** A host that has heard of nothing. */
export const NOTHING_KNOWN: KnownDefinitions = {
  structure: {},
  portOf: () => null,
  groupOf: () => null,
  membersOf: () => new Set(),
  networkOf: () => null,
  routersOf: () => [],
};

import type { Due } from './due.ts';

/** The networks of a router: those that it has an interface in, and the one by which it leads outside. */
export interface RouterNetworks {
  readonly interfaces: readonly string[];
  readonly gateway: string | null;
}

/** By network: the cells with ports of servers on it. By router: its networks. */
interface Joined {
  readonly cells: ReadonlyMap<string, readonly string[]>;
  readonly routers: ReadonlyMap<string, RouterNetworks>;
}

interface Changes {
  /** Of all routers and networks that may be needed elsewhere than before, or have changed; as last announced, and as it is. */
  readonly before: Joined;
  readonly after: Joined;
  /** Networks and routers that have changed. */
  readonly changed: ReadonlySet<string>;
}

/**
 * What these changes make due, and where: what a cell needs and did not, what it needed and does not, and what of both has changed. Pure. It
 * may name more than a cell needs, never less: whether a cell needs it is decided when it is delivered.
 */
export function dueByNetworks({ before, after, changed }: Changes): readonly Due[] {
  const [were, are] = [needs(before), needs(after)];
  const both = [...new Map([...were, ...are])];
  return both.flatMap(([key, due]) => (were.has(key) && are.has(key) && !changed.has(due.id) ? [] : due));
}

/** A cell needs the networks of its ports, the routers that have an interface in one of these, and all networks of those routers. */
function needs({ cells, routers }: Joined): ReadonlyMap<string, Due> {
  const due = new Map<string, Due>();
  const add = (cellId: string, kind: Due['kind'], id: string) =>
    due.set(`${cellId} ${kind} ${id}`, { cellId, kind, id });
  for (const [network, own] of cells) for (const cellId of own) add(cellId, 'network', network);
  for (const [router, { interfaces, gateway }] of routers) {
    for (const cellId of new Set(interfaces.flatMap((network) => cells.get(network) ?? []))) {
      add(cellId, 'router', router);
      for (const network of interfaces) add(cellId, 'network', network);
      if (gateway !== null) add(cellId, 'network', gateway);
    }
  }
  return due;
}

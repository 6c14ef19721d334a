import type { CellReader } from '../../cell-database.ts';
import type { ChangedBinding } from '../port-changes.ts';

/** What a call of `putDefinitions` has changed. */
export interface ChangedDefinitions {
  /** Groups with other rules, or that are gone. */
  readonly groupIds: readonly string[];
  readonly portIds: readonly string[];
  /** Groups with other members. */
  readonly memberGroupIds: readonly string[];
  readonly networkIds: readonly string[];
  /** In which a router that has changed, or is gone, has or had an interface. */
  readonly joinedNetworkIds: readonly string[];
  /** Bindings with another desired state. */
  readonly bindings: readonly ChangedBinding[];
}

export const noChange: ChangedDefinitions = {
  ...{ groupIds: [], portIds: [], memberGroupIds: [], networkIds: [], joinedNetworkIds: [], bindings: [] },
};

/**
 * The network agents that must hear of it: those of hosts that take definitions and have a port that changed, a port with a group that changed,
 * a port with a group of which a rule names one whose members changed, or a port on a network that changed itself, or of which a router did or
 * another network of a router.
 */
export async function agentsConcerned(read: CellReader, changed: ChangedDefinitions): Promise<readonly string[]> {
  const naming = await groupsNaming(read, changed.memberGroupIds);
  const behind = await networksBehind(read, changed.networkIds);
  const ids = await Promise.all([
    agentsOnNetworks(read, [...new Set([...changed.networkIds, ...changed.joinedNetworkIds, ...behind])]),
    agentsWithPorts(read, changed.portIds),
    agentsWithGroups(read, [...new Set([...changed.groupIds, ...naming])]),
  ]);
  return [...new Set(ids.flat())];
}

async function agentsWithPorts(read: CellReader, portIds: readonly string[]): Promise<readonly string[]> {
  if (portIds.length === 0) return [];
  return agentIds(
    await bound(read)
      .where('port_bindings.port_id', 'in', [...portIds])
      .execute(),
  );
}

async function agentsWithGroups(read: CellReader, groupIds: readonly string[]): Promise<readonly string[]> {
  if (groupIds.length === 0) return [];
  return agentIds(
    await bound(read)
      .innerJoin('defined_members', 'defined_members.port_id', 'port_bindings.port_id')
      .where('defined_members.group_id', 'in', [...groupIds])
      .where('defined_members.gone', '=', 0)
      .execute(),
  );
}

async function agentsOnNetworks(read: CellReader, networkIds: readonly string[]): Promise<readonly string[]> {
  if (networkIds.length === 0) return [];
  return agentIds(
    await bound(read)
      .where('port_bindings.network_id', 'in', [...networkIds])
      .execute(),
  );
}

/** The networks in which a router of one of these has an interface. */
async function networksBehind(read: CellReader, networkIds: readonly string[]): Promise<readonly string[]> {
  if (networkIds.length === 0) return [];
  const rows = await read
    .selectFrom('defined_router_networks as theirs')
    .innerJoin('defined_router_networks as own', 'own.router_id', 'theirs.router_id')
    .select('own.network_id')
    .distinct()
    .where('theirs.network_id', 'in', [...networkIds])
    .where('own.is_gateway', '=', 0)
    .execute();
  return rows.map(({ network_id }) => network_id);
}

/** The agents of hosts that take definitions, with the bindings on these. */
const bound = (read: CellReader) =>
  read
    .selectFrom('hosts')
    .innerJoin('port_bindings', 'port_bindings.host_id', 'hosts.id')
    .select('hosts.network_agent_id')
    .distinct()
    .where('hosts.enforces_groups', '=', 1);

const agentIds = (rows: readonly { readonly network_agent_id: string | null }[]): readonly string[] =>
  rows.flatMap(({ network_agent_id }) => network_agent_id ?? []);

async function groupsNaming(read: CellReader, remoteIds: readonly string[]): Promise<readonly string[]> {
  if (remoteIds.length === 0) return [];
  const rows = await read
    .selectFrom('defined_remotes')
    .select('group_id')
    .distinct()
    .where('remote_id', 'in', [...remoteIds])
    .execute();
  return rows.map(({ group_id }) => group_id);
}

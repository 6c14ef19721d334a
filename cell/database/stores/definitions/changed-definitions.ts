import type { CellReader } from '../../cell-database.ts';

/** What a call of `putDefinitions` has changed. */
export interface ChangedDefinitions {
  /** Groups with other rules, or that are gone. */
  readonly groupIds: readonly string[];
  readonly portIds: readonly string[];
  /** Groups with other members. */
  readonly memberGroupIds: readonly string[];
}

export const noChange: ChangedDefinitions = { groupIds: [], portIds: [], memberGroupIds: [] };

/**
 * The network agents that must hear of it: those of hosts that enforce groups and have a port that changed, a port with a group that changed,
 * or a port with a group of which a rule names one whose members changed.
 */
export async function agentsConcerned(read: CellReader, changed: ChangedDefinitions): Promise<readonly string[]> {
  const naming = await groupsNaming(read, changed.memberGroupIds);
  const portIds = [...changed.portIds];
  const groupIds = [...new Set([...changed.groupIds, ...naming])];
  if (portIds.length + groupIds.length === 0) return [];
  const rows = await read
    .selectFrom('hosts')
    .innerJoin('port_bindings', 'port_bindings.host_id', 'hosts.id')
    .select('hosts.network_agent_id')
    .distinct()
    .where('hosts.enforces_groups', '=', 1)
    .where('hosts.network_agent_id', 'is not', null)
    .where((eb) =>
      eb.or([
        ...(portIds.length === 0 ? [] : [eb('port_bindings.port_id', 'in', portIds)]),
        ...(groupIds.length === 0
          ? []
          : [
              eb(
                'port_bindings.port_id',
                'in',
                eb
                  .selectFrom('defined_members')
                  .select('port_id')
                  .where('gone', '=', 0)
                  .where('group_id', 'in', groupIds),
              ),
            ]),
      ]),
    )
    .execute();
  return rows.flatMap(({ network_agent_id }) => (network_agent_id === null ? [] : [network_agent_id]));
}

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

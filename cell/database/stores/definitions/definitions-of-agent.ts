import type { AgentDefinitions, AgentKnows } from '#platform/contracts/agent-definitions.ts';
import { fromJson } from '#platform/database/json-column.ts';
import type { GroupRule, PortDefinition } from '#platform/objects/definitions.ts';
import type { CellReader } from '../../cell-database.ts';

/** How many members an answer has at most, but for the last group in it. */
const MAX_MEMBERS = 100_000;

/**
 * What the ports on the hosts of an agent need: their definitions, their groups, and the members of remote groups, as what has changed since
 * what the agent knows. The version is read first: what changes meanwhile is told again next time.
 */
export async function definitionsOfAgent(
  read: CellReader,
  agentId: string,
  knows: AgentKnows,
): Promise<AgentDefinitions> {
  const { version, whole_before } = await read
    .selectFrom('definition_version')
    .select(['version', 'whole_before'])
    .where('id', '=', 1)
    .executeTakeFirstOrThrow();
  const ports = await portsOf(read, agentId);
  const groups = await groupsOf(read, [...new Set(ports.flatMap(({ groupIds }) => groupIds))], knows);
  const named = await remotesOf(
    read,
    groups.map(({ id }) => id),
  );
  const versions = new Map(knows.remotes.map((one) => [one.id, one.version]));
  const remotes: AgentDefinitions['remotes'] = [];
  let members = 0;
  for (const id of named) {
    if (members >= MAX_MEMBERS) return { version: Number(version), ports, groups, remotes, more: true };
    const since = versions.get(id);
    // A later version than there is comes from before the database was set back.
    const whole = since === undefined || since < Number(whole_before) || since > Number(version);
    const changes = await membersSince(read, id, whole ? null : since);
    members += changes.members.length;
    remotes.push({ id, whole, ...changes });
  }
  return { version: Number(version), ports, groups, remotes, more: false };
}

async function portsOf(read: CellReader, agentId: string): Promise<PortDefinition[]> {
  const rows = await read
    .selectFrom('hosts')
    .innerJoin('port_bindings', 'port_bindings.host_id', 'hosts.id')
    .innerJoin('defined_ports', 'defined_ports.id', 'port_bindings.port_id')
    .select(['defined_ports.id', 'defined_ports.generation', 'defined_ports.content'])
    .distinct()
    .where('hosts.network_agent_id', '=', agentId)
    .where('port_bindings.present', '=', 1)
    .orderBy('defined_ports.id')
    .execute();
  return rows.map(({ id, generation, content }) => ({
    kind: 'port' as const,
    id,
    generation,
    ...fromJson<Pick<PortDefinition, 'groupIds' | 'addresses' | 'portSecurity'>>(content),
  }));
}

async function groupsOf(
  read: CellReader,
  ids: readonly string[],
  knows: AgentKnows,
): Promise<AgentDefinitions['groups']> {
  if (ids.length === 0) return [];
  const known = new Map(knows.groups.map(({ id, generation }) => [id, generation]));
  const rows = await read
    .selectFrom('defined_groups')
    .select(['id', 'generation', 'rules'])
    .where('id', 'in', [...ids])
    .orderBy('id')
    .execute();
  return rows.map(({ id, generation, rules }) => ({
    id,
    generation,
    rules: known.get(id) === generation ? null : fromJson<GroupRule[]>(rules),
  }));
}

async function remotesOf(read: CellReader, groupIds: readonly string[]): Promise<readonly string[]> {
  if (groupIds.length === 0) return [];
  const rows = await read
    .selectFrom('defined_remotes')
    .select('remote_id')
    .distinct()
    .where('group_id', 'in', [...groupIds])
    .orderBy('remote_id')
    .execute();
  return rows.map(({ remote_id }) => remote_id);
}

/** @param since null: all of them, and none that are gone. */
async function membersSince(
  read: CellReader,
  groupId: string,
  since: number | null,
): Promise<Pick<AgentDefinitions['remotes'][number], 'members' | 'gone'>> {
  let query = read
    .selectFrom('defined_members')
    .select(['port_id', 'addresses', 'gone'])
    .where('group_id', '=', groupId);
  query = since === null ? query.where('gone', '=', 0) : query.where('version', '>', since);
  const rows = await query.execute();
  return {
    members: rows
      .filter(({ gone }) => gone === 0)
      .map(({ port_id, addresses }) => ({ portId: port_id, addresses: fromJson<string[]>(addresses) })),
    gone: rows.filter(({ gone }) => gone === 1).map(({ port_id }) => port_id),
  };
}

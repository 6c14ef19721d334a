import type { AgentDefinitions, AgentKnows } from '#platform/contracts/agent-definitions.ts';
import { fromJson } from '#platform/database/json-column.ts';
import type { GroupRule, PortDefinition } from '#platform/objects/definitions.ts';
import type { CellReader } from '../../cell-database.ts';
import { networksOfAgent } from './networks-of-agent.ts';
import { remoteMembers } from './remotes.ts';

/** How many members, or changes of members, an answer has at most, unless one group alone has more. */
const MAX_MEMBERS = 50_000;

/**
 * What the ports on the hosts of an agent need: their definitions, networks, routers and groups, and the members of remote groups, as what has changed since
 * what the agent knows. The version is read first: what changes meanwhile is told again next time.
 */
export async function definitionsOfAgent(
  read: CellReader,
  agentId: string,
  knows: AgentKnows,
  maxMembers = MAX_MEMBERS,
): Promise<AgentDefinitions> {
  for (;;) {
    const mark = await markOf(read);
    const answer = await definitionsAt(read, agentId, knows, mark, maxMembers);
    // Members that are gone were dropped meanwhile: the agent would never hear of them.
    if ((await markOf(read)).wholeBefore === mark.wholeBefore) return answer;
  }
}

interface Mark {
  readonly version: number;
  /** Who knows an older version than this gets whole lists. */
  readonly wholeBefore: number;
}

async function markOf(read: CellReader): Promise<Mark> {
  const { version, whole_before } = await read
    .selectFrom('definition_version')
    .select(['version', 'whole_before'])
    .where('id', '=', 1)
    .executeTakeFirstOrThrow();
  return { version: Number(version), wholeBefore: Number(whole_before) };
}

async function definitionsAt(
  read: CellReader,
  agentId: string,
  knows: AgentKnows,
  { version, wholeBefore }: Mark,
  maxMembers: number,
): Promise<AgentDefinitions> {
  const ports = await portsOf(read, agentId);
  const groups = await groupsOf(read, [...new Set(ports.flatMap(({ groupIds }) => groupIds))], knows);
  const named = await remotesOf(
    read,
    groups.map(({ id }) => id),
  );
  const versions = new Map(knows.remotes.map((one) => [one.id, one.version]));
  const asked = named.map((id) => {
    const since = versions.get(id);
    // A later version than there is comes from before the database was set back.
    const isUsable = since !== undefined && since >= wholeBefore && since <= version;
    return { id, since: isUsable ? since : null };
  });
  const remotes = await remoteMembers(read, asked, maxMembers);
  return {
    version,
    ...(await networksOfAgent(read, agentId, knows)),
    ports,
    groups,
    remotes,
    more: remotes.length < asked.length,
  };
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
    ...fromJson<Omit<PortDefinition, 'kind' | 'id' | 'generation'>>(content),
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

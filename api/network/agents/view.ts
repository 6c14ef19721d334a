import { DEFAULT_ZONE } from '#platform/directory/stores/aggregates.ts';
import type { NetworkAgent } from '#platform/objects/network-agent.ts';
import { agentTime } from '../times.ts';

/** One process is the agent of layers 2 and 3, of DHCP and of metadata. */
const KIND = { binary: 'volvox-network', agent_type: 'Volvox network agent', topic: 'N/A' } as const;

/** @param zones of hosts, by name. */
export const agentView = (
  agent: NetworkAgent,
  cell: { readonly name: string },
  zones: ReadonlyMap<string, string>,
) => ({
  ...KIND,
  id: agent.id,
  host: agent.host,
  alive: agent.up,
  admin_state_up: true,
  description: null,
  availability_zone: zones.get(agent.host) ?? DEFAULT_ZONE,
  created_at: agentTime(agent.startedAt),
  started_at: agentTime(agent.startedAt),
  heartbeat_timestamp: agentTime(agent.lastSeenAt),
  resources_synced: null,
  configurations: {
    cell: cell.name,
    release: agent.release,
    follows_changes: agent.takesDefinitions,
    problem: agent.problem,
    ports: agent.ports,
    networks: agent.networks,
  },
});
export type AgentView = ReturnType<typeof agentView>;

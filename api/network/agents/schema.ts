import { Type } from 'typebox';
import { always } from '../../http/by-version.ts';
import { listQuery, member } from '../../http/listing.ts';
import { arrayOf, boolean, nothing, string } from '../../http/parameter-types.ts';
import { integer, pageOf, shape, stringOrNull } from '../../http/response-types.ts';
import { textOrNull, type Updated, updateBody } from '../request-types.ts';

/** By what agents are filtered and sorted. */
export const AGENT_ATTRIBUTES = {
  id: member.text('id'),
  agent_type: member.text('agent_type'),
  binary: member.text('binary'),
  host: member.text('host'),
  topic: member.text('topic'),
  availability_zone: member.text('availability_zone'),
  alive: member.boolean('alive'),
  admin_state_up: member.boolean('admin_state_up'),
} as const;
export const listAgentsQuery = always(listQuery(AGENT_ATTRIBUTES));

const changeable = {
  admin_state_up: Type.Optional(Type.Boolean()),
  description: Type.Optional(textOrNull(255)),
};
export type AgentUpdate = Updated<'agent', typeof changeable>;
export const updateAgentBody = updateBody('agent', changeable);

const agent = shape({
  id: string,
  binary: string,
  agent_type: string,
  topic: string,
  host: string,
  alive: boolean,
  admin_state_up: boolean,
  description: nothing,
  availability_zone: string,
  created_at: string,
  started_at: string,
  heartbeat_timestamp: string,
  resources_synced: nothing,
  configurations: shape({
    cell: string,
    release: string,
    follows_changes: boolean,
    problem: stringOrNull,
    ports: integer,
    networks: integer,
  }),
});
export const listAgentsResponse = always(pageOf('agents', agent));
export const showAgentResponse = always(shape({ agent }));
/** Those of a network or a router come whole. */
export const agentsOfResponse = always(shape({ agents: arrayOf(agent) }));

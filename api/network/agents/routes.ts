import { getNetwork } from '#platform/directory/stores/networks.ts';
import { getRouter, interfacesOfRouters } from '#platform/directory/stores/routers.ts';
import { notFoundIn, silentCellsHeader } from '../../cross-cell/ask-cells.ts';
import { inOneCell } from '../../cross-cell/in-one-cell.ts';
import type { ApiDeps } from '../../deps.ts';
import { listViews } from '../../http/list-views.ts';
import { noQuery } from '../../http/parameter-types.ts';
import { Answer, type ApiRequest, type Route, route } from '../../http/route.ts';
import { answerList } from '../answer-list.ts';
import { conflicting, invalidInput } from '../policy.ts';
import { emptyResponse, showQuery } from '../response-types.ts';
import { agentsOfCells } from './agents-of-cells.ts';
import { DELETE_AGENT, GET_AGENT, GET_AGENTS_OF_NETWORK, GET_AGENTS_OF_ROUTER, UPDATE_AGENT } from './policy.ts';
import {
  AGENT_ATTRIBUTES,
  type AgentUpdate,
  agentsOfResponse,
  listAgentsQuery,
  listAgentsResponse,
  showAgentResponse,
  updateAgentBody,
} from './schema.ts';
import type { AgentView } from './view.ts';

/** Network agents: one of each host, as the cells know them. */
export function agentRoutes(deps: Pick<ApiDeps, 'directory' | 'cells'>): readonly Route[] {
  const find = async (request: ApiRequest<unknown>, id = request.params.id ?? ''): Promise<AgentView> => {
    const { agents, silent } = await agentsOfCells(deps, request);
    const named = agents.filter(({ view }) => view.id === id);
    const found = inOneCell(named, `Agent ${id}`);
    if (found === undefined) throw notFoundIn(silent, `Agent ${id} could not be found.`);
    return found.view;
  };
  /** Of hosts with a port of one of these networks. */
  const agentsOf = async (request: ApiRequest, networkIds: readonly string[]) => {
    const { agents, silent } = await agentsOfCells(deps, request, networkIds);
    return new Answer(200, { agents: agents.map(({ view }) => view) }, silentCellsHeader(silent));
  };

  return [
    route({
      method: 'GET',
      path: '/v2.0/agents',
      summary: 'Lists the network agents of all cells.',
      policy: GET_AGENT,
      query: listAgentsQuery,
      fields: 'agents',
      response: listAgentsResponse,
      handle: async (request) => {
        const { agents, silent } = await agentsOfCells(deps, request);
        const views = agents.map(({ view }) => view);
        const answer = await answerList(request, {
          noun: 'agents',
          attributes: AGENT_ATTRIBUTES,
          list: async (listing) => listViews(views, listing),
          get: (id) => find(request, id),
          views: (rows) => rows,
        });
        return new Answer(200, answer, silentCellsHeader(silent));
      },
    }),
    route({
      method: 'GET',
      path: '/v2.0/agents/:id',
      summary: 'Shows a network agent.',
      policy: GET_AGENT,
      query: showQuery,
      fields: 'agent',
      response: showAgentResponse,
      handle: async (request) => ({ agent: await find(request) }),
    }),
    route<AgentUpdate>({
      method: 'PUT',
      path: '/v2.0/agents/:id',
      summary: 'Refuses to disable a network agent, and says what is disabled instead.',
      policy: UPDATE_AGENT,
      body: updateAgentBody,
      response: showAgentResponse,
      handle: async (request) => {
        const agent = await find(request);
        requireUnchanged(agent, request.body.agent);
        return { agent };
      },
    }),
    route({
      method: 'DELETE',
      path: '/v2.0/agents/:id',
      summary: 'Refuses to delete a network agent: it goes with its host.',
      policy: DELETE_AGENT,
      query: noQuery,
      status: 204,
      response: emptyResponse,
      handle: async (request) => {
        const { id, host } = await find(request);
        throw conflicting(
          `Agent ${id} cannot be deleted: it goes with its host. Delete the compute service of ${host} when the host is gone for good.`,
          'AgentInUse',
        );
      },
    }),
    route({
      method: 'GET',
      path: '/v2.0/networks/:id/dhcp-agents',
      summary: 'Lists the network agents of the hosts that have a port of a network.',
      policy: GET_AGENTS_OF_NETWORK,
      query: showQuery,
      fields: 'agents',
      response: agentsOfResponse,
      handle: async (request) => {
        const { id } = await getNetwork(deps.directory.read, request.caller, request.params.id ?? '');
        return agentsOf(request, [id]);
      },
    }),
    route({
      method: 'GET',
      path: '/v2.0/routers/:id/l3-agents',
      summary: 'Lists the network agents of the hosts that have a port of a network of a router.',
      policy: GET_AGENTS_OF_ROUTER,
      query: showQuery,
      fields: 'agents',
      response: agentsOfResponse,
      handle: async (request) => {
        const { id } = await getRouter(deps.directory.read, request.caller, request.params.id ?? '');
        const interfaces = await interfacesOfRouters(deps.directory.read, [id]);
        return agentsOf(request, [...new Set(interfaces.map(({ networkId }) => networkId))]);
      },
    }),
  ];
}

/** @throws VolvoxError conflict, invalid */
function requireUnchanged({ id, host }: AgentView, given: AgentUpdate['agent']): void {
  if (given.admin_state_up === false) {
    throw conflicting(
      `Agent ${id} cannot be disabled: the servers of ${host} have no other. Disable the compute service of ${host}, so that it gets no new servers.`,
      'AgentInUse',
    );
  }
  if (given.description) {
    throw invalidInput(`Invalid input for description. Reason: agents have none here. Expected: '' or null.`);
  }
}

import {
  defaultSecurityGroup,
  listSecurityGroups,
  type SecurityGroupRow,
} from '#platform/directory/stores/security-groups.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../deps.ts';
import { listViews } from '../../http/list-views.ts';
import type { Attributes } from '../../http/listing.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { answerList } from '../answer-list.ts';
import { showQuery } from '../response-types.ts';
import { GET_SECURITY_GROUP, GET_SECURITY_GROUP_RULE } from './policy.ts';
import {
  GROUP_ATTRIBUTES,
  listGroupsQuery,
  listGroupsResponse,
  listRulesQuery,
  listRulesResponse,
  RULE_ATTRIBUTES,
  showGroupResponse,
  showRuleResponse,
} from './schema.ts';
import { groupView, rulesOf } from './view.ts';

/** The longest id of a project, characters. */
const MAX_PROJECT_ID = 64;

/** Every project's group `default`, to be read. Its rules are told as Neutron makes them; nothing enforces them yet. */
export function securityGroupRoutes({ directory }: Pick<ApiDeps, 'directory'>): readonly Route[] {
  /** Those of the caller's project or, for an admin, of the projects that the query names. */
  const groupsFor = async ({ caller, query }: ApiRequest): Promise<readonly SecurityGroupRow[]> => {
    const asked = caller.isAdmin ? (query.project_id ?? query.tenant_id) : undefined;
    const groups: SecurityGroupRow[] = [];
    for (const projectId of new Set(asked ?? [caller.projectId])) {
      if (projectId === '' || projectId.length > MAX_PROJECT_ID) continue;
      await directory.transaction((tx) => defaultSecurityGroup(tx, projectId));
      groups.push(...(await listSecurityGroups(directory.read, projectId)));
    }
    return groups;
  };
  const answer = <V extends { readonly id: string }>(
    request: ApiRequest,
    noun: string,
    attributes: Attributes,
    all: readonly V[],
  ) =>
    answerList<V>(request, {
      noun,
      path: noun.replaceAll('_', '-'),
      attributes,
      list: async (listing) => listViews(all, listing),
      get: async (id) => found(all, id, 'marker'),
      views: (page) => page,
    });

  return [
    route({
      method: 'GET',
      path: '/v2.0/security-groups',
      summary: 'Lists security groups.',
      policy: GET_SECURITY_GROUP,
      query: listGroupsQuery,
      fields: 'security_groups',
      response: listGroupsResponse,
      handle: async (request) =>
        answer(request, 'security_groups', GROUP_ATTRIBUTES, (await groupsFor(request)).map(groupView)),
    }),
    route({
      method: 'GET',
      path: '/v2.0/security-groups/:id',
      summary: 'Shows a security group.',
      policy: GET_SECURITY_GROUP,
      query: showQuery,
      fields: 'security_group',
      response: showGroupResponse,
      handle: async (request) => ({
        security_group: found((await groupsFor(request)).map(groupView), request.params.id, 'SecurityGroup'),
      }),
    }),
    route({
      method: 'GET',
      path: '/v2.0/security-group-rules',
      summary: 'Lists rules of security groups.',
      policy: GET_SECURITY_GROUP_RULE,
      query: listRulesQuery,
      fields: 'security_group_rules',
      response: listRulesResponse,
      handle: async (request) =>
        answer(request, 'security_group_rules', RULE_ATTRIBUTES, (await groupsFor(request)).flatMap(rulesOf)),
    }),
    route({
      method: 'GET',
      path: '/v2.0/security-group-rules/:id',
      summary: 'Shows a rule of a security group.',
      policy: GET_SECURITY_GROUP_RULE,
      query: showQuery,
      fields: 'security_group_rule',
      response: showRuleResponse,
      handle: async (request) => ({
        security_group_rule: found((await groupsFor(request)).flatMap(rulesOf), request.params.id, 'SecurityGroupRule'),
      }),
    }),
  ];
}

const NOUNS = {
  marker: 'Marker',
  SecurityGroup: 'Security group',
  SecurityGroupRule: 'Security group rule',
} as const;

/** @throws VolvoxError not-found, with Neutron's name of the fault. */
function found<V extends { readonly id: string }>(
  views: readonly V[],
  id: string | undefined,
  noun: keyof typeof NOUNS,
): V {
  const view = views.find((candidate) => candidate.id === id);
  if (view === undefined) {
    throw new VolvoxError('not-found', `${NOUNS[noun]} ${id} does not exist`, { details: { type: `${noun}NotFound` } });
  }
  return view;
}

import { listRules } from '#platform/directory/stores/security-group-rules.ts';
import { defaultSecurityGroup, listSecurityGroups } from '#platform/directory/stores/security-groups.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../deps.ts';
import type { ByVersion } from '../../http/by-version.ts';
import { listViews } from '../../http/list-views.ts';
import type { Attributes } from '../../http/listing.ts';
import type { Policy } from '../../http/policy.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import type { Schema } from '../../http/validator.ts';
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
import { type GroupWithRules, groupView, ruleView } from './view.ts';

/** The longest id of a project, characters. */
const MAX_PROJECT_ID = 64;

/** Groups and their rules, to be read (`write-routes.ts` changes them). Nothing enforces the rules yet. */
export function securityGroupRoutes({ directory }: Pick<ApiDeps, 'directory'>): readonly Route[] {
  /** Those of the caller's project or, for an admin, of the projects that the query names. */
  const groupsFor = async ({ caller, query }: ApiRequest): Promise<readonly GroupWithRules[]> => {
    const asked = caller.isAdmin ? (query.project_id ?? query.tenant_id) : undefined;
    const groups: GroupWithRules[] = [];
    for (const projectId of new Set(asked ?? [caller.projectId])) {
      if (projectId === '' || projectId.length > MAX_PROJECT_ID) continue;
      await directory.transaction((tx) => defaultSecurityGroup(tx, projectId));
      const found = await listSecurityGroups(directory.read, projectId);
      const ids = found.map(({ id }) => id);
      const rules = Map.groupBy(await listRules(directory.read, ids), ({ groupId }) => groupId);
      groups.push(...found.map((group) => ({ group, rules: rules.get(group.id) ?? [] })));
    }
    return groups;
  };
  /** The list and the single view of a noun that is part of the groups. */
  const readRoutes = <V extends { readonly id: string }>(noun: ReadNoun<V>): readonly Route[] => {
    const { one, policy, attributes } = noun;
    const many = `${one}s`;
    const path = many.replaceAll('_', '-');
    const viewsFor = async (request: ApiRequest) => (await groupsFor(request)).flatMap(noun.views);
    return [
      route({
        method: 'GET',
        path: `/v2.0/${path}`,
        summary: noun.listSummary,
        policy,
        query: noun.listQuery,
        fields: many,
        response: noun.listResponse,
        handle: async (request) => {
          const all = await viewsFor(request);
          return answerList(request, {
            noun: many,
            path,
            attributes,
            list: async (listing) => listViews(all, listing),
            get: async (id) => found(all, id, 'marker'),
            views: (page) => page,
          });
        },
      }),
      route({
        method: 'GET',
        path: `/v2.0/${path}/:id`,
        summary: noun.showSummary,
        policy,
        query: showQuery,
        fields: one,
        response: noun.showResponse,
        handle: async (request) => ({ [one]: found(await viewsFor(request), request.params.id, noun.fault) }),
      }),
    ];
  };

  return [
    ...readRoutes({
      one: 'security_group',
      fault: 'SecurityGroup',
      listSummary: 'Lists security groups.',
      showSummary: 'Shows a security group.',
      policy: GET_SECURITY_GROUP,
      attributes: GROUP_ATTRIBUTES,
      listQuery: listGroupsQuery,
      listResponse: listGroupsResponse,
      showResponse: showGroupResponse,
      views: (one) => [groupView(one)],
    }),
    ...readRoutes({
      one: 'security_group_rule',
      fault: 'SecurityGroupRule',
      listSummary: 'Lists rules of security groups.',
      showSummary: 'Shows a rule of a security group.',
      policy: GET_SECURITY_GROUP_RULE,
      attributes: RULE_ATTRIBUTES,
      listQuery: listRulesQuery,
      listResponse: listRulesResponse,
      showResponse: showRuleResponse,
      views: ({ rules }) => rules.map(ruleView),
    }),
  ];
}

/** A noun that is only read: the groups, and the rules in them. */
interface ReadNoun<V extends { readonly id: string }> {
  /** `security_group` */
  readonly one: string;
  readonly fault: keyof typeof NOUNS;
  readonly listSummary: string;
  readonly showSummary: string;
  readonly policy: Policy;
  readonly attributes: Attributes;
  readonly listQuery: ByVersion<Schema>;
  readonly listResponse: ByVersion<Schema>;
  readonly showResponse: ByVersion<Schema>;
  readonly views: (group: GroupWithRules) => readonly V[];
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

import {
  changeSecurityGroup,
  createSecurityGroup,
  deleteSecurityGroup,
  lockSecurityGroup,
} from '#platform/directory/stores/change-security-groups.ts';
import { requireNetworkQuota } from '#platform/directory/stores/network-quotas.ts';
import {
  defaultSecurityGroup,
  getSecurityGroup,
  pageOfSecurityGroups,
} from '#platform/directory/stores/security-groups.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { boundedRows } from '../../http/bounded-page.ts';
import { always } from '../../http/by-version.ts';
import { ignoredQuery } from '../../http/parameter-types.ts';
import { lastOf } from '../../http/query.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { pageLimit } from '../page-limit.ts';
import { PROXIES_UNTIL } from '../proxies.ts';
import * as policies from './policy.ts';
import { asInvalid, groupIdOf, overQuota } from './refusals.ts';
import { groupBody, groupResponse, groupsResponse, listGroupsQuery } from './schema.ts';
import { groupViews } from './view.ts';

/** There are never so many; the database counts no further than 64 bits. */
const MAX_OFFSET = 1_000_000_000;

interface GroupBody {
  readonly security_group: { readonly name: string; readonly description: string };
}

/** Security groups as clients of the time before the Network API managed them. */
export function groupRoutes({ directory, clock }: Pick<ApiDeps, 'directory' | 'clock'>): readonly Route[] {
  const now = () => timestamp(clock.now());
  const viewOf = async (group: Parameters<typeof groupViews>[1][number]) => {
    const [security_group] = await groupViews(directory.read, [group]);
    return { security_group };
  };
  const list = async ({ caller, query, signal }: ApiRequest) => {
    const isOfAll = caller.isAdmin && query.all_tenants !== undefined;
    if (!isOfAll) await directory.transaction((tx) => defaultSecurityGroup(tx, caller.projectId));
    const first = Math.min(MAX_OFFSET, Number(lastOf(query, 'offset') ?? 0));
    const next = async (_last: unknown, limit: number, read: number) => {
      const page = { offset: first + read, limit };
      const groups = await pageOfSecurityGroups(directory.read, isOfAll ? null : caller.projectId, page);
      return groupViews(directory.read, groups);
    };
    const { rows } = await boundedRows(next, pageLimit(query), signal);
    return { security_groups: rows };
  };

  return [
    route({
      method: 'GET',
      path: '/os-security-groups',
      until: PROXIES_UNTIL,
      summary:
        'Lists the security groups of the project; those of all projects for an admin who asks with all_tenants.',
      policy: policies.GROUPS_LIST,
      query: listGroupsQuery,
      response: groupsResponse,
      handle: list,
    }),
    route<GroupBody>({
      method: 'POST',
      path: '/os-security-groups',
      until: PROXIES_UNTIL,
      summary: 'Creates a security group.',
      policy: policies.GROUPS_CREATE,
      query: ignoredQuery,
      body: groupBody,
      response: groupResponse,
      handle: async ({ body: { security_group: given }, caller: { projectId } }) => {
        const group = await directory.transaction(async (tx) => {
          await requireNetworkQuota(tx, 'security_group', [projectId]).catch(overQuota);
          await defaultSecurityGroup(tx, projectId);
          const { name, description } = given;
          return createSecurityGroup(tx, { projectId, name, description, stateful: true }, now()).catch(asInvalid);
        });
        return viewOf(group);
      },
    }),
    route({
      method: 'GET',
      path: '/os-security-groups/:id',
      until: PROXIES_UNTIL,
      summary: 'Shows a security group.',
      policy: policies.GROUPS_SHOW,
      query: ignoredQuery,
      response: groupResponse,
      handle: async (request) => viewOf(await getSecurityGroup(directory.read, request.caller, groupIdOf(request))),
    }),
    route<GroupBody>({
      method: 'PUT',
      path: '/os-security-groups/:id',
      until: PROXIES_UNTIL,
      summary: 'Changes the name and the description of a security group.',
      policy: policies.GROUPS_UPDATE,
      query: ignoredQuery,
      body: groupBody,
      response: groupResponse,
      handle: async (request) => {
        const { name, description } = request.body.security_group;
        const id = groupIdOf(request);
        const group = await directory.transaction(async (tx) => {
          const locked = await lockSecurityGroup(tx, request.caller, id);
          return changeSecurityGroup(tx, locked, { name, description }, now()).catch(asInvalid);
        });
        return viewOf(group);
      },
    }),
    route({
      method: 'DELETE',
      path: '/os-security-groups/:id',
      until: PROXIES_UNTIL,
      status: 202,
      summary: 'Deletes a security group that no port has.',
      policy: policies.GROUPS_DELETE,
      query: ignoredQuery,
      response: always('empty'),
      handle: async (request) => {
        const id = groupIdOf(request);
        await directory.transaction(async (tx) => {
          await deleteSecurityGroup(tx, await lockSecurityGroup(tx, request.caller, id)).catch(asInvalid);
        });
      },
    }),
  ];
}

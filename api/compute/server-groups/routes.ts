import { randomUUID } from 'node:crypto';
import { giveQuota, takeQuota } from '#platform/directory/stores/quotas.ts';
import {
  createServerGroup,
  deleteServerGroup,
  type GroupPolicy,
  getServerGroup,
  listServerGroups,
  type ServerGroup,
} from '#platform/directory/stores/server-groups.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { boundedRows } from '../../http/bounded-page.ts';
import { always } from '../../http/by-version.ts';
import { FORMATS } from '../../http/formats.ts';
import { ignoredQuery, noQuery } from '../../http/parameter-types.ts';
import { allows, authorizeOwner, type Policy } from '../../http/policy.ts';
import { lastOf } from '../../http/query.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { MAX_PER_PAGE, pageLimit } from '../page-limit.ts';
import { GROUP_CREATE, GROUP_DELETE, GROUP_INDEX, GROUP_INDEX_ALL, GROUP_SHOW } from './policy.ts';
import { createGroupBody, groupResponse, groupsResponse, listGroupsQuery } from './schema.ts';
import { serverGroupView } from './view.ts';

interface NewGroup {
  readonly server_group: {
    readonly name: string;
    readonly policies?: readonly [GroupPolicy];
    readonly policy?: GroupPolicy;
    readonly rules?: { readonly max_server_per_host?: number | string };
  };
}

export function serverGroupRoutes({ directory, clock }: Pick<ApiDeps, 'directory' | 'clock'>): readonly Route[] {
  /** Whose group it is decides, so it is read first. Of another project's group only an admin learns that it is there. */
  const permitted = async ({ params, caller }: ApiRequest, policy: Policy) => {
    const { id = '' } = params;
    if (FORMATS.uuid?.(id) !== true) throw new VolvoxError('not-found', `Instance group ${id} could not be found.`);
    const group = authorizeOwner(
      policy,
      caller,
      await getServerGroup(directory.read, id, caller.isAdmin ? null : caller.projectId),
    );
    return group;
  };

  return [
    route({
      method: 'GET',
      path: '/os-server-groups',
      summary: "Lists the project's server groups, or for admins with all_projects everybody's.",
      policy: GROUP_INDEX,
      response: groupsResponse,
      query: listGroupsQuery,
      handle: async ({ caller, query, version, links, signal }) => {
        const all = query.all_projects !== undefined && allows(GROUP_INDEX_ALL, caller);
        const from = Math.min(Number(lastOf(query, 'offset') ?? 0), Number.MAX_SAFE_INTEGER - MAX_PER_PAGE);
        const next = (_after: unknown, limit: number, read: number) =>
          listServerGroups(directory.read, all ? null : caller.projectId, { limit, offset: from + read });
        const { rows, cut } = await boundedRows(next, pageLimit(query) || MAX_PER_PAGE, signal);
        return {
          server_groups: rows.map((group) => serverGroupView(group, version)),
          // Nova has no such link: it comes only when the page is shorter than the client may expect.
          ...(cut ? { server_groups_links: [links.nextFrom('/os-server-groups', query, from + rows.length)] } : {}),
        };
      },
    }),
    route<NewGroup>({
      method: 'POST',
      path: '/os-server-groups',
      summary: 'Creates a server group.',
      policy: GROUP_CREATE,
      response: groupResponse,
      body: createGroupBody,
      handle: async ({ caller, body, version }) => {
        const group = groupFrom(body.server_group, caller);
        const created = await directory
          .transaction(async (tx) => {
            await takeQuota(tx, caller.projectId, { server_groups: 1 });
            return createServerGroup(tx, group, timestamp(clock.now()));
          })
          .catch(inNovasWords);
        return { server_group: serverGroupView(created, version) };
      },
    }),
    route({
      method: 'GET',
      path: '/os-server-groups/:id',
      summary: 'Shows a server group.',
      policy: GROUP_SHOW,
      authorizes: 'handler',
      response: groupResponse,
      query: noQuery,
      handle: async (request) => ({
        server_group: serverGroupView(await permitted(request, GROUP_SHOW), request.version),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/os-server-groups/:id',
      summary: 'Deletes a server group. Its servers stay.',
      policy: GROUP_DELETE,
      authorizes: 'handler',
      query: ignoredQuery,
      response: always('empty'),
      status: 204,
      handle: async (request) => {
        const group = await permitted(request, GROUP_DELETE);
        await directory.transaction(async (tx) => {
          await deleteServerGroup(tx, group.uuid);
          await giveQuota(tx, group.projectId, { server_groups: 1 });
        });
      },
    }),
  ];
}

function groupFrom(
  body: NewGroup['server_group'],
  owner: { readonly projectId: string; readonly userId: string },
): ServerGroup {
  const policy = body.policy ?? body.policies?.[0] ?? 'affinity';
  const most = body.rules?.max_server_per_host;
  if (body.rules !== undefined && Object.keys(body.rules).length > 0 && policy !== 'anti-affinity')
    throw new VolvoxError(
      'invalid',
      "Only anti-affinity policy supports rules. Leave out server_group.rules, or give the policy 'anti-affinity'.",
    );
  return {
    uuid: randomUUID(),
    projectId: owner.projectId,
    userId: owner.userId,
    name: body.name,
    policy,
    maxServerPerHost: most === undefined ? null : Number(most),
  };
}

function inNovasWords(error: unknown): never {
  if (!isVolvoxError(error, 'quota-exceeded')) throw error;
  throw new VolvoxError(
    'quota-exceeded',
    'Quota exceeded, too many server groups. Delete one, or ask an admin for a larger quota of server_groups.',
    {
      details: error.details,
      cause: error,
    },
  );
}

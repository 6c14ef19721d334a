import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../deps.ts';
import { always } from '../../http/by-version.ts';
import { listQuery, member } from '../../http/listing.ts';
import { type Route, route } from '../../http/route.ts';
import { collection } from '../links.ts';
import { identityPolicy } from '../policy.ts';
import { collectionOf, emptyResponse, ignoredQuery } from '../response-types.ts';

const LIST_GROUPS = identityPolicy('list_groups');
const GET_GROUP = identityPolicy('get_group');
const listGroupsQuery = always(listQuery({ name: member.text('name'), domain_id: member.text('domain_id') }));
export const noGroupsResponse = collectionOf('groups', { not: {} });

/** Groups are not offered; clients that look for one find none. */
export const groupRoutes = ({ config }: Pick<ApiDeps, 'config'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/v3/groups',
    summary: 'Lists groups: there are none.',
    policy: LIST_GROUPS,
    query: listGroupsQuery,
    response: noGroupsResponse,
    handle: () => collection(config, 'groups', []),
  }),
  route({
    method: 'GET',
    path: '/v3/groups/:id',
    summary: 'Shows a group: there are none.',
    policy: GET_GROUP,
    query: ignoredQuery,
    response: emptyResponse,
    handle: ({ params }) => {
      throw new VolvoxError('not-found', `Could not find group: ${params.id}.`);
    },
  }),
];

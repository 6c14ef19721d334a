import { always } from '../../http/by-version.ts';
import { filterViews } from '../../http/list-views.ts';
import { filterQuery, filtersOf, member } from '../../http/listing.ts';
import { arrayOf, boolean, string } from '../../http/parameter-types.ts';
import { shape } from '../../http/response-types.ts';
import { type Route, route } from '../../http/route.ts';
import { networkPolicy } from '../policy.ts';

const ATTRIBUTES = {
  service_type: member.text('service_type'),
  name: member.text('name'),
  default: member.boolean('default'),
} as const;
/** Routers are built in one way: by the hosts of their guests. */
const PROVIDERS = [{ service_type: 'L3_ROUTER_NAT', name: 'volvox', default: true }] as const;

/** What provides the services of networks. */
export const serviceProviderRoutes = (): readonly Route[] => [
  route({
    method: 'GET',
    path: '/v2.0/service-providers',
    summary: 'Lists what provides routers.',
    policy: networkPolicy('get_service_provider'),
    query: always(filterQuery(ATTRIBUTES)),
    fields: 'service_providers',
    response: always(
      shape({ service_providers: arrayOf(shape({ service_type: string, name: string, default: boolean })) }),
    ),
    handle: ({ query }) => ({ service_providers: filterViews(PROVIDERS, filtersOf(query, ATTRIBUTES)) }),
  }),
];

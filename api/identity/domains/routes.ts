import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiConfig } from '../../config.ts';
import { listViews } from '../../http/list-views.ts';
import { type Route, route } from '../../http/route.ts';
import { answerCollection } from '../collection.ts';
import { DEFAULT_DOMAIN } from '../default-domain.ts';
import { identityPolicy } from '../policy.ts';
import { ignoredQuery } from '../response-types.ts';
import { DOMAIN_ATTRIBUTES, domainResponse, domainsResponse, listDomainsQuery } from './schema.ts';
import { domainView } from './view.ts';

const LIST_DOMAINS = identityPolicy('list_domains');
const GET_DOMAIN = identityPolicy('get_domain');

/** There is one domain, and no other can be made. */
export function domainRoutes({ config }: { readonly config: Pick<ApiConfig, 'publicUrl'> }): readonly Route[] {
  const get = async (id: string) => {
    if (id !== DEFAULT_DOMAIN.id) throw new VolvoxError('not-found', `Could not find domain: ${id}.`);
    return domainView(config);
  };
  return [
    route({
      method: 'GET',
      path: '/v3/domains',
      summary: 'Lists domains.',
      policy: LIST_DOMAINS,
      query: listDomainsQuery,
      response: domainsResponse,
      handle: (request) =>
        answerCollection(request, config, {
          noun: 'domains',
          attributes: DOMAIN_ATTRIBUTES,
          list: async (listing) => listViews([domainView(config)], listing),
          get,
          view: (domain) => domain,
        }),
    }),
    route({
      method: 'GET',
      path: '/v3/domains/:id',
      summary: 'Shows a domain.',
      policy: GET_DOMAIN,
      query: ignoredQuery,
      response: domainResponse,
      handle: async ({ params }) => ({ domain: await get(params.id ?? '') }),
    }),
  ];
}

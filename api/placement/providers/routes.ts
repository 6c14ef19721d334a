import { silentCellsHeader } from '../../cross-cell/ask-cells.ts';
import { lastOf } from '../../http/query.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { answerNow } from '../answers.ts';
import { requireClasses, requireTraits } from '../names.ts';
import { ignoredQuery } from '../response-types.ts';
import { listProviders, type ProviderDeps, providerById } from './list-providers.ts';
import { LIST, SHOW } from './policy.ts';
import { hasCapacity, type Provider } from './provider.ts';
import { aggregatesIn, amountsIn, hasTraits, isIn, traitNames, traitsIn, treeIn } from './requirements.ts';
import { listProvidersQuery, providerResponse, providersResponse } from './schema.ts';
import { providerView } from './view.ts';

export function providerRoutes(deps: ProviderDeps): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/resource_providers',
      summary: 'Lists resource providers: the hosts of all cells.',
      policy: LIST,
      query: listProvidersQuery,
      response: providersResponse,
      handle: async (request) => {
        const matches = await filterOf(deps, request);
        const { providers, silent } = await listProviders(deps, request);
        const views = providers.filter(matches).map((one) => providerView(one, request.version));
        return answerNow(request, { resource_providers: views }, { headers: silentCellsHeader(silent) });
      },
    }),
    route({
      method: 'GET',
      path: '/resource_providers/:uuid',
      summary: 'Shows a resource provider.',
      policy: SHOW,
      query: ignoredQuery,
      response: providerResponse,
      handle: async (request) => {
        const provider = await providerById(deps, request, request.params.uuid ?? '');
        return answerNow(request, providerView(provider, request.version));
      },
    }),
  ];
}

/** The conditions of a list. @throws VolvoxError invalid */
async function filterOf(deps: ProviderDeps, { query, version }: ApiRequest): Promise<(provider: Provider) => boolean> {
  const name = lastOf(query, 'name');
  const uuid = lastOf(query, 'uuid')?.toLowerCase();
  const tree = lastOf(query, 'in_tree');
  const resources = lastOf(query, 'resources');
  const root = tree === undefined ? undefined : treeIn('in_tree', tree);
  const amounts = resources === undefined ? new Map<string, number>() : amountsIn(resources);
  const traits = traitsIn('required', query.required ?? [], version);
  const aggregates = aggregatesIn('member_of', query.member_of ?? [], version);
  await requireClasses(deps, [...amounts.keys()]);
  await requireTraits(deps, traitNames(traits));
  return (provider) =>
    (name === undefined || provider.name === name) &&
    (uuid === undefined || provider.id === uuid) &&
    (root === undefined || provider.id === root) &&
    hasTraits(provider, traits) &&
    isIn(provider, aggregates) &&
    hasCapacity(provider, amounts);
}

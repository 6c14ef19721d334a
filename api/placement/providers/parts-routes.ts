import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { since } from '../../http/since.ts';
import { allocationsOf } from '../allocations/allocation.ts';
import { claimsIn } from '../allocations/claims.ts';
import { answerNow } from '../answers.ts';
import { ignoredQuery } from '../response-types.ts';
import { type ProviderDeps, providerById } from './list-providers.ts';
import { LIST_AGGREGATES, LIST_ALLOCATIONS, LIST_INVENTORIES, LIST_TRAITS, SHOW_INVENTORY, USAGES } from './policy.ts';
import type { Provider } from './provider.ts';
import {
  aggregatesResponse,
  inventoriesResponse,
  inventoryResponse,
  providerAllocationsResponse,
  providerTraitsResponse,
  usagesResponse,
} from './schema.ts';
import { generationOf } from './view.ts';

const SINCE = since({ aggregateGeneration: 19, consumerGeneration: 28 });

/** What a provider has below it. */
export function providerPartRoutes(deps: ProviderDeps): readonly Route[] {
  const shown =
    (view: (provider: Provider, request: ApiRequest) => unknown) =>
    async (request: ApiRequest): Promise<unknown> => {
      const provider = await providerById(deps, request, request.params.uuid ?? '');
      return answerNow(request, await view(provider, request));
    };
  return [
    route({
      method: 'GET',
      path: '/resource_providers/:uuid/inventories',
      summary: 'Lists what a provider has of each resource class.',
      policy: LIST_INVENTORIES,
      query: ignoredQuery,
      response: inventoriesResponse,
      handle: shown((provider) => ({
        ...generationOf(provider),
        inventories: Object.fromEntries(provider.inventories),
      })),
    }),
    route({
      method: 'GET',
      path: '/resource_providers/:uuid/inventories/:resource_class',
      summary: 'Shows what a provider has of a resource class.',
      policy: SHOW_INVENTORY,
      query: ignoredQuery,
      response: inventoryResponse,
      handle: shown((provider, { params: { resource_class: name = '' } }) => {
        const inventory = provider.inventories.get(name);
        if (inventory !== undefined) return { ...generationOf(provider), ...inventory };
        throw new VolvoxError('not-found', `No inventory of class ${name.slice(0, 255)} for ${provider.id}.`);
      }),
    }),
    route({
      method: 'GET',
      path: '/resource_providers/:uuid/usages',
      summary: 'Shows what is claimed of a provider.',
      policy: USAGES,
      query: ignoredQuery,
      response: usagesResponse,
      handle: shown((provider) => ({ ...generationOf(provider), usages: Object.fromEntries(provider.used) })),
    }),
    route({
      method: 'GET',
      path: '/resource_providers/:uuid/aggregates',
      since: 1,
      summary: 'Lists the host aggregates that a provider is in.',
      policy: LIST_AGGREGATES,
      query: ignoredQuery,
      response: aggregatesResponse,
      handle: shown((provider, { version }) => ({
        aggregates: provider.aggregates,
        ...(SINCE.aggregateGeneration(version) ? generationOf(provider) : {}),
      })),
    }),
    route({
      method: 'GET',
      path: '/resource_providers/:uuid/traits',
      since: 6,
      summary: 'Lists the traits of a provider.',
      policy: LIST_TRAITS,
      query: ignoredQuery,
      response: providerTraitsResponse,
      handle: shown((provider) => ({ ...generationOf(provider), traits: provider.traits })),
    }),
    route({
      method: 'GET',
      path: '/resource_providers/:uuid/allocations',
      summary: 'Lists what each server has claimed of a provider.',
      policy: LIST_ALLOCATIONS,
      query: ignoredQuery,
      response: providerAllocationsResponse,
      handle: shown(async (provider, request) => {
        const allocations = allocationsOf(await claimsIn(provider.cell, { hostId: provider.id }, request));
        return {
          ...generationOf(provider),
          allocations: Object.fromEntries(
            allocations.map(({ consumer, resources, consumerGeneration }) => [
              consumer,
              {
                resources,
                ...(SINCE.consumerGeneration(request.version) ? { consumer_generation: consumerGeneration } : {}),
              },
            ]),
          ),
        };
      }),
    }),
  ];
}

import { lockCustomTraits } from '#platform/directory/stores/custom-traits.ts';
import { setHostTraits } from '#platform/directory/stores/host-traits.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { traitsOfHost } from '#platform/objects/host-traits.ts';
import { STANDARD_TRAITS } from '#platform/objects/standard-traits.ts';
import { type Route, route } from '../../http/route.ts';
import { answerNow } from '../answers.ts';
import { badValue, concurrentUpdate } from '../errors.ts';
import { type ProviderDeps, providerById } from '../providers/list-providers.ts';
import type { Provider } from '../providers/provider.ts';
import { providerTraitsResponse } from '../providers/schema.ts';
import { emptyResponse, ignoredQuery } from '../response-types.ts';
import { DELETE_PROVIDER, UPDATE_PROVIDER } from './policy.ts';
import { type ProviderTraits, providerTraitsBody } from './schema.ts';

/** The custom traits of a provider are an operator's; the standard ones are what its host says of itself. */
export function providerTraitRoutes(deps: ProviderDeps): readonly Route[] {
  return [
    route<ProviderTraits>({
      method: 'PUT',
      path: '/resource_providers/:uuid/traits',
      since: 6,
      summary: 'Gives a provider these custom traits in place of those it has; what its host says of itself stays.',
      policy: UPDATE_PROVIDER,
      query: ignoredQuery,
      body: providerTraitsBody,
      response: providerTraitsResponse,
      handle: async (request) => {
        const { traits, resource_provider_generation: generation } = request.body;
        const provider = await providerById(deps, request, request.params.uuid ?? '');
        const custom = customAmong(provider, traits);
        if (generation !== provider.generation) throw concurrentUpdate(provider.id);
        await replaceTraits(deps, provider, custom);
        return answerNow(request, {
          traits: [...traitsOfHost(provider.host), ...custom].sort(),
          resource_provider_generation: generation + 1,
        });
      },
    }),
    route({
      method: 'DELETE',
      path: '/resource_providers/:uuid/traits',
      since: 6,
      summary: 'Takes all custom traits from a provider; what its host says of itself stays.',
      policy: DELETE_PROVIDER,
      query: ignoredQuery,
      status: 204,
      response: emptyResponse,
      handle: async (request) => {
        await replaceTraits(deps, await providerById(deps, request, request.params.uuid ?? ''), []);
      },
    }),
  ];
}

/** @throws VolvoxError forbidden for a standard trait that the host does not say of itself. */
function customAmong({ host, name }: Provider, traits: readonly string[]): readonly string[] {
  const own = traitsOfHost(host);
  const foreign = traits.filter((trait) => STANDARD_TRAITS.includes(trait) && !own.includes(trait));
  if (foreign.length > 0) {
    throw new VolvoxError(
      'forbidden',
      `Host ${name} does not say of itself: ${foreign.join(', ')}. Standard traits come from the host; give it a trait of your own instead (CUSTOM_…).`,
    );
  }
  return traits.filter((trait) => !STANDARD_TRAITS.includes(trait));
}

/** @throws VolvoxError invalid for a trait that does not exist; conflict when another writer has changed the host's traits. */
async function replaceTraits(
  { directory }: ProviderDeps,
  { id, cell, host, traitRevision }: Provider,
  traits: readonly string[],
): Promise<void> {
  const written = await directory.transaction(async (tx) => {
    const known = await lockCustomTraits(tx, traits);
    const missing = traits.filter((trait) => !known.includes(trait));
    if (missing.length > 0) throw badValue(`No such trait ${missing.join(', ')}.`);
    return setHostTraits(tx, { cellId: cell.id, hostName: host.name }, traits, traitRevision);
  });
  if (!written) throw concurrentUpdate(id);
}

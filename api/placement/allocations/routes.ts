import { isUuid } from '../../http/is-uuid.ts';
import type { Microversion } from '../../http/microversion.ts';
import { type Route, route } from '../../http/route.ts';
import { since } from '../../http/since.ts';
import { answerNow } from '../answers.ts';
import { listProviders, type ProviderDeps } from '../providers/list-providers.ts';
import { ignoredQuery } from '../response-types.ts';
import { allocationsOf } from './allocation.ts';
import { consumersOf } from './consumers.ts';
import { LIST } from './policy.ts';
import { allocationsResponse } from './schema.ts';

const SINCE = since({ owners: 12, generations: 28, types: 38 });

/** Every consumer is a server. */
export const CONSUMER_TYPE = 'INSTANCE';

export function allocationRoutes(deps: ProviderDeps): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/allocations/:consumer_uuid',
      summary: 'Lists what a server has claimed of each provider.',
      policy: LIST,
      query: ignoredQuery,
      response: allocationsResponse,
      handle: async (request) => {
        const { consumer_uuid: uuid = '' } = request.params;
        const [consumer] = isUuid(uuid) ? await consumersOf(deps, request, { uuids: [uuid] }) : [];
        if (consumer === undefined || consumer.claims.length === 0) return answerNow(request, { allocations: {} });
        const { providers } = await listProviders(deps, request);
        const generations = new Map(providers.map(({ id, generation }) => [id, generation]));
        const allocations = allocationsOf(consumer.claims);
        return answerNow(request, {
          allocations: Object.fromEntries(
            allocations.map(({ provider, resources }) => [
              provider,
              { generation: generations.get(provider) ?? 0, resources },
            ]),
          ),
          ...ownerOf(consumer, Math.max(...allocations.map((one) => one.consumerGeneration)), request.version),
        });
      },
    }),
  ];
}

const ownerOf = (
  { projectId, userId }: { readonly projectId: string; readonly userId: string },
  generation: number,
  version: Microversion,
) => ({
  ...(SINCE.owners(version) ? { project_id: projectId, user_id: userId } : {}),
  ...(SINCE.generations(version) ? { consumer_generation: generation } : {}),
  ...(SINCE.types(version) ? { consumer_type: CONSUMER_TYPE } : {}),
});

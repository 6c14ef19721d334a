import { authorize } from '../../http/policy.ts';
import { lastOf } from '../../http/query.ts';
import { type Route, route } from '../../http/route.ts';
import { since } from '../../http/since.ts';
import { plus } from '../allocations/allocation.ts';
import { consumersOf } from '../allocations/consumers.ts';
import { CONSUMER_TYPE } from '../allocations/routes.ts';
import { answerNow } from '../answers.ts';
import { missingValue } from '../errors.ts';
import { placementPolicy } from '../policy.ts';
import type { ProviderDeps } from '../providers/list-providers.ts';
import { amountsOf } from '../providers/provider.ts';
import { usagesQuery, usagesResponse } from './schema.ts';

const USAGES = placementPolicy('usages');
const SINCE = since({ types: 38 });

export function usageRoutes(deps: ProviderDeps): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/usages',
      since: 9,
      summary: 'Sums what the servers of a project, or of a user in it, have claimed.',
      policy: USAGES,
      authorizes: 'handler',
      query: usagesQuery,
      response: usagesResponse,
      handle: async (request) => {
        const { query, version, caller } = request;
        const projectId = lastOf(query, 'project_id');
        authorize(USAGES, caller, projectId === undefined ? {} : { projectId });
        if (projectId === undefined)
          throw missingValue("Invalid query string parameters: 'project_id' is a required property.");
        const consumers = await consumersOf(deps, request, { projectId, userId: lastOf(query, 'user_id') });
        const claiming = consumers.filter(({ claims }) => claims.length > 0);
        const sum = claiming
          .flatMap(({ claims }) => claims)
          .reduce<Readonly<Record<string, number>>>((all, claim) => plus(all, amountsOf(claim)), {});
        if (!SINCE.types(version)) return answerNow(request, { usages: sum });
        const type = lastOf(query, 'consumer_type') ?? CONSUMER_TYPE;
        const counts = claiming.length > 0 && [CONSUMER_TYPE, 'all'].includes(type);
        return answerNow(request, { usages: counts ? { [type]: { consumer_count: claiming.length, ...sum } } : {} });
      },
    }),
  ];
}

import { silentCellsHeader } from '../../cross-cell/ask-cells.ts';
import { type Route, route } from '../../http/route.ts';
import { answerNow } from '../answers.ts';
import { requireClasses, requireTraits } from '../names.ts';
import { placementPolicy } from '../policy.ts';
import { listProviders, type ProviderDeps } from '../providers/list-providers.ts';
import { traitNames } from '../providers/requirements.ts';
import { candidatesAmong } from './candidates.ts';
import { candidateRequestIn } from './request-groups.ts';
import { candidatesQuery, candidatesResponse } from './schema.ts';
import { candidatesView } from './view.ts';

export function candidateRoutes(deps: ProviderDeps): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/allocation_candidates',
      since: 10,
      summary: 'Lists the providers that could take a server now. The scheduler decides by more than that.',
      policy: placementPolicy('allocation_candidates:list'),
      query: candidatesQuery,
      response: candidatesResponse,
      handle: async (request) => {
        const { query, version } = request;
        const asked = candidateRequestIn(query, version);
        await requireClasses(
          deps,
          asked.groups.flatMap(({ amounts }) => [...amounts.keys()]),
        );
        await requireTraits(deps, [...asked.groups.map(({ traits }) => traits), asked.rootTraits].flatMap(traitNames));
        const { providers, silent } = await listProviders(deps, request);
        const view = candidatesView(candidatesAmong(providers, asked), asked, version);
        return answerNow(request, view, { headers: silentCellsHeader(silent) });
      },
    }),
  ];
}

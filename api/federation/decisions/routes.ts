import { getDecision } from '#platform/directory/stores/homes/get-homes.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../deps.ts';
import { isUuid } from '../../http/is-uuid.ts';
import { noQuery } from '../../http/parameter-types.ts';
import { type Route, route } from '../../http/route.ts';
import { SHOW_DECISION } from './policy.ts';
import { decisionResponse } from './schema.ts';

/** Why servers are where they are, or nowhere (decision 0037). */
export const decisionRoutes = ({ directory, cells }: Pick<ApiDeps, 'directory' | 'cells'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/v1/servers/:id/decision',
    summary: 'Shows the last decision of the scheduler about a server: the chosen host, or why there was none.',
    policy: SHOW_DECISION,
    query: noQuery,
    response: decisionResponse,
    handle: async ({ params: { id = '' } }) => {
      const found = isUuid(id) ? await getDecision(directory.read, id) : null;
      if (found === null) throw new VolvoxError('not-found', `Server ${id} could not be found.`);
      const { uuid, name, projectId, state, cellId } = found.home;
      const cell = cellId === null ? null : (cells.find(cellId)?.name ?? cellId);
      return { server: { id: uuid, name, projectId, state, cell }, decision: found.decision };
    },
  }),
];

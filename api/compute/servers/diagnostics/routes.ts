import type { ApiDeps } from '../../../deps.ts';
import { noQuery } from '../../../http/parameter-types.ts';
import { policy } from '../../../http/policy.ts';
import { type Route, route } from '../../../http/route.ts';
import { since } from '../../../http/since.ts';
import { askHome } from '../find-server.ts';
import { diagnosticsResponse } from './schema.ts';
import { diagnostics, plainDiagnostics } from './view.ts';

const SINCE = since({ oneDocument: 48 });
const DIAGNOSTICS = policy('os_compute_api:os-server-diagnostics');

/** `/servers/{id}/diagnostics`: what a running guest has used, as its host counts it. */
export const diagnosticsRoutes = (deps: ApiDeps): readonly Route[] => [
  route({
    method: 'GET',
    path: '/servers/:id/diagnostics',
    summary: 'Shows what a running server has used.',
    policy: DIAGNOSTICS,
    query: noQuery,
    response: diagnosticsResponse,
    handle: async (request) => {
      const { requestId, signal, version } = request;
      const uuid = request.params.id ?? '';
      const { stats, configDrive } = await askHome(deps, request, uuid, (door) =>
        door.guestStats({ uuid }, { requestId, signal }),
      );
      return SINCE.oneDocument(version) ? diagnostics(stats, configDrive) : plainDiagnostics(stats);
    },
  }),
];

import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { LIVE_MIGRATION_IN_PROGRESS } from '#platform/objects/server-migration.ts';
import type { ApiDeps } from '../../../deps.ts';
import { actionRoute } from '../../../http/action-route.ts';
import { always } from '../../../http/by-version.ts';
import { ignoredQuery, noQuery } from '../../../http/parameter-types.ts';
import { allows, authorize, type Policy } from '../../../http/policy.ts';
import { type ApiRequest, action, type Route, route } from '../../../http/route.ts';
import { since } from '../../../http/since.ts';
import { serverMigrationView } from '../../migrations/view.ts';
import { findServer, silentCell } from '../find-server.ts';
import { endMigration } from './end-migration.ts';
import { migrationOfPath, migrationsOf } from './find-migration.ts';
import {
  ABORT_MIGRATION,
  FORCE_COMPLETE,
  SERVER_MIGRATION,
  SERVER_MIGRATIONS,
  SERVER_MIGRATIONS_HOSTS,
} from './policy.ts';
import { forceCompleteBody, serverMigrationResponse, serverMigrationsResponse } from './schema.ts';

const SINCE = since({ abortInQueue: 65 });

/** `/servers/{id}/migrations`: the live migrations of a server that are in progress. */
export const serverMigrationRoutes = (deps: ApiDeps): readonly Route[] => [
  route({
    method: 'GET',
    path: '/servers/:id/migrations',
    since: 23,
    summary: 'Lists the live migrations of a server that are in progress.',
    policy: SERVER_MIGRATIONS,
    authorizes: 'handler',
    query: noQuery,
    response: serverMigrationsResponse,
    handle: async (request) => {
      const cellId = await cellOfServer(deps, request, SERVER_MIGRATIONS);
      const filter = { type: 'live-migration', statuses: [...LIVE_MIGRATION_IN_PROGRESS] };
      const migrations = cellId === null ? [] : await migrationsOf(deps, request, cellId, filter);
      const showsHosts = allows(SERVER_MIGRATIONS_HOSTS, request.caller);
      return { migrations: migrations.map((one) => serverMigrationView(one, request, showsHosts)) };
    },
  }),
  route({
    method: 'GET',
    path: '/servers/:id/migrations/:migration',
    since: 23,
    summary: 'Shows a live migration of a server that is in progress.',
    policy: SERVER_MIGRATION,
    authorizes: 'handler',
    query: noQuery,
    response: serverMigrationResponse,
    handle: async (request) => {
      const cellId = await cellOfServer(deps, request, SERVER_MIGRATION);
      return { migration: serverMigrationView(await inProgress(deps, request, cellId), request, true) };
    },
  }),
  route({
    method: 'DELETE',
    path: '/servers/:id/migrations/:migration',
    since: 24,
    status: 202,
    summary: 'Aborts a live migration; since 2.65 also one that has not begun to run.',
    policy: ABORT_MIGRATION,
    authorizes: 'handler',
    query: ignoredQuery,
    response: always('empty'),
    handle: (request) =>
      endMigration(deps, request, {
        policy: ABORT_MIGRATION,
        kind: 'abortLiveMigration',
        method: 'abort live migration',
        statuses: SINCE.abortInQueue(request.version) ? ['running', 'queued', 'preparing'] : ['running'],
        unknown: 'not-found',
      }),
  }),
  actionRoute('/servers/:id/migrations/:migration/action', [
    action({
      name: 'force_complete',
      since: 22,
      status: 202,
      summary: 'Makes a live migration complete, at the price of a longer pause of the guest.',
      policy: FORCE_COMPLETE,
      authorizes: 'handler',
      body: forceCompleteBody,
      response: always('empty'),
      handle: (request) =>
        endMigration(deps, request, {
          policy: FORCE_COMPLETE,
          kind: 'forceCompleteLiveMigration',
          method: 'force_complete',
          statuses: ['running'],
          unknown: 'invalid',
        }),
    }),
  ]),
];

/** null: no cell has the server yet. @throws VolvoxError not-found, also for a server of another project; forbidden; unavailable. */
async function cellOfServer(deps: ApiDeps, request: ApiRequest, rule: Policy): Promise<string | null> {
  const found = await findServer(deps, request, request.params.id ?? '');
  const { projectId } = found.kind === 'silent' ? found.home : found.instance;
  authorize(rule, request.caller, { projectId });
  if (found.kind === 'silent') throw silentCell(found.cell);
  return found.kind === 'placed' ? found.cellId : null;
}

async function inProgress(deps: ApiDeps, request: ApiRequest, cellId: string | null) {
  const { id: server, migration: number } = request.params;
  const none = `In-progress live migration ${number} is not found for server ${server}.`;
  const found = await migrationOfPath(deps, request, cellId, 'not-found', none);
  if (found.type !== 'live-migration')
    throw new VolvoxError('not-found', `Migration ${number} for server ${server} is not live-migration.`);
  if (!LIVE_MIGRATION_IN_PROGRESS.includes(found.status))
    throw new VolvoxError('not-found', `Live migration ${number} for server ${server} is not in progress.`);
  return found;
}

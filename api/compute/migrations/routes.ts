import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { MigrationFilter } from '#platform/objects/server-migration.ts';
import { timestamp } from '#platform/time/clock.ts';
import { silentCellsHeader } from '../../cross-cell/ask-cells.ts';
import type { ApiDeps } from '../../deps.ts';
import { momentOf } from '../../http/formats.ts';
import { allows, authorize } from '../../http/policy.ts';
import { lastOf } from '../../http/query.ts';
import { Answer, type ApiRequest, type Route, route } from '../../http/route.ts';
import { since } from '../../http/since.ts';
import { nextLink } from '../next-link.ts';
import { MAX_PER_PAGE, pageLimit } from '../page-limit.ts';
import { listMigrations } from './list-migrations.ts';
import { MIGRATIONS_HOSTS, MIGRATIONS_LIST, MIGRATIONS_LIST_ALL } from './policy.ts';
import { listMigrationsQuery, migrationsResponse } from './schema.ts';
import { migrationView } from './view.ts';

const SINCE = since({ pages: 59, changesBefore: 66, owners: 80 });

export const migrationRoutes = (deps: Pick<ApiDeps, 'cells'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/os-migrations',
    summary: 'Lists resizes, migrations, evacuations and moves of servers; since 2.59 in pages, the newest first.',
    policy: MIGRATIONS_LIST,
    query: listMigrationsQuery,
    response: migrationsResponse,
    handle: (request) => list(deps, request),
  }),
];

async function list(deps: Pick<ApiDeps, 'cells'>, request: ApiRequest): Promise<Answer> {
  const { caller, query, version } = request;
  const paged = SINCE.pages(version);
  const limit = paged ? pageLimit(query) : MAX_PER_PAGE;
  // Every migration that is shown may be a marker; those that are hidden never are shown.
  const isNone = lastOf(query, 'hidden') !== undefined && !isFalse(lastOf(query, 'hidden'));
  const filter = filterOf(request);
  const { migrations, silent } = isNone
    ? { migrations: [], silent: [] }
    : await listMigrations(deps, request, filter, limit, paged ? lastOf(query, 'marker') : undefined);
  const showsHosts = allows(MIGRATIONS_HOSTS, caller);
  const shown = migrations.map((one) => migrationView(one, request, showsHosts));
  const body = {
    migrations: paged ? shown : shown.reverse(),
    ...(paged ? nextLink('migrations', '/os-migrations', request, migrations.at(-1)?.id, migrations.length) : {}),
  };
  return new Answer(200, body, silentCellsHeader(silent));
}

const isFalse = (text: string | undefined): boolean => /^(0|f|false|n|no|off)?$/i.test(text ?? '');

/** Without a project: all of them for who may see them, the caller's own for others. */
function filterOf({ caller, query, version }: ApiRequest): MigrationFilter {
  const asked = SINCE.owners(version) ? lastOf(query, 'project_id') : undefined;
  if (asked !== undefined && asked !== caller.projectId) authorize(MIGRATIONS_LIST_ALL, caller);
  const project = asked ?? (allows(MIGRATIONS_LIST_ALL, caller) ? undefined : caller.projectId);
  const user = SINCE.owners(version) ? lastOf(query, 'user_id') : undefined;
  const status = lastOf(query, 'status');
  const changesSince = SINCE.pages(version) ? momentIn(query, 'changes-since') : undefined;
  const changesBefore = SINCE.changesBefore(version) ? momentIn(query, 'changes-before') : undefined;
  if (changesSince !== undefined && changesBefore !== undefined && changesSince > changesBefore) {
    throw new VolvoxError(
      'invalid',
      'The value of changes-since must be less than or equal to changes-before. Exchange the two.',
    );
  }
  return defined({
    projectId: project ?? undefined,
    userId: user,
    host: lastOf(query, 'host'),
    instanceUuid: lastOf(query, 'instance_uuid'),
    sourceCompute: lastOf(query, 'source_compute'),
    type: lastOf(query, 'migration_type'),
    statuses: status === undefined ? undefined : [status],
    changesSince,
    changesBefore,
  });
}

function momentIn(query: ApiRequest['query'], name: string): string | undefined {
  const text = lastOf(query, name);
  return text === undefined ? undefined : timestamp(momentOf(text));
}

/** A filter that is absent is no condition. */
const defined = (filter: Readonly<Record<string, unknown>>): MigrationFilter =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));

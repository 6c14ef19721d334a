import { DIFFERENT_HOSTS_HINT } from '#platform/contracts/scheduler.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { deviceRequestsOf, HAS_DEVICES } from '#platform/objects/device-request.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { LIVE_MIGRATION_RULE } from '#platform/states/live-migration-rule.ts';
import type { ApiDeps } from '../../../deps.ts';
import { always } from '../../../http/by-version.ts';
import { boolean, booleanOrAuto, hostName, isTrue, object } from '../../../http/parameter-types.ts';
import { authorize, policy } from '../../../http/policy.ts';
import { type ApiRequest, action } from '../../../http/route.ts';
import { since } from '../../../http/since.ts';
import type { Schema } from '../../../http/validator.ts';
import { findHost } from '../../aggregates/find-host.ts';
import { act } from './act.ts';
import { decideIn } from './decide-in.ts';
import { mustAllow } from './must-allow.ts';
import { namedBody } from './named-body.ts';
import { placedServer } from './placed-server.ts';

const NAME = 'os-migrateLive';
const POLICY = policy('os_compute_api:os-migrate-server:migrate_live');
const TO_HOST = policy('os_compute_api:os-migrate-server:migrate_live:host');
/** `background`: what is found out about hosts shows as the server's fault, not as an answer. */
const SINCE = since({ force: 30, background: 34, checked: 68 });

interface MigrateLiveBody {
  readonly [NAME]: {
    readonly host: string | null;
    readonly block_migration: boolean | string;
    readonly force?: boolean | string;
  };
}

const host: Schema = { ...hostName, type: ['string', 'null'] };

/**
 * Moves a server to another host of its cell while it runs. Hosts share no storage, so its disks go along: `block_migration` is true or
 * `auto`. The host is the named one or the scheduler's choice; a named one is not checked by the scheduler before 2.30 and with `force` up
 * to 2.67, only for capacity.
 */
export const osMigrateLive = (deps: ApiDeps) =>
  action<MigrateLiveBody>({
    name: NAME,
    policy: POLICY,
    authorizes: 'handler',
    status: 202,
    body: {
      1: namedBody(
        NAME,
        object({ host, block_migration: boolean, disk_over_commit: boolean }, [
          'host',
          'block_migration',
          'disk_over_commit',
        ]),
      ),
      25: namedBody(NAME, object({ host, block_migration: booleanOrAuto }, ['host', 'block_migration'])),
      30: namedBody(
        NAME,
        object({ host, block_migration: booleanOrAuto, force: boolean }, ['host', 'block_migration']),
      ),
      68: namedBody(NAME, object({ host, block_migration: booleanOrAuto }, ['host', 'block_migration'])),
    },
    response: always('empty'),
    summary: 'Moves a server to another host of its cell while it runs.',
    handle: (request) => beginLiveMigration(deps, request),
  });

/** @throws VolvoxError invalid (host; until 2.33 also what hosts refuse), conflict, not-found, unavailable. */
async function beginLiveMigration(deps: ApiDeps, request: ApiRequest<MigrateLiveBody>): Promise<void> {
  const { caller, version, body } = request;
  const { instance, cellId } = await placedServer(deps, request, NAME);
  authorize(POLICY, caller, { projectId: instance.projectId });
  const { host: named, block_migration: blocks } = body[NAME];
  if (named !== null) authorize(TO_HOST, caller, { projectId: instance.projectId });
  const force = isTrue(body[NAME].force);
  if (force && named === null)
    throw invalid("Can't force to a non-provided destination. Give host with force, or leave force out.");
  mustAllow(LIVE_MIGRATION_RULE, instance, NAME);
  if (named !== null) await mustExist(deps, request, named);
  const unchecked = named !== null && (SINCE.force(version) ? force : !SINCE.checked(version));
  const found = await candidatesFor(deps, request, {
    ...{ instance, cellId, named, unchecked },
    isShared: blocks !== 'auto' && !isTrue(blocks),
  });
  if (typeof found !== 'string') return act(deps, request, POLICY, 'liveMigrate', { candidates: found });
  if (!SINCE.background(version)) throw invalid(found);
  await act(deps, request, POLICY, 'liveMigrate', { candidates: [], refusal: found });
}

async function mustExist({ cells }: ApiDeps, request: ApiRequest, name: string): Promise<void> {
  await findHost(cells, request, name).catch((error: unknown) => {
    throw isVolvoxError(error, 'not-found') ? invalid(error.message) : error;
  });
}

interface Asked {
  readonly instance: Instance;
  readonly cellId: string;
  readonly named: string | null;
  readonly unchecked: boolean;
  /** The client says that the hosts share the disks. */
  readonly isShared: boolean;
}

/** The hosts that may take the server, or why none does. */
async function candidatesFor(
  deps: ApiDeps,
  request: ApiRequest,
  { instance, cellId, named, unchecked, isShared }: Asked,
): Promise<readonly string[] | string> {
  const { requestId, signal } = request;
  if (isShared)
    return `${instance.host} is not on shared storage: Shared storage live-migration requires either shared storage or boot-from-volume with no local disks. Set block_migration to true: the disks go along.`;
  if (deviceRequestsOf(instance.flavor).length > 0) return HAS_DEVICES;
  if (named !== null && named === instance.host)
    return `Unable to migrate instance (${instance.uuid}) to current host (${named}).`;
  if (unchecked) {
    const { hosts } = await deps.cells.of(cellId).door.listHosts({}, { requestId, signal });
    const found = hosts.find(({ name }) => name === named);
    return found === undefined
      ? `Host ${named} is in another cell. A server is migrated live only inside its cell.`
      : [found.id];
  }
  const { candidates } = await decideIn(deps, request, instance, instance.flavor, cellId, {
    requestedHost: named,
    schedulerHints: { ...instance.schedulerHints, [DIFFERENT_HOSTS_HINT]: [instance.host] },
  });
  if (candidates.length > 0) return candidates.map(({ hostId }) => hostId);
  const which = named === null ? 'No other host of its cell' : `Host ${named}, or its cell,`;
  return `No valid host was found. ${which} cannot take the server now.`;
}

const invalid = (message: string): VolvoxError => new VolvoxError('invalid', message);

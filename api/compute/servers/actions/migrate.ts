import { type Decision, DIFFERENT_HOSTS_HINT } from '#platform/contracts/scheduler.ts';
import { schedulingRequestOf } from '#platform/contracts/scheduling-request.ts';
import { largerReservation } from '#platform/directory/stores/reservation-changes.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { RESIZE_RULE } from '#platform/states/resize-rule.ts';
import type { CellDoor } from '../../../cross-cell/cell-doors.ts';
import type { ApiDeps } from '../../../deps.ts';
import { always } from '../../../http/by-version.ts';
import { hostName, object } from '../../../http/parameter-types.ts';
import { allows, authorize, policy } from '../../../http/policy.ts';
import { type ApiRequest, action } from '../../../http/route.ts';
import { since } from '../../../http/since.ts';
import type { Schema } from '../../../http/validator.ts';
import { beginMove } from '../../../moves/begin-move.ts';
import { noCapacity } from '../../../moves/no-capacity.ts';
import { planMove } from '../../../moves/plan-move.ts';
import { findHost } from '../../aggregates/find-host.ts';
import { act } from './act.ts';
import { decideIn } from './decide-in.ts';
import { mustAllow } from './must-allow.ts';
import { looseBody, namedBody } from './named-body.ts';
import { placedServer } from './placed-server.ts';
import { withQuotaReservation } from './with-quota-reservation.ts';

const POLICY = policy('os_compute_api:os-migrate-server:migrate');
const SINCE = since({ host: 56 });
const CROSS_CELL = policy('compute:servers:resize:cross_cell');
const TO_HOST = policy('os_compute_api:os-migrate-server:migrate:host');

type Deps = Pick<ApiDeps, 'directory' | 'cells' | 'caches' | 'clock' | 'scheduler' | 'waker' | 'sightings'>;

const target: Schema = {
  ...object({ host: { ...hostName, type: ['string', 'null'] } }),
  type: ['object', 'null'],
};

/** `host` exists since 2.56; earlier versions ignore the whole value. */
interface MigrateBody {
  readonly migrate: { readonly host?: string | null } | null;
}

export const migrate = (deps: Deps) =>
  action<MigrateBody>({
    name: 'migrate',
    policy: POLICY,
    authorizes: 'handler',
    status: 202,
    body: { 1: looseBody('migrate'), 56: namedBody('migrate', target) },
    response: always('empty'),
    summary: 'Moves a server to another host: in its cell, to be confirmed or reverted afterwards; or of another cell.',
    handle: (request) => beginMigration(deps, request),
  });

/**
 * A cold migration. Inside the cell it is a resize to the same flavor: the user confirms or reverts it, and the host is the named one or the
 * scheduler's choice. To a named host of another cell it is a move between cells (docs/moves.md), which needs no confirmation. Without a
 * named host it becomes such a move for an admin, when no host of the server's own cell can take the server and a host of another cell can, or when
 * the weigher `crossCell` prefers other cells.
 * @throws VolvoxError invalid (unknown host, current host, no valid host), forbidden, conflict, not-found, unavailable.
 */
async function beginMigration(deps: Deps, request: ApiRequest<MigrateBody>): Promise<void> {
  const { instance, cellId } = await placedServer(deps, request, 'migrate');
  const { caller, version, body } = request;
  authorize(POLICY, caller, { projectId: instance.projectId });
  const host = SINCE.host(version) ? (body.migrate?.host ?? null) : null;
  if (host !== null) authorize(TO_HOST, caller, { projectId: instance.projectId });
  mustAllow(RESIZE_RULE, instance, 'migrate');
  if (host !== null && host === instance.host) {
    throw new VolvoxError('invalid', 'Cannot migrate to the host where the server exists. Name another host, or none.');
  }
  const cell = host === null ? deps.cells.of(cellId) : await cellOf(deps, request, host);
  if (host !== null && cell.id !== cellId) {
    authorize(CROSS_CELL, caller, { projectId: instance.projectId });
    await moveTo(deps, request, { instance, cell, host });
  } else await migrateInside(deps, request, { instance, cell, host });
}

async function cellOf({ cells }: Deps, request: ApiRequest, host: string): Promise<CellDoor> {
  return findHost(cells, request, host).catch((error: unknown) => {
    throw isVolvoxError(error, 'not-found') ? new VolvoxError('invalid', error.message) : error;
  });
}

interface Target {
  readonly instance: Instance;
  readonly cell: CellDoor;
  readonly host: string | null;
}

async function migrateInside(deps: Deps, request: ApiRequest, { instance, cell, host }: Target): Promise<void> {
  const { flavor } = instance;
  if (host === null && allows(CROSS_CELL, request.caller, { projectId: instance.projectId })) {
    const best = await bestCell(deps, request, instance, cell);
    if (best.id !== cell.id) return moveTo(deps, request, { instance, cell: best, host: null });
  }
  const decision = await decideIn(deps, request, instance, flavor, cell.id, {
    requestedHost: host,
    schedulerHints: withoutOwnHost(instance),
  });
  const [first, ...others] = decision.candidates;
  if (first === undefined) {
    throw asInvalid(noCapacity(cell.name, { ...decision, refusals: asReasons(decision) }));
  }
  const alternates = others.map(({ hostId }) => hostId);
  await withQuotaReservation(deps, request, instance.uuid, largerReservation(flavor, flavor), () =>
    act(deps, request, POLICY, 'resize', { flavor, hostId: first.hostId, alternates, label: 'migrate' }),
  );
}

/** The cell in which the scheduler would place a server that may leave its own; its own when there is none. */
async function bestCell(
  { scheduler, cells }: Deps,
  { requestId, signal }: ApiRequest,
  instance: Instance,
  own: CellDoor,
): Promise<CellDoor> {
  const asked = schedulingRequestOf(
    { ...instance, requestedHost: null, requestId },
    { sourceCellId: own.id, schedulerHints: withoutOwnHost(instance), alternates: 0 },
  );
  const { decisions } = await scheduler.schedule({ requests: [asked] }, { requestId, signal });
  const [candidate] = decisions[0]?.candidates ?? [];
  return candidate === undefined ? own : cells.of(candidate.cellId);
}

const withoutOwnHost = ({ schedulerHints, host }: Instance): Instance['schedulerHints'] => ({
  ...schedulerHints,
  [DIFFERENT_HOSTS_HINT]: [host],
});

/** The different_host hint names the server's own host here. */
const asReasons = ({ refusals }: Decision): Decision['refusals'] =>
  refusals.map((one) => (one.filter === differentHostFilter ? { ...one, reason: 'the server runs on it' } : one));
const differentHostFilter = 'different-host';

async function moveTo(deps: Deps, request: ApiRequest, { instance, cell, host }: Target): Promise<void> {
  const { caller, requestId, signal } = request;
  const plan = await planMove(deps, { server: instance.uuid, cell: cell.id, host, requestId, signal });
  if (plan.refusal !== null) throw asInvalid(plan.refusal);
  await beginMove(deps, plan, { ...caller, requestId });
}

/** The Compute API reports the lack of a host as 400. */
const asInvalid = (error: VolvoxError): VolvoxError =>
  error.kind === 'no-capacity' ? new VolvoxError('invalid', error.message) : error;

import { randomUUID } from 'node:crypto';
import type { Decision, SchedulingRequest } from '#platform/contracts/scheduler.ts';
import { schedulingRequestOf } from '#platform/contracts/scheduling-request.ts';
import { getFlavor } from '#platform/directory/stores/flavors.ts';
import { answerHoldChange, beginHoldChange, type Hold, largerHold } from '#platform/directory/stores/hold-changes.ts';
import { type ErrorKind, isVolvoxError, messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Flavor } from '#platform/objects/flavor.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { actionAllowed } from '#platform/states/action-rule.ts';
import { RESIZE_RULE } from '#platform/states/resize-rule.ts';
import type { ApiDeps } from '../../deps.ts';
import { authorize } from '../../http/policy.ts';
import type { ApiRequest } from '../../http/route.ts';
import { act } from './act.ts';
import { findServer, silentCell } from './find-server.ts';
import { CONFIRM_RESIZE, RESIZE, REVERT_RESIZE } from './policy.ts';

type Deps = Pick<ApiDeps, 'directory' | 'cells' | 'caches' | 'clock' | 'scheduler'>;

export interface ResizeBody {
  readonly resize: { readonly flavorRef: string | number };
}

/** How many hosts the cell may try besides the first. */
const ALTERNATES = 2;

/**
 * Begins a resize inside the server's cell. Until it is confirmed or reverted the project's quota holds the larger of both flavors:
 * taken before the cell is asked, and given back when the cell says that it is over (super-conductor/reconcilers/open-holds.ts).
 * @throws VolvoxError invalid (flavor, no host), conflict, quota-exceeded, not-found.
 */
export async function resize(deps: Deps, request: ApiRequest<ResizeBody>): Promise<void> {
  const { instance, cellId } = await homedServer(deps, request, 'resize');
  authorize(RESIZE, request.caller, { projectId: instance.projectId });
  const flavor = await newFlavor(deps, request, instance);
  mustBeResizable(instance, 'resize');
  const { places } = await decideIn(deps, request, instance, flavor, cellId);
  const [first, ...others] = places;
  if (first === undefined) throw invalid('No valid host was found. No host of the cell has room for the new flavor.');
  const alternates = others.map(({ hostId }) => hostId);
  await changingHold(deps, request, instance.uuid, largerHold(instance.flavor, flavor), () =>
    act(deps, request, RESIZE, 'resize', { flavor, hostId: first.hostId, alternates }),
  );
}

export async function confirmResize(deps: Deps, request: ApiRequest): Promise<void> {
  const { instance } = await homedServer(deps, request, 'resize');
  await changingHold(deps, request, instance.uuid, null, () => act(deps, request, CONFIRM_RESIZE, 'confirmResize'));
}

export async function revertResize(deps: Deps, request: ApiRequest): Promise<void> {
  const { instance } = await homedServer(deps, request, 'resize');
  await changingHold(deps, request, instance.uuid, null, () => act(deps, request, REVERT_RESIZE, 'revertResize'));
}

/** After these the cell may have begun, or begin yet, what it was asked for. */
const UNCERTAIN: readonly ErrorKind[] = ['unavailable', 'deadline-exceeded', 'internal'];

/** @throws VolvoxError conflict in a state in which a server cannot be resized or migrated. */
export function mustBeResizable(instance: Instance, method: 'resize' | 'migrate'): void {
  const allowed = actionAllowed(RESIZE_RULE, instance);
  if (allowed.allowed) return;
  throw new VolvoxError(
    'conflict',
    `Cannot '${method}' instance ${instance.uuid} while it is in ${allowed.attribute} ${allowed.state}`,
  );
}

/** Asks the cell, with what it may need held before, and the change noted until the cell is at rest again. */
export async function changingHold(
  { directory, clock }: Deps,
  { log }: ApiRequest,
  uuid: string,
  atLeast: Hold | null,
  ask: () => Promise<void>,
): Promise<void> {
  const change = { uuid, id: randomUUID() };
  await directory.transaction((tx) => beginHoldChange(tx, change, atLeast, clock.now()));
  const answered = () =>
    answerHoldChange(directory, change).catch((error: unknown) =>
      log.warn({ uuid, reason: messageOf(error) }, 'a change of what a server holds is settled later'),
    );
  try {
    await ask();
  } catch (error) {
    if (isVolvoxError(error) && !UNCERTAIN.includes(error.kind)) await answered();
    throw error;
  }
  await answered();
}

/** The server as its cell tells it. @throws VolvoxError conflict while it is in none; unavailable when its cell does not answer. */
export async function homedServer(
  deps: Pick<Deps, 'directory' | 'cells' | 'caches'>,
  request: ApiRequest,
  method: 'resize' | 'migrate',
): Promise<{ instance: Instance; cellId: string }> {
  const uuid = request.params.id ?? '';
  const found = await findServer(deps, request, uuid);
  if (found.kind === 'silent') throw silentCell(found.cell);
  const cellId = deps.caches.homes.get(uuid)?.cellId;
  if (found.kind === 'unhomed' || cellId === undefined) {
    throw new VolvoxError(
      'conflict',
      `Cannot '${method}' instance ${uuid} while it is in vm_state ${found.instance.vmState}`,
    );
  }
  return { instance: found.instance, cellId };
}

async function newFlavor(deps: Deps, request: ApiRequest<ResizeBody>, instance: Instance): Promise<Flavor> {
  const reference = String(request.body.resize.flavorRef);
  const id = reference.split('/').at(-1) ?? reference;
  const found = await getFlavor(deps.directory.read, id, request.caller).catch((error: unknown) => {
    throw isVolvoxError(error, 'not-found') ? invalid('Unable to locate requested flavor.') : error;
  });
  if (found.disabled) throw invalid('Unable to locate requested flavor.');
  if (found.id === instance.flavor.id) throw invalid('When resizing, instances must change flavor!');
  if (found.diskGb < instance.flavor.diskGb) {
    throw invalid('Resize failed: the root disk of the new flavor is smaller than the present one.');
  }
  const { createdAt: _created, updatedAt: _updated, ...flavor } = found;
  return flavor;
}

/** Where in its cell the server could be with this flavor. `rest`: what besides is asked of the host. */
export async function decideIn(
  { scheduler }: Pick<Deps, 'scheduler'>,
  { requestId }: Pick<ApiRequest, 'requestId'>,
  instance: Instance,
  flavor: Flavor,
  cellId: string,
  rest: Partial<Pick<SchedulingRequest, 'requestedHost' | 'schedulerHints'>> = {},
): Promise<Decision> {
  const request = schedulingRequestOf(
    { ...instance, flavor, requestedHost: null, requestId },
    { onlyCellId: cellId, alternates: ALTERNATES, ...rest },
  );
  const { decisions } = await scheduler.schedule({ requests: [request] }, { requestId });
  const [decision] = decisions;
  if (decision === undefined) throw new VolvoxError('unavailable', 'The scheduler gave no answer.');
  return decision;
}

const invalid = (message: string): VolvoxError => new VolvoxError('invalid', message);

import { getFlavor } from '#platform/directory/stores/flavors.ts';
import { largerReservation } from '#platform/directory/stores/reservation-changes.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Flavor } from '#platform/objects/flavor.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { requestedTopology } from '#platform/objects/requested-topology.ts';
import { RESIZE_RULE } from '#platform/states/resize-rule.ts';
import type { ApiDeps } from '../../../deps.ts';
import { always } from '../../../http/by-version.ts';
import { diskConfig, flavorRef, object } from '../../../http/parameter-types.ts';
import { authorize, policy } from '../../../http/policy.ts';
import { type ApiRequest, action } from '../../../http/route.ts';
import { withDeviceAliases } from '../create/device-aliases.ts';
import { devicesWithFlavor } from '../create/devices/requested-devices.ts';
import { act } from './act.ts';
import { decideIn } from './decide-in.ts';
import { mustAllow } from './must-allow.ts';
import { namedBody } from './named-body.ts';
import { placedServer } from './placed-server.ts';
import { withQuotaReservation } from './with-quota-reservation.ts';

const POLICY = policy('os_compute_api:servers:resize');

interface ResizeBody {
  readonly resize: { readonly flavorRef: string | number; readonly 'OS-DCF:diskConfig'?: 'AUTO' | 'MANUAL' };
}

export const resize = (deps: ApiDeps) =>
  action<ResizeBody>({
    name: 'resize',
    policy: POLICY,
    authorizes: 'handler',
    status: 202,
    body: always(namedBody('resize', object({ flavorRef, 'OS-DCF:diskConfig': diskConfig }, ['flavorRef']))),
    response: always('empty'),
    summary: 'Gives a server another flavor; to be confirmed or reverted afterwards.',
    handle: (request) => beginResize(deps, request),
  });

/**
 * Begins a resize inside the server's cell. The quota reservation covers the larger of both flavors from before the request to the cell until
 * the cell reports the end of the resize (super-conductor/reconcilers/open-reservations.ts).
 * @throws VolvoxError invalid (flavor, no host), conflict, quota-exceeded, not-found.
 */
async function beginResize(deps: ApiDeps, request: ApiRequest<ResizeBody>): Promise<void> {
  const { instance, cellId } = await placedServer(deps, request, 'resize');
  authorize(POLICY, request.caller, { projectId: instance.projectId });
  const flavor = await newFlavor(deps, request, instance);
  mustAllow(RESIZE_RULE, instance, 'resize');
  requestedTopology(flavor, instance.image.properties);
  const { candidates } = await decideIn(deps, request, instance, flavor, cellId);
  const [first, ...others] = candidates;
  if (first === undefined)
    throw invalid(
      'No valid host was found. No host of the cell has enough capacity for the new flavor. Choose a smaller one, or try again later.',
    );
  const disk = request.body.resize['OS-DCF:diskConfig'];
  const params = {
    flavor,
    hostId: first.hostId,
    alternates: others.map(({ hostId }) => hostId),
    ...(disk === undefined ? {} : { diskConfig: disk }),
  };
  await withQuotaReservation(deps, request, instance.uuid, largerReservation(instance.flavor, flavor), () =>
    act(deps, request, POLICY, 'resize', params),
  );
}

async function newFlavor(
  deps: Pick<ApiDeps, 'directory' | 'config'>,
  request: ApiRequest<ResizeBody>,
  instance: Instance,
): Promise<Flavor> {
  const reference = String(request.body.resize.flavorRef);
  const id = reference.split('/').at(-1) ?? reference;
  const found = await getFlavor(deps.directory.read, id, request.caller).catch((error: unknown) => {
    throw isVolvoxError(error, 'not-found')
      ? invalid('Unable to locate requested flavor. flavorRef must be the id of a flavor that this project may use.')
      : error;
  });
  if (found.disabled)
    throw invalid('Unable to locate requested flavor. flavorRef must be the id of a flavor that this project may use.');
  if (found.id === instance.flavor.id)
    throw invalid('When resizing, instances must change flavor! flavorRef is the flavor that the server has.');
  if (found.diskGb < instance.flavor.diskGb) {
    throw invalid(
      `Resize failed: the root disk of the new flavor is smaller than the current one. Choose a flavor with at least ${instance.flavor.diskGb} GB of disk.`,
    );
  }
  const { createdAt: _created, updatedAt: _updated, ...flavor } = found;
  // What the user asked for once has to fit into the new flavor, too.
  if (instance.blockDevices !== undefined) devicesWithFlavor(instance.blockDevices, flavor);
  return withDeviceAliases(flavor, instance.image, deps.config.pciAliases);
}

const invalid = (message: string): VolvoxError => new VolvoxError('invalid', message);

import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { actionRule } from '#platform/states/action-rule.ts';
import { lockedInstance } from '#platform/states/locked-instance.ts';
import { stateConflict } from '#platform/states/state-conflict.ts';
import type { ApiDeps } from '../../../deps.ts';
import { always } from '../../../http/by-version.ts';
import { ignoredQuery, noQuery } from '../../../http/parameter-types.ts';
import { authorize, policy } from '../../../http/policy.ts';
import { emptyList, shape } from '../../../http/response-types.ts';
import { type ApiRequest, type Route, route } from '../../../http/route.ts';
import { since } from '../../../http/since.ts';
import { mustAllow } from '../actions/must-allow.ts';
import { authorizedServer } from '../authorized-server.ts';
import { attachVolumeBody, changeAttachmentBody, listAttachmentsQuery } from './schema.ts';

const SINCE = since({ shelved: 20, change: 85 });
const VOLUMES_LIST = policy('os_compute_api:os-volumes-attachments:index');
const VOLUMES_SHOW = policy('os_compute_api:os-volumes-attachments:show');
const VOLUMES_ATTACH = policy('os_compute_api:os-volumes-attachments:create');
const VOLUMES_CHANGE = policy('os_compute_api:os-volumes-attachments:update');
const VOLUMES_SWAP = policy('os_compute_api:os-volumes-attachments:swap');
const VOLUMES_DETACH = policy('os_compute_api:os-volumes-attachments:delete');

const ATTACH_RULE = actionRule(
  ['active', 'paused', 'stopped', 'resized', 'soft-delete', 'shelved', 'shelved_offloaded'],
  null,
);
const SWAP_RULE = actionRule(['active', 'paused', 'resized'], null);
const PATH = '/servers/:id/os-volume_attachments';

interface Attachment {
  readonly volumeAttachment: { readonly volumeId: string };
}

/** `/servers/{id}/os-volume_attachments` in a region without a volume service: no volume is attached, and none is found. */
export const volumeAttachmentRoutes = (deps: ApiDeps): readonly Route[] => [
  route({
    method: 'GET',
    path: PATH,
    summary: 'Lists the volumes of a server: there are none.',
    policy: VOLUMES_LIST,
    authorizes: 'handler',
    query: listAttachmentsQuery,
    response: always(shape({ volumeAttachments: emptyList })),
    handle: async (request) => {
      await authorizedServer(deps, request, VOLUMES_LIST);
      return { volumeAttachments: [] };
    },
  }),
  route<Attachment>({
    method: 'POST',
    path: PATH,
    status: [200, 202],
    summary: 'Attaches a volume to a server: there is no volume service, 404.',
    policy: VOLUMES_ATTACH,
    authorizes: 'handler',
    query: ignoredQuery,
    body: attachVolumeBody,
    response: always('empty'),
    handle: async (request) => {
      const server = await authorizedServer(deps, request, VOLUMES_ATTACH);
      mustBeUnlocked(server, request);
      mustNotBeShelved(server, request, 'attach_volume');
      mustAllow(ATTACH_RULE, server, 'attach_volume');
      throw volumeNotFound(request.body.volumeAttachment.volumeId);
    },
  }),
  route({
    method: 'GET',
    path: `${PATH}/:volume`,
    summary: 'Shows a volume of a server: there are none, 404.',
    policy: VOLUMES_SHOW,
    authorizes: 'handler',
    query: noQuery,
    response: always('empty'),
    handle: async (request) => {
      await authorizedServer(deps, request, VOLUMES_SHOW);
      throw notAttached(request);
    },
  }),
  route<Attachment>({
    method: 'PUT',
    path: `${PATH}/:volume`,
    status: 202,
    summary: 'Replaces a volume of a server, or since 2.85 changes how it is attached: there are none, 404.',
    policy: VOLUMES_CHANGE,
    authorizes: 'handler',
    query: ignoredQuery,
    body: changeAttachmentBody,
    response: always('empty'),
    handle: async (request) => {
      const server = await authorizedServer(deps, request, VOLUMES_CHANGE);
      const { volume } = request.params;
      if (SINCE.change(request.version) && volume === request.body.volumeAttachment.volumeId)
        throw notAttached(request);
      authorize(VOLUMES_SWAP, request.caller, { projectId: server.projectId });
      mustBeUnlocked(server, request);
      mustAllow(SWAP_RULE, server, 'swap_volume');
      throw volumeNotFound(volume);
    },
  }),
  route({
    method: 'DELETE',
    path: `${PATH}/:volume`,
    status: 202,
    summary: 'Detaches a volume from a server: there are none, 404.',
    policy: VOLUMES_DETACH,
    authorizes: 'handler',
    query: ignoredQuery,
    response: always('empty'),
    handle: async (request) => {
      mustNotBeShelved(await authorizedServer(deps, request, VOLUMES_DETACH), request, 'detach_volume');
      throw volumeNotFound(request.params.volume);
    },
  }),
];

function mustBeUnlocked({ uuid, lockedBy }: Instance, { caller }: ApiRequest): void {
  if (lockedBy !== null && !caller.isAdmin) throw lockedInstance(uuid);
}

/** A shelved server takes volumes since 2.20. */
function mustNotBeShelved({ uuid, vmState }: Instance, { version }: ApiRequest, method: string): void {
  if (SINCE.shelved(version) || !vmState.startsWith('shelved')) return;
  throw stateConflict(method, uuid, { attribute: 'vm_state', state: vmState }, ATTACH_RULE);
}

const notAttached = ({ params: { id, volume } }: ApiRequest): VolvoxError =>
  new VolvoxError('not-found', `Instance ${id} is not attached to volume ${volume}`);
const volumeNotFound = (id: string | undefined): VolvoxError =>
  new VolvoxError('not-found', `Volume ${id} could not be found. This region has no volume service.`);

import { findImage } from '#platform/directory/stores/images.ts';
import type { Image } from '#platform/objects/image.ts';
import { RESCUE_RULE } from '#platform/states/boot-rules.ts';
import type { ApiDeps } from '../../../deps.ts';
import { always } from '../../../http/by-version.ts';
import { object, string, uuid } from '../../../http/parameter-types.ts';
import { authorize, policy } from '../../../http/policy.ts';
import { shape } from '../../../http/response-types.ts';
import { type ApiRequest, action } from '../../../http/route.ts';
import { bootImage } from '../create/boot-image.ts';
import { mustHaveKnownHardware } from '../create/known-hardware.ts';
import { newAdminPassword } from '../create/random-texts.ts';
import { act } from './act.ts';
import { mustAllow } from './must-allow.ts';
import { namedBody } from './named-body.ts';
import { placedServer } from './placed-server.ts';

const POLICY = policy('os_compute_api:os-rescue');

interface RescueBody {
  readonly rescue: { readonly adminPass?: string; readonly rescue_image_ref?: string } | null;
}

const rescueBody = { ...object({ adminPass: string, rescue_image_ref: uuid }), type: ['object', 'null'] };

export const rescue = (deps: ApiDeps) =>
  action<RescueBody>({
    name: 'rescue',
    policy: POLICY,
    authorizes: 'handler',
    status: 200,
    body: always(namedBody('rescue', rescueBody)),
    response: always(shape({ adminPass: string })),
    summary: 'Starts a server from a rescue image, with its own disk as the second one.',
    handle: (request) => beginRescue(deps, request),
  });

/** @throws VolvoxError invalid (image), conflict, not-found. */
async function beginRescue(deps: ApiDeps, request: ApiRequest<RescueBody>): Promise<unknown> {
  const { instance } = await placedServer(deps, request, 'rescue');
  authorize(POLICY, request.caller, { projectId: instance.projectId });
  mustAllow(RESCUE_RULE, instance, 'rescue');
  const { adminPass, rescue_image_ref: id } = request.body.rescue ?? {};
  const rescueImage = async (imageId: string): Promise<Image> => {
    const row = await findImage(deps.directory.read, imageId);
    const image = await bootImage(deps, request.caller, imageId, row, instance.flavor);
    mustHaveKnownHardware(image);
    return image;
  };
  await act(deps, request, POLICY, 'rescue', id === undefined ? {} : { image: await rescueImage(id) });
  return { adminPass: adminPass ?? newAdminPassword() };
}

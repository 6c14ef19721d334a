import { CREATE_IMAGE_RULE } from '#platform/states/snapshot-rules.ts';
import type { ApiDeps } from '../../../../deps.ts';
import { always } from '../../../../http/by-version.ts';
import { metadata, name, object } from '../../../../http/parameter-types.ts';
import { authorize, policy } from '../../../../http/policy.ts';
import { type ApiRequest, action } from '../../../../http/route.ts';
import { checkLimits } from '../../create/check-limits.ts';
import { mustAllow } from '../must-allow.ts';
import { namedBody } from '../named-body.ts';
import { placedServer } from '../placed-server.ts';
import { answerWithImage, imageAnswer } from './answer-with-image.ts';
import { actWithImage } from './server-image.ts';

const POLICY = policy('os_compute_api:servers:create_image');

interface CreateImageBody {
  readonly createImage: { readonly name: string; readonly metadata?: Readonly<Record<string, string>> };
}

export const createImage = (deps: ApiDeps) =>
  action<CreateImageBody>({
    name: 'createImage',
    policy: POLICY,
    authorizes: 'handler',
    status: 202,
    body: always(namedBody('createImage', object({ name, metadata }, ['name']))),
    response: imageAnswer,
    summary: 'Makes an image of the root disk of a server.',
    handle: (request) => beginImage(deps, request),
  });

/** @throws VolvoxError conflict, invalid, quota-exceeded, not-found. */
async function beginImage(deps: ApiDeps, request: ApiRequest<CreateImageBody>) {
  const { instance } = await placedServer(deps, request, 'createImage');
  authorize(POLICY, request.caller, { projectId: instance.projectId });
  const { createImage: asked } = request.body;
  await checkLimits(deps.directory, request.caller, asked);
  mustAllow(CREATE_IMAGE_RULE, instance, 'createImage');
  const image = await actWithImage(
    deps,
    request,
    { action: 'createImage', policy: POLICY, instance },
    { name: asked.name, kind: 'snapshot', properties: asked.metadata ?? {} },
  );
  return answerWithImage(deps, request, image);
}

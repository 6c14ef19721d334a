import { renameHome } from '#platform/directory/stores/homes/home-details.ts';
import { findImage } from '#platform/directory/stores/images.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Image } from '#platform/objects/image.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { canonicalIp } from '#platform/objects/ip-address.ts';
import { requestedTopology, topologyOf } from '#platform/objects/requested-topology.ts';
import { REBUILD_RULE } from '#platform/states/boot-rules.ts';
import type { ApiDeps } from '../../../../deps.ts';
import { isTrue } from '../../../../http/parameter-types.ts';
import { authorize, policy } from '../../../../http/policy.ts';
import { Answer, type ApiRequest, action } from '../../../../http/route.ts';
import { since } from '../../../../http/since.ts';
import { bootImage } from '../../create/boot-image.ts';
import { checkLimits } from '../../create/check-limits.ts';
import { keyPairOf } from '../../create/key-pair-of.ts';
import { mustHaveKnownHardware } from '../../create/known-hardware.ts';
import { injectedFiles } from '../../create/personality.ts';
import { newAdminPassword } from '../../create/random-texts.ts';
import { mustNotBeSigned } from '../../create/signed-image.ts';
import { findInstance } from '../../find-server.ts';
import { withItsDirectory } from '../../show/from-directory.ts';
import { withGroups } from '../../show/server-groups.ts';
import { detailedServer, plainServer } from '../../show/server-view.ts';
import { act } from '../act.ts';
import { mustAllow } from '../must-allow.ts';
import { placedServer } from '../placed-server.ts';
import { REBUILD, type RebuildBody, rebuiltServerResponse } from './schema.ts';

const POLICY = policy('os_compute_api:servers:rebuild');
const WITH_CERTIFICATES = policy('os_compute_api:servers:rebuild:trusted_certs');

/** `wholeAnswer`: the answer has what extensions added. */
const SINCE = since({ keyName: 54, userData: 57, wholeAnswer: 75 });

export const rebuild = (deps: ApiDeps) =>
  action<RebuildBody>({
    name: 'rebuild',
    policy: POLICY,
    authorizes: 'handler',
    status: 202,
    body: REBUILD,
    response: rebuiltServerResponse,
    summary: 'Gives a server new disks from an image. It keeps its id, ports and addresses.',
    handle: (request) => beginRebuild(deps, request),
  });

/** @throws VolvoxError invalid (image, key pair), quota-exceeded (metadata, personality), conflict, not-found. */
async function beginRebuild(deps: ApiDeps, request: ApiRequest<RebuildBody>): Promise<Answer> {
  const { rebuild: body } = request.body;
  const { instance: before } = await placedServer(deps, request, 'rebuild');
  authorize(POLICY, request.caller, { projectId: before.projectId });
  if (body.trusted_image_certificates != null) {
    authorize(WITH_CERTIFICATES, request.caller, { projectId: before.projectId });
  }
  mustAllow(REBUILD_RULE, before, 'rebuild');
  await checkLimits(deps.directory, request.caller, body);
  const image = await bootImage(
    ...([deps, request.caller, body.imageRef, await findImage(deps.directory.read, body.imageRef)] as const),
    before.flavor,
  );
  mustHaveKnownHardware(image);
  mustKeepTopology(before, image);
  mustNotBeSigned(image, body.trusted_image_certificates);
  const params = {
    image,
    changes: await changesOf(deps, body, before),
    trustedImageCertificates: body.trusted_image_certificates ?? null,
    preserveEphemeral: isTrue(body.preserve_ephemeral),
  };
  await act(deps, request, POLICY, 'rebuild', params);
  const { name } = params.changes;
  if (name !== undefined) {
    await deps.directory.transaction((tx) => renameHome(tx, before.uuid, name, deps.clock.now()));
  }
  // As it is when the rebuild begins, however far the host is by now.
  const rebuilding = { vmState: before.vmState, taskState: REBUILD_RULE.taskState };
  const after = await withItsDirectory(deps, await findInstance(deps, request, before.uuid));
  const view = rebuiltView({ ...after, ...rebuilding }, request);
  const server = { ...view, adminPass: body.adminPass ?? newAdminPassword() };
  return new Answer(202, { server }, { location: request.links.self('servers', before.uuid).href });
}

/** @throws VolvoxError invalid in Nova's words. */
function mustKeepTopology({ flavor, image: imageBefore }: Instance, image: Image): void {
  const [before, after] = [topologyOf(flavor, imageBefore.properties), requestedTopology(flavor, image.properties)];
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  throw new VolvoxError(
    'invalid',
    "An instance's NUMA topology cannot be changed as part of a rebuild. The image provided is invalid for this instance.",
  );
}

/** What the body says of the server itself; what it leaves out stays as it is. */
async function changesOf({ directory }: ApiDeps, body: RebuildBody['rebuild'], { userId }: Instance) {
  const { description, key_name: keyName, user_data: userData, hostname, metadata, accessIPv4, accessIPv6 } = body;
  const disk = body['OS-DCF:diskConfig'];
  return {
    ...(body.name === undefined ? {} : { name: body.name.trim() }),
    ...(description === undefined ? {} : { description }),
    ...(hostname === undefined ? {} : { hostname }),
    ...(keyName === undefined ? {} : { keyPair: await keyPairOf(directory, userId, keyName) }),
    ...(userData === undefined ? {} : { userData }),
    ...injectedFiles(body.personality),
    ...(metadata === undefined ? {} : { metadata }),
    ...(accessIPv4 === undefined ? {} : { accessIpV4: canonicalIp(accessIPv4) }),
    ...(accessIPv6 === undefined ? {} : { accessIpV6: canonicalIp(accessIPv6) }),
    ...(disk === undefined ? {} : { diskConfig: disk }),
  };
}

function rebuiltView(instance: Instance, request: ApiRequest): Record<string, unknown> {
  const { version } = request;
  const view = SINCE.wholeAnswer(version) ? detailedServer : plainServer;
  // The user data stands in a member of its own.
  const { 'OS-EXT-SRV-ATTR:user_data': _, ...server } = view(instance, request);
  return {
    ...withGroups(server, instance, request),
    ...(SINCE.keyName(version) ? { key_name: instance.keyPair?.name ?? null } : {}),
    ...(SINCE.userData(version) ? { user_data: instance.userData } : {}),
  };
}

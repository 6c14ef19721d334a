import { findImage, type ImageRecord } from '#platform/directory/stores/images.ts';
import { imagesOfServer } from '#platform/directory/stores/server-images.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { unshelveRule } from '#platform/states/shelve-rules.ts';
import type { ApiDeps } from '../../../../deps.ts';
import { hostName, name, nothing, object, orNull } from '../../../../http/parameter-types.ts';
import { authorize, policy } from '../../../../http/policy.ts';
import { type ApiRequest, action } from '../../../../http/route.ts';
import { since } from '../../../../http/since.ts';
import type { Schema } from '../../../../http/validator.ts';
import { findHost } from '../../../aggregates/find-host.ts';
import { bootImage } from '../../create/boot-image.ts';
import { requireZone } from '../../create/requested-zone-or-host.ts';
import { act } from '../act.ts';
import { decideIn } from '../decide-in.ts';
import { mustAllow } from '../must-allow.ts';
import { looseBody, namedBody } from '../named-body.ts';
import { placedServer } from '../placed-server.ts';

const POLICY = policy('os_compute_api:os-shelve:unshelve');
const TO_HOST = policy('os_compute_api:os-shelve:unshelve_to_host');
/** Before them, whatever the body has is ignored. */
const SINCE = since({ zone: 77, host: 91 });

interface UnshelveBody {
  readonly unshelve: { readonly availability_zone?: string | null; readonly host?: string } | null;
}

/** What the request says; absent: nothing. */
interface Asked {
  readonly zone?: string | null;
  readonly host?: string;
}

const inZone: Schema = orNull(object({ availability_zone: name }, ['availability_zone']));
const inZoneOrHost: Schema = orNull(object({ availability_zone: { anyOf: [name, nothing] }, host: hostName }));

export const unshelve = (deps: ApiDeps) =>
  action<UnshelveBody>({
    name: 'unshelve',
    policy: POLICY,
    authorizes: 'handler',
    status: 202,
    body: { 1: looseBody('unshelve'), 77: namedBody('unshelve', inZone), 91: namedBody('unshelve', inZoneOrHost) },
    response: { 1: 'empty' },
    summary: 'Starts a shelved server again, on a host of its cell.',
    handle: (request) => beginUnshelve(deps, request),
  });

function askedBy({ version, body }: ApiRequest<UnshelveBody>): Asked {
  const { availability_zone: zone, host } = body.unshelve ?? {};
  return {
    ...(SINCE.zone(version) && zone !== undefined ? { zone } : {}),
    ...(SINCE.host(version) && host !== undefined ? { host } : {}),
  };
}

/** @throws VolvoxError invalid (zone, host, no valid host), forbidden, conflict, not-found, unavailable. */
async function beginUnshelve(deps: ApiDeps, request: ApiRequest<UnshelveBody>): Promise<void> {
  const { instance, cellId } = await placedServer(deps, request, 'unshelve');
  const { projectId } = instance;
  authorize(POLICY, request.caller, { projectId });
  const asked = askedBy(request);
  if (asked.host !== undefined) authorize(TO_HOST, request.caller, { projectId });
  mustAllow(unshelveRule(instance), instance, 'unshelve');
  const isHere = instance.vmState === 'shelved';
  if (isHere && (asked.zone !== undefined || asked.host !== undefined)) {
    throw new VolvoxError(
      'conflict',
      `Specifying an availability zone or a host when unshelving server ${instance.uuid} with status SHELVED is not supported. The server status must be SHELVED_OFFLOADED.`,
    );
  }
  const image = await shelvedImage(deps, instance);
  const imageId = image?.id ?? null;
  if (isHere) return act(deps, request, POLICY, 'unshelve', { imageId });
  if (image === null) {
    throw new VolvoxError(
      'conflict',
      `Unshelve attempted but the image of server ${instance.uuid} cannot be found: somebody has deleted it. Delete the server.`,
    );
  }
  await act(deps, request, POLICY, 'unshelve', {
    imageId,
    image: await bootImage(deps, { ...request.caller, isAdmin: true }, image.id, image, instance.flavor),
    ...(await chooseHosts(deps, request, { instance, cellId, asked })),
    ...(asked.zone === undefined ? {} : { availabilityZone: asked.zone }),
  });
}

/** The image that the server was shelved as; null: it is gone. */
async function shelvedImage({ directory }: ApiDeps, { uuid }: Instance): Promise<ImageRecord | null> {
  const made = await imagesOfServer(directory.read, uuid, 'shelve');
  for (const { imageId } of made) {
    const image = await findImage(directory.read, imageId);
    if (image?.status === 'active') return image;
  }
  return null;
}

interface Choice {
  readonly instance: Instance;
  readonly cellId: string;
  readonly asked: Asked;
}

async function chooseHosts(deps: ApiDeps, request: ApiRequest, { instance, cellId, asked }: Choice) {
  const { zone, host = null } = asked;
  if (typeof zone === 'string') await requireZone(deps.directory, zone);
  if (host !== null) await mustBeHostOf(deps, request, cellId, host);
  const availabilityZone = zone === undefined ? instance.availabilityZone : zone;
  const { candidates } = await decideIn(deps, request, { ...instance, availabilityZone }, instance.flavor, cellId, {
    requestedHost: host,
  });
  const [first] = candidates;
  if (first !== undefined) return { candidates: candidates.map(({ hostId }) => hostId), zone: first.zone };
  if (host !== null && typeof zone === 'string') {
    throw new VolvoxError(
      'conflict',
      `Host "${host}" is not in the availability zone "${zone}", or cannot take the server.`,
    );
  }
  const why =
    host === null ? 'No host of its cell can take the server now.' : `Host ${host} cannot take the server now.`;
  throw new VolvoxError('invalid', `No valid host was found. ${why}`);
}

/** @throws VolvoxError invalid for a host that does not exist, or is of another cell. */
async function mustBeHostOf({ cells }: ApiDeps, request: ApiRequest, cellId: string, host: string): Promise<void> {
  const cell = await findHost(cells, request, host).catch((error: unknown) => {
    throw isVolvoxError(error, 'not-found') ? new VolvoxError('invalid', error.message) : error;
  });
  if (cell.id === cellId) return;
  throw new VolvoxError(
    'invalid',
    `Host ${host} is in cell ${cell.name}. A shelved server is unshelved only in its own cell, ${cells.of(cellId).name}.`,
  );
}

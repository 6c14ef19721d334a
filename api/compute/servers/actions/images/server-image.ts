import { randomUUID } from 'node:crypto';
import { requireImage } from '#platform/directory/stores/image-quotas.ts';
import { type ImageRecord, insertImage, insertMember } from '#platform/directory/stores/images.ts';
import { deleteServerImage, insertServerImage, type ServerImage } from '#platform/directory/stores/server-images.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { outcomeOf } from '#platform/rpc/outcome.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../../../deps.ts';
import type { Policy } from '../../../../http/policy.ts';
import type { ApiRequest } from '../../../../http/route.ts';
import { NEW_IMAGE, readAttributes } from '../../../../image/images/attributes.ts';
import { imageDefaults } from '../../../../image/quotas/defaults.ts';
import { act } from '../act.ts';

/** The image that an action makes of a server. */
interface NewServerImage {
  readonly name: string;
  readonly kind: ServerImage['kind'];
  readonly rotation?: number;
  /** Properties besides those that every image of a server has; they win over the latter. */
  readonly properties?: Readonly<Record<string, string>>;
}

/** Properties of the server's image that say something of its own bytes (Nova's `non_inheritable_image_properties`). */
const NOT_INHERITED = /^(cache_in_nova|bittorrent|img_signature.*|os_hash_.*|os_glance.*)$/;
const MAX_MEMBERS = 128;

/**
 * Makes an image that waits for its bytes, in the project of the caller, and begins the action of the cell that will have them uploaded. When
 * the action is refused, the image is gone.
 * @returns the image. @throws VolvoxError quota-exceeded (of images), invalid (a property), and as `act`.
 */
export async function actWithImage(
  deps: ApiDeps,
  request: ApiRequest,
  { action, policy, instance }: { readonly action: string; readonly policy: Policy; readonly instance: Instance },
  image: NewServerImage,
): Promise<ImageRecord> {
  const made = await insertFor(deps, request, instance, image);
  try {
    await act(deps, request, policy, action, { imageId: made.id, upload: await uploadOf(deps, made.id) });
  } catch (error) {
    const mayGoOn = outcomeOf(error) === 'unknown';
    if (!mayGoOn) await deps.directory.transaction((tx) => deleteServerImage(tx, made.id));
    throw error;
  }
  return made;
}

/** Where a host uploads the bytes of an image, and the ticket that allows it. */
const uploadOf = async ({ config, uploadTickets }: ApiDeps, imageId: string) => ({
  url: `${config.agentUrl || config.publicUrl}/image/v2/images/${imageId}/file`,
  ticket: await uploadTickets.make(imageId),
});

async function insertFor(
  { directory, clock, config }: ApiDeps,
  { caller }: ApiRequest,
  instance: Instance,
  image: NewServerImage,
): Promise<ImageRecord> {
  const at = timestamp(clock.now());
  // An admin's image of another project's server is offered to that project.
  const isForeign = caller.projectId !== instance.projectId;
  const { tags: _, ...attributes } = NEW_IMAGE;
  const made: ImageRecord = {
    ...attributes,
    id: randomUUID(),
    projectId: caller.projectId,
    name: image.name,
    visibility: isForeign ? 'shared' : 'private',
    diskFormat: 'qcow2',
    containerFormat: 'bare',
    minDiskGb: Math.max(instance.image.minDiskGb, instance.flavor.diskGb),
    minRamMb: instance.image.minRamMb,
    properties: propertiesOf(caller.userId, instance, image),
    ...{ status: 'queued', sizeBytes: null, virtualSizeBytes: null, md5: null, sha256: null, expectedHashes: {} },
    ...{ uploadId: null, blobId: null, uploadExpiresAt: 0, reservedBytes: 0 },
    ...{ createdAt: at, updatedAt: at, version: 1 },
  };
  const quota = { projectId: caller.projectId, defaults: imageDefaults(config), now: clock.now() };
  const { kind, rotation = null } = image;
  await directory
    .transaction(async (tx) => {
      await requireImage(tx, quota);
      await insertImage(tx, made, []);
      await insertServerImage(tx, { imageId: made.id, instanceUuid: instance.uuid, kind, rotation, createdAt: at });
      if (!isForeign) return;
      const member = { imageId: made.id, memberId: instance.projectId, status: 'pending' as const };
      await insertMember(tx, { ...member, createdAt: at, updatedAt: at }, MAX_MEMBERS);
    })
    .catch((error: unknown) => {
      throw isVolvoxError(error, 'too-large') ? new VolvoxError('quota-exceeded', error.message) : error;
    });
  return made;
}

/** As Nova writes them (nova/compute/api.py `_create_image`, nova/virt/libvirt/driver.py `snapshot`). */
function propertiesOf(userId: string, instance: Instance, { kind, properties = {} }: NewServerImage) {
  const inherited = Object.entries(instance.image.properties).filter(([name]) => !NOT_INHERITED.test(name));
  const given = readAttributes(NEW_IMAGE, properties).properties;
  const [taken] = Object.keys(properties).filter((name) => !Object.hasOwn(given, name));
  if (taken !== undefined) {
    throw new VolvoxError(
      'invalid',
      `Invalid metadata: every image has an attribute '${taken}', which is no property.`,
    );
  }
  return {
    ...Object.fromEntries(inherited),
    base_image_ref: instance.image.id,
    image_location: 'snapshot',
    image_state: 'available',
    owner_id: instance.projectId,
    instance_uuid: instance.uuid,
    user_id: userId,
    image_type: kind === 'backup' ? 'backup' : 'snapshot',
    ...given,
  };
}

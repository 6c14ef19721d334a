import { randomUUID } from 'node:crypto';
import { requireImage } from '#platform/directory/stores/image-quotas.ts';
import {
  getImage,
  type ImageListing,
  type ImageRecord,
  insertImage,
  listImages,
  replaceTags,
  tagsOf,
  updateImage,
} from '#platform/directory/stores/images.ts';
import { changedMeanwhile } from '#platform/errors/changed-meanwhile.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { boundedPage } from '../../http/bounded-page.ts';
import { authorizeOwner } from '../../http/policy.ts';
import { Answer, type ApiRequest, type Route, route } from '../../http/route.ts';
import type { Caller } from '../../identity/caller.ts';
import { requirePublisher } from '../policy.ts';
import { imageDefaults } from '../quotas/defaults.ts';
import { emptyResponse, ignoredQuery } from '../response-types.ts';
import { attributesOf, type ImageAttributes, NEW_IMAGE, readAttributes } from './attributes.ts';
import { expectedHashes } from './expected-hashes.ts';
import { imageListing } from './listing.ts';
import { applyPatch, PATCH_TYPES } from './patch.ts';
import { ADD_IMAGE, DELETE_IMAGE, GET_IMAGE, LIST_IMAGES, MODIFY_IMAGE } from './policy.ts';
import { removeImage } from './remove-image.ts';
import { createImageBody, imageResponse, imagesResponse, listImagesQuery, patchImageBody } from './schema.ts';
import { imageView } from './view.ts';

/** Filters by properties read every image that the caller may see. */
const MAX_SEARCH_MS = 5_000;

type CreateBody = Readonly<Record<string, unknown>>;

export function imageNounRoutes({ directory, imageStore, clock, config, budgets }: ApiDeps): readonly Route[] {
  const now = () => timestamp(clock.now());
  const tagsOfOne = async (id: string) => (await tagsOf(directory.read, [id])).get(id) ?? [];
  const view = async (image: ImageRecord) => imageView(image, await tagsOfOne(image.id));
  const listTagged = async (caller: Caller, listing: ImageListing) => {
    const images = await listImages(directory.read, caller, { ...listing, limitMs: MAX_SEARCH_MS });
    const ids = images.map((image) => image.id);
    const tags = await tagsOf(directory.read, ids);
    return images.map((image) => ({ ...image, tags: tags.get(image.id) ?? [] }));
  };
  const find = ({ caller, params }: ApiRequest) => getImage(directory.read, caller, params.id ?? '');

  return [
    route({
      method: 'GET',
      path: '/v2/images',
      summary: 'Lists images.',
      policy: LIST_IMAGES,
      query: listImagesQuery,
      response: imagesResponse,
      handle: async ({ caller, query, url, signal }) => {
        const listing = await imageListing(directory.read, caller, query);
        const { rows, cut } = await budgets.imageLists.run(
          caller.projectId,
          () => boundedPage((batch) => listTagged(caller, { ...listing, ...batch }), listing, signal),
          signal,
        );
        const isFull = cut || (rows.length > 0 && rows.length === listing.limit);
        return {
          images: rows.map(({ tags, ...row }) => imageView(row, tags)),
          first: pagePath(url, null),
          ...(isFull ? { next: pagePath(url, rows.at(-1)?.id ?? null) } : {}),
          schema: '/v2/schemas/images',
        };
      },
    }),
    route<CreateBody>({
      method: 'POST',
      path: '/v2/images',
      summary: 'Creates an image without bytes.',
      policy: ADD_IMAGE,
      query: ignoredQuery,
      body: createImageBody,
      status: 201,
      response: imageResponse,
      handle: async ({ body, caller }) => {
        const { id = randomUUID(), owner, given, expected } = readCreate(body, caller);
        const { tags, ...attributes } = readAttributes(NEW_IMAGE, given);
        requirePublisher(caller, attributes.visibility);
        const image: ImageRecord = {
          ...attributes,
          id,
          projectId: owner,
          status: 'queued',
          sizeBytes: null,
          virtualSizeBytes: null,
          md5: null,
          sha256: null,
          expectedHashes: expected,
          uploadId: null,
          blobId: null,
          uploadExpiresAt: 0,
          reservedBytes: 0,
          createdAt: now(),
          updatedAt: now(),
          version: 1,
        };
        const quota = { projectId: owner, defaults: imageDefaults(config), now: clock.now() };
        await directory.transaction(async (tx) => {
          await requireImage(tx, quota);
          await insertImage(tx, image, tags);
        });
        return new Answer(201, imageView(image, tags), { location: `/v2/images/${id}` });
      },
    }),
    route({
      method: 'GET',
      path: '/v2/images/:id',
      summary: 'Shows an image.',
      policy: GET_IMAGE,
      query: ignoredQuery,
      response: imageResponse,
      handle: async (request) => view(await find(request)),
    }),
    route({
      method: 'PATCH',
      path: '/v2/images/:id',
      summary: 'Changes an image by a JSON patch.',
      policy: MODIFY_IMAGE,
      authorizes: 'handler',
      consumes: PATCH_TYPES,
      query: ignoredQuery,
      body: patchImageBody,
      response: imageResponse,
      handle: async (request) => {
        const image = authorizeOwner(MODIFY_IMAGE, request.caller, await find(request));
        const before = attributesOf(image, await tagsOfOne(image.id));
        const after = applyPatch(before, request.body);
        if (after.visibility !== before.visibility) requirePublisher(request.caller, after.visibility);
        if (image.status !== 'queued') refuseFormatChange(before, after);
        await directory.transaction(async (tx) => {
          const { tags, ...attributes } = after;
          if (!(await updateImage(tx, image, { ...attributes, updatedAt: now() }))) throw imageChanged(image.id);
          await replaceTags(tx, image.id, tags);
        });
        return view(await find(request));
      },
    }),
    route({
      method: 'DELETE',
      path: '/v2/images/:id',
      summary: 'Deletes an image and its bytes. Its id is never reused.',
      policy: DELETE_IMAGE,
      authorizes: 'handler',
      query: ignoredQuery,
      status: 204,
      response: emptyResponse,
      handle: async (request) =>
        removeImage({ directory, imageStore }, authorizeOwner(DELETE_IMAGE, request.caller, await find(request))),
    }),
  ];
}

/** The body of a create: what only a create may say, and the attributes. @throws VolvoxError forbidden */
function readCreate(body: CreateBody, caller: Caller) {
  const { id, owner, checksum, os_hash_algo, os_hash_value, ...given } = body;
  if (id !== undefined && !caller.isAdmin) {
    throw new VolvoxError('forbidden', "You are not permitted to choose the 'id' of an image. Leave it out.");
  }
  if (owner !== undefined && owner !== null && owner !== caller.projectId && !caller.isAdmin) {
    throw new VolvoxError(
      'forbidden',
      "You are not permitted to create images owned by somebody else. Omit 'owner' to create the image in your own project.",
    );
  }
  return {
    id: typeof id === 'string' ? id : undefined,
    owner: typeof owner === 'string' ? owner : caller.projectId,
    given,
    expected: expectedHashes({ checksum, os_hash_algo, os_hash_value }, given),
  };
}

/** The format of an image with bytes cannot change. */
function refuseFormatChange(before: ImageAttributes, after: ImageAttributes): void {
  if (before.diskFormat === after.diskFormat && before.containerFormat === after.containerFormat) return;
  throw new VolvoxError(
    'forbidden',
    "Attributes 'disk_format' and 'container_format' cannot be changed once an image has data.",
  );
}

const imageChanged = (id: string): VolvoxError => changedMeanwhile(`Image ${id}`);

/** The path of a page, as Glance writes it: relative to its endpoint. */
function pagePath(url: string, marker: string | null): string {
  const [, text = ''] = url.split('?', 2);
  const query = new URLSearchParams(text);
  query.delete('marker');
  if (marker !== null) query.set('marker', marker);
  const rest = query.toString();
  return rest === '' ? '/v2/images' : `/v2/images?${rest}`;
}

import type { Directory } from '#platform/directory/directory.ts';
import { type ImageRecord, updateImage } from '#platform/directory/stores/images.ts';
import { projectLimits } from '#platform/directory/stores/quotas.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { always } from '../../http/by-version.ts';
import { ignoredQuery } from '../../http/parameter-types.ts';
import { authorizeOwner } from '../../http/policy.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { attributesOf, readAttributes } from '../../image/images/attributes.ts';
import { GET_IMAGE, MODIFY_IMAGE } from '../../image/images/policy.ts';
import { itemOf, mustBeItem, withoutItem } from '../metadata-items.ts';
import { findImageFor } from './find-image.ts';
import { metaBody, metadataBody, metadataResponse, metaResponse } from './schema.ts';

/** Longer than the other proxies. */
const UNTIL = 38;
/** The most attempts of a change when others change the image at the same time. */
const MAX_TRIES = 5;

type Properties = Readonly<Record<string, string>>;

/** The properties of an image under the name that the Compute API had for them. Bounds and rules are those of the image API. */
export function imageMetadataRoutes(deps: ApiDeps): readonly Route[] {
  const change = (request: ApiRequest, to: (before: Properties) => Properties) => changeProperties(deps, request, to);

  return [
    route({
      method: 'GET',
      path: '/images/:id/metadata',
      until: UNTIL,
      summary: 'Lists the metadata of an image.',
      policy: GET_IMAGE,
      query: ignoredQuery,
      response: metadataResponse,
      handle: async (request) => ({ metadata: (await findImageFor(deps, request)).properties }),
    }),
    route<{ metadata: Properties }>({
      method: 'POST',
      path: '/images/:id/metadata',
      until: UNTIL,
      summary: 'Adds metadata items to an image, and replaces those of the same names.',
      policy: MODIFY_IMAGE,
      authorizes: 'handler',
      query: ignoredQuery,
      body: metadataBody,
      response: metadataResponse,
      handle: async (request) => ({
        metadata: await change(request, (before) => ({ ...before, ...request.body.metadata })),
      }),
    }),
    route<{ metadata: Properties }>({
      method: 'PUT',
      path: '/images/:id/metadata',
      until: UNTIL,
      summary: 'Replaces all metadata of an image.',
      policy: MODIFY_IMAGE,
      authorizes: 'handler',
      query: ignoredQuery,
      body: metadataBody,
      response: metadataResponse,
      handle: async (request) => ({ metadata: await change(request, () => request.body.metadata) }),
    }),
    route({
      method: 'GET',
      path: '/images/:id/metadata/:key',
      until: UNTIL,
      summary: 'Shows one metadata item of an image.',
      policy: GET_IMAGE,
      query: ignoredQuery,
      response: metaResponse,
      handle: async (request) => {
        const key = request.params.key ?? '';
        const { properties } = await findImageFor(deps, request);
        return { meta: itemOf(properties, key) };
      },
    }),
    route<{ meta: Properties }>({
      method: 'PUT',
      path: '/images/:id/metadata/:key',
      until: UNTIL,
      summary: 'Adds or replaces one metadata item of an image.',
      policy: MODIFY_IMAGE,
      authorizes: 'handler',
      query: ignoredQuery,
      body: metaBody,
      response: metaResponse,
      handle: async (request) => {
        const { meta } = request.body;
        mustBeItem(meta, request.params.key ?? '');
        await change(request, (before) => ({ ...before, ...meta }));
        return { meta };
      },
    }),
    route({
      method: 'DELETE',
      path: '/images/:id/metadata/:key',
      until: UNTIL,
      status: 204,
      summary: 'Deletes one metadata item of an image.',
      policy: MODIFY_IMAGE,
      authorizes: 'handler',
      query: ignoredQuery,
      response: always('empty'),
      handle: async (request) => {
        const key = request.params.key ?? '';
        await change(request, (before) => withoutItem(before, key));
      },
    }),
  ];
}

/** @returns the properties as they are now. */
async function changeProperties(
  { directory, clock }: Pick<ApiDeps, 'directory' | 'clock'>,
  request: ApiRequest,
  to: (before: Properties) => Properties,
): Promise<Properties> {
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    const image = authorizeOwner(MODIFY_IMAGE, request.caller, await findImageFor({ directory }, request));
    const desired = to(image.properties);
    await requireItems(directory, request, desired);
    const properties = readProperties(image, desired);
    const updatedAt = timestamp(clock.now());
    if (await directory.transaction((tx) => updateImage(tx, image, { properties, updatedAt }))) return properties;
  }
  throw new VolvoxError('conflict', `Image ${request.params.id} was changed by other requests at the same time.`);
}

/** @throws VolvoxError as `readAttributes`; invalid for the name of an attribute, which only the image API changes. */
function readProperties(image: ImageRecord, desired: Properties): Properties {
  const { properties } = readAttributes({ ...attributesOf(image, []), properties: {} }, desired);
  const attribute = Object.keys(desired).find((key) => !Object.hasOwn(properties, key));
  if (attribute === undefined) return properties;
  throw new VolvoxError(
    'invalid',
    `'${attribute}' is an attribute of images, not a metadata item. Change it in the image API.`,
  );
}

async function requireItems(directory: Directory, { caller }: ApiRequest, properties: Properties): Promise<void> {
  const { metadata_items: limit } = await projectLimits(directory.read, caller.projectId);
  if (limit < 0 || Object.keys(properties).length <= limit) return;
  throw new VolvoxError('quota-exceeded', `Image metadata limit exceeded: at most ${limit} items are allowed.`);
}

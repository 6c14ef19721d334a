import { type ImageRecord, listImages } from '#platform/directory/stores/images.ts';
import type { ApiDeps } from '../../deps.ts';
import { boundedPage } from '../../http/bounded-page.ts';
import { always } from '../../http/by-version.ts';
import { ignoredQuery } from '../../http/parameter-types.ts';
import { authorizeOwner } from '../../http/policy.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { DELETE_IMAGE, GET_IMAGE, LIST_IMAGES } from '../../image/images/policy.ts';
import { removeImage } from '../../image/images/remove-image.ts';
import { nextLink } from '../next-link.ts';
import { pageLimit } from '../page-limit.ts';
import { PROXIES_UNTIL } from '../proxies.ts';
import { findImageFor } from './find-image.ts';
import { imageListing } from './listing.ts';
import { imageMetadataRoutes } from './metadata-routes.ts';
import { imageResponse, imagesDetailResponse, imagesResponse, listImagesQuery } from './schema.ts';
import { imageDetail, imageSummary } from './view.ts';

/** Filters by properties read every image that the caller may see. */
const MAX_SEARCH_MS = 5_000;

type View = (image: ImageRecord, request: ApiRequest, imageEndpoint: string) => Record<string, unknown>;

/** Images as clients of the time before the image API read them. The rules are those of the image API. */
export function imageProxyRoutes(deps: ApiDeps): readonly Route[] {
  const { directory, budgets, config } = deps;
  const imageEndpoint = `${config.publicUrl}/image`;

  const list = async (request: ApiRequest, path: string, view: View) => {
    const { caller, query, signal } = request;
    const listing = await imageListing(directory.read, caller, query);
    const page = (batch: object) =>
      listImages(directory.read, caller, { ...listing, ...batch, limitMs: MAX_SEARCH_MS });
    const { rows, cut } = await budgets.imageLists.run(
      caller.projectId,
      () => boundedPage(page, listing, signal),
      signal,
    );
    return {
      images: rows.map((image) => view(image, request, imageEndpoint)),
      ...nextLink('images', path, request, rows.at(-1)?.id, cut ? pageLimit(query) : rows.length),
    };
  };

  return [
    route({
      method: 'GET',
      path: '/images',
      until: PROXIES_UNTIL,
      summary: 'Lists images.',
      policy: LIST_IMAGES,
      query: listImagesQuery,
      response: imagesResponse,
      handle: (request) => list(request, '/images', imageSummary),
    }),
    route({
      method: 'GET',
      path: '/images/detail',
      until: PROXIES_UNTIL,
      summary: 'Lists images with all details.',
      policy: LIST_IMAGES,
      query: listImagesQuery,
      response: imagesDetailResponse,
      handle: (request) => list(request, '/images/detail', imageDetail),
    }),
    route({
      method: 'GET',
      path: '/images/:id',
      until: PROXIES_UNTIL,
      summary: 'Shows an image.',
      policy: GET_IMAGE,
      query: ignoredQuery,
      response: imageResponse,
      handle: async (request) => ({
        image: imageDetail(await findImageFor(deps, request), request, imageEndpoint),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/images/:id',
      until: PROXIES_UNTIL,
      status: 204,
      summary: 'Deletes an image and its bytes. Its id is never reused.',
      policy: DELETE_IMAGE,
      authorizes: 'handler',
      query: ignoredQuery,
      response: always('empty'),
      handle: async (request) =>
        removeImage(deps, authorizeOwner(DELETE_IMAGE, request.caller, await findImageFor(deps, request))),
    }),
    ...imageMetadataRoutes(deps),
  ];
}

import { addTag, getImage, removeTag } from '#platform/directory/stores/images.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../deps.ts';
import { authorizeOwner } from '../../http/policy.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { emptyResponse, ignoredQuery } from '../response-types.ts';
import { MAX_TAGS, tooMany } from './attributes.ts';
import { MODIFY_IMAGE } from './policy.ts';

const MAX_CHARACTERS = 255;

/** One tag at a time. */
export function imageTagRoutes({ directory }: Pick<ApiDeps, 'directory'>): readonly Route[] {
  const imageAndTag = async ({ caller, params }: ApiRequest) => {
    const image = authorizeOwner(MODIFY_IMAGE, caller, await getImage(directory.read, caller, params.id ?? ''));
    return { image, tag: params.tag ?? '' };
  };
  const common = {
    path: '/v2/images/:id/tags/:tag',
    policy: MODIFY_IMAGE,
    authorizes: 'handler',
    query: ignoredQuery,
    status: 204,
    response: emptyResponse,
  } as const;
  return [
    route({
      ...common,
      method: 'PUT',
      summary: 'Adds a tag to an image.',
      handle: async (request) => {
        const { image, tag } = await imageAndTag(request);
        if ([...tag].length > MAX_CHARACTERS) {
          throw new VolvoxError('invalid', `A tag has at most ${MAX_CHARACTERS} characters.`);
        }
        if (!(await directory.transaction((tx) => addTag(tx, image.id, tag, MAX_TAGS)))) {
          throw tooMany('tags', MAX_TAGS + 1, MAX_TAGS);
        }
      },
    }),
    route({
      ...common,
      method: 'DELETE',
      summary: 'Removes a tag from an image.',
      handle: async (request) => {
        const { image, tag } = await imageAndTag(request);
        const found = await directory.transaction((tx) => removeTag(tx, image.id, tag));
        if (!found) throw new VolvoxError('not-found', `Could not find tag ${tag} of image ${image.id}.`);
      },
    }),
  ];
}

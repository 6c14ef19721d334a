import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../../deps.ts';
import { always } from '../../../http/by-version.ts';
import { arrayOf, ignoredQuery, object, tag as tagSchema } from '../../../http/parameter-types.ts';
import { authorizeOwner, type Policy } from '../../../http/policy.ts';
import { Answer, type ApiRequest, type Route, route } from '../../../http/route.ts';
import { changeInstance } from '../change-instance.ts';
import { findInstance } from '../find-server.ts';
import { mustBeWritable } from '../must-be-writable.ts';
import * as policies from '../policy.ts';
import { tagsResponse } from './schema.ts';

const MAX_TAGS = 50;
const MAX_CHARACTERS = 60;
const FIRST_VERSION = 26;

/** `/servers/{id}/tags` (2.26). */
export function tagRoutes(deps: ApiDeps): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/servers/:id/tags',
      since: FIRST_VERSION,
      summary: 'Lists the tags of a server.',
      policy: policies.TAGS_LIST,
      authorizes: 'handler',
      query: ignoredQuery,
      response: tagsResponse,
      handle: async (request) => ({ tags: await read(deps, request, policies.TAGS_LIST) }),
    }),
    route<{ tags: readonly string[] }>({
      method: 'PUT',
      path: '/servers/:id/tags',
      since: FIRST_VERSION,
      body: { 1: object({ tags: arrayOf(tagSchema, { maxItems: MAX_TAGS }) }, ['tags']) },
      summary: 'Replaces all tags.',
      policy: policies.TAGS_REPLACE,
      authorizes: 'handler',
      response: tagsResponse,
      handle: async (request) => {
        const all = new Set(request.body.tags);
        const { tags } = await changeTags(deps, request, policies.TAGS_REPLACE, 'update tags', () => [...all]);
        return { tags };
      },
    }),
    route({
      method: 'DELETE',
      path: '/servers/:id/tags',
      since: FIRST_VERSION,
      status: 204,
      summary: 'Removes all tags.',
      policy: policies.TAGS_DELETE_ALL,
      authorizes: 'handler',
      query: ignoredQuery,
      response: always('empty'),
      handle: async (request) => {
        await changeTags(deps, request, policies.TAGS_DELETE_ALL, 'delete tags', () => []);
      },
    }),
    route({
      method: 'GET',
      path: '/servers/:id/tags/:tag',
      since: FIRST_VERSION,
      status: 204,
      summary: 'Checks whether a server has a tag.',
      policy: policies.TAGS_SHOW,
      authorizes: 'handler',
      query: ignoredQuery,
      response: always('empty'),
      handle: async (request) => {
        const tag = request.params.tag ?? '';
        if (!(await read(deps, request, policies.TAGS_SHOW)).includes(tag)) throw noSuchTag(request);
      },
    }),
    route({
      method: 'PUT',
      path: '/servers/:id/tags/:tag',
      since: FIRST_VERSION,
      status: [201, 204],
      summary: 'Adds a tag.',
      policy: policies.TAGS_UPDATE,
      authorizes: 'handler',
      query: ignoredQuery,
      response: always('empty'),
      handle: (request) => add(deps, request),
    }),
    route({
      method: 'DELETE',
      path: '/servers/:id/tags/:tag',
      since: FIRST_VERSION,
      status: 204,
      summary: 'Removes a tag.',
      policy: policies.TAGS_DELETE,
      authorizes: 'handler',
      query: ignoredQuery,
      response: always('empty'),
      handle: async (request) => {
        await changeTags(deps, request, policies.TAGS_DELETE, 'delete tag', (tags) => {
          if (!tags.includes(request.params.tag ?? '')) throw noSuchTag(request);
          return tags.filter((tag) => tag !== request.params.tag);
        });
      },
    }),
  ];
}

/** Changes the tags as they are when the change is written. @param doing what a refusal says, `update tags`. */
const changeTags = (
  deps: ApiDeps,
  request: ApiRequest,
  policy: Policy,
  doing: string,
  change: (tags: readonly string[]) => string[],
) =>
  changeInstance(deps, request, policy, (instance) => {
    mustBeWritable(instance, doing);
    return { tags: change(instance.tags) };
  });

async function add(deps: ApiDeps, request: ApiRequest): Promise<Answer> {
  const { id = '', tag = '' } = request.params;
  if (tag.length > MAX_CHARACTERS || !/^[^,/]+$/.test(tag)) {
    throw new VolvoxError(
      'invalid',
      `Tag '${tag}' is invalid. It must be a non empty string without characters '/' and ',' and of ${MAX_CHARACTERS} characters at most.`,
    );
  }
  let isNew = false;
  await changeTags(deps, request, policies.TAGS_UPDATE, 'update tag', (tags) => {
    isNew = !tags.includes(tag);
    if (isNew && tags.length >= MAX_TAGS) {
      throw new VolvoxError('invalid', `The number of tags exceeded the per-server limit ${MAX_TAGS}`);
    }
    return isNew ? [...tags, tag] : [...tags];
  });
  if (!isNew) return new Answer(204);
  return new Answer(201, undefined, {
    location: request.links.self(`servers/${id}/tags`, encodeURIComponent(tag)).href,
  });
}

async function read(deps: ApiDeps, request: ApiRequest, policy: Policy): Promise<readonly string[]> {
  const instance = authorizeOwner(policy, request.caller, await findInstance(deps, request, request.params.id ?? ''));
  return instance.tags;
}

const noSuchTag = (request: ApiRequest): VolvoxError =>
  new VolvoxError('not-found', `Server ${request.params.id} has no tag '${request.params.tag}'`);

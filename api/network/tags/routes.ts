import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { noQuery } from '../../http/parameter-types.ts';
import { authorizeOwner, type Policy } from '../../http/policy.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { requiredRevision } from '../if-match.ts';
import { invalidInput } from '../policy.ts';
import { emptyResponse } from '../response-types.ts';
import { MAX_TAG, MAX_TAGS, type TagsBody, tagsBody, tagsResponse } from './schema.ts';
import { TAGGED_NOUNS } from './tagged-nouns.ts';

type Deps = Pick<ApiDeps, 'directory' | 'clock'>;

/** Tags of networks, subnets, ports and security groups: `/v2.0/networks/{id}/tags` and `/v2.0/networks/{id}/tags/{tag}`. */
export const tagRoutes = (deps: Deps): readonly Route[] => TAGGED_NOUNS.flatMap((noun) => routesOf(deps, noun));

function routesOf({ directory, clock }: Deps, noun: (typeof TAGGED_NOUNS)[number]): readonly Route[] {
  const { policies } = noun;
  const path = `/v2.0/${noun.path}/:id/tags`;
  const what = noun.path === 'qos/policies' ? 'QoS policy' : noun.path.replace('-', ' ').replace(/s$/, '');
  const tagsOf = async ({ caller, params: { id = '' } }: ApiRequest) =>
    (await noun.tagsOf(directory.read, caller, id)).tags;
  /** @returns the tags after the change. @throws HttpFault 412 when `If-Match` names another revision. */
  const changeTags = (
    { caller, headers, params: { id = '' } }: Pick<ApiRequest, 'caller' | 'headers' | 'params'>,
    rule: Policy,
    change: (tags: readonly string[]) => readonly string[],
  ) => {
    const checkRevision = requiredRevision(headers);
    return directory.transaction((tx) =>
      noun.change(tx, caller, id, {
        now: timestamp(clock.now()),
        change: (locked) => {
          checkRevision(authorizeOwner(rule, caller, locked));
          return change(locked.tags);
        },
      }),
    );
  };

  return [
    route({
      method: 'GET',
      path,
      summary: `Lists the tags of a ${what}.`,
      policy: policies.get,
      query: noQuery,
      response: tagsResponse,
      handle: async (request) => ({ tags: await tagsOf(request) }),
    }),
    route<TagsBody>({
      method: 'PUT',
      path,
      summary: `Replaces the tags of a ${what}.`,
      policy: policies.update,
      authorizes: 'handler',
      body: tagsBody,
      response: tagsResponse,
      handle: async (request) => ({ tags: await changeTags(request, policies.update, () => request.body.tags) }),
    }),
    route({
      method: 'DELETE',
      path,
      summary: `Takes all tags from a ${what}.`,
      policy: policies.delete,
      authorizes: 'handler',
      query: noQuery,
      status: 204,
      response: emptyResponse,
      handle: async (request) => {
        await changeTags(request, policies.delete, () => []);
      },
    }),
    route({
      method: 'GET',
      path: `${path}/:tag`,
      summary: `Answers whether a ${what} has a tag.`,
      policy: policies.get,
      query: noQuery,
      status: 204,
      response: emptyResponse,
      handle: async (request) => {
        const { tag = '' } = request.params;
        if (!(await tagsOf(request)).includes(tag)) throw tagNotFound(tag);
      },
    }),
    route({
      method: 'PUT',
      path: `${path}/:tag`,
      summary: `Gives a ${what} a tag.`,
      policy: policies.update,
      authorizes: 'handler',
      query: noQuery,
      status: 201,
      response: emptyResponse,
      handle: async (request) => {
        const tag = readTag(request.params.tag ?? '');
        await changeTags(request, policies.update, (tags) => {
          if (tags.includes(tag) || tags.length < MAX_TAGS) return [...tags, tag];
          throw invalidInput(`Invalid input for tags. A ${what} has at most ${MAX_TAGS} tags.`);
        });
      },
    }),
    route({
      method: 'DELETE',
      path: `${path}/:tag`,
      summary: `Takes a tag from a ${what}.`,
      policy: policies.delete,
      authorizes: 'handler',
      query: noQuery,
      status: 204,
      response: emptyResponse,
      handle: async (request) => {
        const { tag = '' } = request.params;
        await changeTags(request, policies.delete, (tags) => {
          if (!tags.includes(tag)) throw tagNotFound(tag);
          return tags.filter((one) => one !== tag);
        });
      },
    }),
  ];
}

function readTag(tag: string): string {
  if ([...tag].length <= MAX_TAG) return tag;
  throw invalidInput(`Invalid input for tag. It has more than ${MAX_TAG} characters.`);
}

const tagNotFound = (tag: string): VolvoxError =>
  new VolvoxError('not-found', `Tag ${tag.slice(0, MAX_TAG)} could not be found.`, {
    details: { type: 'TagNotFound' },
  });

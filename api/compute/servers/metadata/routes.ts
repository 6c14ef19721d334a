import { projectLimits } from '#platform/directory/stores/quotas.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { lockedInstance } from '#platform/states/locked-instance.ts';
import type { ApiDeps } from '../../../deps.ts';
import { always } from '../../../http/by-version.ts';
import { ignoredQuery, noQuery } from '../../../http/parameter-types.ts';
import { authorizeOwner, type Policy } from '../../../http/policy.ts';
import { type ApiRequest, type Route, route } from '../../../http/route.ts';
import { itemOf, mustBeItem, withoutItem } from '../../metadata-items.ts';
import { changeInstance } from '../change-instance.ts';
import { findInstance } from '../find-server.ts';
import { mustBeWritable } from '../must-be-writable.ts';
import * as policies from '../policy.ts';
import { META_BODY, METADATA_BODY, metadataResponse, metaResponse } from './schema.ts';

type Metadata = Readonly<Record<string, string>>;

/** `/servers/{id}/metadata`: pairs of text that users keep with a server. */
export function metadataRoutes(deps: ApiDeps): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/servers/:id/metadata',
      query: noQuery,
      summary: 'Lists the metadata of a server.',
      policy: policies.METADATA_LIST,
      authorizes: 'handler',
      response: metadataResponse,
      handle: async (request) => ({ metadata: await read(deps, request, policies.METADATA_LIST) }),
    }),
    route<{ metadata: Metadata }>({
      method: 'POST',
      path: '/servers/:id/metadata',
      body: METADATA_BODY,
      summary: 'Adds metadata items, and replaces those of the same names.',
      policy: policies.METADATA_CREATE,
      authorizes: 'handler',
      response: metadataResponse,
      handle: async (request) => ({
        metadata: await write(deps, request, policies.METADATA_CREATE, (old) => ({ ...old, ...request.body.metadata })),
      }),
    }),
    route<{ metadata: Metadata }>({
      method: 'PUT',
      path: '/servers/:id/metadata',
      body: METADATA_BODY,
      summary: 'Replaces all metadata.',
      policy: policies.METADATA_REPLACE,
      authorizes: 'handler',
      response: metadataResponse,
      handle: async (request) => ({
        metadata: await write(deps, request, policies.METADATA_REPLACE, () => request.body.metadata),
      }),
    }),
    route({
      method: 'GET',
      path: '/servers/:id/metadata/:key',
      query: noQuery,
      summary: 'Shows one metadata item.',
      policy: policies.METADATA_SHOW,
      authorizes: 'handler',
      response: metaResponse,
      handle: async (request) => {
        const key = request.params.key ?? '';
        const metadata = await read(deps, request, policies.METADATA_SHOW);
        return { meta: itemOf(metadata, key) };
      },
    }),
    route<{ meta: Metadata }>({
      method: 'PUT',
      path: '/servers/:id/metadata/:key',
      body: META_BODY,
      summary: 'Adds or replaces one metadata item.',
      policy: policies.METADATA_UPDATE,
      authorizes: 'handler',
      response: metaResponse,
      handle: async (request) => {
        const { meta } = request.body;
        mustBeItem(meta, request.params.key ?? '');
        await write(deps, request, policies.METADATA_UPDATE, (old) => ({ ...old, ...meta }));
        return { meta };
      },
    }),
    route({
      method: 'DELETE',
      path: '/servers/:id/metadata/:key',
      status: 204,
      summary: 'Deletes one metadata item.',
      policy: policies.METADATA_DELETE,
      authorizes: 'handler',
      query: ignoredQuery,
      response: always('empty'),
      handle: async (request) => {
        const key = request.params.key ?? '';
        await write(deps, request, policies.METADATA_DELETE, (old) => withoutItem(old, key));
      },
    }),
  ];
}

async function read(deps: ApiDeps, request: ApiRequest, policy: Policy): Promise<Metadata> {
  const instance = authorizeOwner(policy, request.caller, await findInstance(deps, request, request.params.id ?? ''));
  return instance.metadata;
}

async function write(
  deps: ApiDeps,
  request: ApiRequest,
  policy: Policy,
  change: (old: Metadata) => Metadata,
): Promise<Metadata> {
  const { metadata_items: limit } = await projectLimits(deps.directory.read, request.caller.projectId);
  const changed = await changeInstance(deps, request, policy, (instance) => {
    mustBeUnlocked(instance, request);
    mustBeWritable(instance, 'update metadata');
    const metadata = { ...change(instance.metadata) };
    if (limit >= 0 && Object.keys(metadata).length > limit) {
      throw new VolvoxError(
        'quota-exceeded',
        `Maximum number of metadata items exceeds ${limit}. Delete some, or ask an admin for a larger quota of metadata_items.`,
      );
    }
    return { metadata };
  });
  return changed.metadata;
}

function mustBeUnlocked({ uuid, lockedBy }: Instance, { caller }: ApiRequest): void {
  if (lockedBy !== null && !caller.isAdmin) throw lockedInstance(uuid);
}

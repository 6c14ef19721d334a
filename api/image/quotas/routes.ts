import {
  clearImageLimits,
  type ImageResource,
  imageLimits,
  imageUsage,
  setImageLimits,
} from '#platform/directory/stores/image-quotas.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../deps.ts';
import { authorize } from '../../http/policy.ts';
import { type Route, route } from '../../http/route.ts';
import { emptyResponse, ignoredQuery } from '../response-types.ts';
import { imageDefaults } from './defaults.ts';
import { DELETE_QUOTA, GET_QUOTA, GET_USAGE, UPDATE_QUOTA } from './policy.ts';
import { type ImageQuotaUpdate, quotaResponse, updateQuotaBody, usageResponse } from './schema.ts';

const PATH = '/v2/quotas/:project';
/** The longest id of a project, characters. */
const MAX_PROJECT_ID = 64;
const MIB = 1024 * 1024;

/** What a project uses, as Glance shows it; and its limits, which Glance leaves to Keystone. */
export function imageQuotaRoutes({ directory, clock, config }: ApiDeps): readonly Route[] {
  const limitsOf = (projectId: string) => imageLimits(directory.read, projectId, imageDefaults(config));
  return [
    route({
      method: 'GET',
      path: '/v2/info/usage',
      summary: "Shows the limits of the caller's project, and how much of them is used; sizes in MiB.",
      policy: GET_USAGE,
      query: ignoredQuery,
      response: usageResponse,
      handle: async ({ caller: { projectId } }) => {
        const [limits, used] = await Promise.all([
          limitsOf(projectId),
          imageUsage(directory.read, projectId, clock.now()),
        ]);
        const of = (name: ImageResource, usage: number) => [name, { limit: limits[name], usage }] as const;
        return {
          usage: Object.fromEntries([
            of('image_count_total', used.count),
            of('image_size_total', Math.ceil(used.bytes / MIB)),
            of('image_count_uploading', used.uploading),
          ]),
        };
      },
    }),
    route({
      method: 'GET',
      path: PATH,
      summary: 'Shows the limits of a project; sizes in MiB, -1: no limit.',
      policy: GET_QUOTA,
      authorizes: 'handler',
      query: ignoredQuery,
      response: quotaResponse,
      handle: async ({ caller, params: { project = '' } }) => {
        authorize(GET_QUOTA, caller, { projectId: project });
        return { quota: await limitsOf(project) };
      },
    }),
    route<ImageQuotaUpdate>({
      method: 'PUT',
      path: PATH,
      summary: 'Changes the limits of a project; sizes in MiB, -1: no limit.',
      policy: UPDATE_QUOTA,
      query: ignoredQuery,
      body: updateQuotaBody,
      response: quotaResponse,
      handle: async ({ body: { quota }, params: { project = '' } }) => {
        if (project.length > MAX_PROJECT_ID)
          throw new VolvoxError('invalid', `'${project.slice(0, 200)}' is no id of a project.`);
        await directory.transaction((tx) => setImageLimits(tx, project, quota));
        return { quota: await limitsOf(project) };
      },
    }),
    route({
      method: 'DELETE',
      path: PATH,
      summary: 'Resets the limits of a project to the defaults.',
      policy: DELETE_QUOTA,
      query: ignoredQuery,
      status: 204,
      response: emptyResponse,
      handle: async ({ params: { project = '' } }) => {
        await directory.transaction((tx) => clearImageLimits(tx, project));
      },
    }),
  ];
}

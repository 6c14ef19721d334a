import {
  type Amounts,
  classLimits,
  clearProjectLimits,
  DEFAULT_CLASS,
  type Limits,
  projectLimits,
  projectUsages,
  QUOTA_RESOURCES,
  type QuotaResource,
  setProjectLimits,
} from '#platform/directory/stores/quotas.ts';
import {
  clearUserLimits,
  setUserLimits,
  userLimits,
  userUsages,
  withUserLimits,
} from '#platform/directory/stores/user-quotas.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../deps.ts';
import { always } from '../../http/by-version.ts';
import { isTrue, noQuery } from '../../http/parameter-types.ts';
import { authorize, type Policy } from '../../http/policy.ts';
import { lastOf } from '../../http/query.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { checkNewLimits } from './new-limits.ts';
import { QUOTA_DEFAULTS, QUOTA_DELETE, QUOTA_DETAIL, QUOTA_SHOW, QUOTA_UPDATE } from './policy.ts';
import { QUOTA_SET_RESOURCES, shownAt } from './resources-by-version.ts';
import {
  quotaSetDetailResponse,
  quotaSetQuery,
  quotaSetResponse,
  updatedQuotaSetResponse,
  updateQuotaSetBody,
} from './schema.ts';

interface QuotaUpdate {
  readonly quota_set: Readonly<Record<string, number | string | boolean>>;
}
type Read = ApiDeps['directory']['read'];

/** Limits and usage of a project, or of one user in it. */
interface Standing {
  readonly limits: Limits;
  readonly usages: Readonly<Record<string, number>>;
}

export function quotaSetRoutes({ directory }: Pick<ApiDeps, 'directory'>): readonly Route[] {
  const { read } = directory;

  return [
    route({
      method: 'GET',
      path: '/os-quota-sets/:project',
      summary: "Shows a project's limits, or with user_id a user's in it.",
      policy: QUOTA_SHOW,
      authorizes: 'handler',
      response: quotaSetResponse,
      query: quotaSetQuery,
      handle: async (request) => {
        const project = projectOf(request, QUOTA_SHOW);
        const { limits } = await standing(read, project, userOf(request));
        return { quota_set: { id: project, ...shownAt(QUOTA_SET_RESOURCES, request.version, limits) } };
      },
    }),
    route({
      method: 'GET',
      path: '/os-quota-sets/:project/detail',
      summary: 'Shows the limits with the usage.',
      policy: QUOTA_DETAIL,
      authorizes: 'handler',
      response: quotaSetDetailResponse,
      query: quotaSetQuery,
      handle: async (request) => {
        const project = projectOf(request, QUOTA_DETAIL);
        const detail = detailOf(await standing(read, project, userOf(request)));
        return { quota_set: { id: project, ...shownAt(QUOTA_SET_RESOURCES, request.version, detail) } };
      },
    }),
    route({
      method: 'GET',
      path: '/os-quota-sets/:project/defaults',
      summary: 'Shows the limits of projects that were given none of their own.',
      policy: QUOTA_DEFAULTS,
      authorizes: 'handler',
      response: quotaSetResponse,
      query: noQuery,
      handle: async (request) => {
        const project = projectOf(request, QUOTA_DEFAULTS);
        const limits = await classLimits(read, DEFAULT_CLASS);
        return { quota_set: { id: project, ...shownAt(QUOTA_SET_RESOURCES, request.version, limits) } };
      },
    }),
    route<QuotaUpdate>({
      method: 'PUT',
      path: '/os-quota-sets/:project',
      summary: "Sets a project's limits, or with user_id a user's in it.",
      policy: QUOTA_UPDATE,
      authorizes: 'handler',
      response: updatedQuotaSetResponse,
      query: quotaSetQuery,
      body: updateQuotaSetBody,
      handle: async (request) => {
        const project = projectOf(request, QUOTA_UPDATE);
        const user = userOf(request);
        const { force, ...texts } = request.body.quota_set;
        const asked: Amounts = Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, Number(value)]));
        const limits = await directory.transaction(async (tx) => {
          if (!isTrue(force ?? false)) {
            const { usages } = await standing(tx, project, user);
            checkNewLimits(asked, usages, user === null ? null : await projectLimits(tx, project));
          }
          if (user === null) await setProjectLimits(tx, project, asked);
          else await setUserLimits(tx, project, user, asked);
          return (await standing(tx, project, user)).limits;
        });
        return { quota_set: shownAt(QUOTA_SET_RESOURCES, request.version, limits) };
      },
    }),
    route({
      method: 'DELETE',
      path: '/os-quota-sets/:project',
      summary: 'Resets the limits of a project, or with user_id of a user in it, to the defaults.',
      policy: QUOTA_DELETE,
      authorizes: 'handler',
      response: always('empty'),
      status: 202,
      query: quotaSetQuery,
      handle: async (request) => {
        const project = projectOf(request, QUOTA_DELETE);
        const user = userOf(request);
        await directory.transaction(async (tx) => {
          await clearUserLimits(tx, project, user);
          if (user === null) await clearProjectLimits(tx, project);
        });
      },
    }),
  ];
}

function projectOf({ params, caller }: ApiRequest, policy: Policy): string {
  const { project = '' } = params;
  authorize(policy, caller, { projectId: project });
  if (!/^[\w-]{1,64}$/.test(project))
    throw new VolvoxError(
      'invalid',
      `Project ID ${project} is not a valid project. Give the id of an existing project.`,
    );
  return project;
}

const userOf = ({ query }: ApiRequest): string | null => lastOf(query, 'user_id') ?? null;

async function standing(read: Read, project: string, user: string | null): Promise<Standing> {
  const limits = await projectLimits(read, project);
  if (user === null) return { limits, usages: await projectUsages(read, project) };
  return {
    limits: withUserLimits(limits, await userLimits(read, project, user)),
    usages: await userUsages(read, project, user),
  };
}

interface Detail {
  readonly limit: number;
  readonly in_use: number;
  readonly reserved: number;
}

/** Nothing is ever only reserved here: usage is taken in the transaction that accepts. */
const detailOf = ({ limits, usages }: Standing): Readonly<Record<QuotaResource, Detail>> =>
  mapResources((resource) => ({ limit: limits[resource], in_use: usages[resource] ?? 0, reserved: 0 }));

const mapResources = <T>(of: (resource: QuotaResource) => T): Record<QuotaResource, T> =>
  Object.fromEntries(QUOTA_RESOURCES.map((resource) => [resource, of(resource)])) as Record<QuotaResource, T>;

import { type Amounts, classLimits, setClassLimits } from '#platform/directory/stores/quotas.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../deps.ts';
import { noQuery } from '../../http/parameter-types.ts';
import { policy } from '../../http/policy.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { QUOTA_CLASS_RESOURCES, shownAt } from '../quota-sets/resources-by-version.ts';
import { quotaClassResponse, updatedQuotaClassResponse, updateQuotaClassBody } from '../quota-sets/schema.ts';

const CLASS_SHOW = policy('os_compute_api:os-quota-class-sets:show');
const CLASS_UPDATE = policy('os_compute_api:os-quota-class-sets:update');

interface ClassUpdate {
  readonly quota_class_set: Readonly<Record<string, number | string>>;
}

/** The class `default` holds for every project without limits of its own; other classes are kept and hold for nobody, as in Nova. */
export function quotaClassSetRoutes({ directory }: Pick<ApiDeps, 'directory'>): readonly Route[] {
  const shown = async ({ params, version }: ApiRequest) =>
    shownAt(QUOTA_CLASS_RESOURCES, version, await classLimits(directory.read, params.name ?? ''));

  return [
    route({
      method: 'GET',
      path: '/os-quota-class-sets/:name',
      summary: 'Shows the limits of a quota class.',
      policy: CLASS_SHOW,
      response: quotaClassResponse,
      query: noQuery,
      handle: async (request) => ({ quota_class_set: { id: request.params.name, ...(await shown(request)) } }),
    }),
    route<ClassUpdate>({
      method: 'PUT',
      path: '/os-quota-class-sets/:name',
      summary: 'Sets limits of a quota class.',
      policy: CLASS_UPDATE,
      response: updatedQuotaClassResponse,
      body: updateQuotaClassBody,
      handle: async (request) => {
        const name = nameOf(request);
        const limits: Amounts = Object.fromEntries(
          Object.entries(request.body.quota_class_set).map(([resource, limit]) => [resource, Number(limit)]),
        );
        await directory.transaction((tx) => setClassLimits(tx, name, limits));
        return { quota_class_set: await shown(request) };
      },
    }),
  ];
}

/** @throws VolvoxError invalid when it is too long. */
function nameOf({ params: { name = '' } }: Pick<ApiRequest, 'params'>): string {
  if (name.length <= 255) return name;
  throw new VolvoxError(
    'invalid',
    `Invalid input for field/attribute id. Value: ${name}. '${name}' is too long; expected: a string of at most 255 characters`,
  );
}

import { deleteExtraSpec, getFlavor, setExtraSpecs } from '#platform/directory/stores/flavors.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { always } from '../../http/by-version.ts';
import { ignoredQuery, noQuery } from '../../http/parameter-types.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { since } from '../../http/since.ts';
import { checkExtraSpecs } from './extra-specs-validation.ts';
import {
  EXTRA_SPECS_CREATE,
  EXTRA_SPECS_DELETE,
  EXTRA_SPECS_INDEX,
  EXTRA_SPECS_SHOW,
  EXTRA_SPECS_UPDATE,
} from './policy.ts';
import { createExtraSpecsBody, extraSpecResponse, extraSpecsResponse, updateExtraSpecBody } from './schema.ts';

const SINCE = since({ checkedSpecs: 86 });

type Specs = Readonly<Record<string, string | number>>;

export function extraSpecsRoutes({ directory, clock }: Pick<ApiDeps, 'directory' | 'clock'>): readonly Route[] {
  const specsOf = async ({ params, caller }: ApiRequest): Promise<Readonly<Record<string, string>>> =>
    (await getFlavor(directory.read, params.id ?? '', caller)).extraSpecs;
  const set = (request: ApiRequest, specs: Readonly<Record<string, string>>) => {
    if (SINCE.checkedSpecs(request.version)) checkExtraSpecs(specs);
    return directory.transaction((tx) => setExtraSpecs(tx, request.params.id ?? '', specs, timestamp(clock.now())));
  };

  return [
    route({
      method: 'GET',
      path: '/flavors/:id/os-extra_specs',
      summary: "Lists a flavor's extra specs.",
      policy: EXTRA_SPECS_INDEX,
      response: extraSpecsResponse,
      query: noQuery,
      handle: async (request) => ({ extra_specs: await specsOf(request) }),
    }),
    route<{ readonly extra_specs: Specs }>({
      method: 'POST',
      path: '/flavors/:id/os-extra_specs',
      summary: 'Adds extra specs to a flavor, or replaces them.',
      policy: EXTRA_SPECS_CREATE,
      response: extraSpecsResponse,
      body: createExtraSpecsBody,
      handle: async (request) => {
        const specs = asText(request.body.extra_specs);
        await set(request, specs);
        return { extra_specs: specs };
      },
    }),
    route({
      method: 'GET',
      path: '/flavors/:id/os-extra_specs/:key',
      summary: 'Shows one extra spec.',
      policy: EXTRA_SPECS_SHOW,
      response: extraSpecResponse,
      query: noQuery,
      handle: async (request) => {
        const { id = '', key = '' } = request.params;
        const specs = await specsOf(request);
        if (!Object.hasOwn(specs, key))
          throw new VolvoxError('not-found', `Flavor ${id} has no extra specs with key ${key}.`);
        return { [key]: specs[key] };
      },
    }),
    route<Specs>({
      method: 'PUT',
      path: '/flavors/:id/os-extra_specs/:key',
      summary: 'Sets one extra spec.',
      policy: EXTRA_SPECS_UPDATE,
      response: extraSpecResponse,
      body: updateExtraSpecBody,
      handle: async (request) => {
        const specs = asText(request.body);
        if (!Object.hasOwn(specs, request.params.key ?? ''))
          throw new VolvoxError(
            'invalid',
            'Request body and URI mismatch: the body must have one member, the key of the path.',
          );
        await set(request, specs);
        return specs;
      },
    }),
    route({
      method: 'DELETE',
      path: '/flavors/:id/os-extra_specs/:key',
      summary: 'Removes one extra spec.',
      policy: EXTRA_SPECS_DELETE,
      query: ignoredQuery,
      response: always('empty'),
      handle: ({ params }) =>
        directory.transaction((tx) => deleteExtraSpec(tx, params.id ?? '', params.key ?? '', timestamp(clock.now()))),
    }),
  ];
}

/** Numbers are kept as text, as the API always answers them. */
const asText = (specs: Specs): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(specs).map(([key, value]) => [key, String(value)]));

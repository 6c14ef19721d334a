import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { arrayOf, noQuery, string } from '../../http/parameter-types.ts';
import { policy } from '../../http/policy.ts';
import { shape } from '../../http/response-types.ts';
import { type Route, route } from '../../http/route.ts';
import { EXTENSIONS } from './extensions.ts';

const EXTENSION_LIST = policy('os_compute_api:extensions');

const EXTENSION_VIEWS = EXTENSIONS.map(([alias, name, description]) => ({
  alias,
  name,
  description,
  links: [],
  namespace: 'http://docs.openstack.org/compute/ext/fake_xml',
  updated: '2014-12-03T00:00:00Z',
}));

const extensionShape = shape({
  alias: string,
  name: string,
  description: string,
  links: arrayOf({}, { maxItems: 0 }),
  namespace: string,
  updated: string,
});

/** Clients of the time before microversions ask for this list; it says nothing about what is offered now. */
export const extensionRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/extensions',
    summary: 'Lists the extensions of the API before microversions.',
    response: { 1: shape({ extensions: arrayOf(extensionShape) }) },
    policy: EXTENSION_LIST,
    query: noQuery,
    handle: () => ({ extensions: EXTENSION_VIEWS }),
  }),
  route({
    method: 'GET',
    path: '/extensions/:alias',
    summary: 'Shows one of them.',
    response: { 1: shape({ extension: extensionShape }) },
    policy: EXTENSION_LIST,
    query: noQuery,
    handle: ({ params }) => {
      const extension = EXTENSION_VIEWS.find(({ alias }) => alias === params.alias);
      if (extension === undefined)
        throw new VolvoxError('not-found', `The resource could not be found. No extension ${params.alias} exists.`);
      return { extension };
    },
  }),
];

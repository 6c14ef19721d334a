import { NEWEST_MINOR, OLDEST_MINOR } from '../compute/microversions.ts';
import { atVersion, type ByVersion } from './by-version.ts';
import type { Action, Route } from './route.ts';
import type { Schema } from './validator.ts';

type Node = Record<string, unknown>;

/**
 * The operations as OpenAPI 3.1, from the same routes that serve them. Schemas are those of the newest microversion an operation
 * has; those of all microversions stand in `x-openstack-microversions`, each under the version that brought it.
 */
export function openApiDocument(routes: readonly Route[], endpoint: string): Node {
  const paths: Record<string, Node> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, path) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Compute API',
      version: `2.${NEWEST_MINOR}`,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: endpoint }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'apiKey', in: 'header', name: 'X-Auth-Token' } },
      parameters: {
        microversion: {
          name: 'OpenStack-API-Version',
          in: 'header',
          description: `compute 2.${OLDEST_MINOR} to compute 2.${NEWEST_MINOR}, or compute latest; 2.${OLDEST_MINOR} when it is absent.`,
          schema: { type: 'string' },
        },
      },
      responses: { fault: { description: 'A fault: one member, named after its kind.', content: json(FAULT) } },
    },
  };
}

const FAULT: Schema = {
  type: 'object',
  minProperties: 1,
  maxProperties: 1,
  additionalProperties: {
    type: 'object',
    properties: { code: { type: 'integer' }, message: { type: 'string' } },
    required: ['code', 'message'],
  },
};

function operation(route: Route, path: string): Node {
  const body = bodyOf(route);
  return {
    operationId: `${route.method.toLowerCase()}${path.replace(/[^A-Za-z0-9]+/g, '_')}`,
    summary: route.summary,
    tags: [path.split('/')[1]],
    ...(route.policy === undefined ? {} : { 'x-openstack-policy': route.policy.rule }),
    ...versionsOf(route),
    parameters: [
      { $ref: '#/components/parameters/microversion' },
      ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
        name,
        in: 'path',
        required: true,
        schema: { type: 'string' },
      })),
      ...queryOf(route),
    ],
    ...(body === undefined ? {} : { requestBody: { required: true, content: json(body) } }),
    ...byMicroversion(route.body),
    responses: {
      ...Object.fromEntries(statusesOf(route).map((status) => [status, { description: 'Done.' }])),
      default: { $ref: '#/components/responses/fault' },
    },
  };
}

const json = (schema: Schema): Node => ({ 'application/json': { schema } });

const versionsOf = ({ since, until }: Pick<Route, 'since' | 'until'>): Node => ({
  ...(since === undefined ? {} : { 'x-openstack-min-version': `2.${since}` }),
  ...(until === undefined ? {} : { 'x-openstack-max-version': `2.${until}` }),
});

/** The newest microversion that has it. */
const newestOf = ({ until }: Pick<Route, 'until'>) => ({ minor: Math.min(until ?? NEWEST_MINOR, NEWEST_MINOR) });

function bodyOf(route: Route): Schema | undefined {
  if (route.actions === undefined) return route.body && atVersion(route.body, newestOf(route));
  return { oneOf: route.actions.map(actionBody) };
}

function actionBody(action: Action): Schema {
  const schema = action.body && atVersion(action.body, newestOf(action));
  return {
    ...(schema ?? { type: 'object', required: [action.name], properties: { [action.name]: {} } }),
    title: action.name,
    description: action.summary,
    ...versionsOf(action),
    ...byMicroversion(action.body),
  };
}

function byMicroversion(schemas: ByVersion<Schema> | undefined): Node {
  const entries = Object.entries(schemas ?? {}).filter(([from]) => Number(from) >= OLDEST_MINOR);
  return entries.length < 2
    ? {}
    : { 'x-openstack-microversions': Object.fromEntries(entries.map(([from, schema]) => [`2.${from}`, schema])) };
}

/** A parameter that may be given several times is a list here; in the URL it is repeated. */
function queryOf(route: Route): Node[] {
  const schema = route.query && atVersion(route.query, newestOf(route));
  return Object.entries((schema?.properties ?? {}) as Record<string, Schema>).map(([name, parameter]) => ({
    name,
    in: 'query',
    explode: true,
    schema: parameter,
  }));
}

function statusesOf({ status, actions }: Route): number[] {
  if (actions !== undefined) return [...new Set(actions.flatMap((action) => numbers(action.status)))].sort();
  return numbers(status);
}

const numbers = (status: number | ByVersion<number> | undefined): number[] =>
  typeof status === 'object' ? [...new Set(Object.values(status))] : [status ?? 200];

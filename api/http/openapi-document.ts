import type { ApiService } from './api-service.ts';
import { atVersion, type ByVersion } from './by-version.ts';
import { parameterOf, pathParameters } from './openapi-parameters.ts';
import { statusesOf } from './perform.ts';
import type { Action, Operation, ResponseBody, Route } from './route.ts';
import type { Schema } from './validator.ts';

type Node = Record<string, unknown>;

/**
 * The operations of one API as OpenAPI 3.1, from the same routes that serve them. Schemas are those of the newest microversion an
 * operation has; those of all microversions stand in `x-openstack-microversions`, each under the version that brought it.
 * @param publicUrl how clients reach the front.
 */
export function openApiDocument(service: ApiService, routes: readonly Route[], publicUrl: string): Node {
  const paths: Record<string, Node> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describe(service, route, path) };
  }
  const [base = ''] = service.bases;
  return {
    openapi: '3.1.0',
    info: {
      title: service.title,
      version: service.microversions === undefined ? '1' : versionText(service, newest(service)),
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: `${publicUrl}${service.prefix}${base}` }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'apiKey', in: 'header', name: 'X-Auth-Token' } },
      parameters: microversionParameter(service),
      responses: {
        fault: {
          description: 'A fault, in the format of this API.',
          content: json({ type: 'object', minProperties: 1 }),
        },
      },
    },
  };
}

const json = (schema: Schema): Node => ({ 'application/json': { schema } });
const newest = (service: ApiService): number => service.microversions?.newest ?? 1;
const versionText = (service: ApiService, minor: number | string): string =>
  `${service.microversions?.major ?? 1}.${minor}`;

function microversionParameter(service: ApiService): Node {
  const { microversions, name } = service;
  if (microversions === undefined) return {};
  const oldest = `${name} ${versionText(service, microversions.oldest)}`;
  return {
    microversion: {
      name: 'OpenStack-API-Version',
      in: 'header',
      description: `${oldest} to ${name} ${versionText(service, microversions.newest)}, or ${name} latest; ${oldest} when it is absent.`,
      schema: { type: 'string' },
    },
  };
}

function describe(service: ApiService, route: Route, path: string): Node {
  const body = bodyOf(service, route);
  const versioned = service.microversions !== undefined && !route.document;
  return {
    operationId: `${route.method.toLowerCase()}${path.replace(/[^A-Za-z0-9]+/g, '_')}`,
    summary: route.summary,
    tags: [path.split('/').find((part) => part !== '' && !/^v\d/.test(part)) ?? 'versions'],
    'x-openstack-policy': route.policy.rule,
    ...(route.document || route.token === 'none' ? { security: [] } : {}),
    ...versionsOf(service, route),
    parameters: [
      ...(versioned ? [{ $ref: '#/components/parameters/microversion' }] : []),
      ...pathParameters(path),
      ...queryOf(service, route),
    ],
    ...(body === undefined ? {} : { requestBody: body }),
    ...byMicroversion(service, 'x-openstack-microversions', route.body),
    responses: {
      ...responsesOf(service, route),
      default: { $ref: '#/components/responses/fault' },
    },
  };
}

const versionsOf = (service: ApiService, { since, until }: Pick<Operation, 'since' | 'until'>): Node => ({
  ...(since === undefined ? {} : { 'x-openstack-min-version': versionText(service, since) }),
  ...(until === undefined ? {} : { 'x-openstack-max-version': versionText(service, until) }),
});

/** The newest microversion that has it. */
const newestOf = (service: ApiService, { until }: Pick<Operation, 'until'>) => ({
  minor: Math.min(until ?? newest(service), newest(service)),
});

function bodyOf(service: ApiService, route: Route): Node | undefined {
  if (route.streams) return { required: true, content: { 'application/octet-stream': { schema: {} } } };
  const schema =
    route.actions === undefined
      ? route.body && atVersion(route.body, newestOf(service, route))
      : { oneOf: route.actions.map((action) => actionBody(service, action)) };
  if (schema === undefined) return undefined;
  const types = route.consumes ?? ['application/json'];
  return { required: true, content: Object.fromEntries(types.map((type) => [type, { schema }])) };
}

function actionBody(service: ApiService, action: Action): Schema {
  const schema = action.body && atVersion(action.body, newestOf(service, action));
  return {
    ...(schema ?? { type: 'object', required: [action.name], properties: { [action.name]: {} } }),
    title: action.name,
    description: action.summary,
    'x-openstack-policy': action.policy.rule,
    ...versionsOf(service, action),
    ...byMicroversion(service, 'x-openstack-microversions', action.body),
  };
}

function byMicroversion(service: ApiService, key: string, schemas: ByVersion<unknown> | undefined): Node {
  const entries = Object.entries(schemas ?? {}).filter(
    ([from]) => Number(from) >= (service.microversions?.oldest ?? 1),
  );
  return entries.length < 2
    ? {}
    : { [key]: Object.fromEntries(entries.map(([from, schema]) => [versionText(service, from), schema])) };
}

/** A parameter that may be given several times is a list here; in the URL it is repeated. */
function queryOf(service: ApiService, route: Route): Node[] {
  const schema = route.query && atVersion(route.query, newestOf(service, route));
  return Object.entries((schema?.properties ?? {}) as Record<string, Schema>).map(parameterOf);
}

function responsesOf(service: ApiService, route: Route): Node {
  const operations: readonly Operation[] = route.actions ?? [route];
  const found: Record<string, { description: string; schemas: Schema[]; versions: Node }> = {};
  for (const operation of operations) {
    const at = newestOf(service, operation);
    const content = atVersion(operation.response, at);
    for (const status of statusesOf(operation.status, at.minor)) {
      found[status] ??= { description: status < 400 ? 'Done.' : operation.summary, schemas: [], versions: {} };
      const entry = found[status];
      if (isSchema(content) && status !== 204) entry.schemas.push(content);
      entry.versions = byMicroversion(service, 'x-openstack-microversions', operation.response);
    }
  }
  return Object.fromEntries(
    Object.entries(found).map(([status, { description, schemas, versions }]) => {
      const [only] = schemas;
      const schema = schemas.length > 1 ? { anyOf: schemas } : only;
      return [status, { description, ...(schema === undefined ? {} : { content: json(schema) }), ...versions }];
    }),
  );
}

const isSchema = (content: ResponseBody | undefined): content is Schema => typeof content === 'object';

import type { DeclaredApi } from '../../api/apis.ts';
import { atVersion } from '../../api/http/by-version.ts';
import type { Action, Route } from '../../api/http/route.ts';
import type { Schema } from '../../api/http/validator.ts';
import type { Random } from '../simulation/kernel/random.ts';
import type { IdPool } from './id-pool.ts';
import { ODD_TEXTS, oddText, oddValue } from './odd-values.ts';
import { validValue } from './valid-value.ts';

/** What the property test sends at, one route or one action of a route. */
export interface Target {
  readonly api: DeclaredApi;
  readonly route: Route;
  readonly action: Action | null;
}

export interface OddRequest {
  readonly target: Target;
  readonly method: Route['method'];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** What was made odd. */
  readonly odd: string;
  /** The page size that a list was asked for, where it has pages at the requested version. */
  readonly limit: number | null;
}

/** Every route and action of every API: a new one is a target by being declared. */
export const targetsOf = (apis: readonly DeclaredApi[]): readonly Target[] =>
  apis.flatMap((api) =>
    api.routes.flatMap((route): Target[] => [
      { api, route, action: null },
      ...(route.actions ?? []).map((action) => ({ api, route, action })),
    ]),
  );

const PARTS = [
  'nothing',
  'path',
  'query',
  'unknown query',
  'header',
  'body',
  'body member',
  'unknown member',
  'raw body',
] as const;
type Part = (typeof PARTS)[number];

/** A request for a target with one part of it odd, and the rest as valid as the schemas tell. */
export function oddRequest(
  target: Target,
  tokens: readonly (string | null)[],
  random: Random,
  pool: IdPool,
): OddRequest {
  const { api, route, action } = target;
  const odd = random.chance(0.25) ? 'nothing' : random.pick(PARTS);
  const { oldest = 1, newest = 1 } = api.service.microversions ?? {};
  const from = Math.max(oldest, action?.since ?? route.since ?? oldest);
  const to = Math.min(newest, action?.until ?? route.until ?? newest);
  const minor = random.chance(0.9) ? from + random.below(Math.max(1, to - from + 1)) : oldest + random.below(newest);
  const base = route.document ? '' : baseOf(api, random);
  const path = pathFor(route, odd, random, pool);
  const query = queryFor(route, minor, odd, random, pool);
  const body = bodyFor(target, minor, odd, random, pool);
  const token = random.pick(tokens);
  const headers: Record<string, string> = {
    ...(token === null ? {} : { 'x-auth-token': token }),
    ...(api.service.microversions === undefined
      ? {}
      : { 'openstack-api-version': `${api.service.name} ${api.service.microversions.major}.${minor}` }),
    ...(body === undefined || random.chance(0.05) ? {} : { 'content-type': typeFor(route, random) }),
    ...(odd === 'header' ? oddHeader(random) : {}),
  };
  const search = query.toString();
  return {
    target,
    method: route.method,
    url: `${api.service.prefix}${base}${path}${search === '' ? '' : `?${search}`}`,
    headers,
    body,
    odd,
    limit:
      odd !== 'header' && knowsLimit(route, base === api.service.bases[0] ? minor : oldest) ? limitOf(query) : null,
  };
}

/** Mostly the first, which has all versions. */
const baseOf = ({ service }: DeclaredApi, random: Random): string =>
  (random.chance(0.9) ? service.bases[0] : random.pick(service.bases)) ?? '';

const typeFor = (route: Route, random: Random): string =>
  route.streams ? 'application/octet-stream' : random.pick(['application/json', ...(route.consumes ?? [])]);

const knowsLimit = (route: Route, minor: number): boolean =>
  Object.hasOwn(((route.query && atVersion(route.query, { minor }))?.properties ?? {}) as object, 'limit');

function limitOf(query: URLSearchParams): number | null {
  const limits = query.getAll('limit');
  const [limit] = limits;
  return limits.length === 1 && limit !== undefined && /^[1-9]\d{0,5}$/.test(limit) ? Number(limit) : null;
}

function pathFor(route: Route, odd: Part, random: Random, pool: IdPool): string {
  const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
  const wrong = odd === 'path' && names.length > 0 ? random.pick(names) : null;
  return route.path.replace(/:(\w+)/g, (_whole, name: string, offset: number) => {
    const collection =
      route.path
        .slice(0, offset)
        .split('/')
        .filter((part) => part !== '')
        .at(-1) ?? '';
    const value =
      name === wrong ? oddText(random) : (pool.pick(collection, random) ?? random.pick(ODD_TEXTS.slice(1, 8)));
    return encodeURIComponent(value.toWellFormed());
  });
}

function queryFor(route: Route, minor: number, odd: Part, random: Random, pool: IdPool): URLSearchParams {
  const query = new URLSearchParams();
  const schema = route.query && atVersion(route.query, { minor });
  const properties = Object.entries((schema?.properties ?? {}) as Readonly<Record<string, Schema>>);
  for (const [name, parameter] of properties) {
    if (!random.chance(odd === 'query' ? 0.2 : 0.08)) continue;
    const items = (parameter.items ?? {}) as Schema;
    query.append(name, String(validValue(items, random, (key) => pool.named(key, random), name)));
  }
  if (odd === 'query' && properties.length > 0) {
    const [name] = random.pick(properties);
    query.append(name, oddText(random).toWellFormed());
    if (random.chance(0.1)) query.append(name, oddText(random).toWellFormed());
  }
  if (odd === 'unknown query') query.append(oddText(random).toWellFormed() || 'bogus', oddText(random).toWellFormed());
  return query;
}

function bodyFor(
  { route, action }: Target,
  minor: number,
  odd: Part,
  random: Random,
  pool: IdPool,
): string | undefined {
  if (route.streams) return odd === 'nothing' ? 'bytes of an image' : oddText(random);
  const schemas = action?.body ?? route.body;
  const schema = schemas && atVersion(schemas, { minor });
  if (odd === 'raw body')
    return random.pick([
      '{',
      '"',
      '[[[[',
      '{"a":',
      '\u0000',
      '[]',
      'null',
      '1',
      '""',
      '[{}]',
      '['.repeat(50_000),
      '{"a":'.repeat(20_000),
    ]);
  if (odd === 'body') return JSON.stringify(oddValue(random));
  if (schema === undefined) {
    if (action !== null) return JSON.stringify({ [action.name]: odd === 'body member' ? oddValue(random) : null });
    return route.method === 'GET' || route.method === 'DELETE' ? undefined : JSON.stringify(oddValue(random));
  }
  const valid = validValue(schema, random, (key) => pool.named(key, random));
  if (odd === 'body member') return JSON.stringify(withOddMember(valid, random, false));
  if (odd === 'unknown member') return JSON.stringify(withOddMember(valid, random, true));
  return JSON.stringify(valid);
}

/** The value with one member somewhere in it replaced by an odd one, or with one under an odd key. */
function withOddMember(value: unknown, random: Random, unknownKey: boolean): unknown {
  if (typeof value !== 'object' || value === null) return oddValue(random);
  const keys = Object.keys(value);
  const key = keys.length === 0 ? undefined : random.pick(keys);
  const changed: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...value };
  if (unknownKey && !Array.isArray(changed) && (key === undefined || random.chance(0.4))) {
    return JSON.parse(
      `{${JSON.stringify(oddText(random))}:${JSON.stringify(oddValue(random))},${JSON.stringify(changed).slice(1)}`.replace(
        /,}$/,
        '}',
      ),
    );
  }
  if (key === undefined) return oddValue(random);
  const members = changed as Record<string, unknown>;
  const member = members[key];
  const deeper = typeof member === 'object' && member !== null && random.chance(0.85);
  members[key] = deeper ? withOddMember(member, random, unknownKey) : oddValue(random);
  return changed;
}

/** Visible characters and those of Latin-1; a client cannot send others in a header. */
const HEADER_TEXTS = ODD_TEXTS.filter((text) => /^[\x20-\x7e\xa0-\xff]*$/.test(text));
const HEADERS = [
  'openstack-api-version',
  'x-openstack-nova-api-version',
  'x-openstack-request-id',
  'idempotency-key',
  'content-type',
  'x-auth-token',
  'x-subject-token',
  'authorization',
  'range',
  'accept',
  'if-match',
  'x-forwarded-for',
] as const;

const oddHeader = (random: Random): Record<string, string> => ({ [random.pick(HEADERS)]: random.pick(HEADER_TEXTS) });

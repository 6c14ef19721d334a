import { NEWEST_MINOR } from '../../api/compute/microversions.ts';
import { atVersion } from '../../api/http/by-version.ts';
import type { Operation, Route } from '../../api/http/route.ts';
import type { Schema } from '../../api/http/validator.ts';
import { validValue } from '../fuzz/valid-value.ts';
import { Random } from '../simulation/kernel/random.ts';
import { operationOf } from './coverage.ts';
import type { NovaOperation } from './nova-operations.ts';
import type { Scenario } from './scenarios.ts';

/** Ids of what exists in the region, by the noun of a path. */
export type Existing = Readonly<Record<string, string>>;

/** A request that exercises an operation at a microversion which no scenario was recorded at. */
export interface Probe {
  readonly operation: NovaOperation;
  readonly minor: number;
  readonly path: string;
  readonly body: unknown;
}

/** Whether a route of ours answers for the operation at the microversion. */
export function isOffered(routes: readonly Route[], operation: NovaOperation, minor: number): boolean {
  const found = declaredFor(routes, operation);
  return found !== undefined && minor >= (found.since ?? 0) && minor <= (found.until ?? NEWEST_MINOR);
}

/** The body is one that was recorded for the operation, at the nearest microversion; without one, a value of our schema. */
export function probeOf(
  operation: NovaOperation,
  minor: number,
  path: string,
  given: {
    readonly existing: Existing;
    readonly routes: readonly Route[];
    readonly operations: readonly NovaOperation[];
    readonly scenarios: readonly Scenario[];
  },
): Probe {
  return { operation, minor, path, body: bodyFor(operation, minor, given) };
}

/** An id that nothing has. */
export const ABSENT = '00000000-0000-4000-8000-00000000dead';

/** What leads to one thing of a list, `{keypairs: [{keypair: {name}}]}` or `{metadata: {key}}`; undefined for an empty one. */
export function idIn(text: string): string | undefined {
  const [list] = Object.values((parsed(text) ?? {}) as Record<string, unknown>);
  if (Array.isArray(list)) return idOf(list[0]);
  return typeof list === 'object' && list !== null ? Object.keys(list)[0] : undefined;
}

function idOf(thing: unknown): string | undefined {
  if (typeof thing === 'string') return thing;
  if (typeof thing !== 'object' || thing === null) return undefined;
  const members = thing as Readonly<Record<string, unknown>>;
  const id = ['id', 'uuid', 'port_id', 'request_id', 'alias', 'name'].flatMap((name) => members[name] ?? [])[0];
  if (typeof id === 'string' || typeof id === 'number') return String(id);
  const [only] = Object.values(members);
  return typeof only === 'object' ? idOf(only) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function bodyFor(operation: NovaOperation, minor: number, given: Parameters<typeof probeOf>[3]): unknown {
  if (operation.method === 'GET' || operation.method === 'DELETE') return undefined;
  const recorded = given.scenarios
    .flatMap(({ steps }) => steps)
    .filter(
      (step) =>
        step.wait === undefined &&
        step.request !== null &&
        step.request !== undefined &&
        operationOf(given.operations, {
          method: step.method,
          path: step.path.split('?')[0] ?? '',
          action: Object.keys(step.request)[0] ?? null,
        }) === operation,
    )
    .sort((a, b) => distance(a.microversion, minor) - distance(b.microversion, minor))[0];
  if (recorded !== undefined) return recorded.request;
  const schema = declaredFor(given.routes, operation)?.body;
  const at = schema === undefined ? undefined : atVersion(schema, { minor });
  if (at === undefined) return operation.action === null ? undefined : { [operation.action]: null };
  return validValue(at as Schema, new Random(1), (name) => given.existing[name.replace(/(_id|_ref|Ref)$/, 's')]);
}

const distance = (version: string | null, minor: number): number =>
  Math.abs(Number((version ?? '2.1').split('.')[1]) - minor);

function declaredFor(routes: readonly Route[], { method, path, action }: NovaOperation): Operation | undefined {
  const shape = shapeOf(path);
  const found = routes.filter((route) => route.method === method && shapeOf(route.path) === shape);
  if (action === null) return found[0];
  return found.flatMap(({ actions = [] }) => actions).find(({ name }) => name === action);
}
const shapeOf = (path: string): string => path.replace(/\{[^}]+\}|:\w+/g, '*');

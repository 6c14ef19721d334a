import type { DeclaredApi } from '../../api/apis.ts';
import type { Operation } from '../../api/http/route.ts';
import { targetsOf } from './odd-request.ts';

/** How completely the routes and actions of one API are declared. */
interface RouteCounts {
  readonly api: string;
  readonly declared: number;
  readonly withPolicy: number;
  readonly withRequest: number;
  readonly withResponse: number;
  readonly fuzzed: number;
}

interface DeclaredOperation {
  /** `POST /servers/:id/action os-start` */
  readonly label: string;
  readonly operation: Operation;
  readonly streams: boolean;
}

/** Every route, and instead of a route with actions each of its actions. */
const operationsOf = ({ routes }: DeclaredApi): readonly DeclaredOperation[] =>
  routes.flatMap((route): DeclaredOperation[] => {
    const label = `${route.method} ${route.path}`;
    if (route.actions === undefined) return [{ label, operation: route, streams: route.streams === true }];
    return route.actions.map((action) => ({ label: `${label} ${action.name}`, operation: action, streams: false }));
  });

/** What a complete declaration has. A query schema describes a request without a body, a body schema one with a body. */
const PARTS = {
  policy: ({ operation }: DeclaredOperation): boolean => operation.policy !== undefined,
  request: ({ operation, streams }: DeclaredOperation): boolean =>
    streams || operation.query !== undefined || operation.body !== undefined,
  response: ({ operation }: DeclaredOperation): boolean => operation.response !== undefined,
} as const;

export function countRoutes(apis: readonly DeclaredApi[]): readonly RouteCounts[] {
  const targets = targetsOf(apis);
  return apis.map((api) => {
    const operations = operationsOf(api);
    const ofApi = targets.filter((target) => target.api === api);
    return {
      api: api.service.name,
      declared: operations.length,
      withPolicy: operations.filter(PARTS.policy).length,
      withRequest: operations.filter(PARTS.request).length,
      withResponse: operations.filter(PARTS.response).length,
      fuzzed: ofApi.filter(({ action, route }) => action !== null || route.actions === undefined).length,
    };
  });
}

/** A line for each route or action that lacks a part: `compute GET /flavors: no response`. */
export const missingParts = (apis: readonly DeclaredApi[]): readonly string[] =>
  apis.flatMap((api) =>
    operationsOf(api).flatMap((declared) => {
      const missing = Object.entries(PARTS).flatMap(([name, has]) => (has(declared) ? [] : [name]));
      return missing.length === 0 ? [] : [`${api.service.name} ${declared.label}: no ${missing.join(', ')}`];
    }),
  );

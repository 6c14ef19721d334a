import { statusesOf } from '../../../../api/http/perform.ts';
import type { Operation } from '../../../../api/http/route.ts';
import type { Caller } from '../../../../api/identity/caller.ts';
import type { PolicyTarget } from '../../../../api/policies/check.ts';
import type { Target } from '../../../fuzz/odd-request.ts';
import type { Persona } from './personas.ts';
import { EXCEPTIONS, type Owner, PARTS, ROWS, type Stock } from './rows.ts';

/** An id that nothing has. */
export const NOTHING = '11111111-2222-4333-8444-555555555555';

/** An id that nothing has, as the path wants ids to be. */
export const nothingOf = ({ route }: Target): string => (route.path.startsWith('/os-aggregates/') ? '999999' : NOTHING);

/** What a request of the matrix must get, and how it has to be made to change nothing if the caller may do it. */
type Expectation =
  /** One of these statuses. `real`: it names what exists. */
  | {
      readonly kind: 'status';
      readonly statuses: readonly number[];
      readonly real: boolean;
      readonly body: 'valid' | 'refused';
    }
  /** 404, or what else the same request gets that names nothing, in the same words. */
  | { readonly kind: 'hidden' };

const is = (...statuses: number[]): Expectation => ({ kind: 'status', statuses, real: true, body: 'valid' });

/** What the frame answers by itself: these need no handler's word. */
const UNAUTHENTICATED = is(401);
const REFUSED = is(403);

export const labelOf = ({ api, route, action }: Target): string =>
  `${api.service.name} ${route.method} ${route.path}${action === null ? '' : ` ${action.name}`}`;

export const operationOf = ({ route, action }: Target): Operation => action ?? route;

/** The version at which a target is asked: its newest. */
export function minorOf({ api, route, action }: Target): number {
  const { newest = 1 } = api.service.microversions ?? {};
  return Math.min(newest, (action ?? route).until ?? newest);
}

/** The key of the row of a target; undefined for a path without parameters. */
export function rowOf({ api, route }: Target): string | undefined {
  const at = route.path.indexOf('/:');
  return at === -1 ? undefined : `${api.service.name} ${route.path.slice(0, at)}`;
}

/** The owner of what a path names; undefined for a path without parameters. */
const ownerOf = (target: Target): Owner | undefined => ROWS[rowOf(target) ?? '']?.owner;

/** Of each parameter of the path, what exists; null where nothing does. */
export function valuesOf({ api, route }: Target, stock: Stock): readonly (string | null)[] {
  const segments = route.path.split('/');
  let known = 0;
  return segments.flatMap((segment, index) => {
    if (!segment.startsWith(':')) return [];
    known += 1;
    const part =
      known === 1
        ? ROWS[`${api.service.name} ${segments.slice(0, index).join('/')}`]?.stock
        : PARTS[segments[index - 1] ?? ''];
    if (part === undefined) return [null];
    return [typeof part === 'string' ? stock[part] : part.text];
  });
}

/**
 * What a persona must get, from the route and its rule alone.
 * @param refusable whether there is a body that the route's schema refuses.
 */
export function expectationOf(target: Target, persona: Persona, stock: Stock, refusable: boolean): Expectation {
  const { api, route } = target;
  const operation = operationOf(target);
  const open = route.token === 'none' || route.document === true;
  const { caller } = persona;
  if (caller === null && !open) return UNAUTHENTICATED;
  if (caller === null) return allowed(target, caller, stock, refusable);
  const { check } = operation.policy;
  if (!check.mayAllow(caller)) return REFUSED;
  const owner = ownerOf(target);
  const neverSucceeds = statusesOf(operation.status, minorOf(target)).every((status) => status >= 400);
  if (owner === 'project' && !neverSucceeds && !caller.isAdmin && caller.projectId !== stock.project)
    return { kind: 'hidden' };
  const { projectId, userId } = caller;
  const targets: Readonly<Record<Owner, PolicyTarget>> = {
    project: { projectId: stock.project },
    caller: { projectId, userId },
    'named project': { projectId: stock.project },
    'named user': { userId: stock.user },
    region: {},
  };
  if (!check.allows(caller, owner === undefined ? ownTarget(api.service.name, route.path, caller) : targets[owner])) {
    return REFUSED;
  }
  return allowed(target, caller, stock, refusable);
}

/** A token is its owner's. */
const ownTarget = (api: string, path: string, { userId }: { readonly userId: string }): PolicyTarget =>
  api === 'identity' && path === '/v3/auth/tokens' ? { userId } : {};

function allowed(target: Target, caller: Caller | null, stock: Stock, refusable: boolean): Expectation {
  const { route } = target;
  const operation = operationOf(target);
  const success = statusesOf(operation.status, minorOf(target));
  const exception = EXCEPTIONS[labelOf(target)];
  const values = valuesOf(target, stock);
  const exists = values.every((value) => value !== null);
  if (route.method === 'GET' && exception !== undefined) return is(...exception.statuses);
  if (route.method === 'GET') {
    return exists ? is(...success) : { kind: 'status', statuses: [404, ...gone(success)], real: true, body: 'valid' };
  }
  if (exception !== undefined) return { kind: 'status', statuses: exception.statuses, real: false, body: 'valid' };
  // What would change something is asked with a body that is refused, or about what does not exist.
  const owner = ownerOf(target);
  const named = owner === 'named project' || owner === 'named user';
  // Whoever is no admin passes for itself only.
  const real = named && caller?.isAdmin !== true;
  if (refusable) return { kind: 'status', statuses: [400], real, body: 'refused' };
  const always = values.length === 0 || named;
  return { kind: 'status', statuses: always ? [404, ...success] : [404, ...gone(success)], real, body: 'valid' };
}

/** Operations that never succeed declare what they answer with. */
const gone = (success: readonly number[]): readonly number[] => success.filter((status) => status >= 400);

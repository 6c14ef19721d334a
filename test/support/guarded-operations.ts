import type { DeclaredApi } from '../../api/apis.ts';
import type { ApiService } from '../../api/http/api-service.ts';

/** An operation of an API, and the rule that its route names. */
interface GuardedOperation {
  readonly api: ApiService['name'];
  readonly rule: string;
  /** `POST /servers/{id}/action os-start` */
  readonly operation: string;
}

/** Every route, and instead of a route with actions each of its actions. */
export const guardedOperations = ({ service: { name: api }, routes }: DeclaredApi): readonly GuardedOperation[] =>
  routes.flatMap((route) => {
    // Until 2.102, servers have a second path.
    const path = route.path.replace(/^\/os-volumes_boot/, '/servers');
    const operation = `${route.method} ${path.replace(/:(\w+)(\([^)]*\))?/g, '{$1}')}`;
    if (route.actions === undefined) return [{ api, rule: route.policy.rule, operation }];
    return route.actions.map(({ name, policy }) => ({ api, rule: policy.rule, operation: `${operation} ${name}` }));
  });

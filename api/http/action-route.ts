import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { admitTo } from './admit.ts';
import { always } from './by-version.ts';
import { perform } from './perform.ts';
import { policy } from './policy.ts';
import type { Action, ApiRequest, Route } from './route.ts';

interface ActionRouteOptions {
  /** Refuses an unknown action; the default answers 400. A noun that may be missing checks that first and answers 404. */
  readonly unknown?: (name: string, request: ApiRequest) => Promise<never> | never;
}

const ACTIONS = policy('actions');

const refuse = (name: string): never => {
  throw new VolvoxError('invalid', `There is no such action: ${name.slice(0, 100)}`);
};

/** The route that dispatches to actions. */
export function actionRoute(path: string, actions: readonly Action[], options: ActionRouteOptions = {}): Route {
  const { unknown = refuse } = options;
  const byName = new Map(actions.map((one) => [one.name, one]));
  return {
    method: 'POST',
    path,
    // Each action names its own policy and answer.
    policy: ACTIONS,
    response: always('empty'),
    summary: 'Performs an action. The only key of the body names it.',
    actions,
    handle: async (request) => {
      const keys =
        request.body !== null && typeof request.body === 'object' && !Array.isArray(request.body)
          ? Object.keys(request.body)
          : [];
      const [name] = keys;
      if (name === undefined || keys.length !== 1)
        throw new VolvoxError(
          'invalid',
          'Malformed request body: expected an object with one member, the name of the action.',
        );
      const chosen = byName.get(name);
      if (chosen === undefined) return unknown(name, request);
      admitTo(chosen, request.version, request.caller);
      return perform(chosen, request);
    },
  };
}

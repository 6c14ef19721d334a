import { always } from '../../../http/by-version.ts';
import type { Policy } from '../../../http/policy.ts';
import { type Action, action } from '../../../http/route.ts';
import { type ActDeps, act } from './act.ts';
import { looseBody } from './named-body.ts';

interface CellAction {
  readonly name: string;
  /** The name of the action in the cell (cell/conductor/actions). */
  readonly kind: string;
  readonly policy: Policy;
  readonly summary: string;
}

/** An action without parameters that the server's cell performs. */
export const cellAction =
  ({ name, kind, policy, summary }: CellAction) =>
  (deps: ActDeps): Action =>
    action({
      name,
      policy,
      authorizes: 'handler',
      status: 202,
      body: always(looseBody(name)),
      response: always('empty'),
      summary,
      handle: (request) => act(deps, request, policy, kind),
    });

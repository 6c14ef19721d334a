import { always } from '../../../http/by-version.ts';
import type { Policy } from '../../../http/policy.ts';
import { type Action, action } from '../../../http/route.ts';
import { type ActDeps, act } from './act.ts';
import { looseBody } from './named-body.ts';

export interface CellAction {
  readonly name: string;
  /** As the cell calls it (cell/conductor/actions). */
  readonly kind: string;
  readonly policy: Policy;
  readonly summary: string;
}

/** An action without parameters that the server's cell carries out. */
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

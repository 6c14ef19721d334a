import { changeServerGroups } from '#platform/directory/stores/server-security-groups.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../../deps.ts';
import { always } from '../../../http/by-version.ts';
import { object } from '../../../http/parameter-types.ts';
import { authorizeOwner, type Policy } from '../../../http/policy.ts';
import { type Action, action } from '../../../http/route.ts';
import { GROUPS_ADD, GROUPS_REMOVE } from '../../security-groups/policy.ts';
import { findInstance } from '../find-server.ts';
import { tellPorts } from '../tell-ports.ts';
import { namedBody } from './named-body.ts';

type Deps = Pick<ApiDeps, 'directory' | 'cells' | 'caches' | 'clock' | 'sightings'>;

export const addSecurityGroup = (deps: Deps): Action =>
  groupAction(deps, 'addSecurityGroup', 'add', GROUPS_ADD, 'Gives all ports of a server a security group.');

export const removeSecurityGroup = (deps: Deps): Action =>
  groupAction(
    deps,
    'removeSecurityGroup',
    'remove',
    GROUPS_REMOVE,
    'Takes a security group from all ports of a server.',
  );

function groupAction(deps: Deps, name: string, change: 'add' | 'remove', policy: Policy, summary: string): Action {
  const schema = object({ name: { type: 'string', minLength: 1, maxLength: 255 } }, ['name']);
  return action<Readonly<Record<string, { readonly name: string }>>>({
    name,
    policy,
    authorizes: 'handler',
    status: 202,
    body: always(namedBody(name, schema)),
    response: always('empty'),
    summary,
    handle: async (request) => {
      const uuid = request.params.id ?? '';
      const instance = authorizeOwner(policy, request.caller, await findInstance(deps, request, uuid));
      const group = request.body[name]?.name ?? '';
      const { told, groupId, hadGroup } = await deps.directory.transaction((tx) =>
        changeServerGroups(tx, { uuid, group, change }, deps.clock.now()),
      );
      const had = hadGroup || instance.securityGroups.some(({ id }) => id === groupId);
      if (change === 'remove' && !had) {
        throw new VolvoxError('not-found', `Security group ${group} not associated with the instance ${uuid}`);
      }
      await tellPorts(deps, request, told).catch(async (error: unknown) => {
        const isEffective = hadGroup === (change === 'remove');
        if (isVolvoxError(error, 'unsupported') && isEffective) await undo(deps, uuid, groupId, change);
        throw error;
      });
    },
  });
}

/** The cell will not do it, so the directory must not say that it is done. */
const undo = (deps: Deps, uuid: string, group: string, change: 'add' | 'remove') =>
  deps.directory.transaction((tx) =>
    changeServerGroups(tx, { uuid, group, change: change === 'add' ? 'remove' : 'add' }, deps.clock.now()),
  );

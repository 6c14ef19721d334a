import { getHomeWithBuild } from '#platform/directory/stores/homes/get-homes.ts';
import { changeServerGroups, type ServerGroups } from '#platform/directory/stores/server-security-groups.ts';
import { changedMeanwhile } from '#platform/errors/changed-meanwhile.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../../deps.ts';
import { always } from '../../../http/by-version.ts';
import { object } from '../../../http/parameter-types.ts';
import { authorizeOwner, type Policy } from '../../../http/policy.ts';
import { type Action, type ApiRequest, action } from '../../../http/route.ts';
import { GROUPS_ADD, GROUPS_REMOVE } from '../../security-groups/policy.ts';
import { actorOf } from '../actor.ts';
import { askHome, findInstance, sameServer } from '../find-server.ts';
import { namedBody } from './named-body.ts';

type Deps = Pick<ApiDeps, 'directory' | 'cells' | 'caches' | 'clock' | 'sightings'>;

/** How often the cell is told again because others have changed the groups meanwhile. */
const MAX_TRIES = 10;

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
      const { groups, groupId, hadGroup } = await deps.directory.transaction((tx) =>
        changeServerGroups(tx, { uuid, group, change }, deps.clock.now()),
      );
      const had = hadGroup || instance.securityGroups.some(({ id }) => id === groupId);
      if (change === 'remove' && !had) {
        throw new VolvoxError('not-found', `Security group ${group} not associated with the instance ${uuid}`);
      }
      await tellCell(deps, request, uuid, groups).catch(async (error: unknown) => {
        const isEffective = hadGroup === (change === 'remove');
        if (isVolvoxError(error, 'unsupported') && isEffective) await undo(deps, uuid, groupId, change);
        throw error;
      });
    },
  });
}

/**
 * Tells the server's cell which groups the directory has. If another request changes them meanwhile, it tells the cell the latest, so the cell
 * always ends with the groups of the directory. If this process dies first, the cell learns them from a repeated request.
 * @throws VolvoxError unavailable, deadline-exceeded, in which case the directory has the groups, and the cell does not know them; unsupported.
 */
async function tellCell(deps: Deps, request: ApiRequest, uuid: string, groups: ServerGroups): Promise<void> {
  const { requestId } = request;
  let told = groups;
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    const asked = { uuid, patch: { securityGroups: told }, actor: actorOf(request) };
    await askHome(deps, request, uuid, async (door, home, cell) =>
      sameServer(deps, cell, home, await door.updateInstance(asked, { requestId })),
    ).catch((error: unknown) => refuse(error, uuid));
    const latest = (await getHomeWithBuild(deps.directory.read, uuid))?.build.securityGroups ?? told;
    if (JSON.stringify(latest) === JSON.stringify(told)) return;
    told = latest;
  }
  throw changedMeanwhile(`The security groups of instance ${uuid}`, 'were');
}

/** The cell will not do it, so the directory must not say that it is done. */
const undo = (deps: Deps, uuid: string, group: string, change: 'add' | 'remove') =>
  deps.directory.transaction((tx) =>
    changeServerGroups(tx, { uuid, group, change: change === 'add' ? 'remove' : 'add' }, deps.clock.now()),
  );

function refuse(error: unknown, uuid: string): never {
  if (!isVolvoxError(error)) throw error;
  if (error.kind === 'unsupported') {
    throw new VolvoxError(
      'unsupported',
      `The cell of server ${uuid} is of an earlier release and does not change security groups. Repeat the request when it is upgraded.`,
      { cause: error },
    );
  }
  if (error.kind !== 'unavailable' && error.kind !== 'deadline-exceeded') throw error;
  throw new VolvoxError(
    error.kind,
    `The security groups of server ${uuid} are recorded, but its cell did not answer and may not know them. Repeat the request.`,
    { cause: error },
  );
}

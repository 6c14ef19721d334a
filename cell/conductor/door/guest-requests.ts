import type { Actor } from '#platform/contracts/actor.ts';
import type { computeContract } from '#platform/contracts/compute.ts';
import type { doorContract } from '#platform/contracts/door.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { GUEST_AGENT_MISSING } from '#platform/objects/guest-agent.ts';
import { loadedBuild } from '#platform/objects/user-data.ts';
import type { Client } from '#platform/rpc/client.ts';
import type { Handlers } from '#platform/rpc/server.ts';
import { type ActionRule, actionRule } from '#platform/states/action-rule.ts';
import { recordDone } from '../../database/stores/operation-log.ts';
import type { ConductorParts } from '../parts.ts';
import { agentFor } from './agent-for.ts';
import { checkState } from './check-state.ts';
import { liveInstance } from './instances.ts';

type GuestRequests = Pick<Handlers<typeof doorContract>, 'triggerCrashDump' | 'setAdminPassword'>;

/** nova/compute/api.py */
const CRASH_DUMP = actionRule(['active', 'paused', 'rescued', 'resized', 'error'], null);
const PASSWORD = actionRule(['active'], null);
/** Whose password it is, unless the image names another one, as for Nova's libvirt driver. */
const ADMINISTRATOR = 'root';

/**
 * Actions that a guest answers at once and that change nothing of what is desired of it. The state is checked, the guest's agent is asked, and
 * what succeeded is written into the action log. If the conductor dies in between, the action has happened, and its caller gets no answer.
 */
export const guestRequests = (parts: ConductorParts): GuestRequests => ({
  triggerCrashDump: (request, { signal }) =>
    ask(parts, { ...request, kind: 'trigger_crash_dump', rule: CRASH_DUMP }, (guestId, compute) =>
      compute.injectNmi({ guestId }, { signal }),
    ),
  setAdminPassword: ({ password, ...request }, { signal }) =>
    ask(parts, { ...request, kind: 'changePassword', rule: PASSWORD }, (guestId, compute, image) =>
      compute.setPassword({ guestId, user: administratorOf(image), password }, { signal }).catch((error: unknown) => {
        if (!isVolvoxError(error, 'conflict') || error.message === GUEST_AGENT_MISSING) throw error;
        throw new VolvoxError(
          'conflict',
          `Failed to set admin password on ${request.uuid} because error setting admin password: ${error.message}`,
          { cause: error },
        );
      }),
    ),
});

interface GuestRequest {
  readonly uuid: string;
  readonly operationId: string;
  readonly actor: Actor;
  /** Its name in the action log. */
  readonly kind: string;
  readonly rule: ActionRule;
}

type ImageProperties = Readonly<Record<string, string>>;
type Ask = (guestId: string, compute: Client<typeof computeContract>, image: ImageProperties) => Promise<unknown>;

async function ask(
  parts: ConductorParts,
  { uuid, operationId: id, actor, kind, rule }: GuestRequest,
  asked: Ask,
): Promise<Record<string, never>> {
  const { database, clock } = parts;
  const instance = await liveInstance(database.read, uuid);
  if (instance.lockedBy !== null && !actor.isAdmin) {
    throw new VolvoxError('conflict', `Instance ${uuid} is locked`, { details: { method: kind } });
  }
  checkState(instance, rule, kind);
  const { guestId, compute } = await agentFor(parts, instance);
  await asked(guestId, compute, loadedBuild(instance).image.properties);
  const { requestId, userId, projectId } = actor;
  const done = { id, kind, subject: uuid, params: {}, requestId, userId, projectId };
  await database.transaction((tx) => recordDone(tx, done, clock.now()));
  return {};
}

/** The image property of Nova's libvirt driver; for Windows another default. */
const administratorOf = ({ os_admin_user: user, os_type: system }: ImageProperties): string =>
  user ?? (system === 'windows' ? 'Administrator' : ADMINISTRATOR);

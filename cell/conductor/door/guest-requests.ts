import type { Actor } from '#platform/contracts/actor.ts';
import type { computeContract } from '#platform/contracts/compute.ts';
import type { doorContract } from '#platform/contracts/door.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { GUEST_AGENT_MISSING } from '#platform/objects/guest-agent.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { loadedBuild } from '#platform/objects/user-data.ts';
import type { Client } from '#platform/rpc/client.ts';
import type { Handlers } from '#platform/rpc/server.ts';
import { type ActionRule, actionRule } from '#platform/states/action-rule.ts';
import { lockedInstance } from '#platform/states/locked-instance.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { bringPassword } from '../../database/stores/guest-passwords.ts';
import { recordDone } from '../../database/stores/operation-log.ts';
import type { ConductorParts } from '../parts.ts';
import { agentFor } from './agent-for.ts';
import { checkState } from './check-state.ts';
import { liveInstance } from './instances.ts';
import { sealedFor } from './sealed-password.ts';

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
    ask(parts, { ...request, kind: 'trigger_crash_dump', rule: CRASH_DUMP }, async (guestId, compute) => {
      await compute.injectNmi({ guestId }, { signal });
      return null;
    }),
  setAdminPassword: ({ password, ...request }, { signal }) =>
    ask(parts, { ...request, kind: 'changePassword', rule: PASSWORD }, async (guestId, compute, { image, keyPair }) => {
      const user = administratorOf(image.properties);
      await compute.setPassword({ guestId, user, password }, { signal }).catch((error: unknown) => {
        if (!isVolvoxError(error, 'conflict') || error.message === GUEST_AGENT_MISSING) throw error;
        throw new VolvoxError(
          'conflict',
          `Failed to set admin password on ${request.uuid} because error setting admin password: ${error.message}`,
          { cause: error },
        );
      });
      if (keyPair === null) return null;
      const sealed = sealedFor(keyPair.publicKey, password);
      return sealed === null ? null : (tx) => bringPassword(tx, request.uuid, sealed);
    }),
});

interface GuestRequest {
  readonly uuid: string;
  readonly operationId: string;
  readonly actor: Actor;
  /** Its name in the action log. */
  readonly kind: string;
  readonly rule: ActionRule;
}

/** @returns what is written together with the action log. */
type Ask = (
  guestId: string,
  compute: Client<typeof computeContract>,
  build: Pick<InstanceBuild, 'image' | 'keyPair'>,
) => Promise<((tx: CellTx) => Promise<void>) | null>;

async function ask(
  parts: ConductorParts,
  { uuid, operationId: id, actor, kind, rule }: GuestRequest,
  asked: Ask,
): Promise<Record<string, never>> {
  const { database, clock } = parts;
  const instance = await liveInstance(database.read, uuid);
  if (instance.lockedBy !== null && !actor.isAdmin) throw lockedInstance(uuid, kind);
  checkState(instance, rule, kind);
  const { guestId, compute } = await agentFor(parts, instance);
  const write = await asked(guestId, compute, loadedBuild(instance));
  const { requestId, userId, projectId } = actor;
  const done = { id, kind, subject: uuid, params: {}, requestId, userId, projectId };
  await database.transaction(async (tx) => {
    await recordDone(tx, done, clock.now());
    await write?.(tx);
  });
  return {};
}

/** The image property of Nova's libvirt driver; for Windows another default. */
const administratorOf = ({ os_admin_user: user, os_type: system }: Readonly<Record<string, string>>): string =>
  user ?? (system === 'windows' ? 'Administrator' : ADMINISTRATOR);

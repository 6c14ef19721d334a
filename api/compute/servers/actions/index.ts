import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../../deps.ts';
import { actionRoute } from '../../../http/action-route.ts';
import type { Action, Route } from '../../../http/route.ts';
import { goneAction } from '../../gone/routes.ts';
import { findServer } from '../find-server.ts';
import { changePassword } from './change-password.ts';
import { confirmResize } from './confirm-resize.ts';
import { consoleActions } from './console-actions.ts';
import { evacuate } from './evacuate.ts';
import { addFixedIp, removeFixedIp } from './fixed-ips.ts';
import { addFloatingIp, removeFloatingIp } from './floating-ips.ts';
import { forceDelete } from './force-delete.ts';
import { createBackup } from './images/create-backup.ts';
import { createImage } from './images/create-image.ts';
import { injectNetworkInfo } from './inject-network-info.ts';
import { lock } from './lock.ts';
import { migrate } from './migrate.ts';
import { osGetConsoleOutput } from './os-get-console-output.ts';
import { osMigrateLive } from './os-migrate-live.ts';
import { osResetState } from './os-reset-state.ts';
import { osStart } from './os-start.ts';
import { osStop } from './os-stop.ts';
import { pause } from './pause.ts';
import { reboot } from './reboot.ts';
import { rebuild } from './rebuild/rebuild.ts';
import { rescue } from './rescue.ts';
import { resize } from './resize.ts';
import { restore } from './restore.ts';
import { resume } from './resume.ts';
import { revertResize } from './revert-resize.ts';
import { addSecurityGroup, removeSecurityGroup } from './security-groups.ts';
import { shelve } from './shelving/shelve.ts';
import { shelveOffload } from './shelving/shelve-offload.ts';
import { unshelve } from './shelving/unshelve.ts';
import { suspend } from './suspend.ts';
import { triggerCrashDump } from './trigger-crash-dump.ts';
import { unlock } from './unlock.ts';
import { unpause } from './unpause.ts';
import { unrescue } from './unrescue.ts';

/** One file each; the order is that of the OpenAPI document. */
const ACTIONS: readonly ((deps: ApiDeps) => Action)[] = [
  addFixedIp,
  addFloatingIp,
  addSecurityGroup,
  changePassword,
  confirmResize,
  evacuate,
  createBackup,
  createImage,
  forceDelete,
  injectNetworkInfo,
  lock,
  migrate,
  osGetConsoleOutput,
  osMigrateLive,
  osResetState,
  osStart,
  osStop,
  pause,
  reboot,
  rebuild,
  rescue,
  removeFixedIp,
  removeFloatingIp,
  removeSecurityGroup,
  resize,
  restore,
  resume,
  revertResize,
  shelve,
  shelveOffload,
  suspend,
  triggerCrashDump,
  unlock,
  unpause,
  unrescue,
  unshelve,
  ...consoleActions,
];

export const serverActions = (deps: ApiDeps): readonly Action[] => ACTIONS.map((make) => make(deps));

/** `POST /servers/{id}/action` */
export const serverActionRoute = (deps: ApiDeps): Route =>
  actionRouteOfServers(deps, '/servers/:id/action', [...serverActions(deps), goneAction('resetNetwork')]);

/** Of a server that is not there every action is 404, an unknown one too. */
export const actionRouteOfServers = (deps: ApiDeps, path: string, actions: readonly Action[]): Route =>
  actionRoute(path, actions, {
    unknown: async (name, request) => {
      await findServer(deps, request, request.params.id ?? '');
      throw new VolvoxError('invalid', `There is no such action: ${name.slice(0, 100)}`);
    },
  });

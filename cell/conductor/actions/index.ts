import { attachDisk } from './attach-disk.ts';
import { attachInterface } from './attach-interface.ts';
import { abortLiveMigration, forceCompleteLiveMigration } from './change-live-migration.ts';
import { confirmResize } from './confirm-resize.ts';
import { createBackup } from './create-backup.ts';
import { createImage } from './create-image.ts';
import { deleteInstance } from './delete.ts';
import { detachDisk } from './detach-disk.ts';
import { detachInterface } from './detach-interface.ts';
import { evacuate } from './evacuate.ts';
import { forceDelete } from './force-delete.ts';
import { liveMigrate } from './live-migrate.ts';
import { pause } from './pause.ts';
import { reboot } from './reboot.ts';
import { rebuild } from './rebuild.ts';
import { rescue } from './rescue.ts';
import { resetState } from './reset-state.ts';
import { resize } from './resize.ts';
import { restore } from './restore.ts';
import { resume } from './resume.ts';
import { revertResize } from './revert-resize.ts';
import type { AnyAction } from './server-action.ts';
import { shelve } from './shelve.ts';
import { shelveOffload } from './shelve-offload.ts';
import { softDelete } from './soft-delete.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';
import { suspend } from './suspend.ts';
import { unpause } from './unpause.ts';
import { unrescue } from './unrescue.ts';
import { unshelve } from './unshelve.ts';
import { withdrawPort } from './withdraw-port.ts';

/** Every action of a server that this cell offers. */
export const ACTIONS: readonly AnyAction[] = [
  abortLiveMigration,
  attachDisk,
  attachInterface,
  confirmResize,
  createBackup,
  createImage,
  deleteInstance,
  detachDisk,
  detachInterface,
  evacuate,
  forceCompleteLiveMigration,
  forceDelete,
  liveMigrate,
  pause,
  reboot,
  rebuild,
  rescue,
  resetState,
  resize,
  restore,
  resume,
  revertResize,
  shelve,
  shelveOffload,
  softDelete,
  start,
  stop,
  suspend,
  unpause,
  unrescue,
  unshelve,
  withdrawPort,
];

const BY_KIND: ReadonlyMap<string, AnyAction> = new Map(ACTIONS.map((action) => [action.kind, action]));

/** undefined: this cell does not offer the action. */
export const findAction = (kind: string): AnyAction | undefined => BY_KIND.get(kind);

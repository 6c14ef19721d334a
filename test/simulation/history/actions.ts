/** What a user can do with a server. */
export type Action =
  | 'wait'
  | 'stop'
  | 'start'
  | 'reboot'
  | 'pause'
  | 'unpause'
  | 'suspend'
  | 'resume'
  | 'resize'
  | 'confirm'
  | 'revert'
  | 'move'
  | 'rebuild'
  | 'rescue'
  | 'unrescue'
  | 'evacuate'
  | 'liveMigrate'
  | 'createImage'
  | 'createBackup'
  | 'shelve'
  | 'shelveOffload'
  | 'unshelve'
  | 'attach'
  | 'detach'
  | 'reset'
  | 'delete'
  | 'forceDelete'
  | 'restore';

/** What makes sense in a state, more or less; now and then anything is tried in any state. */
export const SENSIBLE: Readonly<Record<string, Partial<Record<Action, number>>>> = {
  active: {
    stop: 3,
    reboot: 1,
    pause: 1,
    suspend: 1,
    resize: 5,
    move: 6,
    evacuate: 3,
    rebuild: 2,
    rescue: 2,
    createImage: 2,
    createBackup: 1,
    shelve: 3,
    attach: 4,
    detach: 2,
    delete: 1,
  },
  stopped: {
    start: 4,
    resize: 3,
    move: 5,
    evacuate: 2,
    rebuild: 1,
    rescue: 1,
    createImage: 1,
    shelve: 2,
    attach: 2,
    detach: 1,
    delete: 1,
  },
  paused: { unpause: 4, liveMigrate: 2, attach: 1, detach: 1, reboot: 1, createImage: 1, shelve: 1, delete: 1 },
  suspended: { resume: 4, reboot: 1, createImage: 1, shelve: 1, delete: 1 },
  shelved: { unshelve: 4, shelveOffload: 2, delete: 1 },
  shelved_offloaded: { unshelve: 6, delete: 1 },
  resized: { confirm: 4, revert: 4, delete: 1 },
  rescued: { unrescue: 5, delete: 1 },
  error: { reboot: 1, stop: 1, evacuate: 1, rebuild: 1, rescue: 1, delete: 2 },
  'soft-delete': { restore: 5, forceDelete: 2, delete: 1 },
  building: { wait: 3, delete: 1 },
};
export const ANYTHING: Partial<Record<Action, number>> = {
  stop: 1,
  start: 1,
  reboot: 1,
  resize: 1,
  confirm: 1,
  revert: 1,
  move: 1,
  rebuild: 1,
  rescue: 1,
  unrescue: 1,
  evacuate: 1,
  liveMigrate: 1,
  createImage: 1,
  shelve: 1,
  shelveOffload: 1,
  unshelve: 1,
  attach: 1,
  detach: 1,
  reset: 2,
  delete: 1,
  forceDelete: 1,
  restore: 1,
};

/** The weights with what `focus` names done most of the time, where it makes sense at all. */
export function focused(
  weights: Partial<Record<Action, number>>,
  focus: Action | null,
): Partial<Record<Action, number>> {
  const weight = focus === null ? undefined : weights[focus];
  return focus === null || weight === undefined ? weights : { ...weights, [focus]: 8 * weight };
}

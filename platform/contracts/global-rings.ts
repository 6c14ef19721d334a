/** What processes of the global tier tell each other through the global Redis (platform/queue/remote-notifier.ts). */
export const GLOBAL_PROCESSES = 'global';

/** An api has changed something that super-conductors may have to bring further. */
export const CHANGES = 'changes';
/** Cells were added or changed in the directory. */
export const CELLS = 'cells';

/** How long a super-conductor looks as often as it can after it was told of changes, ms; and how often an api tells of them at most, which is less. */
export const ATTENTIVE_MS = 5_000;
export const TELL_EVERY_MS = 2_000;

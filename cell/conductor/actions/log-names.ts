import { ACTIONS } from './index.ts';
import type { LogNames } from './server-action.ts';

/** Entries of the action log that are no action of the door: builds and moves. */
const OTHERS: Readonly<Record<string, LogNames>> = {
  build: { action: 'create', events: { spawn: 'compute__do_build_and_run_instance' } },
  moveOut: { action: 'migrate' },
  moveIn: { action: 'migrate' },
};

const NAMES: ReadonlyMap<string, LogNames> = new Map([
  ...Object.entries(OTHERS),
  ...ACTIONS.map(({ kind, log }) => [kind, log] as const),
]);

export const actionName = (kind: string): string => NAMES.get(kind)?.action ?? kind;

/** Nova's name for the event of a step. */
export const eventName = (kind: string, step: string): string => NAMES.get(kind)?.events?.[step] ?? step;

import type { DrillPoint } from '#platform/operations/drill.ts';
import { CELL_OPERATIONS } from '../../cell/conductor/operations/index.ts';
import { attachInterface } from '../../super-conductor/operations/attach-interface.ts';
import { detachInterface } from '../../super-conductor/operations/detach-interface.ts';
import { moveServer } from '../../super-conductor/operations/move-server.ts';
import { routeBuild } from '../../super-conductor/operations/route-build.ts';

/** What is done to a server; a section of the table. */
const ACTIONS = [
  'build',
  'delete',
  'softDelete',
  'restore',
  'rebuild',
  'rescue',
  'unrescue',
  'createImage',
  'createBackup',
  'shelve',
  'unshelve',
  'attach',
  'detach',
  'resize',
  'confirm',
  'revert',
  'liveMigrate',
  'evacuate',
  'move',
] as const;
export type Action = (typeof ACTIONS)[number];

/** A part of the table: all its rows are paused at once. An engine carries out at most 64 operations at once, so there are two. */
export interface Wave {
  readonly name: string;
  readonly title: string;
  readonly actions: readonly Action[];
}

const MOVING: readonly Action[] = ['build', 'delete', 'resize', 'confirm', 'revert', 'move'];
export const WAVES: readonly Wave[] = [
  { name: 'moves', title: 'Simulated hosts: builds, deletes, resizes and moves', actions: MOVING },
  {
    name: 'others',
    title: 'Simulated hosts: the other actions',
    actions: ACTIONS.filter((action) => !MOVING.includes(action)),
  },
];
/** On hosts where each guest is a process. */
export const QEMU_WAVE: Wave = { name: 'qemu', title: 'QEMU hosts', actions: ['move'] };

/** A point at which an operation can be paused; see platform/operations/drill.ts. */
export type PausePoint = Pick<DrillPoint, 'kind' | 'step' | 'direction' | 'at'>;

/** A point at which an operation is paused when the fault strikes: a row of the table, with a server of its own. */
export interface TableRow extends PausePoint {
  readonly action: Action;
  readonly stepIndex: number;
  /** The state of the server before; in half of the rows it is stopped. */
  readonly power: 'running' | 'stopped';
  /** For a step that is undone: the point at which the operation is paused first, and turned back. */
  readonly turn: PausePoint | null;
}

/** The operations of each action. */
const KINDS: Readonly<Record<Action, readonly string[]>> = {
  build: ['route-build', 'build'],
  delete: ['delete'],
  softDelete: ['softDelete'],
  restore: ['restore'],
  rebuild: ['rebuild'],
  rescue: ['rescue'],
  unrescue: ['unrescue'],
  createImage: ['createImage'],
  createBackup: ['createBackup'],
  shelve: ['shelve'],
  unshelve: ['unshelve'],
  attach: ['attach-interface', 'attachInterface'],
  detach: ['detach-interface', 'detachInterface'],
  resize: ['resize'],
  confirm: ['confirmResize'],
  revert: ['revertResize'],
  liveMigrate: ['liveMigrate'],
  evacuate: ['evacuate'],
  move: ['move-server', 'moveOut', 'moveIn'],
};
/** A build ends with a running server, a delete with none; only a server that runs is migrated live, and a shelved one is off. */
const RUNNING_ONLY: readonly Action[] = ['build', 'delete', 'unshelve', 'liveMigrate'];
/** Actions that an operator may turn back; afterwards the server is as if nobody had asked. */
const TURNED_BACK: readonly Action[] = ['unshelve', 'attach', 'resize', 'liveMigrate', 'evacuate', 'move'];
/** The last point at which a move can be turned back: both cells have done their parts. */
const LAST_TURN: PausePoint = { kind: 'move-server', step: 'hand-over', direction: 'do', at: 'before' };

interface KnownStep {
  readonly name: string;
  readonly undo: unknown;
  readonly pointOfNoReturn?: true;
}
interface Known {
  readonly kind: string;
  readonly steps: readonly KnownStep[];
}
const DEFINITIONS: readonly Known[] = [routeBuild, moveServer, attachInterface, detachInterface, ...CELL_OPERATIONS];

/** Every step of every operation of the definitions: before it is done (undone), and after it is done but before its outcome is written. */
export function tableRows(): readonly TableRow[] {
  return ACTIONS.flatMap((action) =>
    KINDS[action].flatMap((kind) => {
      const definition = DEFINITIONS.find((one) => one.kind === kind);
      if (definition === undefined) throw new Error(`no operation ${kind}`);
      return [
        ...stepsDone(action, definition),
        ...(TURNED_BACK.includes(action) ? stepsUndone(action, definition) : []),
      ];
    }),
  );
}

const stepsDone = (action: Action, { kind, steps }: Known): TableRow[] =>
  steps.flatMap(({ name }, stepIndex) =>
    bothSides({ action, kind, step: name, stepIndex, direction: 'do', turn: null }),
  );

/** Of the steps from which there is a way back, those that have something to undo. */
function stepsUndone(action: Action, { kind, steps }: Known): TableRow[] {
  const noReturn = steps.findIndex(({ pointOfNoReturn }) => pointOfNoReturn === true);
  return steps.slice(0, noReturn < 0 ? steps.length : noReturn).flatMap(({ name, undo }, stepIndex) => {
    const next = steps[stepIndex + 1];
    if (typeof undo !== 'function' || next === undefined) return [];
    const before: PausePoint = { kind, step: next.name, direction: 'do', at: 'before' };
    const turn = kind === 'moveOut' || kind === 'moveIn' ? LAST_TURN : before;
    return bothSides({ action, kind, step: name, stepIndex, direction: 'undo', turn });
  });
}

const bothSides = (row: Omit<TableRow, 'at' | 'power'>): TableRow[] =>
  (['before', 'after'] as const).map((at) => ({
    ...row,
    at,
    power: at === 'after' && !RUNNING_ONLY.includes(row.action) ? 'stopped' : 'running',
  }));

import type { DrillPlace } from '#platform/operations/drill.ts';
import { CELL_OPERATIONS } from '../../cell/conductor/operations/index.ts';
import { routeBuild } from '../../super-conductor/operations/route-build.ts';

/** What is done to a server; a section of the table. */
export const ACTIONS = ['build', 'delete', 'resize', 'confirm', 'revert'] as const;
export type Action = (typeof ACTIONS)[number];

/** A moment of an operation in which it is held when the fault strikes: a row of the table, with a server of its own. */
export interface TableRow {
  readonly action: Action;
  readonly kind: string;
  readonly step: string;
  readonly stepIndex: number;
  readonly at: DrillPlace['at'];
  /** What the server is before; half of the rows begin with one that is stopped. */
  readonly power: 'running' | 'stopped';
}

/** The operations of each action, in the order in which they come. */
const KINDS: Readonly<Record<Action, readonly string[]>> = {
  build: ['route-build', 'build'],
  delete: ['delete'],
  resize: ['resize'],
  confirm: ['confirmResize'],
  revert: ['revertResize'],
};
/** Nothing but a running server comes out of these, or the server goes. */
const RUNNING_ONLY: readonly Action[] = ['build', 'delete'];

/** Every step of every operation, before it is done and after it is done but not yet written: as the definitions have them. */
export function tableRows(): readonly TableRow[] {
  const definitions = [routeBuild, ...CELL_OPERATIONS];
  return ACTIONS.flatMap((action) =>
    KINDS[action].flatMap((kind) => {
      const steps = definitions.find((definition) => definition.kind === kind)?.steps;
      if (steps === undefined) throw new Error(`no operation ${kind}`);
      return steps.flatMap(({ name: step }, stepIndex) =>
        (['before', 'after'] as const).map((at) => ({ action, kind, step, stepIndex, at, power: powerOf(action, at) })),
      );
    }),
  );
}

const powerOf = (action: Action, at: DrillPlace['at']): TableRow['power'] =>
  at === 'after' && !RUNNING_ONLY.includes(action) ? 'stopped' : 'running';

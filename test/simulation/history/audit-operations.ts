import type { OperationStep } from '#platform/objects/operation.ts';
import type { SqlServer } from '../store/sql-server.ts';

/** The history of each operation keeps the laws: forward one step after the other, then, if it goes back, backwards only. */
export function auditOperations(sql: SqlServer): string[] {
  const wrong: string[] = [];
  const rows = sql.look<{ id: string; kind: string; state: string; history: string }>(
    'SELECT id, kind, state, history FROM operations',
  );
  for (const { id, kind, state, history } of rows) {
    const steps = JSON.parse(history) as OperationStep[];
    const names = steps
      .filter(({ outcome, direction }) => outcome === 'done' && direction === 'do')
      .map(({ name }) => name);
    if (new Set(names).size !== names.length) wrong.push(`${kind} ${id}: a step is done twice: ${names.join(', ')}`);
    const turn = steps.findIndex(({ direction }) => direction === 'undo');
    if (turn >= 0 && steps.slice(turn).some(({ direction }) => direction === 'do'))
      wrong.push(`${kind} ${id}: goes forward again after it went back`);
    if (state === 'done' && turn >= 0) wrong.push(`${kind} ${id}: is done, and has undone a step`);
  }
  return wrong;
}

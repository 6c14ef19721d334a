import { describe, expect, it } from 'vitest';
import type { OperationStep, OperationView } from '#platform/objects/operation.ts';
import { duration, timeline } from '../../../deploy/cli/operation-timeline.ts';
import { anOperation, aStep as anyStep } from '../../support/an-operation.ts';

const AT = Date.parse('2030-01-01T00:00:00.000Z');
const at = (ms: number): string => new Date(AT + ms).toISOString();

const aStep = (rest: Partial<OperationStep>): OperationStep => anyStep({ finishedAt: at(12), ...rest });

const linesOf = (operation: OperationView, ms: number): string[] =>
  timeline(operation, AT + ms)
    .trimEnd()
    .split('\n');

describe('the timeline of an operation', () => {
  it('has a line for each entry, aligned, and names what the operation waits for', () => {
    const steps = [
      aStep({}),
      aStep({
        seq: 2,
        name: 'start-target',
        startedAt: at(12),
        finishedAt: at(1_512),
        outcome: 'failed',
        message: 'disk full',
      }),
      aStep({
        seq: 3,
        name: 'start-target',
        attempt: 2,
        startedAt: at(2_000),
        finishedAt: null,
        outcome: null,
        message: 'the host',
      }),
    ];
    expect(linesOf(anOperation({ steps, attempt: 2 }), 12_000)).toEqual([
      'resize of a-server, accepted 2030-01-01T00:00:00.000Z',
      'START    TOOK    STEP          WAY  TRY  OUTCOME  WORKER  MESSAGE',
      '+0 ms    12 ms   stop-source   do   1    done     w-1',
      '+12 ms   1.50 s  start-target  do   1    failed   w-1     disk full',
      '+2.00 s  10.0 s  start-target  do   2    waiting  w-1     for the host',
      'running: at start-target, waiting for the host; 48.0 s left',
    ]);
  });

  it('shows the point of no return, an operator, what is late, and how it ended', () => {
    const steps = [
      aStep({ pointOfNoReturn: true }),
      aStep({ seq: 2, outcome: 'resolved', message: 'resolved forward by ann', worker: 'operator' }),
    ];
    const late = anOperation({ steps, state: 'stranded', overdue: true, message: 'no answer', attempt: 7 });
    expect(linesOf(late, 61_500).slice(2)).toEqual([
      '+0 ms  12 ms  stop-source  do   1    done      w-1       point of no return: only forward from here',
      '+0 ms  12 ms  stop-source  do   1    resolved  operator  resolved forward by ann',
      'stranded: at start-target, try 7; late by 1.50 s; no answer',
    ]);
    const undone = anOperation({ state: 'undone', finishedAt: at(900), message: 'disk full' });
    expect(linesOf(undone, 5_000).at(-1)).toBe('undone after 900 ms: disk full');
    expect(linesOf(anOperation({ state: 'undoing', message: 'disk full' }), 0).at(-1)).toBe(
      'going back: undoing start-target, try 1; 60.0 s left; disk full',
    );
  });

  it('tells times in ms and s', () => {
    expect([0, 999, 1_000, 9_994, 10_000, 75_049].map(duration)).toEqual([
      '0 ms',
      '999 ms',
      '1.00 s',
      '9.99 s',
      '10.0 s',
      '75.0 s',
    ]);
  });
});

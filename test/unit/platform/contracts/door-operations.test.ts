import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { convert } from '#platform/contracts/contract.ts';
import { doorContract } from '#platform/contracts/door.ts';
import type { OperationStep } from '#platform/objects/operation.ts';
import { anOperation, aStep } from '../../../support/an-operation.ts';

const AT = '2030-01-01T00:00:00.000Z';
const LATER = '2030-01-01T01:00:00.000Z';

const step = (rest: Partial<OperationStep>): OperationStep => aStep({ name: 'settle', worker: 'w', ...rest });

const operation = anOperation({
  id: randomUUID(),
  kind: 'stop',
  subject: randomUUID(),
  step: 'settle',
  updatedAt: LATER,
  deadlineAt: AT,
  overdue: true,
  steps: [
    step({ pointOfNoReturn: true, host: 'h1' }),
    step({ seq: 2, outcome: 'resolved', message: 'resolved forward by ann' }),
  ],
});
const { listOperations, getOperation } = doorContract.calls;

describe('operations between doors of versions 1 and 2', () => {
  it('are shown to an older peer in its own words', () => {
    const { overdue: _, ...old } = operation;
    const steps = [step({}), step({ seq: 2, message: 'resolved forward by ann' })];
    expect(convert(getOperation, 'response', operation, 2, 1)).toEqual({ ...old, steps });
    expect(convert(listOperations, 'response', { operations: [operation] }, 2, 1)).toEqual({
      operations: [{ ...old, steps }],
    });
    expect(convert(listOperations, 'request', { overdue: true, limit: 5 }, 2, 1)).toEqual({ limit: 5 });
    expect(convert(listOperations, 'request', { limit: 5 }, 1, 2)).toEqual({ limit: 5 });
  });

  it('of an older peer are as late as they were when they were last written', () => {
    const { overdue: _, ...late } = operation;
    expect(convert(getOperation, 'response', late, 1, 2)).toMatchObject({ overdue: true });
    const inTime = { ...late, deadlineAt: '2031-01-01T00:00:00.000Z' };
    const ended = { ...late, state: 'done', finishedAt: LATER };
    expect(convert(listOperations, 'response', { operations: [inTime, ended] }, 1, 2)).toMatchObject({
      operations: [{ overdue: false }, { overdue: false }],
    });
  });
});

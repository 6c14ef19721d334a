import type { Move } from '../../../deploy/client/views.ts';

/** A move that transfers a disk from cell-1 to cell-2. */
export const aMove = (rest: Partial<Move> = {}): Move => ({
  id: '99999999-9999-4999-8999-999999999999',
  server: '11111111-1111-4111-8111-111111111111',
  serverName: 'web',
  from: { cell: 'cell-1', cellId: 'cell-1' },
  to: { cell: 'cell-2', cellId: 'cell-2', host: null },
  state: 'running',
  step: 'copy',
  progress: 45,
  bytes: 1_234_567_890,
  bytesPerSecond: 180_000_000,
  message: null,
  createdAt: '2026-11-22T10:00:00.000Z',
  finishedAt: null,
  downtimeMs: null,
  steps: [],
  host: null,
  requestId: 'req-1',
  ...rest,
});

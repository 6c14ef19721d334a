import { describe, expect, it } from 'vitest';
import { type ErrorKind, VolvoxError } from '#platform/errors/volvox-error.ts';
import { askCells } from '../../../../api/cross-cell/ask-cells.ts';
import type { CellDoor } from '../../../../api/cross-cell/cell-doors.ts';
import { inOneCell } from '../../../../api/cross-cell/in-one-cell.ts';

const named = (name: string) => ({ id: name, name }) as CellDoor;
const honest = named('honest');
const liar = named('liar');
const failing = (kind: ErrorKind) => async (cell: CellDoor) => {
  if (cell === liar) throw new VolvoxError(kind, 'no');
  return cell.name;
};

const reader = { requestId: 'req-1', signal: new AbortController().signal };

describe('a question to all cells', () => {
  it.each(['internal', 'forbidden', 'not-found', 'conflict', 'unsupported', 'invalid', 'unavailable'] as const)(
    'goes on without the cell that says %s while another answers',
    async (kind) => {
      const { answers, silent } = await askCells([liar, honest], reader, failing(kind));
      expect([answers, silent]).toEqual([[{ cell: honest, answer: 'honest' }], [liar]]);
    },
  );

  it('is refused as wrong when no cell takes it', async () => {
    await expect(askCells([liar], reader, failing('invalid'))).rejects.toMatchObject({ kind: 'invalid' });
    expect((await askCells([liar], reader, failing('internal'))).silent).toEqual([liar]);
  });

  it('fails by what is a fault of this process', async () => {
    const wrong = async () => {
      throw new TypeError('ours');
    };
    await expect(askCells([honest], reader, wrong)).rejects.toThrow('ours');
  });
});

describe('what several cells show', () => {
  it('is taken from nobody', () => {
    expect(inOneCell([{ cell: honest }, { cell: honest }], 'Host h')).toEqual({ cell: honest });
    expect(inOneCell([], 'Host h')).toBeUndefined();
    expect(() => inOneCell([{ cell: liar }, { cell: honest }], 'Host h')).toThrow(
      'Host h is shown by several cells: honest, liar.',
    );
  });
});

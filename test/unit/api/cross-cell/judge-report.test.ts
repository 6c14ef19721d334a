import { describe, expect, it } from 'vitest';
import type { Home } from '#platform/directory/stores/homes/home.ts';
import { judgeReport } from '../../../../api/cross-cell/judge-report.ts';

const [EAST, WEST, LIAR] = ['east', 'west', 'liar'];
const UUID = '11111111-1111-4111-8111-111111111111';

const aHome = (rest: Partial<Home> = {}): Home => ({
  ...{
    uuid: UUID,
    projectId: 'p',
    userId: 'u',
    name: 'n',
    state: 'placed',
    cellId: EAST,
    placingCellId: null,
    epoch: 4,
  },
  ...{ moving: null, deleteRequested: false, fault: null, vcpus: 1, ramMb: 1, createdAt: '', updatedAt: '' },
  deletedAt: null,
  ...rest,
});
const shown = (rest: object = {}) => ({ uuid: UUID, epoch: 4, projectId: 'p', vmState: 'active' as const, ...rest });
const moving = (cellId: string | null, epoch: number | null) => ({ operationId: 'o', cellId, epoch });

describe('what a cell shows, against the directory', () => {
  it.each([
    ['its own server', EAST, shown(), aHome(), 'agrees'],
    ["another cell's server at a higher epoch", LIAR, shown({ epoch: 9 }), aHome(), 'contradicts'],
    ["another cell's server at its epoch", LIAR, shown(), aHome(), 'contradicts'],
    ["another cell's server at an older epoch", LIAR, shown({ epoch: 3 }), aHome(), 'outdated'],
    ['its own server at a higher epoch', EAST, shown({ epoch: 5 }), aHome(), 'contradicts'],
    ["its own server as another project's", EAST, shown({ projectId: 'q' }), aHome(), 'contradicts'],
    ['a server that nobody knows', LIAR, shown(), undefined, 'contradicts'],
    ['a deleted server that the directory has forgotten', EAST, shown({ vmState: 'deleted' }), undefined, 'outdated'],
    [
      'a build that is being placed there',
      EAST,
      shown(),
      aHome({ state: 'accepted', cellId: null, placingCellId: EAST }),
      'agrees',
    ],
    [
      'a build that is being placed elsewhere',
      LIAR,
      shown(),
      aHome({ state: 'accepted', cellId: null, placingCellId: EAST }),
      'contradicts',
    ],
    ['a build that is placed anew', EAST, shown({ epoch: 3 }), aHome({ state: 'accepted', cellId: null }), 'outdated'],
    ['what moves to it, before the hand-over', WEST, shown({ epoch: 5 }), aHome({ moving: moving(WEST, 5) }), 'agrees'],
    ['what moves elsewhere', LIAR, shown({ epoch: 5 }), aHome({ moving: moving(WEST, 5) }), 'contradicts'],
    ['what moves away, before the hand-over', EAST, shown(), aHome({ moving: moving(WEST, 5) }), 'agrees'],
    [
      'what moved away, until the move ends',
      EAST,
      shown(),
      aHome({ cellId: WEST, epoch: 5, moving: moving(WEST, 5) }),
      'agrees',
    ],
    [
      'what moved to it',
      WEST,
      shown({ epoch: 5 }),
      aHome({ cellId: WEST, epoch: 5, moving: moving(WEST, 5) }),
      'agrees',
    ],
    ['what moved away, after the move', EAST, shown(), aHome({ cellId: WEST, epoch: 5 }), 'outdated'],
    [
      'a server that was deleted while it was placed',
      EAST,
      shown({ vmState: 'deleted' }),
      aHome({ state: 'deleted', cellId: null }),
      'agrees',
    ],
  ])('%s', (_what, cell, instance, home, verdict) => {
    expect(judgeReport(cell ?? '', instance, home)).toBe(verdict);
  });
});

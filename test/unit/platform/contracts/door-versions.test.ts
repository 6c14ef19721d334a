import { describe, expect, it } from 'vitest';
import { askedName, convert } from '#platform/contracts/contract.ts';
import { doorContract, type Notice } from '#platform/contracts/door.ts';

const aNotice = (kind: Notice['kind']): Notice => ({
  id: '00000000-0000-4000-8000-000000000001',
  kind,
  instanceUuid: '00000000-0000-4000-8000-000000000002',
  epoch: 1,
  fault: null,
  createdAt: '2026-01-01T00:00:00.000Z',
});

describe('the door and peers one release older', () => {
  it('keeps from a reader of version 1 what that cannot read, and nothing else', () => {
    const notices = [aNotice('homes-asked'), aNotice('instance-deleted')];
    const { watchNotices } = doorContract.calls;
    expect(convert(watchNotices, 'response', { notices }, 2, 1)).toEqual({ notices: [notices[1]] });
    expect(convert(watchNotices, 'response', { notices: [notices[1]] }, 1, 2)).toEqual({ notices: [notices[1]] });
  });

  it('still speaks the version before its own', () => {
    expect(doorContract.oldest).toBeLessThan(doorContract.version);
  });

  it('offers no call of this version to a peer of the one before', () => {
    const { moveOut, moveIn, beginMoveIn, estimateMove, resolveOperation, quarantine } = doorContract.calls;
    for (const call of [moveOut, moveIn, beginMoveIn, estimateMove, resolveOperation, quarantine])
      expect(call.since).toBe(2);
  });

  it('asks a peer of version 2 for the actions that it knows, and refuses others before they are sent', () => {
    const { act } = doorContract.calls;
    const request = { uuid: 'u', operationId: 'o', kind: 'resize', params: { hostId: 'h', diskConfig: 'AUTO' } };
    expect(convert(act, 'request', request, 3, 2)).toEqual({ ...request, params: { hostId: 'h' } });
    expect(convert(act, 'request', request, 2, 3)).toEqual(request);
    expect(() => convert(act, 'request', { ...request, kind: 'os-newer' }, 3, 2)).toThrowError(
      expect.objectContaining({ kind: 'unsupported', details: { action: 'os-newer' } }),
    );
  });

  it('keeps from a peer of version 2 which version of the instance was read', () => {
    const { updateInstance } = doorContract.calls;
    const request = { uuid: 'u', patch: { tags: ['a'] }, actor: 'me' };
    expect(convert(updateInstance, 'request', { ...request, ifVersion: 4 }, 3, 2)).toEqual(request);
  });

  it('refuses to change security groups through a peer of version 8, and nothing else', () => {
    const { updateInstance } = doorContract.calls;
    const request = { uuid: 'u', patch: { tags: ['a'] }, actor: 'me' };
    expect(convert(updateInstance, 'request', request, 9, 8)).toEqual(request);
    const groups = { ...request, patch: { securityGroups: [] } };
    expect(convert(updateInstance, 'request', groups, 9, 9)).toEqual(groups);
    expect(() => convert(updateInstance, 'request', groups, 9, 8)).toThrowError(
      expect.objectContaining({ kind: 'unsupported' }),
    );
  });

  it('asks a peer of version 3 under the names that it knows', () => {
    const { createInstances, moveOut, listPresent, quarantine, listQuarantined, removeQuarantined } =
      doorContract.calls;
    expect(convert(createInstances, 'request', { requests: [1], actor: 'me' }, 4, 3)).toEqual({
      orders: [1],
      actor: 'me',
    });
    expect(convert(createInstances, 'request', { orders: [1], actor: 'me' }, 1, 4)).toEqual({
      requests: [1],
      actor: 'me',
    });
    expect(convert(moveOut, 'request', { keepQuarantined: true }, 4, 2)).toEqual({ keepAside: true });
    expect(convert(moveOut, 'request', { phase: 'release' }, 4, 3)).toEqual({ phase: 'release' });
    const renamed = { listPresent, quarantine, listQuarantined, removeQuarantined };
    const names = Object.entries(renamed).map(([name, one]) => askedName(doorContract, name, one));
    expect(names).toEqual(['listHeld', 'setAside', 'listAside', 'forgetAside']);
  });

  it('asks a peer of any version that was not renamed under its name', () => {
    expect(askedName(doorContract, 'moveIn', doorContract.calls.moveIn)).toBe('moveIn');
  });
});

import { describe, expect, it } from 'vitest';
import { agentContract } from '#platform/contracts/agent.ts';
import { askedName, convert } from '#platform/contracts/contract.ts';
import { doorContract } from '#platform/contracts/door.ts';
import { schedulerContract } from '#platform/contracts/scheduler.ts';

describe('peers one release older', () => {
  it('of the scheduler read the candidates of a decision as its places', () => {
    const { schedule } = schedulerContract.calls;
    const decisions = [{ instanceUuid: 'u', candidates: [{ hostId: 'h' }] }];
    const before = [{ instanceUuid: 'u', places: [{ hostId: 'h' }] }];
    expect(convert(schedule, 'response', { decisions }, 2, 1)).toEqual({ decisions: before });
    expect(convert(schedule, 'response', { decisions: before }, 1, 2)).toEqual({ decisions });
  });

  it('of the agent contract are asked under the names that they know', () => {
    const { desiredGuests, desiredBindings } = agentContract.calls;
    expect(askedName(agentContract, 'desiredGuests', desiredGuests)).toBe('wantedGuests');
    expect(askedName(agentContract, 'desiredBindings', desiredBindings)).toBe('wantedBindings');
  });

  it('of the door are told of no task state that they do not know', () => {
    const { getInstance, listInstances } = doorContract.calls;
    const [rebuilding, pausing] = [{ taskState: 'rebuilding' }, { taskState: 'pausing' }];
    expect(convert(getInstance, 'response', rebuilding, 9, 8)).toEqual({ taskState: null });
    expect(convert(listInstances, 'response', { instances: [rebuilding, pausing] }, 9, 8)).toEqual({
      instances: [{ taskState: null }, pausing],
    });
    expect(convert(getInstance, 'response', pausing, 8, 9)).toEqual(pausing);
  });

  it('of the agent contract are not told of the parts of a guest', () => {
    const { desiredGuests, reportGuests } = agentContract.calls;
    const parts = { boot: { from: 'disk' } };
    expect(convert(desiredGuests, 'response', { guests: [{ guestId: 'g', parts }] }, 7, 6)).toEqual({
      guests: [{ guestId: 'g' }],
    });
    expect(convert(reportGuests, 'request', { guests: [{ guestId: 'g' }] }, 6, 7)).toEqual({
      guests: [{ guestId: 'g' }],
    });
  });
});

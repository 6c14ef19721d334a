import { describe, expect, it } from 'vitest';
import { agentContract } from '#platform/contracts/agent.ts';
import { askedName, convert } from '#platform/contracts/contract.ts';
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
});

import { describe, expect, it } from 'vitest';
import { agentContract } from '#platform/contracts/agent.ts';
import { convert } from '#platform/contracts/contract.ts';
import { doorContract } from '#platform/contracts/door.ts';

const { announce, reportGuests, reportBindings } = agentContract.calls;
const { listHosts, watchHosts } = doorContract.calls;
const down = (call: Parameters<typeof convert>[0], side: 'request' | 'response', value: unknown, from: number) =>
  convert(call, side, value, from, from - 1);
const error = { message: 'no', details: null, permanent: true };

describe('a peer of the release before', () => {
  it('is told of hosts without their problems', () => {
    const hosts = [{ name: 'a', problem: 'no tap' }, { name: 'b' }];
    const told = { agentId: 'x', hosts: [{ name: 'a' }, { name: 'b' }] };
    expect(down(announce, 'request', { agentId: 'x', hosts }, 3)).toEqual(told);
    expect(convert(announce, 'request', told, 2, 3)).toEqual(told);
    expect(down(listHosts, 'response', { hosts }, 5)).toEqual({ hosts: told.hosts });
    expect(down(watchHosts, 'response', { cursor: 'c', hosts }, 5)).toEqual({ cursor: 'c', hosts: told.hosts });
  });

  it('is told of errors without whose fault they are, and of what has none as it is', () => {
    const blamed = [
      { id: 1, error: { ...error, blame: 'request' } },
      { id: 2, error: null },
    ];
    const plain = [
      { id: 1, error },
      { id: 2, error: null },
    ];
    expect(down(reportGuests, 'request', { guests: blamed }, 3)).toEqual({ guests: plain });
    expect(down(reportBindings, 'request', { bindings: blamed }, 3)).toEqual({ bindings: plain });
    expect(convert(reportGuests, 'request', { guests: plain }, 2, 3)).toEqual({ guests: plain });
  });
});

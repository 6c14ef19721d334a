import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { agentContract } from '#platform/contracts/agent.ts';
import { aHost } from '../../scheduler/builders.ts';

const check = Compile(agentContract.calls.announce.request);
const announcing = (...hosts: readonly unknown[]) => ({
  agentId: '11111111-1111-4111-8111-111111111111',
  kind: 'compute',
  url: 'https://h:1',
  startedAt: '2026-01-01T00:00:00Z',
  release: '1',
  hosts,
});
const report = aHost({ name: 'h' });

describe('the hosts that an agent announces', () => {
  it('are whole reports, or names', () => {
    expect(check.Check(announcing(report, { name: 'h' }, { name: 'h', problem: 'no tap devices' }))).toBe(true);
  });

  it.each([
    ['a report that is wrong in a part', { ...report, total: 'all' }],
    ['a part of a report', { name: 'h', total: report.total }],
    ['a name without end', { name: 'h'.repeat(10_000) }],
    ['a long report', { ...report, capabilities: { a: ['x'.repeat(100_000)] } }],
    ['a deep report', { ...report, cpuInfo: { a: JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`) } }],
    ['more than there can be', { ...report, total: { ...report.total, vcpus: 1e300 } }],
  ])('are not %s', (_, host) => {
    expect(check.Check(announcing(host))).toBe(false);
  });
});

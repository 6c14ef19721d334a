import { afterEach, describe, expect, it } from 'vitest';
import { simulatedHostNames } from '../../../../cell/agent/simulated-hosts.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aBinding, aNetwork } from './a-binding.ts';
import { aCellNetwork, gone, type TestCellNetwork } from './an-agent.ts';

describe('the network agent of many simulated hosts', () => {
  let cell: TestCellNetwork | undefined;
  const start = async (options: Readonly<Record<string, string>>) => {
    cell = await aCellNetwork({ VOLVOX_NETWORK_DRIVER: 'fake', VOLVOX_NETWORK_FAKE_HOSTS: '200', ...options });
    await cell.agent.start();
    return cell;
  };
  afterEach(async () => await cell?.stop());

  it('plugs and unplugs ports on all of them', async () => {
    const { want } = await start({});
    const network = aNetwork();
    const bindings = simulatedHostNames('sim', 200).flatMap((host, at) => [
      aBinding(network, host, [`10.9.${at}.1`]),
      aBinding(network, host, [`10.9.${at}.2`]),
    ]);
    expect(await want(...bindings)).toHaveLength(400);
    const reports = await want(...bindings.map(gone));
    expect(reports.every((report) => report?.present === false)).toBe(true);
  });

  it('plugs again what its conductor wants after a restart', async () => {
    const { want, agent, conductor } = await start({});
    const binding = aBinding(aNetwork(), 'sim-007', ['10.9.0.1']);
    await want(binding);
    await agent.stop();
    conductor.reports.clear();
    await agent.start();
    await waitUntil('the report', () => conductor.reports.get(binding.bindingId)?.present);
  });

  it('goes on with the others when one host hangs and one fails', async () => {
    const { want, conductor, agent } = await start({
      VOLVOX_NETWORK_FAKE_HANG_HOSTS: 'sim-001',
      VOLVOX_NETWORK_FAKE_FAIL_HOSTS: 'sim-002',
    });
    const network = aNetwork();
    const [hangs, fails, works] = ['sim-001', 'sim-002', 'sim-003'].map((host) =>
      aBinding(network, host, ['10.9.0.1']),
    );
    if (hangs === undefined || fails === undefined || works === undefined) throw new Error('three bindings');
    for (const one of [hangs, fails]) conductor.bindings.set(one.bindingId, one);
    await want(works);
    const report = await waitUntil('the failure', () => conductor.reports.get(fails.bindingId));
    expect(report.error).toMatchObject({ permanent: false });
    expect(conductor.reports.get(hangs.bindingId)).toBeUndefined();
    await agent.stop();
  });
});

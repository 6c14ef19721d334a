import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '#platform/config/load.ts';
import { DEFINITIONS_CHANGED } from '#platform/contracts/agent.ts';
import type { AgentDefinitions } from '#platform/contracts/agent-definitions.ts';
import { shutDown } from '#platform/lifecycle/run.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import { createLogger } from '#platform/logging/logger.ts';
import type { DesiredBinding } from '#platform/objects/port-binding.ts';
import { Waker } from '#platform/queue/waker.ts';
import { sections } from '../../../../cell/network/config.ts';
import { hostSetup } from '../../../../cell/network/drivers/linux/host-setup.ts';
import { tearDown } from '../../../../cell/network/drivers/linux/tear-down.ts';
import { composeNetwork } from '../../../../cell/network/service.ts';
import { AGENT_KEY } from '../../../support/test-keys.ts';
import { startTestRedis } from '../../../support/test-redis.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aConductor } from './a-conductor.ts';

const log = createLogger('test', process.env.VOLVOX_LOG_LEVEL ?? 'silent');

/**
 * A cell with one host: a conductor and a Redis, and the real network agent on the real kernel, in a namespace of its own. It enforces groups only
 * where the test says so, and then the test defines them.
 */
export async function aCellNetwork(options: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'volvox-network-'));
  await chmod(folder, 0o755);
  const namespace = `vvt-${randomBytes(4).toString('hex')}`;
  const conductor = await aConductor();
  const redis = await startTestRedis();
  const waker = new Waker(redis.config, log);
  const environment = {
    VOLVOX_CELL_CONDUCTOR_URLS: conductor.url,
    VOLVOX_CELL_AGENT_KEY: AGENT_KEY,
    VOLVOX_CELL_REDIS_PORT: String(redis.config.port),
    VOLVOX_CELL_REDIS_PASSWORD: 'test',
    VOLVOX_NETWORK_STATE_DIR: join(folder, 'state'),
    VOLVOX_NETWORK_RUNTIME_DIR: join(folder, 'run'),
    VOLVOX_NETWORK_HOST_NAME: 'host-1',
    VOLVOX_NETWORK_NAMESPACE: namespace,
    VOLVOX_NETWORK_RECHECK_MS: '500',
    VOLVOX_NETWORK_SECURITY_GROUPS: 'off',
    ...options,
  };
  const config = loadConfig(sections, { environment });
  const setup = hostSetup(config.network);
  let services: Service[] = [];

  const agent = {
    start: async () => {
      services = await composeNetwork(config, log);
      for (const service of services) await service.start();
    },
    stop: async () => {
      await shutDown(services, log);
      services = [];
    },
  };
  /** Sends the desired state and waits until the agent reports that it is settled. */
  const want = async (...bindings: readonly DesiredBinding[]) => {
    for (const binding of bindings) conductor.bindings.set(binding.bindingId, binding);
    const agentId = await waitUntil('the announcement', () => conductor.agentId());
    const ids = bindings.map(({ bindingId }) => bindingId);
    await waker.wake(`agent-${agentId}`, ids);
    return await waitUntil(`reports of ${ids.length} bindings`, () => {
      const reports = bindings.map(({ bindingId }) => conductor.reports.get(bindingId));
      const settled = reports.every((one, at) => one?.settled && one.generation === bindings[at]?.generation);
      if (!settled) throw new Error(`not settled: ${JSON.stringify(reports)}`);
      return reports;
    });
  };
  /** Tells the agent what is known of groups and ports. */
  const define = async (definitions: AgentDefinitions) => {
    conductor.define(definitions);
    const agentId = await waitUntil('the announcement', () => conductor.agentId());
    await waker.wake(`agent-${agentId}`, [DEFINITIONS_CHANGED]);
  };
  const stop = async () => {
    await agent.stop();
    await waker.close();
    await conductor.stop();
    await redis.stop();
    await tearDown(setup);
    await rm(folder, { recursive: true, force: true });
  };
  return { folder, namespace, environment, setup, conductor, redis, agent, want, define, stop };
}
export type TestCellNetwork = Awaited<ReturnType<typeof aCellNetwork>>;

export const gone = (binding: DesiredBinding): DesiredBinding => ({
  ...binding,
  present: false,
  generation: binding.generation + 1,
});

import { connect, createServer, type Server, type Socket } from 'node:net';
import { Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { loadConfig } from '#platform/config/load.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { systemClock } from '#platform/time/clock.ts';
import { buildApi } from '../../../../api/app.ts';
import { boundConnections } from '../../../../api/budgets/bound-connections.ts';
import { createBudgets } from '../../../../api/budgets/budgets.ts';
import { budgetsSection } from '../../../../api/budgets/config.ts';
import { countThrottled, showLoad } from '../../../../api/budgets/throttle-metrics.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { defaultRequestBudgets } from '../../../support/default-budgets.ts';
import { waitUntil } from '../../../support/wait-until.ts';

const cleanUp: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const one of cleanUp.splice(0).reverse()) await one();
});

describe('connections', () => {
  const listen = async (maxConnections: number, connectionsPerAddress: number, behindProxies = false) => {
    const server: Server = createServer();
    let refused = 0;
    boundConnections(server, { maxConnections, connectionsPerAddress }, behindProxies, () => refused++);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanUp.push(() => server.close());
    const open: Socket[] = [];
    cleanUp.push(() => {
      for (const socket of open) socket.destroy();
    });
    const { port } = server.address() as { port: number };
    const begin = () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      open.push(socket);
      return socket;
    };
    const count = () => new Promise<number>((resolve) => server.getConnections((_error, found) => resolve(found)));
    return { begin, count, refused: () => refused };
  };

  it.each([
    ['of one address', 100, 2, false],
    ['in all', 2, 100, false],
    ['in all behind a proxy', 2, 1, true],
  ])('%s are bounded, and one that ends makes way for another', async (_what, total, perAddress, behindProxies) => {
    const { begin, count, refused } = await listen(total, perAddress, behindProxies);
    const [first] = [begin(), begin()];
    await waitUntil('two', async () => (await count()) === 2);
    begin();
    await waitUntil('the third to be refused', () => refused() === 1);
    await waitUntil('two again', async () => (await count()) === 2);
    first?.destroy();
    await waitUntil('one', async () => (await count()) === 1);
    begin();
    await waitUntil('two once more', async () => (await count()) === 2);
    expect(refused()).toBe(1);
  });
});

describe('the header of a request', () => {
  it('is bounded in size and time', async () => {
    const deps = {
      log: silentLogger,
      budgets: { requests: defaultRequestBudgets() },
      config: { publicUrl: 'http://volvox.test', trustedProxies: [], region: 'RegionOne', imageMaxMb: 1 },
      directory: {},
      tokens: {},
      cells: { all: () => [] },
    } as unknown as ApiDeps;
    const app = buildApi(deps);
    cleanUp.push(() => app.close());
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const get = (length: number) => fetch(url, { headers: { 'x-long': 'x'.repeat(length) } });
    expect((await get(8 * 1024)).status).toBe(200);
    expect((await get(17 * 1024)).status).toBe(431);
    expect(app.server.headersTimeout).toBe(20_000);
  });
});

describe('the metrics', () => {
  it('show every reason of a refusal from the start, and the load of each kind', async () => {
    const metrics = new Registry();
    const count = countThrottled(metrics);
    const config = loadConfig({ budgets: budgetsSection }, { environment: { VOLVOX_BUDGETS_REQUEST_BURST: '1000' } });
    const { requests } = createBudgets(config.budgets, systemClock, count);
    showLoad(requests.load, metrics);
    const leave = await requests.enter('project:p', 'list', new AbortController().signal);
    const still = createBudgets(config.budgets, { ...systemClock, now: () => 0 }, count).requests;
    for (let n = 0; n < 1_000; n++) still.count('project:q');
    expect(() => still.count('project:q')).toThrow('Too many requests');
    const text = await metrics.metrics();
    expect(text).toMatch(/volvox_api_throttled_total\{reason="rate"\} 1/);
    expect(text).toContain('volvox_api_throttled_total{reason="log-in"} 0');
    expect(text).toContain('volvox_api_requests_in_flight{kind="list"} 1');
    expect(text).toContain('volvox_api_requests_waiting{kind="write"} 0');
    leave();
  });

  it('a burst below the rate is refused, because it would be the rate', () => {
    const environment = { VOLVOX_BUDGETS_REQUEST_BURST: '999' };
    expect(() => loadConfig({ budgets: budgetsSection }, { environment })).toThrow('requestBurst must be at least');
  });
});

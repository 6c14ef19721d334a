import { EventEmitter } from 'node:events';
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

describe('connections when all are taken', () => {
  /** A server whose clients come from wherever the test says. */
  const aServer = (maxConnections: number, connectionsPerAddress = 1_000) => {
    const server = Object.assign(new EventEmitter(), { maxConnections: 0 });
    boundConnections(server as unknown as Server, { maxConnections, connectionsPerAddress }, false, () => undefined);
    const begin = (remoteAddress: string) => {
      const socket = Object.assign(new EventEmitter(), {
        ...{ remoteAddress, bytesRead: 0, bytesWritten: 0, destroyed: false },
        destroy: () => {
          socket.destroyed = true;
          setImmediate(() => socket.emit('close'));
        },
      });
      server.emit('connection', socket);
      return socket;
    };
    return { begin };
  };
  const alive = (sockets: readonly { destroyed: boolean }[]) => sockets.filter(({ destroyed }) => !destroyed).length;

  it('leave one for each newcomer, from the address with the most, the idlest first', () => {
    const { begin } = aServer(40);
    const hoarded = Array.from({ length: 38 }, () => begin('192.0.2.1'));
    const few = [begin('198.51.100.1'), begin('198.51.100.1')];
    const [busy, ...idle] = hoarded;
    if (busy !== undefined) busy.bytesRead = 100;
    const newcomers = Array.from({ length: 10 }, (_, n) => begin(`203.0.113.${n}`));
    expect([alive(newcomers), alive(few), busy?.destroyed, alive(idle)]).toEqual([10, 2, false, 27]);
    expect(begin('192.0.2.1').destroyed).toBe(true);
  });

  it('are not lost to the networks of one /48, however many /64s it has', () => {
    const { begin } = aServer(64);
    for (let n = 0; n < 64; n++) begin(`2001:db8:1:${n.toString(16)}::1`);
    expect(begin('2001:db8:2::1').destroyed).toBe(false);
    expect(begin('192.0.2.1').destroyed).toBe(false);
    expect(begin('2001:db8:1:ffff::1').destroyed).toBe(true);
  });

  it('are bounded for a /64, a /56 and a /48, and each that ends makes way', async () => {
    const { begin } = aServer(1_000, 10);
    const many = (count: number, of: (n: number) => string) => Array.from({ length: count }, (_, n) => begin(of(n)));
    const same = many(12, () => '2001:db8:1::1');
    expect(alive(same)).toBe(10);
    expect(alive(many(15, (n) => `2001:db8:1:${n + 1}::1`))).toBe(10);
    expect(alive(many(30, (n) => `2001:db8:1:${n + 1}00::1`))).toBe(20);
    expect(alive([begin('2001:db8:2::1')])).toBe(1);
    same[0]?.destroy();
    await new Promise((resolve) => setImmediate(resolve));
    expect(begin('2001:db8:1::2').destroyed).toBe(false);
    expect(begin('2001:db8:1::2').destroyed).toBe(true);
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

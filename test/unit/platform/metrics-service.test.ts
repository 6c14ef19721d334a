import { expect, it } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import { metricsService } from '#platform/metrics/metrics-service.ts';
import { createMetrics } from '#platform/metrics/registry.ts';
import { createHttpService } from '#platform/rpc/http-service.ts';
import { openPool } from '#platform/tls/dispatcher.ts';
import { freePort } from '../../support/free-port.ts';
import { aTestAuthority } from '../../support/test-authority.ts';

const registry = createMetrics('tested');
const LOOPBACK = '127.0.0.1';

it('serves the metrics of a process on a port of their own, and nothing else', async () => {
  const port = await freePort();
  const service = metricsService({ host: LOOPBACK, port, registry, log: silentLogger });
  await service.start();
  try {
    const answer = await fetch(`http://${LOOPBACK}:${port}/metrics`);
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('service="tested"')]);
    for (const [method, path] of [
      ['GET', '/'],
      ['GET', '/healthz'],
      ['POST', '/metrics'],
    ] as const) {
      expect((await fetch(`http://${LOOPBACK}:${port}${path}`, { method })).status).toBe(404);
    }
    const second = metricsService({ host: LOOPBACK, port, registry, log: silentLogger });
    await expect(second.start()).rejects.toThrow(/metrics.port/);
  } finally {
    await service.stop();
  }
  await expect(fetch(`http://${LOOPBACK}:${port}/metrics`)).rejects.toThrow();
});

it('listens nowhere with port 0', async () => {
  const service = metricsService({ host: LOOPBACK, port: 0, registry, log: silentLogger });
  await service.start();
  await service.stop();
});

it('is no part of what a process serves to others', async () => {
  const service = createHttpService({
    name: 'tested',
    host: LOOPBACK,
    port: 0,
    log: silentLogger,
    routes: () => undefined,
  });
  await service.start();
  try {
    const statusOf = async (path: string) => (await fetch(`${service.address()}${path}`)).status;
    expect([await statusOf('/metrics'), await statusOf('/healthz'), await statusOf('/readyz')]).toEqual([
      404, 200, 200,
    ]);
  } finally {
    await service.stop();
  }
});

it('serves them beyond loopback by mutual TLS only', async () => {
  const authority = aTestAuthority();
  const transport = authority.transport('tested', 'api');
  const port = await freePort();
  const plain = metricsService({ host: '0.0.0.0', port, registry, log: silentLogger });
  await expect(plain.start()).rejects.toThrow(/metrics\.host: 0\.0\.0\.0 .* set tls\.certFile/);
  const service = metricsService({ host: '0.0.0.0', port, registry, transport, log: silentLogger });
  await service.start();
  const scraper = openPool(transport, `https://${LOOPBACK}:${port}`, () => 'api', { connections: 1, connectMs: 2_000 });
  try {
    const { statusCode, body } = await scraper.request({ path: '/metrics', method: 'GET' });
    const text = await body.text();
    expect([statusCode, text]).toEqual([200, expect.stringContaining('service="tested"')]);
    const ends = Number(/^volvox_tls_certificate_end_timestamp_seconds\S* (\S+)/m.exec(text)?.[1]);
    expect(ends * 1_000).toBe(transport.files.current.expiresAt);
    await expect(fetch(`http://${LOOPBACK}:${port}/metrics`)).rejects.toThrow();
  } finally {
    await scraper.destroy();
    await service.stop();
    authority.remove();
  }
});

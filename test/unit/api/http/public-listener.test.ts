import Fastify, { type FastifyInstance } from 'fastify';
import { expect, it } from 'vitest';
import { metricsSection } from '#platform/config/common-sections.ts';
import { loadConfig } from '#platform/config/load.ts';
import { createMetrics } from '#platform/metrics/registry.ts';
import { PLAIN_ON_LOOPBACK } from '#platform/tls/transport.ts';
import { createListener } from '../../../../api/listener.ts';
import { freePort } from '../../../support/free-port.ts';

it('the port of the APIs shows no metrics (E15)', async () => {
  const port = await freePort();
  const listener = createListener({
    ...{ app: Fastify() as unknown as FastifyInstance, host: '127.0.0.1', port, certificate: null },
    ...{ transport: PLAIN_ON_LOOPBACK, metrics: createMetrics('api'), ready: async () => true },
  });
  await listener.start();
  try {
    const statusOf = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    expect([await statusOf('/metrics'), await statusOf('/healthz'), await statusOf('/readyz')]).toEqual([
      404, 200, 200,
    ]);
  } finally {
    await listener.stop();
  }
});

it('metrics are shown on loopback, unless the operator says otherwise', () => {
  expect(loadConfig({ metrics: metricsSection }, { environment: {} }).metrics.host).toBe('127.0.0.1');
});

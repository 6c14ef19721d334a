import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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

/** Opens many connections to the port, and prints how many were taken: all, or those of 20 s. */
const CONNECT_MANY = `
  const { connect } = require('node:net');
  const [port, count] = process.argv.slice(1).map(Number);
  let taken = 0;
  const end = () => { console.log(taken); process.exit(); };
  setTimeout(end, 20_000);
  for (let n = 0; n < count; n++) connect(port, '127.0.0.1', () => ++taken === count && end());
`;
const KERNEL_TAKES = Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8'));

it.runIf(KERNEL_TAKES >= 1_000)(
  'connections are taken while the process is busy, so that nobody waits to be refused',
  async () => {
    const port = await freePort();
    const listener = createListener({
      ...{ app: Fastify() as unknown as FastifyInstance, host: '127.0.0.1', port, certificate: null },
      ...{ transport: PLAIN_ON_LOOPBACK, metrics: createMetrics('api'), ready: async () => true },
    });
    await listener.start();
    try {
      const taken = execFileSync(process.execPath, ['-e', CONNECT_MANY, String(port), '1000'], { encoding: 'utf8' });
      expect(Number(taken)).toBe(1_000);
    } finally {
      await listener.stop();
    }
  },
);

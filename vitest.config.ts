import { defineConfig } from 'vitest/config';

const project = (name: string, options: { timeoutMs: number; servers: boolean }) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: options.timeoutMs,
    hookTimeout: 60_000,
    pool: 'forks' as const,
    ...(options.servers ? { setupFiles: ['test/support/fetch-of-undici.ts'] } : {}),
    ...(options.servers ? { globalSetup: ['test/support/global-setup.ts'] } : {}),
  },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      project('unit', { timeoutMs: 5_000, servers: false }),
      project('integration', { timeoutMs: 60_000, servers: true }),
      project('contract', { timeoutMs: 60_000, servers: true }),
      project('fuzz', { timeoutMs: 300_000, servers: true }),
      project('simulation', { timeoutMs: 300_000, servers: false }),
      project('federation', { timeoutMs: 300_000, servers: false }),
      project('client', { timeoutMs: 600_000, servers: false }),
    ],
  },
});

import { it } from 'vitest';
import { writeFileSync } from 'node:fs';
import { startRegion } from './region.ts';
import { prepare } from './fixtures.ts';
it('x', async () => {
  const region = await startRegion();
  const f = await prepare(region) as any;
  let out = JSON.stringify(f) + '\n';
  for (const [w, v] of [['/os-services', '2.53'], ['/os-hypervisors/detail', '2.53'], ['/os-hypervisors/detail', '2.88'], ['/os-hypervisors/statistics','2.87'], ['/os-availability-zone/detail', '2.1'], ['/os-aggregates','2.1']]) {
    const r = await region.app.inject({ url: `/compute/v2.1${w}`, headers: { 'x-auth-token': process.env.TOK ?? `${f.adminId} ${f.projectId} admin`, 'openstack-api-version': `compute ${v}` } });
    out += w + ' ' + v + ' ' + r.statusCode + ' ' + r.body + '\n';
  }
  writeFileSync('/tmp/f-try/zz', out);
  await region.stop();
}, 60000);

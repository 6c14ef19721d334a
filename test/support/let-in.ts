import type { TestRegion } from './test-region.ts';

/** From now on the default group of the admin's project lets everybody in, by IPv4: a machine that a test plugs in is in no group. */
export async function letIn({ admin }: Pick<TestRegion, 'admin'>): Promise<void> {
  const { security_groups: groups } = await admin.call('network', 'GET /v2.0/security-groups', {
    query: { name: 'default' },
  });
  for (const { id } of groups)
    await admin.call('network', 'POST /v2.0/security-group-rules', {
      body: { security_group_rule: { security_group_id: id, direction: 'ingress', ethertype: 'IPv4' } },
    });
}

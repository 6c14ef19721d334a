import { changeSecurityGroup } from '#platform/directory/stores/change-security-groups.ts';
import { createFlavor } from '#platform/directory/stores/flavors.ts';
import { deleteRule, listRules } from '#platform/directory/stores/security-group-rules.ts';
import { defaultSecurityGroup } from '#platform/directory/stores/security-groups.ts';
import { DESCRIBED_FLAVOR } from '../fixtures.ts';
import type { Scenario } from '../scenarios.ts';
import type { Binding } from './binding.ts';
import { COMPARISON_BINDINGS } from './comparison.ts';
import { FLOATING_IP_BINDINGS } from './floating-ips.ts';
import { MIGRATION_BINDINGS } from './migrations.ts';
import { OTHER_BINDINGS } from './others.ts';

export const BINDINGS: readonly Binding[] = [
  {
    internals: /stub_bdm_get_all_by_instance_uuids|stub_volume_get|stub_volume_check_attach/,
    here: 'made-up volumes: no volumes are offered, so none are attached',
    template: withoutVolumes,
  },
  {
    internals: /nova\.context\.get_admin_context|nova\.objects\.Flavor/,
    scenario: /^test_flavors\./,
    here: 'a flavor with a description, made before',
    prepare: ({ directory }) =>
      directory.transaction(async (tx) => {
        await createFlavor(tx, DESCRIBED_FLAVOR, new Date().toISOString());
      }),
  },
  {
    internals: /nova\.network\.security_group_api\./,
    here: 'the default group of the project, described and without rules as the stub made it up',
    prepare: ({ directory }, { projectId }) =>
      directory.transaction(async (tx) => {
        const group = await defaultSecurityGroup(tx, projectId);
        for (const { id } of await listRules(tx, [group.id])) await deleteRule(tx, id);
        await changeSecurityGroup(tx, group, { description: 'default' }, new Date().toISOString());
      }),
  },
  {
    internals: /nova\.volume\.cinder\.API\.|fakes\.stub_out_networking/,
    here: 'no volume service: lists of volumes and of their snapshots are empty',
    template: withoutListedVolumes,
  },
  {
    internals: /DownCellFixture|InstanceMappingList\._get_not_deleted/,
    here: "a cell that is down: the door of the region's cell is silent while servers are read",
    beforeStep: ({ region, step }) => region.silence(step.method === 'GET'),
  },
  ...FLOATING_IP_BINDINGS,
  ...MIGRATION_BINDINGS,
  ...COMPARISON_BINDINGS,
  ...OTHER_BINDINGS,
];

/** The bindings a scenario needs; undefined when something of it is bound to nothing. */
export function bindingsOf(scenario: Scenario): readonly Binding[] | undefined {
  const here = BINDINGS.filter((one) => one.scenario?.test(scenario.name) ?? true);
  const found = scenario.internals.map((text) => here.find(({ internals }) => internals.test(text)));
  return found.every((binding) => binding !== undefined) ? [...new Set(found)] : undefined;
}

function withoutListedVolumes(response: unknown): unknown {
  const { volumes, snapshots } = (response ?? {}) as { volumes?: unknown; snapshots?: unknown };
  if (volumes !== undefined) return { volumes: [] };
  return snapshots === undefined ? withoutVolumes(response) : { snapshots: [] };
}

function withoutVolumes(response: unknown): unknown {
  if (Array.isArray(response)) return response.map(withoutVolumes);
  if (response === null || typeof response !== 'object') return response;
  return Object.fromEntries(
    Object.entries(response).map(([key, value]) => [
      key,
      key === 'os-extended-volumes:volumes_attached' ? [] : withoutVolumes(value),
    ]),
  );
}

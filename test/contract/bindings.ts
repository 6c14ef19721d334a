import type { Directory } from '#platform/directory/directory.ts';
import { createFlavor } from '#platform/directory/stores/flavors.ts';
import { DESCRIBED_FLAVOR } from './fixtures.ts';
import type { Region } from './region.ts';
import type { Scenario, Step } from './scenarios.ts';

/** What stands here for something that a recorded scenario stubbed inside Nova. */
interface Binding {
  /** The entries of `internals` that it answers. */
  readonly internals: RegExp;
  readonly here: string;
  /** Before the scenario begins. */
  readonly prepare?: (directory: Directory) => Promise<void>;
  /** Before each step. */
  readonly beforeStep?: (region: Region, step: Step) => void;
  /** What a step's template says of what the stub made up. */
  readonly template?: (response: unknown) => unknown;
}

export const BINDINGS: readonly Binding[] = [
  {
    internals: /stub_bdm_get_all_by_instance_uuids|stub_volume_get|stub_volume_check_attach/,
    here: 'made-up volumes: no volumes are offered, so none are attached',
    template: withoutVolumes,
  },
  {
    internals: /nova\.context\.get_admin_context|nova\.objects\.Flavor/,
    here: 'a flavor with a description, made before',
    prepare: (directory) =>
      directory.transaction(async (tx) => {
        await createFlavor(tx, DESCRIBED_FLAVOR, new Date().toISOString());
      }),
  },
  {
    internals: /DownCellFixture|InstanceMappingList\._get_not_deleted/,
    here: "a cell that is down: the door of the region's cell is silent while servers are read",
    beforeStep: (region, step) => region.silence(step.method === 'GET'),
  },
  {
    internals: /ComputeTaskManager\._cold_migrate|ComputeNodeList\.get_all_by_host', return_value=.*host='target-host'/,
    here: "a migration that is accepted and not begun, to a host that is not there: the door's action, and the scheduler's word",
    beforeStep: (region, step) => region.migrateTo(isMigration(step) ? 'target-host' : null),
  },
];

/** The bindings a scenario needs; undefined when something of it is bound to nothing. */
export function bindingsOf(scenario: Scenario): readonly Binding[] | undefined {
  const found = scenario.internals.map((text) => BINDINGS.find(({ internals }) => internals.test(text)));
  return found.every((binding) => binding !== undefined) ? [...new Set(found)] : undefined;
}

const isMigration = ({ request }: Step): boolean =>
  typeof request === 'object' && request !== null && 'migrate' in request;

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

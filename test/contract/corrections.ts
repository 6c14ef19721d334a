import { IMAGE_ID } from './fixture-images.ts';
import { PUBLIC_URL } from './region.ts';
import type { Scenario } from './scenarios.ts';

/** Members in which our answers differ from the recording on purpose. */
interface Correction {
  /** The name of the fault, found by outsiders, that asks for it; or `recorder`, when the recorder's stand-ins differ from a real Nova. */
  readonly cause: string;
  readonly scenario: RegExp;
  readonly reason: string;
  /** What each server of an answer has in these members instead of what was recorded. */
  readonly members: Readonly<Record<string, unknown>>;
  /** Servers have these members even if they were recorded without them. */
  readonly adds?: boolean;
  /** Only in servers that were recorded with this status. */
  readonly status?: string;
}

/** What the directory knows of the server that both recordings with a silent cell create, and null for what only its cell knows. */
const SILENT_SERVER = {
  name: 'new-server-test',
  user_id: 'admin',
  metadata: { 'My Server Name': 'Apache1' },
  hostId: '',
  image: {
    id: IMAGE_ID,
    links: [{ rel: 'bookmark', href: `${PUBLIC_URL}/compute/images/${IMAGE_ID}` }],
  },
  flavor: { original_name: 'm1.tiny', vcpus: 1, ram: 512, disk: 1, ephemeral: 0, swap: 0, extra_specs: {} },
  updated: { $re: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z$' },
  addresses: {
    private: [
      {
        version: 4,
        addr: { $re: '^10\\.0\\.0\\.\\d+$' },
        'OS-EXT-IPS:type': 'fixed',
        'OS-EXT-IPS-MAC:mac_addr': { $re: '^fa:16:3e(:[0-9a-f]{2}){3}$' },
      },
    ],
  },
  accessIPv4: '1.2.3.4',
  accessIPv6: '80fe::',
  'OS-DCF:diskConfig': 'AUTO',
  progress: 0,
  locked: null,
  description: null,
  tags: [],
  trusted_image_certificates: null,
  config_drive: '',
  key_name: null,
  security_groups: [{ name: 'default' }],
  'OS-SRV-USG:launched_at': null,
  'OS-SRV-USG:terminated_at': null,
  'OS-EXT-STS:task_state': null,
  'OS-EXT-STS:vm_state': null,
  'OS-EXT-STS:power_state': 0,
  'OS-EXT-AZ:availability_zone': 'UNKNOWN',
  'os-extended-volumes:volumes_attached': [],
  'OS-EXT-SRV-ATTR:host': null,
  'OS-EXT-SRV-ATTR:hypervisor_hostname': null,
  'OS-EXT-SRV-ATTR:instance_name': null,
  'OS-EXT-SRV-ATTR:reservation_id': { $re: '^r-[0-9a-z]{8}$' },
  'OS-EXT-SRV-ATTR:launch_index': 0,
  'OS-EXT-SRV-ATTR:hostname': 'new-server-test',
  'OS-EXT-SRV-ATTR:kernel_id': '',
  'OS-EXT-SRV-ATTR:ramdisk_id': '',
  'OS-EXT-SRV-ATTR:root_device_name': '/dev/vda',
  'OS-EXT-SRV-ATTR:user_data': null,
  host_status: null,
};

export const CORRECTIONS: readonly Correction[] = [
  {
    cause: 'F9',
    scenario: /ServersSampleJson219Test\.test_servers_(get|details)\(/,
    reason: 'a server without user data has null, which the recorder did not tell from the empty text',
    members: { 'OS-EXT-SRV-ATTR:user_data': null },
  },
  {
    cause: 'F9',
    scenario: /ServerSampleJson298Test\.test_servers_details\(|ServersSampleJson294Test\.test_servers_details\(/,
    reason:
      'a server without description or reason for its lock has null, which the recorder did not tell from the empty text',
    members: { description: null, locked_reason: null },
  },
  {
    cause: 'C5',
    scenario: /_from_down_cells\(/,
    reason: 'a server of a silent cell has every member, so that clients which rely on them go on',
    members: SILENT_SERVER,
    adds: true,
    status: 'UNKNOWN',
  },
  {
    cause: 'recorder',
    scenario: /test_rescue\./,
    reason: "a rescued guest runs; the recorder's driver only powered it off",
    members: { 'OS-EXT-STS:power_state': 1 },
  },
  {
    cause: 'recorder',
    scenario: /\.test_server_rebuild/,
    reason: 'a rebuild goes on after its answer; the recorder had carried it out before',
    members: { status: 'REBUILD', 'OS-EXT-STS:task_state': 'rebuilding' },
    status: 'ACTIVE',
  },
];

/** The recorded answer with what the corrections of its scenario say of its servers. */
export function corrected(scenario: Scenario, response: unknown): unknown {
  if (typeof response !== 'object' || response === null) return response;
  const here = CORRECTIONS.filter((one) => one.scenario.test(scenario.name));
  const server = (recorded: Record<string, unknown>) => {
    if (recorded.status === undefined) return recorded;
    const fitting = here.filter(({ status }) => status === undefined || status === recorded.status);
    const members = fitting.flatMap((one) =>
      Object.entries(one.members).filter(([name]) => one.adds === true || name in recorded),
    );
    return { ...recorded, ...Object.fromEntries(members) };
  };
  const { servers, server: one } = response as {
    servers?: readonly Record<string, unknown>[];
    server?: Record<string, unknown>;
  };
  if (servers !== undefined) return { ...response, servers: servers.map(server) };
  return one === undefined ? response : { ...response, server: server(one) };
}

import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { silentCellsHeader } from '../../cross-cell/ask-cells.ts';
import type { ApiDeps } from '../../deps.ts';
import { always } from '../../http/by-version.ts';
import { arrayOf, noQuery, string } from '../../http/parameter-types.ts';
import { policy } from '../../http/policy.ts';
import { integer, mapOf, shape } from '../../http/response-types.ts';
import { Answer, type ApiRequest, type Route, route } from '../../http/route.ts';
import type { InventoryReader } from '../services/service-inventory.ts';
import { lastAuditPeriod, momentOfAudit } from './audit-period.ts';

const AUDIT_LIST = policy('os_compute_api:os-instance-usage-audit-log:list');
const AUDIT_SHOW = policy('os_compute_api:os-instance-usage-audit-log:show');

const log = shape({ state: string, instances: integer, errors: integer, message: string });
const audit = shape({
  period_beginning: string,
  period_ending: string,
  num_hosts: integer,
  num_hosts_done: integer,
  num_hosts_running: integer,
  num_hosts_not_run: integer,
  hosts_not_run: arrayOf(string),
  total_instances: integer,
  total_errors: integer,
  overall_status: string,
  log: mapOf(log),
});

interface Deps extends Pick<ApiDeps, 'clock'> {
  readonly readInventory: InventoryReader;
}

/** Reports of usage audits. Hosts run none (`os-simple-tenant-usage` has the figures), as in a Nova whose `instance_usage_audit` is off. */
export const usageAuditLogRoutes = (deps: Deps): readonly Route[] => [
  route({
    method: 'GET',
    path: '/os-instance_usage_audit_log',
    summary: 'Shows which hosts have audited the usage of the last whole month: none does.',
    policy: AUDIT_LIST,
    query: noQuery,
    response: always(shape({ instance_usage_audit_logs: audit })),
    handle: (request) => report(deps, request, 'instance_usage_audit_logs', deps.clock.now()),
  }),
  route({
    method: 'GET',
    path: '/os-instance_usage_audit_log/:before',
    summary: 'The same of the last whole month before a moment.',
    policy: AUDIT_SHOW,
    query: noQuery,
    response: always(shape({ instance_usage_audit_log: audit })),
    handle: (request) => {
      const { before = '' } = request.params;
      const moment = momentOfAudit(before);
      if (moment === null)
        throw new VolvoxError('invalid', `Invalid timestamp for date ${before}. Expected: YYYY-MM-DD HH:MM:SS.`);
      return report(deps, request, 'instance_usage_audit_log', moment);
    },
  }),
];

async function report({ readInventory }: Deps, request: ApiRequest, name: string, before: number): Promise<Answer> {
  const { services, silent } = await readInventory(request);
  const known = [...services, ...silent.flatMap(({ last }) => last)];
  const hosts = [...new Set(known.filter(({ binary }) => binary === 'nova-compute').map(({ host }) => host))];
  const { begin, end } = lastAuditPeriod(before);
  const body = {
    [name]: {
      period_beginning: begin,
      period_ending: end,
      num_hosts: hosts.length,
      num_hosts_done: 0,
      num_hosts_running: 0,
      num_hosts_not_run: hosts.length,
      hosts_not_run: hosts,
      total_instances: 0,
      total_errors: 0,
      overall_status: `${hosts.length === 0 ? 'ALL' : `0 of ${hosts.length}`} hosts done. 0 errors.`,
      log: {},
    },
  };
  return new Answer(200, body, silentCellsHeader(silent.map(({ cell }) => cell)));
}

import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { filterViews } from '../../http/list-views.ts';
import { filtersOf } from '../../http/listing.ts';
import { type Route, route } from '../../http/route.ts';
import { networkPolicy } from '../policy.ts';
import { showQuery } from '../response-types.ts';
import { EXTENSION_ATTRIBUTES, listExtensionsQuery, listExtensionsResponse, showExtensionResponse } from './schema.ts';

/**
 * What is offered beyond Neutron's core; clients look before they use an attribute. An alias is listed when all of it works. Not listed:
 * `binding` (the host of a port is empty), `port-security` and `security-group` (no host enforces them unless it is told to).
 */
const EXTENSIONS: Readonly<Record<string, string>> = {
  'address-group': 'Address group',
  'address-scope': 'Address scope',
  agent: 'agent',
  'allowed-address-pairs': 'Allowed Address Pairs',
  availability_zone: 'Availability Zone',
  'default-subnetpools': 'Default Subnetpools',
  'dns-integration': 'DNS Integration',
  'empty-string-filtering': 'Empty String Filtering Extension',
  'expose-port-forwarding-in-fip': 'Expose Port Forwarding In FIP',
  'ext-gw-mode': 'Neutron L3 Configurable external gateway mode',
  'external-net': 'Neutron external network',
  extraroute: 'Neutron Extra Route',
  extra_dhcp_opt: 'Neutron Extra DHCP options',
  'extraroute-atomic': 'Atomically add/remove extra routes',
  'filter-validation': 'Filter parameters validation',
  'fip-port-details': 'Floating IP Port Details Extension',
  'floating-ip-port-forwarding': 'Floating IP Port Forwarding',
  'floating-ip-port-forwarding-description': 'Floating IP Port Forwarding Description',
  'floating-ip-port-forwarding-detail': 'Floating IP Port Forwarding Detail',
  'floating-ip-port-forwarding-port-ranges': 'Floating IP Port Forwarding support port ranges',
  'ip-substring-filtering': 'IP address substring filtering',
  'net-mtu': 'Network MTU',
  'net-mtu-writable': 'Network MTU (writable)',
  'network-ip-availability': 'Network IP Availability',
  pagination: 'Pagination support',
  'port-security-groups-filtering': 'Port filtering on security groups',
  'project-id': 'project_id field enabled',
  provider: 'Provider Network',
  qos: 'Quality of Service',
  'qos-bw-limit-direction': 'Direction for QoS bandwidth limit rule',
  'qos-default': 'QoS default policy',
  'qos-port-network-policy': 'QoS port network policy',
  'qos-pps': 'QoS packet rate limit rule',
  'qos-rule-type-details': 'Details of QoS rule types',
  'qos-rules-alias': 'Alias of QoS rules',
  quotas: 'Quota management support',
  quota_details: 'Quota details management support',
  'rbac-address-group': 'Add address_group type to RBAC',
  'rbac-address-scope': 'Add address_scope type to RBAC',
  'rbac-security-groups': 'Add security_group type to network RBAC',
  'rbac-policies': 'RBAC Policies',
  'rbac-subnetpool': 'Add subnetpool type to RBAC',
  'revision-if-match': 'If-Match constraints based on revision_number',
  router: 'Neutron L3 Router',
  'security-groups-default-rules': 'Default rules for security groups',
  'security-groups-shared-filtering': 'Security group filtering on the shared field',
  'service-type': 'Neutron Service Type Management',
  sorting: 'Sorting support',
  'standard-attr-description': 'standard-attr-description',
  'standard-attr-revisions': 'Resource revision numbers',
  'standard-attr-tag': 'Tag support for resources with standard attributes',
  'standard-attr-timestamp': 'Resource timestamps',
  'stateful-security-group': 'Stateful security group',
  subnet_allocation: 'Subnet Allocation',
  'tag-ports-during-bulk-creation': 'Tag Ports During Bulk Creation',
  trunk: 'Trunk Extension',
  'trunk-details': 'Trunk port details',
};

const view = (alias: string, name: string) => ({
  alias,
  name,
  description: name,
  updated: '2026-01-01T00:00:00-00:00',
  links: [],
});

const GET_EXTENSION = networkPolicy('get_extension');

export const extensionRoutes = (): readonly Route[] => [
  route({
    method: 'GET',
    path: '/v2.0/extensions',
    summary: 'Lists the extensions that are offered.',
    policy: GET_EXTENSION,
    query: listExtensionsQuery,
    fields: 'extensions',
    response: listExtensionsResponse,
    handle: ({ query }) => {
      const all = Object.entries(EXTENSIONS).map(([alias, name]) => view(alias, name));
      return { extensions: filterViews(all, filtersOf(query, EXTENSION_ATTRIBUTES)) };
    },
  }),
  route({
    method: 'GET',
    path: '/v2.0/extensions/:alias',
    summary: 'Shows an extension.',
    policy: GET_EXTENSION,
    query: showQuery,
    fields: 'extension',
    response: showExtensionResponse,
    handle: ({ params: { alias = '' } }) => {
      const name = Object.hasOwn(EXTENSIONS, alias) ? EXTENSIONS[alias] : undefined;
      if (name === undefined) throw new VolvoxError('not-found', `Extension with alias ${alias} does not exist`);
      return { extension: view(alias, name) };
    },
  }),
];

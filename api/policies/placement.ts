import { ADMIN, open, type RuleTable, rule, SERVICE } from './rule.ts';

const PROVIDERS = '/resource_providers';
const PROVIDER = `${PROVIDERS}/{uuid}`;
const INVENTORY = `${PROVIDER}/inventories/{resource_class}`;
const CLASS = '/resource_classes/{name}';
const TRAIT = '/traits/{name}';
const CONSUMER = '/allocations/{consumer_uuid}';

/** The Placement API, by the names of the Placement service, with its defaults. */
export const PLACEMENT_RULES = {
  'placement:versions': open('List the versions of the Placement API', 'GET /'),
  'placement:resource_providers:list': rule(SERVICE, 'List resource providers', `GET ${PROVIDERS}`),
  'placement:resource_providers:create': rule(SERVICE, 'Create a resource provider: refused', `POST ${PROVIDERS}`),
  'placement:resource_providers:show': rule(SERVICE, 'Show a resource provider', `GET ${PROVIDER}`),
  'placement:resource_providers:update': rule(SERVICE, 'Change a resource provider: refused', `PUT ${PROVIDER}`),
  'placement:resource_providers:delete': rule(SERVICE, 'Delete a resource provider: refused', `DELETE ${PROVIDER}`),
  'placement:resource_classes:list': rule(SERVICE, 'List resource classes', 'GET /resource_classes'),
  'placement:resource_classes:create': rule(SERVICE, 'Create a resource class', 'POST /resource_classes'),
  'placement:resource_classes:show': rule(SERVICE, 'Show a resource class', `GET ${CLASS}`),
  'placement:resource_classes:update': rule(SERVICE, 'Create or rename a resource class', `PUT ${CLASS}`),
  'placement:resource_classes:delete': rule(SERVICE, 'Delete a resource class', `DELETE ${CLASS}`),
  'placement:resource_providers:inventories:list': rule(
    SERVICE,
    'List the inventories of a provider',
    `GET ${PROVIDER}/inventories`,
  ),
  'placement:resource_providers:inventories:create': rule(
    SERVICE,
    'Give a provider an inventory: refused',
    `POST ${PROVIDER}/inventories`,
  ),
  'placement:resource_providers:inventories:show': rule(SERVICE, 'Show an inventory of a provider', `GET ${INVENTORY}`),
  'placement:resource_providers:inventories:update': rule(
    SERVICE,
    'Change inventories of a provider: refused',
    `PUT ${PROVIDER}/inventories`,
    `PUT ${INVENTORY}`,
  ),
  'placement:resource_providers:inventories:delete': rule(
    SERVICE,
    'Delete inventories of a provider: refused',
    `DELETE ${PROVIDER}/inventories`,
    `DELETE ${INVENTORY}`,
  ),
  'placement:resource_providers:aggregates:list': rule(
    SERVICE,
    'List the aggregates of a provider',
    `GET ${PROVIDER}/aggregates`,
  ),
  'placement:resource_providers:aggregates:update': rule(
    SERVICE,
    'Change the aggregates of a provider: refused',
    `PUT ${PROVIDER}/aggregates`,
  ),
  'placement:resource_providers:usages': rule(SERVICE, 'Show the usages of a provider', `GET ${PROVIDER}/usages`),
  'placement:usages': rule(
    `${SERVICE} or rule:project_reader_api`,
    'Show the usages of a project, or of a user in it',
    'GET /usages',
  ),
  'placement:traits:list': rule(SERVICE, 'List traits', 'GET /traits'),
  'placement:traits:show': rule(SERVICE, 'Show a trait', `GET ${TRAIT}`),
  'placement:traits:update': rule(SERVICE, 'Create a trait', `PUT ${TRAIT}`),
  'placement:traits:delete': rule(SERVICE, 'Delete a trait', `DELETE ${TRAIT}`),
  'placement:resource_providers:traits:list': rule(SERVICE, 'List the traits of a provider', `GET ${PROVIDER}/traits`),
  'placement:resource_providers:traits:update': rule(
    SERVICE,
    'Change the traits of a provider',
    `PUT ${PROVIDER}/traits`,
  ),
  'placement:resource_providers:traits:delete': rule(
    SERVICE,
    'Take all custom traits of a provider',
    `DELETE ${PROVIDER}/traits`,
  ),
  'placement:allocations:manage': rule(SERVICE, 'Change allocations of many consumers: refused', 'POST /allocations'),
  'placement:allocations:list': rule(SERVICE, 'List the allocations of a consumer', `GET ${CONSUMER}`),
  'placement:allocations:update': rule(SERVICE, 'Change the allocations of a consumer: refused', `PUT ${CONSUMER}`),
  'placement:allocations:delete': rule(SERVICE, 'Delete the allocations of a consumer: refused', `DELETE ${CONSUMER}`),
  'placement:resource_providers:allocations:list': rule(
    SERVICE,
    'List the allocations of a provider',
    `GET ${PROVIDER}/allocations`,
  ),
  'placement:allocation_candidates:list': rule(SERVICE, 'List allocation candidates', 'GET /allocation_candidates'),
  'placement:reshaper:reshape': rule(ADMIN, 'Change inventories and allocations together: refused', 'POST /reshaper'),
} as const satisfies RuleTable;

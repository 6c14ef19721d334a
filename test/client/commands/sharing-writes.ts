import { lacks, shows, type WriteCommand } from './write-command.ts';

const NET = '/network/v2.0';
const scope = (run: string, name: string, text: RegExp): WriteCommand =>
  shows(run, `${NET}/address-scopes?name=${name}`, text);
const policyOf = (run: string, text: RegExp): WriteCommand =>
  shows(run, `${NET}/rbac-policies?object_type=address_scope`, text);

/** Of the openstack client, as administrator: address scopes, and what is shared with whom. */
export const SHARING_WRITES: readonly WriteCommand[] = [
  scope('address scope create --ip-version 6 --share wide', 'wide', /(?=.*"ip_version":6)(?=.*"shared":true)/),
  scope('address scope set --no-share wide', 'wide', /"shared":false/),
  scope('address scope set --share wide', 'wide', /"shared":true/),
  scope('address scope set --name broad wide', 'broad', /"name":"broad"/),
  lacks('address scope delete broad', `${NET}/address-scopes`, /"broad"/),
  scope('address scope create --project demo --no-share realm', 'realm', /"ip_version":4/),
  shows(
    'subnet pool create --pool-prefix 10.93.0.0/16 --address-scope realm shore',
    `${NET}/subnetpools?name=shore`,
    /"address_scope_id":"[0-9a-f-]{36}"/,
  ),
  shows('subnet pool set --no-address-scope shore', `${NET}/subnetpools?name=shore`, /"address_scope_id":null/),
  lacks('subnet pool delete shore', `${NET}/subnetpools`, /"shore"/),
  policyOf(
    'network rbac create --type address_scope --action access_as_shared --target-project admin realm',
    /"target_tenant":"[0-9a-f-]{32,36}"/,
  ),
  lacks(
    'network rbac set --target-project demo {rbac:address_scope}',
    `${NET}/rbac-policies?object_type=address_scope&target_tenant={project:admin}`,
    /"action"/,
  ),
];

const shared = `${NET}/rbac-policies?object_type=security_group`;

/** The same of a security group. */
export const GROUP_SHARING: readonly WriteCommand[] = [
  shows('security group create lent', `${NET}/security-groups?name=lent`, /"shared":false/),
  shows(
    'network rbac create --type security_group --action access_as_shared --target-all-projects lent',
    shared,
    /"target_tenant":"\*"/,
  ),
  shows(
    'security group set --description common lent',
    `${NET}/security-groups?name=lent`,
    /(?=.*"description":"common")(?=.*"shared":true)/,
  ),
  lacks('network rbac delete {rbac:security_group}', shared, /"action"/),
  lacks('security group delete lent', `${NET}/security-groups`, /"lent"/),
  shows('security group create --stateless brief', `${NET}/security-groups?name=brief`, /"stateful":false/),
  shows('security group set --stateful brief', `${NET}/security-groups?name=brief`, /"stateful":true/),
  lacks('security group set --stateless brief', `${NET}/security-groups?stateful=true`, /"brief"/),
  lacks('security group delete brief', `${NET}/security-groups`, /"brief"/),
];

/** They remove what was left to be listed. */
export const SHARING_ENDS: readonly WriteCommand[] = [
  lacks('network rbac delete {rbac:address_scope}', `${NET}/rbac-policies?object_type=address_scope`, /"action"/),
  lacks('address scope delete realm', `${NET}/address-scopes`, /"realm"/),
];

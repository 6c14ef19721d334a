import type { RbacPolicyRecord } from '#platform/directory/stores/rbac-policies.ts';

export const rbacPolicyView = (policy: RbacPolicyRecord) => ({
  id: policy.id,
  project_id: policy.projectId,
  tenant_id: policy.projectId,
  object_type: policy.objectType,
  object_id: policy.objectId,
  action: policy.action,
  target_tenant: policy.targetProject,
});

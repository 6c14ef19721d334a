export interface DefaultSecurityGroupRulesTable {
  id: string;
  direction: 'ingress' | 'egress';
  ethertype: 'IPv4' | 'IPv6';
  /** null: any. */
  protocol: string | null;
  port_min: number | null;
  port_max: number | null;
  remote_ip_prefix: string | null;
  /** `PARENT`: the group that gets the rule. */
  remote_group_id: 'PARENT' | null;
  description: string;
  /** 1: the default group of a project begins with it. */
  in_default_groups: number;
  /** 1: every other group begins with it. */
  in_other_groups: number;
  created_at: string;
  updated_at: string;
  revision: number;
  /** What the rule lets in or out, as text; no two rules are alike in it. */
  content_key: string;
}

export interface DefaultSecurityGroupRuleTables {
  default_security_group_rules: DefaultSecurityGroupRulesTable;
}

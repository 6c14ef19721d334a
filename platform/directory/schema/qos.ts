import type { JsonColumn } from '../../database/json-column.ts';

export interface QosPoliciesTable {
  id: string;
  project_id: string;
  name: string;
  description: string;
  /** 1: every project may use it. */
  shared: number;
  /** 1: new networks of its project that name none have it. */
  is_default: number;
  /** The project whose default it is, so that each has one at most; null: of none. */
  default_of: string | null;
  /** JSON of string[]. */
  tags: JsonColumn;
  created_at: string;
  updated_at: string;
  /** Raised by each change of the policy or its rules. */
  revision: number;
}

/** A policy has one rule of a type and direction. */
export interface QosRulesTable {
  id: string;
  policy_id: string;
  type: 'bandwidth_limit' | 'packet_rate_limit' | 'dscp_marking';
  /** Of the guest: `ingress` comes to it. A mark is given to what it sends. */
  direction: 'ingress' | 'egress';
  /** Kilobits or thousands of packets each second; 0: unlimited, or a rule of another type. */
  rate: number;
  /** Kilobits or thousands of packets that may pass besides at once; 0: four fifths of the rate. */
  burst: number;
  /** 0 for a rule of another type. */
  dscp_mark: number;
}

export interface QosTables {
  qos_policies: QosPoliciesTable;
  qos_rules: QosRulesTable;
}

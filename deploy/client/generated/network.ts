// Generated from the OpenAPI documents by `npm run generate`; changes made by hand are lost.

export interface NetworkOperations {
  'GET /': {
    path: {};
    query: {};
    body: null;
    response: {
      versions: {
        id: string;
        status: string;
        links: {
          rel: string;
          href: string;
        }[];
      }[];
    };
  };
  'GET /v2.0': {
    path: {};
    query: {};
    body: null;
    response: {
      resources: {
        name: string;
        collection: string;
        links: {
          rel: string;
          href: string;
        }[];
      }[];
    };
  };
  'GET /v2.0/extensions': {
    path: {};
    query: {
      alias?: (string | number | boolean) | string[];
      name?: (string | number | boolean) | string[];
      description?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      extensions: {
        alias: string;
        name: string;
        description: string;
        updated: string;
        /**
         * @maxItems 0
         */
        links: unknown[];
      }[];
    };
  };
  'GET /v2.0/extensions/{alias}': {
    path: {
      alias: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      extension: {
        alias: string;
        name: string;
        description: string;
        updated: string;
        /**
         * @maxItems 0
         */
        links: unknown[];
      };
    };
  };
  'GET /v2.0/networks': {
    path: {};
    query: {
      id?: (string | number | boolean) | string[];
      name?: (string | number | boolean) | string[];
      description?: (string | number | boolean) | string[];
      project_id?: (string | number | boolean) | string[];
      tenant_id?: (string | number | boolean) | string[];
      created_at?: (string | number | boolean) | string[];
      updated_at?: (string | number | boolean) | string[];
      revision_number?: (string | number | boolean) | string[];
      tags?: (string | number | boolean) | string[];
      'tags-any'?: (string | number | boolean) | string[];
      'not-tags'?: (string | number | boolean) | string[];
      'not-tags-any'?: (string | number | boolean) | string[];
      admin_state_up?: (string | number | boolean) | string[];
      status?: (string | number | boolean) | string[];
      shared?: (string | number | boolean) | string[];
      'router:external'?: (string | number | boolean) | string[];
      mtu?: (string | number | boolean) | string[];
      port_security_enabled?: (string | number | boolean) | string[];
      is_default?: (string | number | boolean) | string[];
      qos_policy_id?: (string | number | boolean) | string[];
      dns_domain?: (string | number | boolean) | string[];
      availability_zone_hints?: (string | number | boolean) | string[];
      availability_zones?: (string | number | boolean) | string[];
      'provider:network_type'?: (string | number | boolean) | string[];
      'provider:physical_network'?: (string | number | boolean) | string[];
      'provider:segmentation_id'?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      networks: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        name: string;
        admin_state_up: boolean;
        status: string;
        shared: boolean;
        'router:external': boolean;
        mtu: number;
        subnets: string[];
        port_security_enabled: boolean;
        is_default: boolean;
        qos_policy_id: string | null;
        dns_domain: string;
        /**
         * @maxItems 0
         */
        availability_zone_hints: unknown[];
        /**
         * @maxItems 0
         */
        availability_zones: unknown[];
        ipv4_address_scope: string | null;
        ipv6_address_scope: string | null;
        'provider:network_type'?: string;
        'provider:physical_network'?: string | null;
        'provider:segmentation_id'?: number | null;
      }[];
      networks_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'POST /v2.0/networks': {
    path: {};
    query: {};
    body: {
      network?: {
        name?: string;
        description?: string;
        admin_state_up?: boolean;
        shared?: boolean;
        'router:external'?: boolean;
        mtu?: number | string;
        port_security_enabled?: boolean;
        is_default?: boolean;
        qos_policy_id?: string | null;
        dns_domain?: string;
        project_id?: string;
        tenant_id?: string;
        availability_zone_hints?: string[];
        'provider:network_type'?: 'flat' | 'vlan' | 'vxlan';
        'provider:physical_network'?: string | null;
        'provider:segmentation_id'?: number | string | null;
      };
      /**
       * @minItems 1
       * @maxItems 100
       */
      networks?: {
        name?: string;
        description?: string;
        admin_state_up?: boolean;
        shared?: boolean;
        'router:external'?: boolean;
        mtu?: number | string;
        port_security_enabled?: boolean;
        is_default?: boolean;
        qos_policy_id?: string | null;
        dns_domain?: string;
        project_id?: string;
        tenant_id?: string;
        availability_zone_hints?: string[];
        'provider:network_type'?: 'flat' | 'vlan' | 'vxlan';
        'provider:physical_network'?: string | null;
        'provider:segmentation_id'?: number | string | null;
      }[];
    };
    response:
      | {
          network: {
            id: string;
            project_id: string;
            tenant_id: string;
            description: string;
            tags: string[];
            created_at: string;
            updated_at: string;
            revision_number: number;
            name: string;
            admin_state_up: boolean;
            status: string;
            shared: boolean;
            'router:external': boolean;
            mtu: number;
            subnets: string[];
            port_security_enabled: boolean;
            is_default: boolean;
            qos_policy_id: string | null;
            dns_domain: string;
            /**
             * @maxItems 0
             */
            availability_zone_hints: unknown[];
            /**
             * @maxItems 0
             */
            availability_zones: unknown[];
            ipv4_address_scope: string | null;
            ipv6_address_scope: string | null;
            'provider:network_type'?: string;
            'provider:physical_network'?: string | null;
            'provider:segmentation_id'?: number | null;
          };
        }
      | {
          networks: {
            id: string;
            project_id: string;
            tenant_id: string;
            description: string;
            tags: string[];
            created_at: string;
            updated_at: string;
            revision_number: number;
            name: string;
            admin_state_up: boolean;
            status: string;
            shared: boolean;
            'router:external': boolean;
            mtu: number;
            subnets: string[];
            port_security_enabled: boolean;
            is_default: boolean;
            qos_policy_id: string | null;
            dns_domain: string;
            /**
             * @maxItems 0
             */
            availability_zone_hints: unknown[];
            /**
             * @maxItems 0
             */
            availability_zones: unknown[];
            ipv4_address_scope: string | null;
            ipv6_address_scope: string | null;
            'provider:network_type'?: string;
            'provider:physical_network'?: string | null;
            'provider:segmentation_id'?: number | null;
          }[];
        };
  };
  'GET /v2.0/networks/{id}': {
    path: {
      id: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      network: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        name: string;
        admin_state_up: boolean;
        status: string;
        shared: boolean;
        'router:external': boolean;
        mtu: number;
        subnets: string[];
        port_security_enabled: boolean;
        is_default: boolean;
        qos_policy_id: string | null;
        dns_domain: string;
        /**
         * @maxItems 0
         */
        availability_zone_hints: unknown[];
        /**
         * @maxItems 0
         */
        availability_zones: unknown[];
        ipv4_address_scope: string | null;
        ipv6_address_scope: string | null;
        'provider:network_type'?: string;
        'provider:physical_network'?: string | null;
        'provider:segmentation_id'?: number | null;
      };
    };
  };
  'PUT /v2.0/networks/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: {
      network: {
        name?: string;
        description?: string;
        admin_state_up?: boolean;
        shared?: boolean;
        'router:external'?: boolean;
        mtu?: number | string;
        port_security_enabled?: boolean;
        is_default?: boolean;
        qos_policy_id?: string | null;
        dns_domain?: string;
      };
    };
    response: {
      network: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        name: string;
        admin_state_up: boolean;
        status: string;
        shared: boolean;
        'router:external': boolean;
        mtu: number;
        subnets: string[];
        port_security_enabled: boolean;
        is_default: boolean;
        qos_policy_id: string | null;
        dns_domain: string;
        /**
         * @maxItems 0
         */
        availability_zone_hints: unknown[];
        /**
         * @maxItems 0
         */
        availability_zones: unknown[];
        ipv4_address_scope: string | null;
        ipv6_address_scope: string | null;
        'provider:network_type'?: string;
        'provider:physical_network'?: string | null;
        'provider:segmentation_id'?: number | null;
      };
    };
  };
  'DELETE /v2.0/networks/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/subnets': {
    path: {};
    query: {
      id?: (string | number | boolean) | string[];
      name?: (string | number | boolean) | string[];
      description?: (string | number | boolean) | string[];
      project_id?: (string | number | boolean) | string[];
      tenant_id?: (string | number | boolean) | string[];
      created_at?: (string | number | boolean) | string[];
      updated_at?: (string | number | boolean) | string[];
      revision_number?: (string | number | boolean) | string[];
      tags?: (string | number | boolean) | string[];
      'tags-any'?: (string | number | boolean) | string[];
      'not-tags'?: (string | number | boolean) | string[];
      'not-tags-any'?: (string | number | boolean) | string[];
      network_id?: (string | number | boolean) | string[];
      ip_version?: (string | number | boolean) | string[];
      cidr?: (string | number | boolean) | string[];
      gateway_ip?: (string | number | boolean) | string[];
      enable_dhcp?: (string | number | boolean) | string[];
      ipv6_ra_mode?: (string | number | boolean) | string[];
      ipv6_address_mode?: (string | number | boolean) | string[];
      subnetpool_id?: (string | number | boolean) | string[];
      segment_id?: (string | number | boolean) | string[];
      service_types?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      subnets: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        network_id: string;
        name: string;
        ip_version: number;
        cidr: string;
        gateway_ip: string | null;
        enable_dhcp: boolean;
        allocation_pools: {
          start: string;
          end: string;
        }[];
        dns_nameservers: string[];
        host_routes: {
          destination: string;
          nexthop: string;
        }[];
        ipv6_ra_mode: string | null;
        ipv6_address_mode: string | null;
        subnetpool_id: string | null;
        segment_id: string | null;
        /**
         * @maxItems 0
         */
        service_types: unknown[];
      }[];
      subnets_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'POST /v2.0/subnets': {
    path: {};
    query: {};
    body: {
      subnet?: {
        name?: string;
        description?: string;
        enable_dhcp?: boolean;
        gateway_ip?: string | null;
        /**
         * @maxItems 100
         */
        allocation_pools?: {
          start: string;
          end: string;
        }[];
        /**
         * @maxItems 5
         */
        dns_nameservers?: string[];
        /**
         * @maxItems 20
         */
        host_routes?: {
          destination: string;
          nexthop: string;
        }[];
        /**
         * @maxItems 0
         */
        service_types?: unknown[];
        ipv6_ra_mode?: null;
        ipv6_address_mode?: null;
        segment_id?: null;
        network_id: string;
        cidr?: string;
        subnetpool_id?: string | null;
        use_default_subnetpool?: boolean;
        prefixlen?: number | string;
        ip_version: 4 | 6;
        project_id?: string;
        tenant_id?: string;
      };
      /**
       * @minItems 1
       * @maxItems 100
       */
      subnets?: {
        name?: string;
        description?: string;
        enable_dhcp?: boolean;
        gateway_ip?: string | null;
        /**
         * @maxItems 100
         */
        allocation_pools?: {
          start: string;
          end: string;
        }[];
        /**
         * @maxItems 5
         */
        dns_nameservers?: string[];
        /**
         * @maxItems 20
         */
        host_routes?: {
          destination: string;
          nexthop: string;
        }[];
        /**
         * @maxItems 0
         */
        service_types?: unknown[];
        ipv6_ra_mode?: null;
        ipv6_address_mode?: null;
        segment_id?: null;
        network_id: string;
        cidr?: string;
        subnetpool_id?: string | null;
        use_default_subnetpool?: boolean;
        prefixlen?: number | string;
        ip_version: 4 | 6;
        project_id?: string;
        tenant_id?: string;
      }[];
    };
    response:
      | {
          subnet: {
            id: string;
            project_id: string;
            tenant_id: string;
            description: string;
            tags: string[];
            created_at: string;
            updated_at: string;
            revision_number: number;
            network_id: string;
            name: string;
            ip_version: number;
            cidr: string;
            gateway_ip: string | null;
            enable_dhcp: boolean;
            allocation_pools: {
              start: string;
              end: string;
            }[];
            dns_nameservers: string[];
            host_routes: {
              destination: string;
              nexthop: string;
            }[];
            ipv6_ra_mode: string | null;
            ipv6_address_mode: string | null;
            subnetpool_id: string | null;
            segment_id: string | null;
            /**
             * @maxItems 0
             */
            service_types: unknown[];
          };
        }
      | {
          subnets: {
            id: string;
            project_id: string;
            tenant_id: string;
            description: string;
            tags: string[];
            created_at: string;
            updated_at: string;
            revision_number: number;
            network_id: string;
            name: string;
            ip_version: number;
            cidr: string;
            gateway_ip: string | null;
            enable_dhcp: boolean;
            allocation_pools: {
              start: string;
              end: string;
            }[];
            dns_nameservers: string[];
            host_routes: {
              destination: string;
              nexthop: string;
            }[];
            ipv6_ra_mode: string | null;
            ipv6_address_mode: string | null;
            subnetpool_id: string | null;
            segment_id: string | null;
            /**
             * @maxItems 0
             */
            service_types: unknown[];
          }[];
        };
  };
  'GET /v2.0/subnets/{id}': {
    path: {
      id: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      subnet: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        network_id: string;
        name: string;
        ip_version: number;
        cidr: string;
        gateway_ip: string | null;
        enable_dhcp: boolean;
        allocation_pools: {
          start: string;
          end: string;
        }[];
        dns_nameservers: string[];
        host_routes: {
          destination: string;
          nexthop: string;
        }[];
        ipv6_ra_mode: string | null;
        ipv6_address_mode: string | null;
        subnetpool_id: string | null;
        segment_id: string | null;
        /**
         * @maxItems 0
         */
        service_types: unknown[];
      };
    };
  };
  'PUT /v2.0/subnets/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: {
      subnet: {
        name?: string;
        description?: string;
        enable_dhcp?: boolean;
        gateway_ip?: string | null;
        /**
         * @maxItems 100
         */
        allocation_pools?: {
          start: string;
          end: string;
        }[];
        /**
         * @maxItems 5
         */
        dns_nameservers?: string[];
        /**
         * @maxItems 20
         */
        host_routes?: {
          destination: string;
          nexthop: string;
        }[];
        /**
         * @maxItems 0
         */
        service_types?: unknown[];
      };
    };
    response: {
      subnet: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        network_id: string;
        name: string;
        ip_version: number;
        cidr: string;
        gateway_ip: string | null;
        enable_dhcp: boolean;
        allocation_pools: {
          start: string;
          end: string;
        }[];
        dns_nameservers: string[];
        host_routes: {
          destination: string;
          nexthop: string;
        }[];
        ipv6_ra_mode: string | null;
        ipv6_address_mode: string | null;
        subnetpool_id: string | null;
        segment_id: string | null;
        /**
         * @maxItems 0
         */
        service_types: unknown[];
      };
    };
  };
  'DELETE /v2.0/subnets/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/subnetpools': {
    path: {};
    query: {
      id?: (string | number | boolean) | string[];
      name?: (string | number | boolean) | string[];
      description?: (string | number | boolean) | string[];
      project_id?: (string | number | boolean) | string[];
      tenant_id?: (string | number | boolean) | string[];
      created_at?: (string | number | boolean) | string[];
      updated_at?: (string | number | boolean) | string[];
      revision_number?: (string | number | boolean) | string[];
      tags?: (string | number | boolean) | string[];
      'tags-any'?: (string | number | boolean) | string[];
      'not-tags'?: (string | number | boolean) | string[];
      'not-tags-any'?: (string | number | boolean) | string[];
      ip_version?: (string | number | boolean) | string[];
      min_prefixlen?: (string | number | boolean) | string[];
      max_prefixlen?: (string | number | boolean) | string[];
      default_prefixlen?: (string | number | boolean) | string[];
      default_quota?: (string | number | boolean) | string[];
      shared?: (string | number | boolean) | string[];
      is_default?: (string | number | boolean) | string[];
      address_scope_id?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      subnetpools: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        name: string;
        ip_version: number;
        prefixes: string[];
        min_prefixlen: number;
        max_prefixlen: number;
        default_prefixlen: number;
        default_quota: number | null;
        shared: boolean;
        is_default: boolean;
        address_scope_id: string | null;
      }[];
      subnetpools_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'POST /v2.0/subnetpools': {
    path: {};
    query: {};
    body: {
      subnetpool?: {
        name?: string;
        description?: string;
        /**
         * @minItems 1
         * @maxItems 100
         */
        prefixes: string[];
        min_prefixlen?: number | string;
        max_prefixlen?: number | string;
        default_prefixlen?: number | string;
        default_quota?: number | string | null;
        is_default?: boolean;
        address_scope_id?: string | null;
        shared?: boolean;
        project_id?: string;
        tenant_id?: string;
      };
      /**
       * @minItems 1
       * @maxItems 100
       */
      subnetpools?: {
        name?: string;
        description?: string;
        /**
         * @minItems 1
         * @maxItems 100
         */
        prefixes: string[];
        min_prefixlen?: number | string;
        max_prefixlen?: number | string;
        default_prefixlen?: number | string;
        default_quota?: number | string | null;
        is_default?: boolean;
        address_scope_id?: string | null;
        shared?: boolean;
        project_id?: string;
        tenant_id?: string;
      }[];
    };
    response:
      | {
          subnetpool: {
            id: string;
            project_id: string;
            tenant_id: string;
            description: string;
            tags: string[];
            created_at: string;
            updated_at: string;
            revision_number: number;
            name: string;
            ip_version: number;
            prefixes: string[];
            min_prefixlen: number;
            max_prefixlen: number;
            default_prefixlen: number;
            default_quota: number | null;
            shared: boolean;
            is_default: boolean;
            address_scope_id: string | null;
          };
        }
      | {
          subnetpools: {
            id: string;
            project_id: string;
            tenant_id: string;
            description: string;
            tags: string[];
            created_at: string;
            updated_at: string;
            revision_number: number;
            name: string;
            ip_version: number;
            prefixes: string[];
            min_prefixlen: number;
            max_prefixlen: number;
            default_prefixlen: number;
            default_quota: number | null;
            shared: boolean;
            is_default: boolean;
            address_scope_id: string | null;
          }[];
        };
  };
  'GET /v2.0/subnetpools/{id}': {
    path: {
      id: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      subnetpool: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        name: string;
        ip_version: number;
        prefixes: string[];
        min_prefixlen: number;
        max_prefixlen: number;
        default_prefixlen: number;
        default_quota: number | null;
        shared: boolean;
        is_default: boolean;
        address_scope_id: string | null;
      };
    };
  };
  'PUT /v2.0/subnetpools/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: {
      subnetpool: {
        name?: string;
        description?: string;
        /**
         * @minItems 1
         * @maxItems 100
         */
        prefixes?: string[];
        min_prefixlen?: number | string;
        max_prefixlen?: number | string;
        default_prefixlen?: number | string;
        default_quota?: number | string | null;
        is_default?: boolean;
        address_scope_id?: string | null;
      };
    };
    response: {
      subnetpool: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        name: string;
        ip_version: number;
        prefixes: string[];
        min_prefixlen: number;
        max_prefixlen: number;
        default_prefixlen: number;
        default_quota: number | null;
        shared: boolean;
        is_default: boolean;
        address_scope_id: string | null;
      };
    };
  };
  'DELETE /v2.0/subnetpools/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/ports': {
    path: {};
    query: {
      id?: (string | number | boolean) | string[];
      name?: (string | number | boolean) | string[];
      description?: (string | number | boolean) | string[];
      project_id?: (string | number | boolean) | string[];
      tenant_id?: (string | number | boolean) | string[];
      created_at?: (string | number | boolean) | string[];
      updated_at?: (string | number | boolean) | string[];
      revision_number?: (string | number | boolean) | string[];
      tags?: (string | number | boolean) | string[];
      'tags-any'?: (string | number | boolean) | string[];
      'not-tags'?: (string | number | boolean) | string[];
      'not-tags-any'?: (string | number | boolean) | string[];
      network_id?: (string | number | boolean) | string[];
      mac_address?: (string | number | boolean) | string[];
      admin_state_up?: (string | number | boolean) | string[];
      device_id?: (string | number | boolean) | string[];
      device_owner?: (string | number | boolean) | string[];
      status?: (string | number | boolean) | string[];
      dns_name?: (string | number | boolean) | string[];
      port_security_enabled?: (string | number | boolean) | string[];
      security_groups?: (string | number | boolean) | string[];
      propagate_uplink_status?: (string | number | boolean) | string[];
      qos_policy_id?: (string | number | boolean) | string[];
      'binding:host_id'?: (string | number | boolean) | string[];
      'binding:vif_type'?: (string | number | boolean) | string[];
      'binding:vnic_type'?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fixed_ips?: (string | number | boolean) | string[];
      qos_network_policy_id?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      ports: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        network_id: string;
        name: string;
        mac_address: string;
        admin_state_up: boolean;
        status: string;
        device_id: string;
        device_owner: string;
        fixed_ips: {
          subnet_id: string;
          ip_address: string;
        }[];
        security_groups: string[];
        port_security_enabled: boolean;
        dns_name: string;
        dns_assignment: {
          ip_address: string;
          hostname: string;
          fqdn: string;
        }[];
        allowed_address_pairs: {
          ip_address: string;
          mac_address: string;
        }[];
        extra_dhcp_opts: {
          opt_name: string;
          opt_value: string;
          ip_version: number;
        }[];
        propagate_uplink_status: boolean;
        qos_policy_id: string | null;
        qos_network_policy_id: string | null;
        'binding:vnic_type': string;
        'binding:host_id'?: string;
        'binding:vif_type'?: string;
        'binding:vif_details'?: {};
        'binding:profile'?: {};
        trunk_details?: {
          trunk_id: string;
          sub_ports: {
            port_id: string;
            segmentation_type: string;
            segmentation_id: number;
            mac_address: string;
          }[];
        };
      }[];
      ports_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'POST /v2.0/ports': {
    path: {};
    query: {};
    body: {
      port?: {
        name?: string;
        description?: string;
        admin_state_up?: boolean;
        device_id?: string;
        device_owner?: string;
        /**
         * @maxItems 5
         */
        fixed_ips?: {
          subnet_id?: string;
          ip_address?: string;
        }[];
        mac_address?: string;
        security_groups?: string[];
        dns_name?: string;
        port_security_enabled?: boolean;
        /**
         * @maxItems 100
         */
        allowed_address_pairs?: {
          ip_address?: string;
          mac_address?: string;
        }[];
        /**
         * @maxItems 100
         */
        extra_dhcp_opts?: {
          opt_name: string;
          opt_value: string | null;
          ip_version?: 4 | 6 | '4' | '6';
        }[];
        propagate_uplink_status?: boolean;
        'binding:host_id'?: string | null;
        'binding:vnic_type'?: 'normal';
        'binding:profile'?: {
          /**
           * This interface was referenced by `undefined`'s JSON-Schema definition
           * via the `patternProperty` "^.*$".
           */
          [k: string]: unknown | undefined;
        };
        qos_policy_id?: string | null;
        network_id: string;
        project_id?: string;
        tenant_id?: string;
        /**
         * @maxItems 50
         */
        tags?: string[];
      };
      /**
       * @minItems 1
       * @maxItems 100
       */
      ports?: {
        name?: string;
        description?: string;
        admin_state_up?: boolean;
        device_id?: string;
        device_owner?: string;
        /**
         * @maxItems 5
         */
        fixed_ips?: {
          subnet_id?: string;
          ip_address?: string;
        }[];
        mac_address?: string;
        security_groups?: string[];
        dns_name?: string;
        port_security_enabled?: boolean;
        /**
         * @maxItems 100
         */
        allowed_address_pairs?: {
          ip_address?: string;
          mac_address?: string;
        }[];
        /**
         * @maxItems 100
         */
        extra_dhcp_opts?: {
          opt_name: string;
          opt_value: string | null;
          ip_version?: 4 | 6 | '4' | '6';
        }[];
        propagate_uplink_status?: boolean;
        'binding:host_id'?: string | null;
        'binding:vnic_type'?: 'normal';
        'binding:profile'?: {
          /**
           * This interface was referenced by `undefined`'s JSON-Schema definition
           * via the `patternProperty` "^.*$".
           */
          [k: string]: unknown | undefined;
        };
        qos_policy_id?: string | null;
        network_id: string;
        project_id?: string;
        tenant_id?: string;
        /**
         * @maxItems 50
         */
        tags?: string[];
      }[];
    };
    response:
      | {
          port: {
            id: string;
            project_id: string;
            tenant_id: string;
            description: string;
            tags: string[];
            created_at: string;
            updated_at: string;
            revision_number: number;
            network_id: string;
            name: string;
            mac_address: string;
            admin_state_up: boolean;
            status: string;
            device_id: string;
            device_owner: string;
            fixed_ips: {
              subnet_id: string;
              ip_address: string;
            }[];
            security_groups: string[];
            port_security_enabled: boolean;
            dns_name: string;
            dns_assignment: {
              ip_address: string;
              hostname: string;
              fqdn: string;
            }[];
            allowed_address_pairs: {
              ip_address: string;
              mac_address: string;
            }[];
            extra_dhcp_opts: {
              opt_name: string;
              opt_value: string;
              ip_version: number;
            }[];
            propagate_uplink_status: boolean;
            qos_policy_id: string | null;
            qos_network_policy_id: string | null;
            'binding:vnic_type': string;
            'binding:host_id'?: string;
            'binding:vif_type'?: string;
            'binding:vif_details'?: {};
            'binding:profile'?: {};
            trunk_details?: {
              trunk_id: string;
              sub_ports: {
                port_id: string;
                segmentation_type: string;
                segmentation_id: number;
                mac_address: string;
              }[];
            };
          };
        }
      | {
          ports: {
            id: string;
            project_id: string;
            tenant_id: string;
            description: string;
            tags: string[];
            created_at: string;
            updated_at: string;
            revision_number: number;
            network_id: string;
            name: string;
            mac_address: string;
            admin_state_up: boolean;
            status: string;
            device_id: string;
            device_owner: string;
            fixed_ips: {
              subnet_id: string;
              ip_address: string;
            }[];
            security_groups: string[];
            port_security_enabled: boolean;
            dns_name: string;
            dns_assignment: {
              ip_address: string;
              hostname: string;
              fqdn: string;
            }[];
            allowed_address_pairs: {
              ip_address: string;
              mac_address: string;
            }[];
            extra_dhcp_opts: {
              opt_name: string;
              opt_value: string;
              ip_version: number;
            }[];
            propagate_uplink_status: boolean;
            qos_policy_id: string | null;
            qos_network_policy_id: string | null;
            'binding:vnic_type': string;
            'binding:host_id'?: string;
            'binding:vif_type'?: string;
            'binding:vif_details'?: {};
            'binding:profile'?: {};
            trunk_details?: {
              trunk_id: string;
              sub_ports: {
                port_id: string;
                segmentation_type: string;
                segmentation_id: number;
                mac_address: string;
              }[];
            };
          }[];
        };
  };
  'GET /v2.0/ports/{id}': {
    path: {
      id: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      port: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        network_id: string;
        name: string;
        mac_address: string;
        admin_state_up: boolean;
        status: string;
        device_id: string;
        device_owner: string;
        fixed_ips: {
          subnet_id: string;
          ip_address: string;
        }[];
        security_groups: string[];
        port_security_enabled: boolean;
        dns_name: string;
        dns_assignment: {
          ip_address: string;
          hostname: string;
          fqdn: string;
        }[];
        allowed_address_pairs: {
          ip_address: string;
          mac_address: string;
        }[];
        extra_dhcp_opts: {
          opt_name: string;
          opt_value: string;
          ip_version: number;
        }[];
        propagate_uplink_status: boolean;
        qos_policy_id: string | null;
        qos_network_policy_id: string | null;
        'binding:vnic_type': string;
        'binding:host_id'?: string;
        'binding:vif_type'?: string;
        'binding:vif_details'?: {};
        'binding:profile'?: {};
        trunk_details?: {
          trunk_id: string;
          sub_ports: {
            port_id: string;
            segmentation_type: string;
            segmentation_id: number;
            mac_address: string;
          }[];
        };
      };
    };
  };
  'PUT /v2.0/ports/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: {
      port: {
        name?: string;
        description?: string;
        admin_state_up?: boolean;
        device_id?: string;
        device_owner?: string;
        /**
         * @maxItems 5
         */
        fixed_ips?: {
          subnet_id?: string;
          ip_address?: string;
        }[];
        mac_address?: string;
        security_groups?: string[];
        dns_name?: string;
        port_security_enabled?: boolean;
        /**
         * @maxItems 100
         */
        allowed_address_pairs?: {
          ip_address?: string;
          mac_address?: string;
        }[];
        /**
         * @maxItems 100
         */
        extra_dhcp_opts?: {
          opt_name: string;
          opt_value: string | null;
          ip_version?: 4 | 6 | '4' | '6';
        }[];
        propagate_uplink_status?: boolean;
        'binding:host_id'?: string | null;
        'binding:vnic_type'?: 'normal';
        'binding:profile'?: {
          /**
           * This interface was referenced by `undefined`'s JSON-Schema definition
           * via the `patternProperty` "^.*$".
           */
          [k: string]: unknown | undefined;
        };
        qos_policy_id?: string | null;
      };
    };
    response: {
      port: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        network_id: string;
        name: string;
        mac_address: string;
        admin_state_up: boolean;
        status: string;
        device_id: string;
        device_owner: string;
        fixed_ips: {
          subnet_id: string;
          ip_address: string;
        }[];
        security_groups: string[];
        port_security_enabled: boolean;
        dns_name: string;
        dns_assignment: {
          ip_address: string;
          hostname: string;
          fqdn: string;
        }[];
        allowed_address_pairs: {
          ip_address: string;
          mac_address: string;
        }[];
        extra_dhcp_opts: {
          opt_name: string;
          opt_value: string;
          ip_version: number;
        }[];
        propagate_uplink_status: boolean;
        qos_policy_id: string | null;
        qos_network_policy_id: string | null;
        'binding:vnic_type': string;
        'binding:host_id'?: string;
        'binding:vif_type'?: string;
        'binding:vif_details'?: {};
        'binding:profile'?: {};
        trunk_details?: {
          trunk_id: string;
          sub_ports: {
            port_id: string;
            segmentation_type: string;
            segmentation_id: number;
            mac_address: string;
          }[];
        };
      };
    };
  };
  'DELETE /v2.0/ports/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/security-groups': {
    path: {};
    query: {
      id?: (string | number | boolean) | string[];
      name?: (string | number | boolean) | string[];
      description?: (string | number | boolean) | string[];
      project_id?: (string | number | boolean) | string[];
      tenant_id?: (string | number | boolean) | string[];
      created_at?: (string | number | boolean) | string[];
      updated_at?: (string | number | boolean) | string[];
      revision_number?: (string | number | boolean) | string[];
      tags?: (string | number | boolean) | string[];
      'tags-any'?: (string | number | boolean) | string[];
      'not-tags'?: (string | number | boolean) | string[];
      'not-tags-any'?: (string | number | boolean) | string[];
      stateful?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      shared?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      security_groups: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        name: string;
        stateful: boolean;
        shared: boolean;
        security_group_rules: {
          id: string;
          project_id: string;
          tenant_id: string;
          description: string;
          tags: string[];
          created_at: string;
          updated_at: string;
          revision_number: number;
          security_group_id: string;
          direction: 'egress' | 'ingress';
          ethertype: 'IPv4' | 'IPv6';
          protocol: string | null;
          port_range_min: number | null;
          port_range_max: number | null;
          remote_ip_prefix: string | null;
          remote_group_id: string | null;
          remote_address_group_id: string | null;
        }[];
      }[];
      security_groups_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'POST /v2.0/security-groups': {
    path: {};
    query: {};
    body: {
      security_group?: {
        name?: string;
        description?: string;
        stateful?: boolean;
        project_id?: string;
        tenant_id?: string;
      };
      /**
       * @minItems 1
       * @maxItems 100
       */
      security_groups?: {
        name?: string;
        description?: string;
        stateful?: boolean;
        project_id?: string;
        tenant_id?: string;
      }[];
    };
    response:
      | {
          security_group: {
            id: string;
            project_id: string;
            tenant_id: string;
            description: string;
            tags: string[];
            created_at: string;
            updated_at: string;
            revision_number: number;
            name: string;
            stateful: boolean;
            shared: boolean;
            security_group_rules: {
              id: string;
              project_id: string;
              tenant_id: string;
              description: string;
              tags: string[];
              created_at: string;
              updated_at: string;
              revision_number: number;
              security_group_id: string;
              direction: 'egress' | 'ingress';
              ethertype: 'IPv4' | 'IPv6';
              protocol: string | null;
              port_range_min: number | null;
              port_range_max: number | null;
              remote_ip_prefix: string | null;
              remote_group_id: string | null;
              remote_address_group_id: string | null;
            }[];
          };
        }
      | {
          security_groups: {
            id: string;
            project_id: string;
            tenant_id: string;
            description: string;
            tags: string[];
            created_at: string;
            updated_at: string;
            revision_number: number;
            name: string;
            stateful: boolean;
            shared: boolean;
            security_group_rules: {
              id: string;
              project_id: string;
              tenant_id: string;
              description: string;
              tags: string[];
              created_at: string;
              updated_at: string;
              revision_number: number;
              security_group_id: string;
              direction: 'egress' | 'ingress';
              ethertype: 'IPv4' | 'IPv6';
              protocol: string | null;
              port_range_min: number | null;
              port_range_max: number | null;
              remote_ip_prefix: string | null;
              remote_group_id: string | null;
              remote_address_group_id: string | null;
            }[];
          }[];
        };
  };
  'GET /v2.0/security-groups/{id}': {
    path: {
      id: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      security_group: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        name: string;
        stateful: boolean;
        shared: boolean;
        security_group_rules: {
          id: string;
          project_id: string;
          tenant_id: string;
          description: string;
          tags: string[];
          created_at: string;
          updated_at: string;
          revision_number: number;
          security_group_id: string;
          direction: 'egress' | 'ingress';
          ethertype: 'IPv4' | 'IPv6';
          protocol: string | null;
          port_range_min: number | null;
          port_range_max: number | null;
          remote_ip_prefix: string | null;
          remote_group_id: string | null;
          remote_address_group_id: string | null;
        }[];
      };
    };
  };
  'PUT /v2.0/security-groups/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: {
      security_group: {
        name?: string;
        description?: string;
        stateful?: boolean;
      };
    };
    response: {
      security_group: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        name: string;
        stateful: boolean;
        shared: boolean;
        security_group_rules: {
          id: string;
          project_id: string;
          tenant_id: string;
          description: string;
          tags: string[];
          created_at: string;
          updated_at: string;
          revision_number: number;
          security_group_id: string;
          direction: 'egress' | 'ingress';
          ethertype: 'IPv4' | 'IPv6';
          protocol: string | null;
          port_range_min: number | null;
          port_range_max: number | null;
          remote_ip_prefix: string | null;
          remote_group_id: string | null;
          remote_address_group_id: string | null;
        }[];
      };
    };
  };
  'DELETE /v2.0/security-groups/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/security-group-rules': {
    path: {};
    query: {
      id?: (string | number | boolean) | string[];
      description?: (string | number | boolean) | string[];
      project_id?: (string | number | boolean) | string[];
      tenant_id?: (string | number | boolean) | string[];
      created_at?: (string | number | boolean) | string[];
      updated_at?: (string | number | boolean) | string[];
      revision_number?: (string | number | boolean) | string[];
      tags?: (string | number | boolean) | string[];
      'tags-any'?: (string | number | boolean) | string[];
      'not-tags'?: (string | number | boolean) | string[];
      'not-tags-any'?: (string | number | boolean) | string[];
      security_group_id?: (string | number | boolean) | string[];
      direction?: (string | number | boolean) | string[];
      ethertype?: (string | number | boolean) | string[];
      remote_group_id?: (string | number | boolean) | string[];
      protocol?: (string | number | boolean) | string[];
      port_range_min?: (string | number | boolean) | string[];
      port_range_max?: (string | number | boolean) | string[];
      remote_ip_prefix?: (string | number | boolean) | string[];
      remote_address_group_id?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      security_group_rules: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        security_group_id: string;
        direction: 'egress' | 'ingress';
        ethertype: 'IPv4' | 'IPv6';
        protocol: string | null;
        port_range_min: number | null;
        port_range_max: number | null;
        remote_ip_prefix: string | null;
        remote_group_id: string | null;
        remote_address_group_id: string | null;
      }[];
      security_group_rules_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'POST /v2.0/security-group-rules': {
    path: {};
    query: {};
    body: {
      security_group_rule?: {
        project_id?: string;
        tenant_id?: string;
        security_group_id: string;
        direction: 'ingress' | 'egress';
        ethertype?: 'IPv4' | 'IPv6';
        protocol?: number | string | null;
        port_range_min?: number | string | null;
        port_range_max?: number | string | null;
        remote_ip_prefix?: string | null;
        remote_group_id?: string | null;
        remote_address_group_id?: string | null;
        description?: string;
      };
      /**
       * @minItems 1
       * @maxItems 100
       */
      security_group_rules?: {
        project_id?: string;
        tenant_id?: string;
        security_group_id: string;
        direction: 'ingress' | 'egress';
        ethertype?: 'IPv4' | 'IPv6';
        protocol?: number | string | null;
        port_range_min?: number | string | null;
        port_range_max?: number | string | null;
        remote_ip_prefix?: string | null;
        remote_group_id?: string | null;
        remote_address_group_id?: string | null;
        description?: string;
      }[];
    };
    response:
      | {
          security_group_rule: {
            id: string;
            project_id: string;
            tenant_id: string;
            description: string;
            tags: string[];
            created_at: string;
            updated_at: string;
            revision_number: number;
            security_group_id: string;
            direction: 'egress' | 'ingress';
            ethertype: 'IPv4' | 'IPv6';
            protocol: string | null;
            port_range_min: number | null;
            port_range_max: number | null;
            remote_ip_prefix: string | null;
            remote_group_id: string | null;
            remote_address_group_id: string | null;
          };
        }
      | {
          security_group_rules: {
            id: string;
            project_id: string;
            tenant_id: string;
            description: string;
            tags: string[];
            created_at: string;
            updated_at: string;
            revision_number: number;
            security_group_id: string;
            direction: 'egress' | 'ingress';
            ethertype: 'IPv4' | 'IPv6';
            protocol: string | null;
            port_range_min: number | null;
            port_range_max: number | null;
            remote_ip_prefix: string | null;
            remote_group_id: string | null;
            remote_address_group_id: string | null;
          }[];
        };
  };
  'GET /v2.0/security-group-rules/{id}': {
    path: {
      id: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      security_group_rule: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        security_group_id: string;
        direction: 'egress' | 'ingress';
        ethertype: 'IPv4' | 'IPv6';
        protocol: string | null;
        port_range_min: number | null;
        port_range_max: number | null;
        remote_ip_prefix: string | null;
        remote_group_id: string | null;
        remote_address_group_id: string | null;
      };
    };
  };
  'DELETE /v2.0/security-group-rules/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/address-groups': {
    path: {};
    query: {
      id?: (string | number | boolean) | string[];
      name?: (string | number | boolean) | string[];
      description?: (string | number | boolean) | string[];
      project_id?: (string | number | boolean) | string[];
      tenant_id?: (string | number | boolean) | string[];
      created_at?: (string | number | boolean) | string[];
      updated_at?: (string | number | boolean) | string[];
      revision_number?: (string | number | boolean) | string[];
      tags?: (string | number | boolean) | string[];
      'tags-any'?: (string | number | boolean) | string[];
      'not-tags'?: (string | number | boolean) | string[];
      'not-tags-any'?: (string | number | boolean) | string[];
      shared?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      address_groups: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        name: string;
        addresses: string[];
        shared: boolean;
      }[];
      address_groups_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'POST /v2.0/address-groups': {
    path: {};
    query: {};
    body: {
      address_group?: {
        name?: string;
        description?: string;
        /**
         * @maxItems 256
         */
        addresses?: string[];
        project_id?: string;
        tenant_id?: string;
      };
      /**
       * @minItems 1
       * @maxItems 100
       */
      address_groups?: {
        name?: string;
        description?: string;
        /**
         * @maxItems 256
         */
        addresses?: string[];
        project_id?: string;
        tenant_id?: string;
      }[];
    };
    response:
      | {
          address_group: {
            id: string;
            project_id: string;
            tenant_id: string;
            description: string;
            tags: string[];
            created_at: string;
            updated_at: string;
            revision_number: number;
            name: string;
            addresses: string[];
            shared: boolean;
          };
        }
      | {
          address_groups: {
            id: string;
            project_id: string;
            tenant_id: string;
            description: string;
            tags: string[];
            created_at: string;
            updated_at: string;
            revision_number: number;
            name: string;
            addresses: string[];
            shared: boolean;
          }[];
        };
  };
  'GET /v2.0/address-groups/{id}': {
    path: {
      id: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      address_group: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        name: string;
        addresses: string[];
        shared: boolean;
      };
    };
  };
  'PUT /v2.0/address-groups/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: {
      address_group: {
        name?: string;
        description?: string;
      };
    };
    response: {
      address_group: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        name: string;
        addresses: string[];
        shared: boolean;
      };
    };
  };
  'DELETE /v2.0/address-groups/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'PUT /v2.0/address-groups/{id}/add_addresses': {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * @maxItems 256
       */
      addresses: string[];
    };
    response: {
      address_group: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        name: string;
        addresses: string[];
        shared: boolean;
      };
    };
  };
  'PUT /v2.0/address-groups/{id}/remove_addresses': {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * @maxItems 256
       */
      addresses: string[];
    };
    response: {
      address_group: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        name: string;
        addresses: string[];
        shared: boolean;
      };
    };
  };
  'GET /v2.0/default-security-group-rules': {
    path: {};
    query: {
      id?: (string | number | boolean) | string[];
      description?: (string | number | boolean) | string[];
      created_at?: (string | number | boolean) | string[];
      updated_at?: (string | number | boolean) | string[];
      revision_number?: (string | number | boolean) | string[];
      direction?: (string | number | boolean) | string[];
      ethertype?: (string | number | boolean) | string[];
      protocol?: (string | number | boolean) | string[];
      port_range_min?: (string | number | boolean) | string[];
      port_range_max?: (string | number | boolean) | string[];
      remote_ip_prefix?: (string | number | boolean) | string[];
      remote_group_id?: (string | number | boolean) | string[];
      remote_address_group_id?: (string | number | boolean) | string[];
      used_in_default_sg?: (string | number | boolean) | string[];
      used_in_non_default_sg?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      default_security_group_rules: {
        id: string;
        direction: string;
        ethertype: string;
        protocol: string | null;
        port_range_min: number | null;
        port_range_max: number | null;
        remote_ip_prefix: string | null;
        remote_group_id: string | null;
        remote_address_group_id: string | null;
        description: string;
        used_in_default_sg: boolean;
        used_in_non_default_sg: boolean;
        created_at: string;
        updated_at: string;
        revision_number: number;
      }[];
      default_security_group_rules_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'POST /v2.0/default-security-group-rules': {
    path: {};
    query: {};
    body: {
      default_security_group_rule?: {
        direction: 'ingress' | 'egress';
        ethertype?: 'IPv4' | 'IPv6';
        protocol?: number | string | null;
        port_range_min?: number | string | null;
        port_range_max?: number | string | null;
        remote_ip_prefix?: string | null;
        remote_group_id?: 'PARENT' | null;
        remote_address_group_id?: null;
        description?: string;
        used_in_default_sg?: boolean;
        used_in_non_default_sg?: boolean;
      };
      /**
       * @minItems 1
       * @maxItems 100
       */
      default_security_group_rules?: {
        direction: 'ingress' | 'egress';
        ethertype?: 'IPv4' | 'IPv6';
        protocol?: number | string | null;
        port_range_min?: number | string | null;
        port_range_max?: number | string | null;
        remote_ip_prefix?: string | null;
        remote_group_id?: 'PARENT' | null;
        remote_address_group_id?: null;
        description?: string;
        used_in_default_sg?: boolean;
        used_in_non_default_sg?: boolean;
      }[];
    };
    response:
      | {
          default_security_group_rule: {
            id: string;
            direction: string;
            ethertype: string;
            protocol: string | null;
            port_range_min: number | null;
            port_range_max: number | null;
            remote_ip_prefix: string | null;
            remote_group_id: string | null;
            remote_address_group_id: string | null;
            description: string;
            used_in_default_sg: boolean;
            used_in_non_default_sg: boolean;
            created_at: string;
            updated_at: string;
            revision_number: number;
          };
        }
      | {
          default_security_group_rules: {
            id: string;
            direction: string;
            ethertype: string;
            protocol: string | null;
            port_range_min: number | null;
            port_range_max: number | null;
            remote_ip_prefix: string | null;
            remote_group_id: string | null;
            remote_address_group_id: string | null;
            description: string;
            used_in_default_sg: boolean;
            used_in_non_default_sg: boolean;
            created_at: string;
            updated_at: string;
            revision_number: number;
          }[];
        };
  };
  'GET /v2.0/default-security-group-rules/{id}': {
    path: {
      id: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      default_security_group_rule: {
        id: string;
        direction: string;
        ethertype: string;
        protocol: string | null;
        port_range_min: number | null;
        port_range_max: number | null;
        remote_ip_prefix: string | null;
        remote_group_id: string | null;
        remote_address_group_id: string | null;
        description: string;
        used_in_default_sg: boolean;
        used_in_non_default_sg: boolean;
        created_at: string;
        updated_at: string;
        revision_number: number;
      };
    };
  };
  'DELETE /v2.0/default-security-group-rules/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/routers': {
    path: {};
    query: {
      id?: (string | number | boolean) | string[];
      name?: (string | number | boolean) | string[];
      description?: (string | number | boolean) | string[];
      project_id?: (string | number | boolean) | string[];
      tenant_id?: (string | number | boolean) | string[];
      created_at?: (string | number | boolean) | string[];
      updated_at?: (string | number | boolean) | string[];
      revision_number?: (string | number | boolean) | string[];
      tags?: (string | number | boolean) | string[];
      'tags-any'?: (string | number | boolean) | string[];
      'not-tags'?: (string | number | boolean) | string[];
      'not-tags-any'?: (string | number | boolean) | string[];
      admin_state_up?: (string | number | boolean) | string[];
      status?: (string | number | boolean) | string[];
      distributed?: (string | number | boolean) | string[];
      ha?: (string | number | boolean) | string[];
      flavor_id?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      routers: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        name: string;
        admin_state_up: boolean;
        status: string;
        external_gateway_info: {
          network_id: string;
          enable_snat: boolean;
          external_fixed_ips: {
            subnet_id: string;
            ip_address: string;
          }[];
        } | null;
        routes: {
          destination: string;
          nexthop: string;
        }[];
        distributed?: boolean;
        ha?: boolean;
        availability_zones: string[];
        availability_zone_hints: string[];
        flavor_id: string | null;
      }[];
      routers_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'POST /v2.0/routers': {
    path: {};
    query: {};
    body: {
      router?: {
        name?: string;
        description?: string;
        admin_state_up?: boolean;
        external_gateway_info?: {
          network_id?: string;
          enable_snat?: boolean;
          /**
           * @maxItems 10
           */
          external_fixed_ips?: {
            subnet_id?: string;
            ip_address?: string;
          }[];
          qos_policy_id?: string | null;
        } | null;
        routes?:
          | {
              destination: string;
              nexthop: string;
            }[]
          | null;
        distributed?: true;
        ha?: false;
        project_id?: string;
        tenant_id?: string;
        /**
         * @maxItems 100
         */
        availability_zone_hints?: string[];
        flavor_id?: null;
      };
      /**
       * @minItems 1
       * @maxItems 100
       */
      routers?: {
        name?: string;
        description?: string;
        admin_state_up?: boolean;
        external_gateway_info?: {
          network_id?: string;
          enable_snat?: boolean;
          /**
           * @maxItems 10
           */
          external_fixed_ips?: {
            subnet_id?: string;
            ip_address?: string;
          }[];
          qos_policy_id?: string | null;
        } | null;
        routes?:
          | {
              destination: string;
              nexthop: string;
            }[]
          | null;
        distributed?: true;
        ha?: false;
        project_id?: string;
        tenant_id?: string;
        /**
         * @maxItems 100
         */
        availability_zone_hints?: string[];
        flavor_id?: null;
      }[];
    };
    response:
      | {
          router: {
            id: string;
            project_id: string;
            tenant_id: string;
            description: string;
            tags: string[];
            created_at: string;
            updated_at: string;
            revision_number: number;
            name: string;
            admin_state_up: boolean;
            status: string;
            external_gateway_info: {
              network_id: string;
              enable_snat: boolean;
              external_fixed_ips: {
                subnet_id: string;
                ip_address: string;
              }[];
            } | null;
            routes: {
              destination: string;
              nexthop: string;
            }[];
            distributed?: boolean;
            ha?: boolean;
            availability_zones: string[];
            availability_zone_hints: string[];
            flavor_id: string | null;
          };
        }
      | {
          routers: {
            id: string;
            project_id: string;
            tenant_id: string;
            description: string;
            tags: string[];
            created_at: string;
            updated_at: string;
            revision_number: number;
            name: string;
            admin_state_up: boolean;
            status: string;
            external_gateway_info: {
              network_id: string;
              enable_snat: boolean;
              external_fixed_ips: {
                subnet_id: string;
                ip_address: string;
              }[];
            } | null;
            routes: {
              destination: string;
              nexthop: string;
            }[];
            distributed?: boolean;
            ha?: boolean;
            availability_zones: string[];
            availability_zone_hints: string[];
            flavor_id: string | null;
          }[];
        };
  };
  'GET /v2.0/routers/{id}': {
    path: {
      id: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      router: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        name: string;
        admin_state_up: boolean;
        status: string;
        external_gateway_info: {
          network_id: string;
          enable_snat: boolean;
          external_fixed_ips: {
            subnet_id: string;
            ip_address: string;
          }[];
        } | null;
        routes: {
          destination: string;
          nexthop: string;
        }[];
        distributed?: boolean;
        ha?: boolean;
        availability_zones: string[];
        availability_zone_hints: string[];
        flavor_id: string | null;
      };
    };
  };
  'PUT /v2.0/routers/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: {
      router: {
        name?: string;
        description?: string;
        admin_state_up?: boolean;
        external_gateway_info?: {
          network_id?: string;
          enable_snat?: boolean;
          /**
           * @maxItems 10
           */
          external_fixed_ips?: {
            subnet_id?: string;
            ip_address?: string;
          }[];
          qos_policy_id?: string | null;
        } | null;
        routes?:
          | {
              destination: string;
              nexthop: string;
            }[]
          | null;
        distributed?: true;
        ha?: false;
      };
    };
    response: {
      router: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        name: string;
        admin_state_up: boolean;
        status: string;
        external_gateway_info: {
          network_id: string;
          enable_snat: boolean;
          external_fixed_ips: {
            subnet_id: string;
            ip_address: string;
          }[];
        } | null;
        routes: {
          destination: string;
          nexthop: string;
        }[];
        distributed?: boolean;
        ha?: boolean;
        availability_zones: string[];
        availability_zone_hints: string[];
        flavor_id: string | null;
      };
    };
  };
  'DELETE /v2.0/routers/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'PUT /v2.0/routers/{id}/add_router_interface': {
    path: {
      id: string;
    };
    query: {};
    body: {
      subnet_id?: string;
      port_id?: string;
    };
    response: {
      id: string;
      project_id: string;
      tenant_id: string;
      port_id: string;
      network_id: string;
      subnet_id: string;
      subnet_ids: string[];
    };
  };
  'PUT /v2.0/routers/{id}/remove_router_interface': {
    path: {
      id: string;
    };
    query: {};
    body: {
      subnet_id?: string;
      port_id?: string;
    };
    response: {
      id: string;
      project_id: string;
      tenant_id: string;
      port_id: string;
      network_id: string;
      subnet_id: string;
      subnet_ids: string[];
    };
  };
  'PUT /v2.0/routers/{id}/add_extraroutes': {
    path: {
      id: string;
    };
    query: {};
    body: {
      router: {
        /**
         * @maxItems 1000
         */
        routes: {
          destination: string;
          nexthop: string;
        }[];
      };
    };
    response: {
      router: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        name: string;
        admin_state_up: boolean;
        status: string;
        external_gateway_info: {
          network_id: string;
          enable_snat: boolean;
          external_fixed_ips: {
            subnet_id: string;
            ip_address: string;
          }[];
        } | null;
        routes: {
          destination: string;
          nexthop: string;
        }[];
        distributed?: boolean;
        ha?: boolean;
        availability_zones: string[];
        availability_zone_hints: string[];
        flavor_id: string | null;
      };
    };
  };
  'PUT /v2.0/routers/{id}/remove_extraroutes': {
    path: {
      id: string;
    };
    query: {};
    body: {
      router: {
        /**
         * @maxItems 1000
         */
        routes: {
          destination: string;
          nexthop: string;
        }[];
      };
    };
    response: {
      router: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        name: string;
        admin_state_up: boolean;
        status: string;
        external_gateway_info: {
          network_id: string;
          enable_snat: boolean;
          external_fixed_ips: {
            subnet_id: string;
            ip_address: string;
          }[];
        } | null;
        routes: {
          destination: string;
          nexthop: string;
        }[];
        distributed?: boolean;
        ha?: boolean;
        availability_zones: string[];
        availability_zone_hints: string[];
        flavor_id: string | null;
      };
    };
  };
  'GET /v2.0/floatingips': {
    path: {};
    query: {
      id?: (string | number | boolean) | string[];
      description?: (string | number | boolean) | string[];
      project_id?: (string | number | boolean) | string[];
      tenant_id?: (string | number | boolean) | string[];
      created_at?: (string | number | boolean) | string[];
      updated_at?: (string | number | boolean) | string[];
      revision_number?: (string | number | boolean) | string[];
      tags?: (string | number | boolean) | string[];
      'tags-any'?: (string | number | boolean) | string[];
      'not-tags'?: (string | number | boolean) | string[];
      'not-tags-any'?: (string | number | boolean) | string[];
      floating_network_id?: (string | number | boolean) | string[];
      floating_ip_address?: (string | number | boolean) | string[];
      port_id?: (string | number | boolean) | string[];
      fixed_ip_address?: (string | number | boolean) | string[];
      router_id?: (string | number | boolean) | string[];
      status?: (string | number | boolean) | string[];
      dns_name?: (string | number | boolean) | string[];
      dns_domain?: (string | number | boolean) | string[];
      qos_policy_id?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      floatingips: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        floating_network_id: string;
        floating_ip_address: string;
        port_id: string | null;
        fixed_ip_address: string | null;
        router_id: string | null;
        status: string;
        dns_name: string;
        dns_domain: string;
        port_details: {
          name: string;
          network_id: string;
          mac_address: string;
          admin_state_up: boolean;
          status: string;
          device_id: string;
          device_owner: string;
        } | null;
        port_forwardings: {
          internal_port_id: string;
          internal_port: number | null;
          internal_port_range: string;
          external_port: number | null;
          external_port_range: string;
          protocol: string;
          internal_ip_address: string;
        }[];
      }[];
      floatingips_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'POST /v2.0/floatingips': {
    path: {};
    query: {};
    body: {
      floatingip?: {
        description?: string;
        port_id?: string | null;
        fixed_ip_address?: string | null;
        qos_policy_id?: string | null;
        floating_network_id: string;
        subnet_id?: string | null;
        floating_ip_address?: string | null;
        dns_name?: string;
        dns_domain?: string;
        project_id?: string;
        tenant_id?: string;
      };
      /**
       * @minItems 1
       * @maxItems 100
       */
      floatingips?: {
        description?: string;
        port_id?: string | null;
        fixed_ip_address?: string | null;
        qos_policy_id?: string | null;
        floating_network_id: string;
        subnet_id?: string | null;
        floating_ip_address?: string | null;
        dns_name?: string;
        dns_domain?: string;
        project_id?: string;
        tenant_id?: string;
      }[];
    };
    response:
      | {
          floatingip: {
            id: string;
            project_id: string;
            tenant_id: string;
            description: string;
            tags: string[];
            created_at: string;
            updated_at: string;
            revision_number: number;
            floating_network_id: string;
            floating_ip_address: string;
            port_id: string | null;
            fixed_ip_address: string | null;
            router_id: string | null;
            status: string;
            dns_name: string;
            dns_domain: string;
            port_details: {
              name: string;
              network_id: string;
              mac_address: string;
              admin_state_up: boolean;
              status: string;
              device_id: string;
              device_owner: string;
            } | null;
            port_forwardings: {
              internal_port_id: string;
              internal_port: number | null;
              internal_port_range: string;
              external_port: number | null;
              external_port_range: string;
              protocol: string;
              internal_ip_address: string;
            }[];
          };
        }
      | {
          floatingips: {
            id: string;
            project_id: string;
            tenant_id: string;
            description: string;
            tags: string[];
            created_at: string;
            updated_at: string;
            revision_number: number;
            floating_network_id: string;
            floating_ip_address: string;
            port_id: string | null;
            fixed_ip_address: string | null;
            router_id: string | null;
            status: string;
            dns_name: string;
            dns_domain: string;
            port_details: {
              name: string;
              network_id: string;
              mac_address: string;
              admin_state_up: boolean;
              status: string;
              device_id: string;
              device_owner: string;
            } | null;
            port_forwardings: {
              internal_port_id: string;
              internal_port: number | null;
              internal_port_range: string;
              external_port: number | null;
              external_port_range: string;
              protocol: string;
              internal_ip_address: string;
            }[];
          }[];
        };
  };
  'GET /v2.0/floatingips/{id}': {
    path: {
      id: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      floatingip: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        floating_network_id: string;
        floating_ip_address: string;
        port_id: string | null;
        fixed_ip_address: string | null;
        router_id: string | null;
        status: string;
        dns_name: string;
        dns_domain: string;
        port_details: {
          name: string;
          network_id: string;
          mac_address: string;
          admin_state_up: boolean;
          status: string;
          device_id: string;
          device_owner: string;
        } | null;
        port_forwardings: {
          internal_port_id: string;
          internal_port: number | null;
          internal_port_range: string;
          external_port: number | null;
          external_port_range: string;
          protocol: string;
          internal_ip_address: string;
        }[];
      };
    };
  };
  'PUT /v2.0/floatingips/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: {
      floatingip: {
        description?: string;
        port_id?: string | null;
        fixed_ip_address?: string | null;
        qos_policy_id?: string | null;
      };
    };
    response: {
      floatingip: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        floating_network_id: string;
        floating_ip_address: string;
        port_id: string | null;
        fixed_ip_address: string | null;
        router_id: string | null;
        status: string;
        dns_name: string;
        dns_domain: string;
        port_details: {
          name: string;
          network_id: string;
          mac_address: string;
          admin_state_up: boolean;
          status: string;
          device_id: string;
          device_owner: string;
        } | null;
        port_forwardings: {
          internal_port_id: string;
          internal_port: number | null;
          internal_port_range: string;
          external_port: number | null;
          external_port_range: string;
          protocol: string;
          internal_ip_address: string;
        }[];
      };
    };
  };
  'DELETE /v2.0/floatingips/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/floatingips/{id}/port_forwardings': {
    path: {
      id: string;
    };
    query: {
      id?: (string | number | boolean) | string[];
      description?: (string | number | boolean) | string[];
      protocol?: (string | number | boolean) | string[];
      internal_port_id?: (string | number | boolean) | string[];
      internal_ip_address?: (string | number | boolean) | string[];
      internal_port?: (string | number | boolean) | string[];
      internal_port_range?: (string | number | boolean) | string[];
      external_port?: (string | number | boolean) | string[];
      external_port_range?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      port_forwardings: {
        internal_port_id: string;
        internal_port: number | null;
        internal_port_range: string;
        external_port: number | null;
        external_port_range: string;
        id: string;
        description: string;
        protocol: string;
        internal_ip_address: string;
      }[];
      port_forwardings_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'POST /v2.0/floatingips/{id}/port_forwardings': {
    path: {
      id: string;
    };
    query: {};
    body: {
      port_forwarding: {
        description?: string;
        protocol: 'tcp' | 'udp' | 'TCP' | 'UDP';
        internal_port_id: string;
        internal_ip_address?: string;
        internal_port?: number | null;
        internal_port_range?: string | null;
        external_port?: number | null;
        external_port_range?: string | null;
        project_id?: string;
        tenant_id?: string;
      };
    };
    response: {
      port_forwarding: {
        internal_port_id: string;
        internal_port: number | null;
        internal_port_range: string;
        external_port: number | null;
        external_port_range: string;
        id: string;
        description: string;
        protocol: string;
        internal_ip_address: string;
      };
    };
  };
  'GET /v2.0/floatingips/{id}/port_forwardings/{forwarding}': {
    path: {
      id: string;
      forwarding: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      port_forwarding: {
        internal_port_id: string;
        internal_port: number | null;
        internal_port_range: string;
        external_port: number | null;
        external_port_range: string;
        id: string;
        description: string;
        protocol: string;
        internal_ip_address: string;
      };
    };
  };
  'PUT /v2.0/floatingips/{id}/port_forwardings/{forwarding}': {
    path: {
      id: string;
      forwarding: string;
    };
    query: {};
    body: {
      port_forwarding: {
        description?: string;
        protocol?: 'tcp' | 'udp' | 'TCP' | 'UDP';
        internal_port_id?: string;
        internal_ip_address?: string;
        internal_port?: number | null;
        internal_port_range?: string | null;
        external_port?: number | null;
        external_port_range?: string | null;
      };
    };
    response: {
      port_forwarding: {
        internal_port_id: string;
        internal_port: number | null;
        internal_port_range: string;
        external_port: number | null;
        external_port_range: string;
        id: string;
        description: string;
        protocol: string;
        internal_ip_address: string;
      };
    };
  };
  'DELETE /v2.0/floatingips/{id}/port_forwardings/{forwarding}': {
    path: {
      id: string;
      forwarding: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/address-scopes': {
    path: {};
    query: {
      id?: (string | number | boolean) | string[];
      name?: (string | number | boolean) | string[];
      project_id?: (string | number | boolean) | string[];
      tenant_id?: (string | number | boolean) | string[];
      ip_version?: (string | number | boolean) | string[];
      shared?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      address_scopes: {
        id: string;
        name: string;
        project_id: string;
        tenant_id: string;
        ip_version: number;
        shared: boolean;
      }[];
      address_scopes_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'POST /v2.0/address-scopes': {
    path: {};
    query: {};
    body: {
      address_scope?: {
        name?: string;
        shared?: boolean;
        ip_version: 4 | 6;
        project_id?: string;
        tenant_id?: string;
      };
      /**
       * @minItems 1
       * @maxItems 100
       */
      address_scopes?: {
        name?: string;
        shared?: boolean;
        ip_version: 4 | 6;
        project_id?: string;
        tenant_id?: string;
      }[];
    };
    response:
      | {
          address_scope: {
            id: string;
            name: string;
            project_id: string;
            tenant_id: string;
            ip_version: number;
            shared: boolean;
          };
        }
      | {
          address_scopes: {
            id: string;
            name: string;
            project_id: string;
            tenant_id: string;
            ip_version: number;
            shared: boolean;
          }[];
        };
  };
  'GET /v2.0/address-scopes/{id}': {
    path: {
      id: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      address_scope: {
        id: string;
        name: string;
        project_id: string;
        tenant_id: string;
        ip_version: number;
        shared: boolean;
      };
    };
  };
  'PUT /v2.0/address-scopes/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: {
      address_scope: {
        name?: string;
        shared?: boolean;
      };
    };
    response: {
      address_scope: {
        id: string;
        name: string;
        project_id: string;
        tenant_id: string;
        ip_version: number;
        shared: boolean;
      };
    };
  };
  'DELETE /v2.0/address-scopes/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/rbac-policies': {
    path: {};
    query: {
      id?: (string | number | boolean) | string[];
      project_id?: (string | number | boolean) | string[];
      tenant_id?: (string | number | boolean) | string[];
      object_type?: (string | number | boolean) | string[];
      object_id?: (string | number | boolean) | string[];
      action?: (string | number | boolean) | string[];
      target_tenant?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      rbac_policies: {
        id: string;
        project_id: string;
        tenant_id: string;
        object_type: string;
        object_id: string;
        action: string;
        target_tenant: string;
      }[];
      rbac_policies_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'POST /v2.0/rbac-policies': {
    path: {};
    query: {};
    body: {
      rbac_policy?: {
        object_type: 'network' | 'subnetpool' | 'address_group' | 'address_scope' | 'security_group' | 'qos_policy';
        object_id: string;
        action: 'access_as_shared' | 'access_as_external';
        target_tenant: string;
        project_id?: string;
        tenant_id?: string;
      };
      /**
       * @minItems 1
       * @maxItems 100
       */
      rbac_policies?: {
        object_type: 'network' | 'subnetpool' | 'address_group' | 'address_scope' | 'security_group' | 'qos_policy';
        object_id: string;
        action: 'access_as_shared' | 'access_as_external';
        target_tenant: string;
        project_id?: string;
        tenant_id?: string;
      }[];
    };
    response:
      | {
          rbac_policy: {
            id: string;
            project_id: string;
            tenant_id: string;
            object_type: string;
            object_id: string;
            action: string;
            target_tenant: string;
          };
        }
      | {
          rbac_policies: {
            id: string;
            project_id: string;
            tenant_id: string;
            object_type: string;
            object_id: string;
            action: string;
            target_tenant: string;
          }[];
        };
  };
  'GET /v2.0/rbac-policies/{id}': {
    path: {
      id: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      rbac_policy: {
        id: string;
        project_id: string;
        tenant_id: string;
        object_type: string;
        object_id: string;
        action: string;
        target_tenant: string;
      };
    };
  };
  'PUT /v2.0/rbac-policies/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: {
      rbac_policy: {
        target_tenant?: string;
      };
    };
    response: {
      rbac_policy: {
        id: string;
        project_id: string;
        tenant_id: string;
        object_type: string;
        object_id: string;
        action: string;
        target_tenant: string;
      };
    };
  };
  'DELETE /v2.0/rbac-policies/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/trunks': {
    path: {};
    query: {
      id?: (string | number | boolean) | string[];
      name?: (string | number | boolean) | string[];
      description?: (string | number | boolean) | string[];
      project_id?: (string | number | boolean) | string[];
      tenant_id?: (string | number | boolean) | string[];
      created_at?: (string | number | boolean) | string[];
      updated_at?: (string | number | boolean) | string[];
      revision_number?: (string | number | boolean) | string[];
      tags?: (string | number | boolean) | string[];
      'tags-any'?: (string | number | boolean) | string[];
      'not-tags'?: (string | number | boolean) | string[];
      'not-tags-any'?: (string | number | boolean) | string[];
      admin_state_up?: (string | number | boolean) | string[];
      status?: (string | number | boolean) | string[];
      port_id?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      trunks: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        name: string;
        admin_state_up: boolean;
        status: string;
        port_id: string;
        sub_ports: {
          port_id: string;
          segmentation_type: string;
          segmentation_id: number;
        }[];
      }[];
      trunks_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'POST /v2.0/trunks': {
    path: {};
    query: {};
    body: {
      trunk?: {
        name?: string;
        description?: string;
        admin_state_up?: boolean;
        port_id: string;
        /**
         * @maxItems 256
         */
        sub_ports?: {
          port_id: string;
          segmentation_type?: string;
          segmentation_id?: number | string;
        }[];
        project_id?: string;
        tenant_id?: string;
      };
      /**
       * @minItems 1
       * @maxItems 100
       */
      trunks?: {
        name?: string;
        description?: string;
        admin_state_up?: boolean;
        port_id: string;
        /**
         * @maxItems 256
         */
        sub_ports?: {
          port_id: string;
          segmentation_type?: string;
          segmentation_id?: number | string;
        }[];
        project_id?: string;
        tenant_id?: string;
      }[];
    };
    response:
      | {
          trunk: {
            id: string;
            project_id: string;
            tenant_id: string;
            description: string;
            tags: string[];
            created_at: string;
            updated_at: string;
            revision_number: number;
            name: string;
            admin_state_up: boolean;
            status: string;
            port_id: string;
            sub_ports: {
              port_id: string;
              segmentation_type: string;
              segmentation_id: number;
            }[];
          };
        }
      | {
          trunks: {
            id: string;
            project_id: string;
            tenant_id: string;
            description: string;
            tags: string[];
            created_at: string;
            updated_at: string;
            revision_number: number;
            name: string;
            admin_state_up: boolean;
            status: string;
            port_id: string;
            sub_ports: {
              port_id: string;
              segmentation_type: string;
              segmentation_id: number;
            }[];
          }[];
        };
  };
  'GET /v2.0/trunks/{id}': {
    path: {
      id: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      trunk: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        name: string;
        admin_state_up: boolean;
        status: string;
        port_id: string;
        sub_ports: {
          port_id: string;
          segmentation_type: string;
          segmentation_id: number;
        }[];
      };
    };
  };
  'PUT /v2.0/trunks/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: {
      trunk: {
        name?: string;
        description?: string;
        admin_state_up?: boolean;
      };
    };
    response: {
      trunk: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        name: string;
        admin_state_up: boolean;
        status: string;
        port_id: string;
        sub_ports: {
          port_id: string;
          segmentation_type: string;
          segmentation_id: number;
        }[];
      };
    };
  };
  'DELETE /v2.0/trunks/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'PUT /v2.0/trunks/{id}/add_subports': {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * @maxItems 256
       */
      sub_ports: {
        port_id: string;
        segmentation_type?: string;
        segmentation_id?: number | string;
      }[];
    };
    response: {
      id: string;
      project_id: string;
      tenant_id: string;
      description: string;
      tags: string[];
      created_at: string;
      updated_at: string;
      revision_number: number;
      name: string;
      admin_state_up: boolean;
      status: string;
      port_id: string;
      sub_ports: {
        port_id: string;
        segmentation_type: string;
        segmentation_id: number;
      }[];
    };
  };
  'PUT /v2.0/trunks/{id}/remove_subports': {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * @maxItems 256
       */
      sub_ports: {
        port_id: string;
      }[];
    };
    response: {
      id: string;
      project_id: string;
      tenant_id: string;
      description: string;
      tags: string[];
      created_at: string;
      updated_at: string;
      revision_number: number;
      name: string;
      admin_state_up: boolean;
      status: string;
      port_id: string;
      sub_ports: {
        port_id: string;
        segmentation_type: string;
        segmentation_id: number;
      }[];
    };
  };
  'GET /v2.0/trunks/{id}/get_subports': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      sub_ports: {
        port_id: string;
        segmentation_type: string;
        segmentation_id: number;
      }[];
    };
  };
  'GET /v2.0/qos/policies': {
    path: {};
    query: {
      id?: (string | number | boolean) | string[];
      name?: (string | number | boolean) | string[];
      description?: (string | number | boolean) | string[];
      project_id?: (string | number | boolean) | string[];
      tenant_id?: (string | number | boolean) | string[];
      created_at?: (string | number | boolean) | string[];
      updated_at?: (string | number | boolean) | string[];
      revision_number?: (string | number | boolean) | string[];
      tags?: (string | number | boolean) | string[];
      'tags-any'?: (string | number | boolean) | string[];
      'not-tags'?: (string | number | boolean) | string[];
      'not-tags-any'?: (string | number | boolean) | string[];
      shared?: (string | number | boolean) | string[];
      is_default?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      policies: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        name: string;
        shared: boolean;
        is_default: boolean;
        rules: (
          | {
              id: string;
              max_kbps: number;
              max_burst_kbps: number;
              direction: string;
              qos_policy_id: string;
              type: 'bandwidth_limit';
            }
          | {
              id: string;
              max_kpps: number;
              max_burst_kpps: number;
              direction: string;
              qos_policy_id: string;
              type: 'packet_rate_limit';
            }
          | {
              id: string;
              dscp_mark: number;
              qos_policy_id: string;
              type: 'dscp_marking';
            }
        )[];
      }[];
      policies_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'POST /v2.0/qos/policies': {
    path: {};
    query: {};
    body: {
      policy?: {
        name: string;
        description?: string;
        shared?: boolean;
        is_default?: boolean;
        /**
         * @maxItems 50
         */
        tags?: string[];
        project_id?: string;
        tenant_id?: string;
      };
      /**
       * @minItems 1
       * @maxItems 100
       */
      policies?: {
        name: string;
        description?: string;
        shared?: boolean;
        is_default?: boolean;
        /**
         * @maxItems 50
         */
        tags?: string[];
        project_id?: string;
        tenant_id?: string;
      }[];
    };
    response:
      | {
          policy: {
            id: string;
            project_id: string;
            tenant_id: string;
            description: string;
            tags: string[];
            created_at: string;
            updated_at: string;
            revision_number: number;
            name: string;
            shared: boolean;
            is_default: boolean;
            rules: (
              | {
                  id: string;
                  max_kbps: number;
                  max_burst_kbps: number;
                  direction: string;
                  qos_policy_id: string;
                  type: 'bandwidth_limit';
                }
              | {
                  id: string;
                  max_kpps: number;
                  max_burst_kpps: number;
                  direction: string;
                  qos_policy_id: string;
                  type: 'packet_rate_limit';
                }
              | {
                  id: string;
                  dscp_mark: number;
                  qos_policy_id: string;
                  type: 'dscp_marking';
                }
            )[];
          };
        }
      | {
          policies: {
            id: string;
            project_id: string;
            tenant_id: string;
            description: string;
            tags: string[];
            created_at: string;
            updated_at: string;
            revision_number: number;
            name: string;
            shared: boolean;
            is_default: boolean;
            rules: (
              | {
                  id: string;
                  max_kbps: number;
                  max_burst_kbps: number;
                  direction: string;
                  qos_policy_id: string;
                  type: 'bandwidth_limit';
                }
              | {
                  id: string;
                  max_kpps: number;
                  max_burst_kpps: number;
                  direction: string;
                  qos_policy_id: string;
                  type: 'packet_rate_limit';
                }
              | {
                  id: string;
                  dscp_mark: number;
                  qos_policy_id: string;
                  type: 'dscp_marking';
                }
            )[];
          }[];
        };
  };
  'GET /v2.0/qos/policies/{id}': {
    path: {
      id: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      policy: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        name: string;
        shared: boolean;
        is_default: boolean;
        rules: (
          | {
              id: string;
              max_kbps: number;
              max_burst_kbps: number;
              direction: string;
              qos_policy_id: string;
              type: 'bandwidth_limit';
            }
          | {
              id: string;
              max_kpps: number;
              max_burst_kpps: number;
              direction: string;
              qos_policy_id: string;
              type: 'packet_rate_limit';
            }
          | {
              id: string;
              dscp_mark: number;
              qos_policy_id: string;
              type: 'dscp_marking';
            }
        )[];
      };
    };
  };
  'PUT /v2.0/qos/policies/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: {
      policy: {
        name?: string;
        description?: string;
        shared?: boolean;
        is_default?: boolean;
      };
    };
    response: {
      policy: {
        id: string;
        project_id: string;
        tenant_id: string;
        description: string;
        tags: string[];
        created_at: string;
        updated_at: string;
        revision_number: number;
        name: string;
        shared: boolean;
        is_default: boolean;
        rules: (
          | {
              id: string;
              max_kbps: number;
              max_burst_kbps: number;
              direction: string;
              qos_policy_id: string;
              type: 'bandwidth_limit';
            }
          | {
              id: string;
              max_kpps: number;
              max_burst_kpps: number;
              direction: string;
              qos_policy_id: string;
              type: 'packet_rate_limit';
            }
          | {
              id: string;
              dscp_mark: number;
              qos_policy_id: string;
              type: 'dscp_marking';
            }
        )[];
      };
    };
  };
  'DELETE /v2.0/qos/policies/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/qos/policies/{id}/bandwidth_limit_rules': {
    path: {
      id: string;
    };
    query: {
      id?: (string | number | boolean) | string[];
      max_kbps?: (string | number | boolean) | string[];
      max_burst_kbps?: (string | number | boolean) | string[];
      direction?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      bandwidth_limit_rules: {
        id: string;
        max_kbps: number;
        max_burst_kbps: number;
        direction: string;
      }[];
      bandwidth_limit_rules_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'POST /v2.0/qos/policies/{id}/bandwidth_limit_rules': {
    path: {
      id: string;
    };
    query: {};
    body: {
      bandwidth_limit_rule: {
        max_kbps: number | string;
        max_burst_kbps?: number | string;
        direction?: 'egress' | 'ingress';
      };
    };
    response: {
      bandwidth_limit_rule: {
        id: string;
        max_kbps: number;
        max_burst_kbps: number;
        direction: string;
      };
    };
  };
  'GET /v2.0/qos/policies/{id}/bandwidth_limit_rules/{rule}': {
    path: {
      id: string;
      rule: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      bandwidth_limit_rule: {
        id: string;
        max_kbps: number;
        max_burst_kbps: number;
        direction: string;
      };
    };
  };
  'PUT /v2.0/qos/policies/{id}/bandwidth_limit_rules/{rule}': {
    path: {
      id: string;
      rule: string;
    };
    query: {};
    body: {
      bandwidth_limit_rule: {
        max_kbps?: number | string;
        max_burst_kbps?: number | string;
        direction?: 'egress' | 'ingress';
      };
    };
    response: {
      bandwidth_limit_rule: {
        id: string;
        max_kbps: number;
        max_burst_kbps: number;
        direction: string;
      };
    };
  };
  'DELETE /v2.0/qos/policies/{id}/bandwidth_limit_rules/{rule}': {
    path: {
      id: string;
      rule: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/qos/alias_bandwidth_limit_rules/{rule}': {
    path: {
      rule: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      bandwidth_limit_rule: {
        id: string;
        max_kbps: number;
        max_burst_kbps: number;
        direction: string;
      };
    };
  };
  'PUT /v2.0/qos/alias_bandwidth_limit_rules/{rule}': {
    path: {
      rule: string;
    };
    query: {};
    body: {
      bandwidth_limit_rule: {
        max_kbps?: number | string;
        max_burst_kbps?: number | string;
        direction?: 'egress' | 'ingress';
      };
    };
    response: {
      bandwidth_limit_rule: {
        id: string;
        max_kbps: number;
        max_burst_kbps: number;
        direction: string;
      };
    };
  };
  'DELETE /v2.0/qos/alias_bandwidth_limit_rules/{rule}': {
    path: {
      rule: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/qos/policies/{id}/packet_rate_limit_rules': {
    path: {
      id: string;
    };
    query: {
      id?: (string | number | boolean) | string[];
      max_kpps?: (string | number | boolean) | string[];
      max_burst_kpps?: (string | number | boolean) | string[];
      direction?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      packet_rate_limit_rules: {
        id: string;
        max_kpps: number;
        max_burst_kpps: number;
        direction: string;
      }[];
      packet_rate_limit_rules_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'POST /v2.0/qos/policies/{id}/packet_rate_limit_rules': {
    path: {
      id: string;
    };
    query: {};
    body: {
      packet_rate_limit_rule: {
        max_kpps: number | string;
        max_burst_kpps?: number | string;
        direction?: 'egress' | 'ingress';
      };
    };
    response: {
      packet_rate_limit_rule: {
        id: string;
        max_kpps: number;
        max_burst_kpps: number;
        direction: string;
      };
    };
  };
  'GET /v2.0/qos/policies/{id}/packet_rate_limit_rules/{rule}': {
    path: {
      id: string;
      rule: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      packet_rate_limit_rule: {
        id: string;
        max_kpps: number;
        max_burst_kpps: number;
        direction: string;
      };
    };
  };
  'PUT /v2.0/qos/policies/{id}/packet_rate_limit_rules/{rule}': {
    path: {
      id: string;
      rule: string;
    };
    query: {};
    body: {
      packet_rate_limit_rule: {
        max_kpps?: number | string;
        max_burst_kpps?: number | string;
        direction?: 'egress' | 'ingress';
      };
    };
    response: {
      packet_rate_limit_rule: {
        id: string;
        max_kpps: number;
        max_burst_kpps: number;
        direction: string;
      };
    };
  };
  'DELETE /v2.0/qos/policies/{id}/packet_rate_limit_rules/{rule}': {
    path: {
      id: string;
      rule: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/qos/alias_packet_rate_limit_rules/{rule}': {
    path: {
      rule: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      packet_rate_limit_rule: {
        id: string;
        max_kpps: number;
        max_burst_kpps: number;
        direction: string;
      };
    };
  };
  'PUT /v2.0/qos/alias_packet_rate_limit_rules/{rule}': {
    path: {
      rule: string;
    };
    query: {};
    body: {
      packet_rate_limit_rule: {
        max_kpps?: number | string;
        max_burst_kpps?: number | string;
        direction?: 'egress' | 'ingress';
      };
    };
    response: {
      packet_rate_limit_rule: {
        id: string;
        max_kpps: number;
        max_burst_kpps: number;
        direction: string;
      };
    };
  };
  'DELETE /v2.0/qos/alias_packet_rate_limit_rules/{rule}': {
    path: {
      rule: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/qos/policies/{id}/dscp_marking_rules': {
    path: {
      id: string;
    };
    query: {
      id?: (string | number | boolean) | string[];
      dscp_mark?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      dscp_marking_rules: {
        id: string;
        dscp_mark: number;
      }[];
      dscp_marking_rules_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'POST /v2.0/qos/policies/{id}/dscp_marking_rules': {
    path: {
      id: string;
    };
    query: {};
    body: {
      dscp_marking_rule: {
        dscp_mark:
          | 0
          | 8
          | 10
          | 12
          | 14
          | 16
          | 18
          | 20
          | 22
          | 24
          | 26
          | 28
          | 30
          | 32
          | 34
          | 36
          | 38
          | 40
          | 44
          | 46
          | 48
          | 56
          | '0'
          | '8'
          | '10'
          | '12'
          | '14'
          | '16'
          | '18'
          | '20'
          | '22'
          | '24'
          | '26'
          | '28'
          | '30'
          | '32'
          | '34'
          | '36'
          | '38'
          | '40'
          | '44'
          | '46'
          | '48'
          | '56';
      };
    };
    response: {
      dscp_marking_rule: {
        id: string;
        dscp_mark: number;
      };
    };
  };
  'GET /v2.0/qos/policies/{id}/dscp_marking_rules/{rule}': {
    path: {
      id: string;
      rule: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      dscp_marking_rule: {
        id: string;
        dscp_mark: number;
      };
    };
  };
  'PUT /v2.0/qos/policies/{id}/dscp_marking_rules/{rule}': {
    path: {
      id: string;
      rule: string;
    };
    query: {};
    body: {
      dscp_marking_rule: {
        dscp_mark?:
          | 0
          | 8
          | 10
          | 12
          | 14
          | 16
          | 18
          | 20
          | 22
          | 24
          | 26
          | 28
          | 30
          | 32
          | 34
          | 36
          | 38
          | 40
          | 44
          | 46
          | 48
          | 56
          | '0'
          | '8'
          | '10'
          | '12'
          | '14'
          | '16'
          | '18'
          | '20'
          | '22'
          | '24'
          | '26'
          | '28'
          | '30'
          | '32'
          | '34'
          | '36'
          | '38'
          | '40'
          | '44'
          | '46'
          | '48'
          | '56';
      };
    };
    response: {
      dscp_marking_rule: {
        id: string;
        dscp_mark: number;
      };
    };
  };
  'DELETE /v2.0/qos/policies/{id}/dscp_marking_rules/{rule}': {
    path: {
      id: string;
      rule: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/qos/alias_dscp_marking_rules/{rule}': {
    path: {
      rule: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      dscp_marking_rule: {
        id: string;
        dscp_mark: number;
      };
    };
  };
  'PUT /v2.0/qos/alias_dscp_marking_rules/{rule}': {
    path: {
      rule: string;
    };
    query: {};
    body: {
      dscp_marking_rule: {
        dscp_mark?:
          | 0
          | 8
          | 10
          | 12
          | 14
          | 16
          | 18
          | 20
          | 22
          | 24
          | 26
          | 28
          | 30
          | 32
          | 34
          | 36
          | 38
          | 40
          | 44
          | 46
          | 48
          | 56
          | '0'
          | '8'
          | '10'
          | '12'
          | '14'
          | '16'
          | '18'
          | '20'
          | '22'
          | '24'
          | '26'
          | '28'
          | '30'
          | '32'
          | '34'
          | '36'
          | '38'
          | '40'
          | '44'
          | '46'
          | '48'
          | '56';
      };
    };
    response: {
      dscp_marking_rule: {
        id: string;
        dscp_mark: number;
      };
    };
  };
  'DELETE /v2.0/qos/alias_dscp_marking_rules/{rule}': {
    path: {
      rule: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'POST /v2.0/qos/policies/{id}/minimum_bandwidth_rules': {
    path: {
      id: string;
    };
    query: {};
    body: {
      minimum_bandwidth_rule: {
        direction?: string;
        min_kbps?: unknown;
        min_kpps?: unknown;
      };
    };
    response: null;
  };
  'POST /v2.0/qos/policies/{id}/minimum_packet_rate_rules': {
    path: {
      id: string;
    };
    query: {};
    body: {
      minimum_packet_rate_rule: {
        direction?: string;
        min_kbps?: unknown;
        min_kpps?: unknown;
      };
    };
    response: null;
  };
  'GET /v2.0/qos/rule-types': {
    path: {};
    query: {
      type?: (string | number | boolean) | string[];
      all_supported?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      rule_types: {
        type: string;
      }[];
    };
  };
  'GET /v2.0/qos/rule-types/{type}': {
    path: {
      type: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      rule_type: {
        type: string;
        drivers: {
          name: string;
          supported_parameters: {
            parameter_name: string;
            parameter_type: 'choices' | 'range';
            parameter_values:
              | (string | number)[]
              | {
                  start: number;
                  end: number;
                };
          }[];
        }[];
      };
    };
  };
  'GET /v2.0/networks/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      tags: string[];
    };
  };
  'PUT /v2.0/networks/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * @maxItems 50
       */
      tags: string[];
    };
    response: {
      tags: string[];
    };
  };
  'DELETE /v2.0/networks/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/networks/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'PUT /v2.0/networks/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /v2.0/networks/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/subnets/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      tags: string[];
    };
  };
  'PUT /v2.0/subnets/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * @maxItems 50
       */
      tags: string[];
    };
    response: {
      tags: string[];
    };
  };
  'DELETE /v2.0/subnets/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/subnets/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'PUT /v2.0/subnets/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /v2.0/subnets/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/ports/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      tags: string[];
    };
  };
  'PUT /v2.0/ports/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * @maxItems 50
       */
      tags: string[];
    };
    response: {
      tags: string[];
    };
  };
  'DELETE /v2.0/ports/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/ports/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'PUT /v2.0/ports/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /v2.0/ports/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/subnetpools/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      tags: string[];
    };
  };
  'PUT /v2.0/subnetpools/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * @maxItems 50
       */
      tags: string[];
    };
    response: {
      tags: string[];
    };
  };
  'DELETE /v2.0/subnetpools/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/subnetpools/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'PUT /v2.0/subnetpools/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /v2.0/subnetpools/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/floatingips/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      tags: string[];
    };
  };
  'PUT /v2.0/floatingips/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * @maxItems 50
       */
      tags: string[];
    };
    response: {
      tags: string[];
    };
  };
  'DELETE /v2.0/floatingips/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/floatingips/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'PUT /v2.0/floatingips/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /v2.0/floatingips/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/routers/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      tags: string[];
    };
  };
  'PUT /v2.0/routers/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * @maxItems 50
       */
      tags: string[];
    };
    response: {
      tags: string[];
    };
  };
  'DELETE /v2.0/routers/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/routers/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'PUT /v2.0/routers/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /v2.0/routers/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/trunks/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      tags: string[];
    };
  };
  'PUT /v2.0/trunks/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * @maxItems 50
       */
      tags: string[];
    };
    response: {
      tags: string[];
    };
  };
  'DELETE /v2.0/trunks/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/trunks/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'PUT /v2.0/trunks/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /v2.0/trunks/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/security-groups/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      tags: string[];
    };
  };
  'PUT /v2.0/security-groups/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * @maxItems 50
       */
      tags: string[];
    };
    response: {
      tags: string[];
    };
  };
  'DELETE /v2.0/security-groups/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/security-groups/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'PUT /v2.0/security-groups/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /v2.0/security-groups/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/qos/policies/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      tags: string[];
    };
  };
  'PUT /v2.0/qos/policies/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * @maxItems 50
       */
      tags: string[];
    };
    response: {
      tags: string[];
    };
  };
  'DELETE /v2.0/qos/policies/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/qos/policies/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'PUT /v2.0/qos/policies/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /v2.0/qos/policies/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/network-ip-availabilities': {
    path: {};
    query: {
      network_id?: (string | number | boolean) | string[];
      network_name?: (string | number | boolean) | string[];
      project_id?: (string | number | boolean) | string[];
      tenant_id?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      ip_version?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      network_ip_availabilities: {
        network_id: string;
        network_name: string;
        project_id: string;
        tenant_id: string;
        total_ips: number;
        used_ips: number;
        subnet_ip_availability: {
          subnet_id: string;
          subnet_name: string;
          cidr: string;
          ip_version: number;
          total_ips: number;
          used_ips: number;
        }[];
      }[];
      network_ip_availabilities_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'GET /v2.0/network-ip-availabilities/{id}': {
    path: {
      id: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      network_ip_availability: {
        network_id: string;
        network_name: string;
        project_id: string;
        tenant_id: string;
        total_ips: number;
        used_ips: number;
        subnet_ip_availability: {
          subnet_id: string;
          subnet_name: string;
          cidr: string;
          ip_version: number;
          total_ips: number;
          used_ips: number;
        }[];
      };
    };
  };
  'GET /v2.0/quotas': {
    path: {};
    query: {
      project_id?: (string | number | boolean) | string[];
      tenant_id?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      quotas: {
        project_id: string;
        tenant_id: string;
        network: number;
        subnet: number;
        port: number;
        security_group: number;
        security_group_rule: number;
        address_group: number;
        subnetpool: number;
        rbac_policy: number;
        address_scope: number;
        router: number;
        floatingip: number;
        trunk: number;
        qos_policy: number;
      }[];
    };
  };
  'GET /v2.0/quotas/{project}': {
    path: {
      project: string;
    };
    query: {};
    body: null;
    response: {
      quota: {
        network: number;
        subnet: number;
        port: number;
        security_group: number;
        security_group_rule: number;
        address_group: number;
        subnetpool: number;
        rbac_policy: number;
        address_scope: number;
        router: number;
        floatingip: number;
        trunk: number;
        qos_policy: number;
      };
    };
  };
  'PUT /v2.0/quotas/{project}': {
    path: {
      project: string;
    };
    query: {};
    body: {
      quota: {
        network?: number | string;
        subnet?: number | string;
        port?: number | string;
        security_group?: number | string;
        security_group_rule?: number | string;
        address_group?: number | string;
        subnetpool?: number | string;
        rbac_policy?: number | string;
        address_scope?: number | string;
        router?: number | string;
        floatingip?: number | string;
        trunk?: number | string;
        qos_policy?: number | string;
        force?: boolean;
      };
    };
    response: {
      quota: {
        network: number;
        subnet: number;
        port: number;
        security_group: number;
        security_group_rule: number;
        address_group: number;
        subnetpool: number;
        rbac_policy: number;
        address_scope: number;
        router: number;
        floatingip: number;
        trunk: number;
        qos_policy: number;
      };
    };
  };
  'DELETE /v2.0/quotas/{project}': {
    path: {
      project: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/quotas/{project}/default': {
    path: {
      project: string;
    };
    query: {};
    body: null;
    response: {
      quota: {
        network: number;
        subnet: number;
        port: number;
        security_group: number;
        security_group_rule: number;
        address_group: number;
        subnetpool: number;
        rbac_policy: number;
        address_scope: number;
        router: number;
        floatingip: number;
        trunk: number;
        qos_policy: number;
      };
    };
  };
  'GET /v2.0/quotas/{project}/details': {
    path: {
      project: string;
    };
    query: {};
    body: null;
    response: {
      quota: {
        network: {
          limit: number;
          used: number;
          reserved: number;
        };
        subnet: {
          limit: number;
          used: number;
          reserved: number;
        };
        port: {
          limit: number;
          used: number;
          reserved: number;
        };
        security_group: {
          limit: number;
          used: number;
          reserved: number;
        };
        security_group_rule: {
          limit: number;
          used: number;
          reserved: number;
        };
        address_group: {
          limit: number;
          used: number;
          reserved: number;
        };
        subnetpool: {
          limit: number;
          used: number;
          reserved: number;
        };
        rbac_policy: {
          limit: number;
          used: number;
          reserved: number;
        };
        address_scope: {
          limit: number;
          used: number;
          reserved: number;
        };
        router: {
          limit: number;
          used: number;
          reserved: number;
        };
        floatingip: {
          limit: number;
          used: number;
          reserved: number;
        };
        trunk: {
          limit: number;
          used: number;
          reserved: number;
        };
        qos_policy: {
          limit: number;
          used: number;
          reserved: number;
        };
      };
    };
  };
  'GET /v2.0/quotas/{project}/details.json': {
    path: {
      project: string;
    };
    query: {};
    body: null;
    response: {
      quota: {
        network: {
          limit: number;
          used: number;
          reserved: number;
        };
        subnet: {
          limit: number;
          used: number;
          reserved: number;
        };
        port: {
          limit: number;
          used: number;
          reserved: number;
        };
        security_group: {
          limit: number;
          used: number;
          reserved: number;
        };
        security_group_rule: {
          limit: number;
          used: number;
          reserved: number;
        };
        address_group: {
          limit: number;
          used: number;
          reserved: number;
        };
        subnetpool: {
          limit: number;
          used: number;
          reserved: number;
        };
        rbac_policy: {
          limit: number;
          used: number;
          reserved: number;
        };
        address_scope: {
          limit: number;
          used: number;
          reserved: number;
        };
        router: {
          limit: number;
          used: number;
          reserved: number;
        };
        floatingip: {
          limit: number;
          used: number;
          reserved: number;
        };
        trunk: {
          limit: number;
          used: number;
          reserved: number;
        };
        qos_policy: {
          limit: number;
          used: number;
          reserved: number;
        };
      };
    };
  };
  'GET /v2.0/agents': {
    path: {};
    query: {
      id?: (string | number | boolean) | string[];
      agent_type?: (string | number | boolean) | string[];
      binary?: (string | number | boolean) | string[];
      host?: (string | number | boolean) | string[];
      topic?: (string | number | boolean) | string[];
      availability_zone?: (string | number | boolean) | string[];
      alive?: (string | number | boolean) | string[];
      admin_state_up?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      agents: {
        id: string;
        binary: string;
        agent_type: string;
        topic: string;
        host: string;
        alive:
          | true
          | 'True'
          | 'TRUE'
          | 'true'
          | '1'
          | 'ON'
          | 'On'
          | 'on'
          | 'YES'
          | 'Yes'
          | 'yes'
          | 'y'
          | 't'
          | false
          | 'False'
          | 'FALSE'
          | 'false'
          | '0'
          | 'OFF'
          | 'Off'
          | 'off'
          | 'NO'
          | 'No'
          | 'no'
          | 'n'
          | 'f';
        admin_state_up:
          | true
          | 'True'
          | 'TRUE'
          | 'true'
          | '1'
          | 'ON'
          | 'On'
          | 'on'
          | 'YES'
          | 'Yes'
          | 'yes'
          | 'y'
          | 't'
          | false
          | 'False'
          | 'FALSE'
          | 'false'
          | '0'
          | 'OFF'
          | 'Off'
          | 'off'
          | 'NO'
          | 'No'
          | 'no'
          | 'n'
          | 'f';
        description: null;
        availability_zone: string;
        created_at: string;
        started_at: string;
        heartbeat_timestamp: string;
        resources_synced: null;
        configurations: {
          cell: string;
          release: string;
          follows_changes:
            | true
            | 'True'
            | 'TRUE'
            | 'true'
            | '1'
            | 'ON'
            | 'On'
            | 'on'
            | 'YES'
            | 'Yes'
            | 'yes'
            | 'y'
            | 't'
            | false
            | 'False'
            | 'FALSE'
            | 'false'
            | '0'
            | 'OFF'
            | 'Off'
            | 'off'
            | 'NO'
            | 'No'
            | 'no'
            | 'n'
            | 'f';
          problem: string | null;
          ports: number;
          networks: number;
        };
      }[];
      agents_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'GET /v2.0/agents/{id}': {
    path: {
      id: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      agent: {
        id: string;
        binary: string;
        agent_type: string;
        topic: string;
        host: string;
        alive:
          | true
          | 'True'
          | 'TRUE'
          | 'true'
          | '1'
          | 'ON'
          | 'On'
          | 'on'
          | 'YES'
          | 'Yes'
          | 'yes'
          | 'y'
          | 't'
          | false
          | 'False'
          | 'FALSE'
          | 'false'
          | '0'
          | 'OFF'
          | 'Off'
          | 'off'
          | 'NO'
          | 'No'
          | 'no'
          | 'n'
          | 'f';
        admin_state_up:
          | true
          | 'True'
          | 'TRUE'
          | 'true'
          | '1'
          | 'ON'
          | 'On'
          | 'on'
          | 'YES'
          | 'Yes'
          | 'yes'
          | 'y'
          | 't'
          | false
          | 'False'
          | 'FALSE'
          | 'false'
          | '0'
          | 'OFF'
          | 'Off'
          | 'off'
          | 'NO'
          | 'No'
          | 'no'
          | 'n'
          | 'f';
        description: null;
        availability_zone: string;
        created_at: string;
        started_at: string;
        heartbeat_timestamp: string;
        resources_synced: null;
        configurations: {
          cell: string;
          release: string;
          follows_changes:
            | true
            | 'True'
            | 'TRUE'
            | 'true'
            | '1'
            | 'ON'
            | 'On'
            | 'on'
            | 'YES'
            | 'Yes'
            | 'yes'
            | 'y'
            | 't'
            | false
            | 'False'
            | 'FALSE'
            | 'false'
            | '0'
            | 'OFF'
            | 'Off'
            | 'off'
            | 'NO'
            | 'No'
            | 'no'
            | 'n'
            | 'f';
          problem: string | null;
          ports: number;
          networks: number;
        };
      };
    };
  };
  'PUT /v2.0/agents/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: {
      agent: {
        admin_state_up?: boolean;
        description?: string | null;
      };
    };
    response: {
      agent: {
        id: string;
        binary: string;
        agent_type: string;
        topic: string;
        host: string;
        alive:
          | true
          | 'True'
          | 'TRUE'
          | 'true'
          | '1'
          | 'ON'
          | 'On'
          | 'on'
          | 'YES'
          | 'Yes'
          | 'yes'
          | 'y'
          | 't'
          | false
          | 'False'
          | 'FALSE'
          | 'false'
          | '0'
          | 'OFF'
          | 'Off'
          | 'off'
          | 'NO'
          | 'No'
          | 'no'
          | 'n'
          | 'f';
        admin_state_up:
          | true
          | 'True'
          | 'TRUE'
          | 'true'
          | '1'
          | 'ON'
          | 'On'
          | 'on'
          | 'YES'
          | 'Yes'
          | 'yes'
          | 'y'
          | 't'
          | false
          | 'False'
          | 'FALSE'
          | 'false'
          | '0'
          | 'OFF'
          | 'Off'
          | 'off'
          | 'NO'
          | 'No'
          | 'no'
          | 'n'
          | 'f';
        description: null;
        availability_zone: string;
        created_at: string;
        started_at: string;
        heartbeat_timestamp: string;
        resources_synced: null;
        configurations: {
          cell: string;
          release: string;
          follows_changes:
            | true
            | 'True'
            | 'TRUE'
            | 'true'
            | '1'
            | 'ON'
            | 'On'
            | 'on'
            | 'YES'
            | 'Yes'
            | 'yes'
            | 'y'
            | 't'
            | false
            | 'False'
            | 'FALSE'
            | 'false'
            | '0'
            | 'OFF'
            | 'Off'
            | 'off'
            | 'NO'
            | 'No'
            | 'no'
            | 'n'
            | 'f';
          problem: string | null;
          ports: number;
          networks: number;
        };
      };
    };
  };
  'DELETE /v2.0/agents/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/networks/{id}/dhcp-agents': {
    path: {
      id: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      agents: {
        id: string;
        binary: string;
        agent_type: string;
        topic: string;
        host: string;
        alive:
          | true
          | 'True'
          | 'TRUE'
          | 'true'
          | '1'
          | 'ON'
          | 'On'
          | 'on'
          | 'YES'
          | 'Yes'
          | 'yes'
          | 'y'
          | 't'
          | false
          | 'False'
          | 'FALSE'
          | 'false'
          | '0'
          | 'OFF'
          | 'Off'
          | 'off'
          | 'NO'
          | 'No'
          | 'no'
          | 'n'
          | 'f';
        admin_state_up:
          | true
          | 'True'
          | 'TRUE'
          | 'true'
          | '1'
          | 'ON'
          | 'On'
          | 'on'
          | 'YES'
          | 'Yes'
          | 'yes'
          | 'y'
          | 't'
          | false
          | 'False'
          | 'FALSE'
          | 'false'
          | '0'
          | 'OFF'
          | 'Off'
          | 'off'
          | 'NO'
          | 'No'
          | 'no'
          | 'n'
          | 'f';
        description: null;
        availability_zone: string;
        created_at: string;
        started_at: string;
        heartbeat_timestamp: string;
        resources_synced: null;
        configurations: {
          cell: string;
          release: string;
          follows_changes:
            | true
            | 'True'
            | 'TRUE'
            | 'true'
            | '1'
            | 'ON'
            | 'On'
            | 'on'
            | 'YES'
            | 'Yes'
            | 'yes'
            | 'y'
            | 't'
            | false
            | 'False'
            | 'FALSE'
            | 'false'
            | '0'
            | 'OFF'
            | 'Off'
            | 'off'
            | 'NO'
            | 'No'
            | 'no'
            | 'n'
            | 'f';
          problem: string | null;
          ports: number;
          networks: number;
        };
      }[];
    };
  };
  'GET /v2.0/routers/{id}/l3-agents': {
    path: {
      id: string;
    };
    query: {
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      agents: {
        id: string;
        binary: string;
        agent_type: string;
        topic: string;
        host: string;
        alive:
          | true
          | 'True'
          | 'TRUE'
          | 'true'
          | '1'
          | 'ON'
          | 'On'
          | 'on'
          | 'YES'
          | 'Yes'
          | 'yes'
          | 'y'
          | 't'
          | false
          | 'False'
          | 'FALSE'
          | 'false'
          | '0'
          | 'OFF'
          | 'Off'
          | 'off'
          | 'NO'
          | 'No'
          | 'no'
          | 'n'
          | 'f';
        admin_state_up:
          | true
          | 'True'
          | 'TRUE'
          | 'true'
          | '1'
          | 'ON'
          | 'On'
          | 'on'
          | 'YES'
          | 'Yes'
          | 'yes'
          | 'y'
          | 't'
          | false
          | 'False'
          | 'FALSE'
          | 'false'
          | '0'
          | 'OFF'
          | 'Off'
          | 'off'
          | 'NO'
          | 'No'
          | 'no'
          | 'n'
          | 'f';
        description: null;
        availability_zone: string;
        created_at: string;
        started_at: string;
        heartbeat_timestamp: string;
        resources_synced: null;
        configurations: {
          cell: string;
          release: string;
          follows_changes:
            | true
            | 'True'
            | 'TRUE'
            | 'true'
            | '1'
            | 'ON'
            | 'On'
            | 'on'
            | 'YES'
            | 'Yes'
            | 'yes'
            | 'y'
            | 't'
            | false
            | 'False'
            | 'FALSE'
            | 'false'
            | '0'
            | 'OFF'
            | 'Off'
            | 'off'
            | 'NO'
            | 'No'
            | 'no'
            | 'n'
            | 'f';
          problem: string | null;
          ports: number;
          networks: number;
        };
      }[];
    };
  };
  'GET /v2.0/availability_zones': {
    path: {};
    query: {
      name?: (string | number | boolean) | string[];
      resource?: (string | number | boolean) | string[];
      state?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      availability_zones: {
        name: string;
        resource: 'network' | 'router';
        state: 'available' | 'unavailable';
      }[];
    };
  };
  'GET /v2.0/service-providers': {
    path: {};
    query: {
      service_type?: (string | number | boolean) | string[];
      name?: (string | number | boolean) | string[];
      default?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      service_providers: {
        service_type: string;
        name: string;
        default:
          | true
          | 'True'
          | 'TRUE'
          | 'true'
          | '1'
          | 'ON'
          | 'On'
          | 'on'
          | 'YES'
          | 'Yes'
          | 'yes'
          | 'y'
          | 't'
          | false
          | 'False'
          | 'FALSE'
          | 'false'
          | '0'
          | 'OFF'
          | 'Off'
          | 'off'
          | 'NO'
          | 'No'
          | 'no'
          | 'n'
          | 'f';
      }[];
    };
  };
  'GET /v2.0/flavors': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/service_profiles': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/segments': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/log/logs': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/log/loggable-resources': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/metering/metering-labels': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/metering/metering-label-rules': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'GET /v2.0/auto-allocated-topology/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
}

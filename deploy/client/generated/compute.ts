// Generated from the OpenAPI documents by `npm run generate`; changes made by hand are lost.

export interface ComputeOperations {
  'GET /': {
    path: {};
    query: {};
    body: null;
    response: {
      versions: {
        id: 'v2.0' | 'v2.1';
        status: 'CURRENT' | 'DEPRECATED';
        version: string;
        min_version: string;
        updated: string;
        links: {
          rel: string;
          href: string;
          type?: string;
        }[];
      }[];
    };
  };
  'GET /v2': {
    path: {};
    query: {};
    body: null;
    response: {
      version: {
        id: 'v2.0' | 'v2.1';
        status: 'CURRENT' | 'DEPRECATED';
        version: string;
        min_version: string;
        updated: string;
        links: {
          rel: string;
          href: string;
          type?: string;
        }[];
        'media-types': {
          base: string;
          type: string;
        }[];
      };
    };
  };
  'GET /v2.1': {
    path: {};
    query: {};
    body: null;
    response: {
      version: {
        id: 'v2.0' | 'v2.1';
        status: 'CURRENT' | 'DEPRECATED';
        version: string;
        min_version: string;
        updated: string;
        links: {
          rel: string;
          href: string;
          type?: string;
        }[];
        'media-types': {
          base: string;
          type: string;
        }[];
      };
    };
  };
  'GET /versions/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      version: {
        id: 'v2.0' | 'v2.1';
        status: 'CURRENT' | 'DEPRECATED';
        version: string;
        min_version: string;
        updated: string;
        links: {
          rel: string;
          href: string;
          type?: string;
        }[];
        'media-types': {
          base: string;
          type: string;
        }[];
      };
    };
  };
  'GET /extensions': {
    path: {};
    query: {};
    body: null;
    response: {
      extensions: {
        alias: string;
        name: string;
        description: string;
        /**
         * @maxItems 0
         */
        links: unknown[];
        namespace: string;
        updated: string;
      }[];
    };
  };
  'GET /extensions/{alias}': {
    path: {
      alias: string;
    };
    query: {};
    body: null;
    response: {
      extension: {
        alias: string;
        name: string;
        description: string;
        /**
         * @maxItems 0
         */
        links: unknown[];
        namespace: string;
        updated: string;
      };
    };
  };
  'GET /os-agents': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'POST /os-agents': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'PUT /os-agents/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /os-agents/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /os-cells': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'POST /os-cells': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'GET /os-cells/capacities': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'GET /os-cells/detail': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'GET /os-cells/info': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'POST /os-cells/sync_instances': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'GET /os-cells/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'PUT /os-cells/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /os-cells/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /os-cells/{id}/capacities': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'POST /os-certificates': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'GET /os-certificates/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /os-cloudpipe': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'POST /os-cloudpipe': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'PUT /os-cloudpipe/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /os-fixed-ips/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /os-floating-ip-dns': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'PUT /os-floating-ip-dns/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /os-floating-ip-dns/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /os-floating-ip-dns/{id}/entries/{name}': {
    path: {
      id: string;
      name: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'PUT /os-floating-ip-dns/{id}/entries/{name}': {
    path: {
      id: string;
      name: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /os-floating-ip-dns/{id}/entries/{name}': {
    path: {
      id: string;
      name: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /os-floating-ips-bulk': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'POST /os-floating-ips-bulk': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'GET /os-floating-ips-bulk/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'PUT /os-floating-ips-bulk/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /os-fping': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'GET /os-fping/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'POST /os-networks': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'GET /os-networks': {
    path: {};
    query: {};
    body: null;
    response: {
      networks: {
        id: string;
        label: string;
        cidr: null;
        netmask: null;
        gateway: null;
        broadcast: null;
        dns1: null;
        dns2: null;
        cidr_v6: null;
        gateway_v6: null;
        netmask_v6: null;
        created_at?: null;
        updated_at?: null;
        deleted_at?: null;
        deleted?: null;
        injected?: null;
        bridge?: null;
        vlan?: null;
        vpn_public_address?: null;
        vpn_public_port?: null;
        vpn_private_address?: null;
        dhcp_start?: null;
        project_id?: null;
        host?: null;
        bridge_interface?: null;
        multi_host?: null;
        priority?: null;
        rxtx_base?: null;
        mtu?: null;
        dhcp_server?: null;
        enable_dhcp?: null;
        share_address?: null;
      }[];
    };
  };
  'POST /os-networks/add': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'DELETE /os-networks/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /os-networks/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      network: {
        id: string;
        label: string;
        cidr: null;
        netmask: null;
        gateway: null;
        broadcast: null;
        dns1: null;
        dns2: null;
        cidr_v6: null;
        gateway_v6: null;
        netmask_v6: null;
        created_at?: null;
        updated_at?: null;
        deleted_at?: null;
        deleted?: null;
        injected?: null;
        bridge?: null;
        vlan?: null;
        vpn_public_address?: null;
        vpn_public_port?: null;
        vpn_private_address?: null;
        dhcp_start?: null;
        project_id?: null;
        host?: null;
        bridge_interface?: null;
        multi_host?: null;
        priority?: null;
        rxtx_base?: null;
        mtu?: null;
        dhcp_server?: null;
        enable_dhcp?: null;
        share_address?: null;
      };
    };
  };
  'GET /os-security-group-default-rules': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'POST /os-security-group-default-rules': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'GET /os-security-group-default-rules/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /os-security-group-default-rules/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'POST /os-tenant-networks': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'GET /os-tenant-networks': {
    path: {};
    query: {};
    body: null;
    response: {
      networks: {
        id: string;
        label: string;
        cidr: 'None';
      }[];
    };
  };
  'DELETE /os-tenant-networks/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /os-tenant-networks/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      network: {
        id: string;
        label: string;
        cidr: 'None';
      };
    };
  };
  'GET /servers/{id}/consoles': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'POST /servers/{id}/consoles': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /servers/{id}/consoles/{console}': {
    path: {
      id: string;
      console: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /servers/{id}/consoles/{console}': {
    path: {
      id: string;
      console: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /servers/{id}/os-virtual-interfaces': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'POST /os-fixed-ips/{id}/action': {
    path: {
      id: string;
    };
    query: {};
    body: Reserve | Unreserve;
    response: null;
  };
  'POST /os-networks/{id}/action': {
    path: {
      id: string;
    };
    query: {};
    body: Disassociate | AssociateHost | DisassociateHost | DisassociateProject;
    response: null;
  };
  'POST /servers': {
    path: {};
    query: {};
    body: {
      server: {
        name: string;
        imageRef?: string;
        flavorRef: string | number;
        adminPass?: string;
        metadata?: {
          /**
           * This interface was referenced by `undefined`'s JSON-Schema definition
           * via the `patternProperty` "^[a-zA-Z0-9-_:. ]{1,255}$".
           */
          [k: string]: string | undefined;
        };
        networks:
          | {
              fixed_ip?: string;
              port?: string | null;
              uuid?: string;
              tag?: string;
            }[]
          | ('none' | 'auto');
        'OS-DCF:diskConfig'?: 'AUTO' | 'MANUAL';
        accessIPv4?: string;
        accessIPv6?: string;
        availability_zone?: string;
        /**
         * @maxItems 64
         */
        block_device_mapping?: {
          virtual_name?: string;
          volume_id?: string;
          snapshot_id?: string;
          volume_size?: number | string;
          device_name?: string;
          delete_on_termination?:
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
          no_device?: unknown;
          connection_info?: string;
        }[];
        /**
         * @maxItems 64
         */
        block_device_mapping_v2?: {
          virtual_name?: string;
          volume_id?: string;
          snapshot_id?: string;
          volume_size?: number | string;
          device_name?: string;
          delete_on_termination?:
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
          no_device?: unknown;
          connection_info?: string;
          source_type?: 'volume' | 'image' | 'snapshot' | 'blank';
          uuid?: string;
          image_id?: string;
          destination_type?: 'local' | 'volume';
          guest_format?: string;
          device_type?: string;
          disk_bus?: string;
          boot_index?: number | string | null;
          tag?: string;
          volume_type?: string | null;
        }[];
        config_drive?:
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
        key_name?: string;
        min_count?: number | string;
        max_count?: number | string;
        return_reservation_id?:
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
        security_groups?: {
          name?: string;
        }[];
        user_data?: string | null;
        description?: string | null;
        /**
         * @maxItems 50
         */
        tags?: string[];
        /**
         * @minItems 1
         * @maxItems 50
         */
        trusted_image_certificates?: string[] | null;
        host?: string;
        hypervisor_hostname?: string;
        hostname?: string;
      };
      'os:scheduler_hints'?: {
        group?: string;
        different_host?: string | string[];
        same_host?: string | string[];
        query?: string | {};
        target_cell?: string;
        different_cell?: string | string[];
        build_near_host_ip?: string;
        cidr?: string;
        [k: string]: unknown | undefined;
      };
      'OS-SCH-HNT:scheduler_hints'?: {
        group?: string;
        different_host?: string | string[];
        same_host?: string | string[];
        query?: string | {};
        target_cell?: string;
        different_cell?: string | string[];
        build_near_host_ip?: string;
        cidr?: string;
        [k: string]: unknown | undefined;
      };
    };
    response:
      | {
          server: {
            id: string;
            links: {
              rel: string;
              href: string;
            }[];
            'OS-DCF:diskConfig': 'AUTO' | 'MANUAL';
            security_groups: {
              name: string;
            }[];
            adminPass: string;
          };
        }
      | {
          reservation_id: string;
        };
  };
  'GET /servers': {
    path: {};
    query: {
      user_id?: (string | number | boolean) | string[];
      project_id?: (string | number | boolean) | string[];
      tenant_id?: (string | number | boolean) | string[];
      launch_index?: (string | number | boolean) | string[];
      image_ref?: (string | number | boolean) | string[];
      image?: (string | number | boolean) | string[];
      kernel_id?: (string | number | boolean) | string[];
      ramdisk_id?: (string | number | boolean) | string[];
      hostname?: (string | number | boolean) | string[];
      key_name?: (string | number | boolean) | string[];
      power_state?: (string | number | boolean) | string[];
      vm_state?: (string | number | boolean) | string[];
      task_state?: (string | number | boolean) | string[];
      host?: (string | number | boolean) | string[];
      node?: (string | number | boolean) | string[];
      flavor?: (string | number | boolean) | string[];
      reservation_id?: (string | number | boolean) | string[];
      launched_at?: (string | number | boolean) | string[];
      terminated_at?: (string | number | boolean) | string[];
      availability_zone?: (string | number | boolean) | string[];
      name?: (string | number | boolean) | string[];
      display_name?: (string | number | boolean) | string[];
      description?: (string | number | boolean) | string[];
      display_description?: (string | number | boolean) | string[];
      locked_by?: (string | number | boolean) | string[];
      uuid?: (string | number | boolean) | string[];
      root_device_name?: (string | number | boolean) | string[];
      config_drive?: (string | number | boolean) | string[];
      access_ip_v4?: (string | number | boolean) | string[];
      access_ip_v6?: (string | number | boolean) | string[];
      auto_disk_config?: (string | number | boolean) | string[];
      progress?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      all_tenants?: (string | number | boolean) | string[];
      soft_deleted?: (string | number | boolean) | string[];
      deleted?: (string | number | boolean) | string[];
      status?: (string | number | boolean) | string[];
      'changes-since'?: (string | number | boolean) | string[];
      ip?: (string | number | boolean) | string[];
      ip6?: (string | number | boolean) | string[];
      created_at?: (string | number | boolean) | string[];
      block_device_mapping?: (string | number | boolean) | string[];
      services?: (string | number | boolean) | string[];
      metadata?: (string | number | boolean) | string[];
      system_metadata?: (string | number | boolean) | string[];
      info_cache?: (string | number | boolean) | string[];
      extra?: (string | number | boolean) | string[];
      security_groups?: (string | number | boolean) | string[];
      fault?: (string | number | boolean) | string[];
      pci_devices?: (string | number | boolean) | string[];
      tags?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      'tags-any'?: (string | number | boolean) | string[];
      'not-tags'?: (string | number | boolean) | string[];
      'not-tags-any'?: (string | number | boolean) | string[];
      'changes-before'?: (string | number | boolean) | string[];
      locked?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      servers: {
        id: string;
        name: string;
        links: {
          rel: string;
          href: string;
        }[];
        status?: 'UNKNOWN';
      }[];
      servers_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'GET /servers/detail': {
    path: {};
    query: {
      user_id?: (string | number | boolean) | string[];
      project_id?: (string | number | boolean) | string[];
      tenant_id?: (string | number | boolean) | string[];
      launch_index?: (string | number | boolean) | string[];
      image_ref?: (string | number | boolean) | string[];
      image?: (string | number | boolean) | string[];
      kernel_id?: (string | number | boolean) | string[];
      ramdisk_id?: (string | number | boolean) | string[];
      hostname?: (string | number | boolean) | string[];
      key_name?: (string | number | boolean) | string[];
      power_state?: (string | number | boolean) | string[];
      vm_state?: (string | number | boolean) | string[];
      task_state?: (string | number | boolean) | string[];
      host?: (string | number | boolean) | string[];
      node?: (string | number | boolean) | string[];
      flavor?: (string | number | boolean) | string[];
      reservation_id?: (string | number | boolean) | string[];
      launched_at?: (string | number | boolean) | string[];
      terminated_at?: (string | number | boolean) | string[];
      availability_zone?: (string | number | boolean) | string[];
      name?: (string | number | boolean) | string[];
      display_name?: (string | number | boolean) | string[];
      description?: (string | number | boolean) | string[];
      display_description?: (string | number | boolean) | string[];
      locked_by?: (string | number | boolean) | string[];
      uuid?: (string | number | boolean) | string[];
      root_device_name?: (string | number | boolean) | string[];
      config_drive?: (string | number | boolean) | string[];
      access_ip_v4?: (string | number | boolean) | string[];
      access_ip_v6?: (string | number | boolean) | string[];
      auto_disk_config?: (string | number | boolean) | string[];
      progress?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      all_tenants?: (string | number | boolean) | string[];
      soft_deleted?: (string | number | boolean) | string[];
      deleted?: (string | number | boolean) | string[];
      status?: (string | number | boolean) | string[];
      'changes-since'?: (string | number | boolean) | string[];
      ip?: (string | number | boolean) | string[];
      ip6?: (string | number | boolean) | string[];
      created_at?: (string | number | boolean) | string[];
      block_device_mapping?: (string | number | boolean) | string[];
      services?: (string | number | boolean) | string[];
      metadata?: (string | number | boolean) | string[];
      system_metadata?: (string | number | boolean) | string[];
      info_cache?: (string | number | boolean) | string[];
      extra?: (string | number | boolean) | string[];
      security_groups?: (string | number | boolean) | string[];
      fault?: (string | number | boolean) | string[];
      pci_devices?: (string | number | boolean) | string[];
      tags?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      'tags-any'?: (string | number | boolean) | string[];
      'not-tags'?: (string | number | boolean) | string[];
      'not-tags-any'?: (string | number | boolean) | string[];
      'changes-before'?: (string | number | boolean) | string[];
      locked?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      servers: {
        id: string;
        name: string;
        links: {
          rel: string;
          href: string;
        }[];
        status: string;
        tenant_id: string;
        user_id: string;
        metadata: {
          [k: string]: string | undefined;
        };
        hostId: string;
        created: string;
        updated: string;
        addresses: {
          [k: string]:
            | {
                version: 4 | 6;
                addr: string;
                'OS-EXT-IPS:type': 'fixed' | 'floating';
                'OS-EXT-IPS-MAC:mac_addr': string;
              }[]
            | undefined;
        };
        accessIPv4: string;
        accessIPv6: string;
        'OS-DCF:diskConfig': 'AUTO' | 'MANUAL';
        progress?: number;
        fault?: {
          code: number;
          created: string;
          message: string;
          details?: string;
        };
        config_drive: string;
        key_name: string | null;
        security_groups: {
          name: string;
        }[];
        'OS-SRV-USG:launched_at': string | null;
        'OS-SRV-USG:terminated_at': string | null;
        'OS-EXT-STS:task_state': string | null;
        'OS-EXT-STS:power_state': number;
        'OS-EXT-AZ:availability_zone': string;
        /**
         * @maxItems 0
         */
        'os-extended-volumes:volumes_attached': unknown[];
        'OS-EXT-SRV-ATTR:host'?: string | null;
        'OS-EXT-SRV-ATTR:hypervisor_hostname'?: string | null;
        'OS-EXT-SRV-ATTR:instance_name'?: string | null;
        'OS-EXT-SRV-ATTR:reservation_id'?: string;
        'OS-EXT-SRV-ATTR:launch_index'?: number;
        'OS-EXT-SRV-ATTR:kernel_id'?: string;
        'OS-EXT-SRV-ATTR:ramdisk_id'?: string;
        'OS-EXT-SRV-ATTR:root_device_name'?: string;
        'OS-EXT-SRV-ATTR:user_data'?: string | null;
        description: string | null;
        tags: string[];
        flavor: {
          original_name: string;
          vcpus: number;
          ram: number;
          disk: number;
          ephemeral: number;
          swap: number;
          extra_specs?: {
            [k: string]: string | undefined;
          };
        };
        trusted_image_certificates: string[] | null;
        'OS-EXT-STS:vm_state': string | null;
        host_status?: string | null;
        locked: boolean | null;
        locked_reason: string | null;
        'OS-EXT-SRV-ATTR:hostname': string;
        pinned_availability_zone: string | null;
        image: {
          id: string;
          links: {
            rel: string;
            href: string;
          }[];
          properties: {
            [k: string]: unknown | undefined;
          };
        };
        scheduler_hints: {
          [k: string]: unknown[] | undefined;
        };
      }[];
      servers_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'GET /servers/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      server: {
        id: string;
        name: string;
        links: {
          rel: string;
          href: string;
        }[];
        status: string;
        tenant_id: string;
        user_id: string;
        metadata: {
          [k: string]: string | undefined;
        };
        hostId: string;
        created: string;
        updated: string;
        addresses: {
          [k: string]:
            | {
                version: 4 | 6;
                addr: string;
                'OS-EXT-IPS:type': 'fixed' | 'floating';
                'OS-EXT-IPS-MAC:mac_addr': string;
              }[]
            | undefined;
        };
        accessIPv4: string;
        accessIPv6: string;
        'OS-DCF:diskConfig': 'AUTO' | 'MANUAL';
        progress?: number;
        fault?: {
          code: number;
          created: string;
          message: string;
          details?: string;
        };
        config_drive: string;
        key_name: string | null;
        security_groups: {
          name: string;
        }[];
        'OS-SRV-USG:launched_at': string | null;
        'OS-SRV-USG:terminated_at': string | null;
        'OS-EXT-STS:task_state': string | null;
        'OS-EXT-STS:power_state': number;
        'OS-EXT-AZ:availability_zone': string;
        /**
         * @maxItems 0
         */
        'os-extended-volumes:volumes_attached': unknown[];
        'OS-EXT-SRV-ATTR:host'?: string | null;
        'OS-EXT-SRV-ATTR:hypervisor_hostname'?: string | null;
        'OS-EXT-SRV-ATTR:instance_name'?: string | null;
        'OS-EXT-SRV-ATTR:reservation_id'?: string;
        'OS-EXT-SRV-ATTR:launch_index'?: number;
        'OS-EXT-SRV-ATTR:kernel_id'?: string;
        'OS-EXT-SRV-ATTR:ramdisk_id'?: string;
        'OS-EXT-SRV-ATTR:root_device_name'?: string;
        'OS-EXT-SRV-ATTR:user_data'?: string | null;
        description: string | null;
        tags: string[];
        flavor: {
          original_name: string;
          vcpus: number;
          ram: number;
          disk: number;
          ephemeral: number;
          swap: number;
          extra_specs?: {
            [k: string]: string | undefined;
          };
        };
        trusted_image_certificates: string[] | null;
        'OS-EXT-STS:vm_state': string | null;
        host_status?: string | null;
        locked: boolean | null;
        server_groups: string[];
        locked_reason: string | null;
        'OS-EXT-SRV-ATTR:hostname': string;
        pinned_availability_zone: string | null;
        image: {
          id: string;
          links: {
            rel: string;
            href: string;
          }[];
          properties: {
            [k: string]: unknown | undefined;
          };
        };
        scheduler_hints: {
          [k: string]: unknown[] | undefined;
        };
      };
    };
  };
  'PUT /servers/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: {
      server: {
        name?: string;
        'OS-DCF:diskConfig'?: 'AUTO' | 'MANUAL';
        accessIPv4?: string;
        accessIPv6?: string;
        description?: string | null;
        hostname?: string;
        pinned_availability_zone?: string | null;
      };
    };
    response: {
      server: {
        id: string;
        name: string;
        links: {
          rel: string;
          href: string;
        }[];
        status: string;
        tenant_id: string;
        user_id: string;
        metadata: {
          [k: string]: string | undefined;
        };
        hostId: string;
        created: string;
        updated: string;
        addresses: {
          [k: string]:
            | {
                version: 4 | 6;
                addr: string;
                'OS-EXT-IPS:type': 'fixed' | 'floating';
                'OS-EXT-IPS-MAC:mac_addr': string;
              }[]
            | undefined;
        };
        accessIPv4: string;
        accessIPv6: string;
        'OS-DCF:diskConfig': 'AUTO' | 'MANUAL';
        progress?: number;
        fault?: {
          code: number;
          created: string;
          message: string;
          details?: string;
        };
        config_drive: string;
        key_name: string | null;
        security_groups: {
          name: string;
        }[];
        'OS-SRV-USG:launched_at': string | null;
        'OS-SRV-USG:terminated_at': string | null;
        'OS-EXT-STS:task_state': string | null;
        'OS-EXT-STS:vm_state': string;
        'OS-EXT-STS:power_state': number;
        'OS-EXT-AZ:availability_zone': string;
        /**
         * @maxItems 0
         */
        'os-extended-volumes:volumes_attached': unknown[];
        'OS-EXT-SRV-ATTR:host'?: string | null;
        'OS-EXT-SRV-ATTR:hypervisor_hostname'?: string | null;
        'OS-EXT-SRV-ATTR:instance_name'?: string | null;
        'OS-EXT-SRV-ATTR:reservation_id'?: string;
        'OS-EXT-SRV-ATTR:launch_index'?: number;
        'OS-EXT-SRV-ATTR:kernel_id'?: string;
        'OS-EXT-SRV-ATTR:ramdisk_id'?: string;
        'OS-EXT-SRV-ATTR:root_device_name'?: string;
        'OS-EXT-SRV-ATTR:user_data'?: string | null;
        locked: boolean;
        host_status?: string;
        description: string | null;
        tags: string[];
        flavor: {
          original_name: string;
          vcpus: number;
          ram: number;
          disk: number;
          ephemeral: number;
          swap: number;
          extra_specs?: {
            [k: string]: string | undefined;
          };
        };
        trusted_image_certificates: string[] | null;
        server_groups: string[];
        locked_reason: string | null;
        'OS-EXT-SRV-ATTR:hostname': string;
        pinned_availability_zone: string | null;
        image: {
          id: string;
          links: {
            rel: string;
            href: string;
          }[];
          properties: {
            [k: string]: unknown | undefined;
          };
        };
        scheduler_hints: {
          [k: string]: unknown[] | undefined;
        };
      };
    };
  };
  'DELETE /servers/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'POST /servers/{id}/action': {
    path: {
      id: string;
    };
    query: {};
    body:
      | AddFixedIp
      | AddFloatingIp
      | AddSecurityGroup
      | ChangePassword
      | ConfirmResize
      | Evacuate
      | CreateBackup
      | CreateImage
      | ForceDelete
      | InjectNetworkInfo
      | Lock
      | Migrate
      | OsGetConsoleOutput
      | OsMigrateLive
      | OsResetState
      | OsStart
      | OsStop
      | Pause
      | Reboot
      | Rebuild
      | Rescue
      | RemoveFixedIp
      | RemoveFloatingIp
      | RemoveSecurityGroup
      | Resize
      | Restore
      | Resume
      | RevertResize
      | Shelve
      | ShelveOffload
      | Suspend
      | TriggerCrashDump
      | Unlock
      | Unpause
      | Unrescue
      | Unshelve
      | OsGetVNCConsole
      | OsGetSPICEConsole
      | OsGetSerialConsole
      | OsGetRDPConsole
      | ResetNetwork;
    response:
      | (
          | {
              output: string;
            }
          | {
              adminPass: string;
            }
          | {
              console: {
                type: string;
                url: string;
              };
            }
        )
      | (
          | {
              image_id: string;
            }
          | {
              server: {
                id: string;
                name: string;
                links: {
                  rel: string;
                  href: string;
                }[];
                status: string;
                tenant_id: string;
                user_id: string;
                metadata: {
                  [k: string]: string | undefined;
                };
                hostId: string;
                created: string;
                updated: string;
                addresses: {
                  [k: string]:
                    | {
                        version: 4 | 6;
                        addr: string;
                        'OS-EXT-IPS:type': 'fixed' | 'floating';
                        'OS-EXT-IPS-MAC:mac_addr': string;
                      }[]
                    | undefined;
                };
                accessIPv4: string;
                accessIPv6: string;
                'OS-DCF:diskConfig': 'AUTO' | 'MANUAL';
                progress?: number;
                fault?: {
                  code: number;
                  created: string;
                  message: string;
                  details?: string;
                };
                config_drive: string;
                key_name: string | null;
                security_groups: {
                  name: string;
                }[];
                'OS-SRV-USG:launched_at': string | null;
                'OS-SRV-USG:terminated_at': string | null;
                'OS-EXT-STS:task_state': string | null;
                'OS-EXT-STS:vm_state': string;
                'OS-EXT-STS:power_state': number;
                'OS-EXT-AZ:availability_zone': string;
                /**
                 * @maxItems 0
                 */
                'os-extended-volumes:volumes_attached': unknown[];
                'OS-EXT-SRV-ATTR:host'?: string | null;
                'OS-EXT-SRV-ATTR:hypervisor_hostname'?: string | null;
                'OS-EXT-SRV-ATTR:instance_name'?: string | null;
                adminPass: string;
                'OS-EXT-SRV-ATTR:reservation_id'?: string;
                'OS-EXT-SRV-ATTR:launch_index'?: number;
                'OS-EXT-SRV-ATTR:kernel_id'?: string;
                'OS-EXT-SRV-ATTR:ramdisk_id'?: string;
                'OS-EXT-SRV-ATTR:root_device_name'?: string;
                'OS-EXT-SRV-ATTR:user_data'?: string | null;
                locked: boolean;
                host_status?: string;
                description: string | null;
                tags: string[];
                flavor: {
                  original_name: string;
                  vcpus: number;
                  ram: number;
                  disk: number;
                  ephemeral: number;
                  swap: number;
                  extra_specs?: {
                    [k: string]: string | undefined;
                  };
                };
                user_data: string | null;
                trusted_image_certificates: string[] | null;
                server_groups: string[];
                locked_reason: string | null;
                'OS-EXT-SRV-ATTR:hostname': string;
                pinned_availability_zone: string | null;
                image: {
                  id: string;
                  links: {
                    rel: string;
                    href: string;
                  }[];
                  properties: {
                    [k: string]: unknown | undefined;
                  };
                };
                scheduler_hints: {
                  [k: string]: unknown[] | undefined;
                };
              };
            }
        )
      | null;
  };
  'GET /servers/{id}/metadata': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      metadata: {
        [k: string]: string | undefined;
      };
    };
  };
  'POST /servers/{id}/metadata': {
    path: {
      id: string;
    };
    query: {};
    body: {
      metadata: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^[a-zA-Z0-9-_:. ]{1,255}$".
         */
        [k: string]: string | undefined;
      };
    };
    response: {
      metadata: {
        [k: string]: string | undefined;
      };
    };
  };
  'PUT /servers/{id}/metadata': {
    path: {
      id: string;
    };
    query: {};
    body: {
      metadata: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^[a-zA-Z0-9-_:. ]{1,255}$".
         */
        [k: string]: string | undefined;
      };
    };
    response: {
      metadata: {
        [k: string]: string | undefined;
      };
    };
  };
  'GET /servers/{id}/metadata/{key}': {
    path: {
      id: string;
      key: string;
    };
    query: {};
    body: null;
    response: {
      meta: {
        [k: string]: string | undefined;
      };
    };
  };
  'PUT /servers/{id}/metadata/{key}': {
    path: {
      id: string;
      key: string;
    };
    query: {};
    body: {
      meta: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^[a-zA-Z0-9-_:. ]{1,255}$".
         */
        [k: string]: string | undefined;
      };
    };
    response: {
      meta: {
        [k: string]: string | undefined;
      };
    };
  };
  'DELETE /servers/{id}/metadata/{key}': {
    path: {
      id: string;
      key: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /servers/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      tags: string[];
    };
  };
  'PUT /servers/{id}/tags': {
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
  'DELETE /servers/{id}/tags': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /servers/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'PUT /servers/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /servers/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /servers/{id}/ips': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      addresses: {
        [k: string]:
          | {
              version: 4 | 6;
              addr: string;
            }[]
          | undefined;
      };
    };
  };
  'GET /servers/{id}/ips/{network}': {
    path: {
      id: string;
      network: string;
    };
    query: {};
    body: null;
    response: {
      [k: string]:
        | {
            version: 4 | 6;
            addr: string;
          }[]
        | undefined;
    };
  };
  'GET /servers/{id}/os-interface': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      interfaceAttachments: {
        port_id: string;
        net_id: string;
        mac_addr: string;
        port_state: string;
        fixed_ips: {
          subnet_id: string;
          ip_address: string;
        }[];
        tag: string | null;
      }[];
    };
  };
  'POST /servers/{id}/os-interface': {
    path: {
      id: string;
    };
    query: {};
    body: {
      interfaceAttachment?: {
        net_id?: string;
        port_id?: string;
        /**
         * @minItems 1
         * @maxItems 1
         */
        fixed_ips?: {
          ip_address: string;
        }[];
        tag?: string | null;
      };
    };
    response: {
      interfaceAttachment: {
        port_id: string;
        net_id: string;
        mac_addr: string;
        port_state: string;
        fixed_ips: {
          subnet_id: string;
          ip_address: string;
        }[];
        tag: string | null;
      };
    };
  };
  'GET /servers/{id}/os-interface/{port}': {
    path: {
      id: string;
      port: string;
    };
    query: {};
    body: null;
    response: {
      interfaceAttachment: {
        port_id: string;
        net_id: string;
        mac_addr: string;
        port_state: string;
        fixed_ips: {
          subnet_id: string;
          ip_address: string;
        }[];
        tag: string | null;
      };
    };
  };
  'DELETE /servers/{id}/os-interface/{port}': {
    path: {
      id: string;
      port: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /servers/{id}/os-security-groups': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      security_groups: {
        id: string;
        name: string;
        description: string;
        tenant_id: string;
        rules: {
          id: string;
          parent_group_id: string;
          ip_protocol: string | null;
          from_port: number | null;
          to_port: number | null;
          group:
            | {}
            | {
                name: string;
                tenant_id: string;
              };
          ip_range:
            | {}
            | {
                cidr: string;
              };
        }[];
      }[];
    };
  };
  'GET /servers/{id}/os-instance-actions': {
    path: {
      id: string;
    };
    query: {
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      'changes-since'?: (string | number | boolean) | string[];
      'changes-before'?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      instanceActions: {
        action: string;
        instance_uuid: string;
        message: string | null;
        project_id: string | null;
        request_id: string;
        start_time: string;
        user_id: string | null;
        updated_at: string;
      }[];
      links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'GET /servers/{id}/os-instance-actions/{request}': {
    path: {
      id: string;
      request: string;
    };
    query: {};
    body: null;
    response: {
      instanceAction: {
        action: string;
        instance_uuid: string;
        message: string | null;
        project_id: string | null;
        request_id: string;
        start_time: string;
        user_id: string | null;
        updated_at: string;
        events: {
          event: string;
          start_time: string;
          finish_time: string | null;
          result: string | null;
          traceback?: string | null;
          hostId: string;
          host?: string | null;
          details?: string | null;
        }[];
      };
    };
  };
  'GET /servers/{id}/diagnostics': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      state: 'running';
      driver: string;
      hypervisor: string;
      hypervisor_os: string;
      uptime: number;
      config_drive: boolean;
      num_cpus: number;
      num_nics: number;
      num_disks: number;
      cpu_details: {
        id: number;
        time: number;
        utilisation: number | null;
      }[];
      nic_details: {
        mac_address: string;
        rx_octets: number;
        rx_packets: number;
        rx_drop: number;
        rx_errors: number;
        rx_rate: number | null;
        tx_octets: number;
        tx_packets: number;
        tx_drop: number;
        tx_errors: number;
        tx_rate: number | null;
      }[];
      disk_details: {
        read_bytes: number;
        read_requests: number;
        write_bytes: number;
        write_requests: number;
        errors_count: number | null;
      }[];
      memory_details: {
        maximum: number;
        used: number;
      };
    };
  };
  'POST /servers/{id}/remote-consoles': {
    path: {
      id: string;
    };
    query: {};
    body: {
      remote_console: {
        protocol: 'vnc' | 'spice' | 'rdp' | 'serial' | 'mks';
        type: 'novnc' | 'xvpvnc' | 'spice-html5' | 'rdp-html5' | 'serial' | 'webmks' | 'spice-direct';
      };
    };
    response: {
      remote_console: {
        protocol: string;
        type: string;
        url: string;
      };
    };
  };
  'GET /servers/{id}/migrations': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      migrations: {
        id: number;
        server_uuid: string;
        status: string;
        source_compute: string | null;
        source_node: string | null;
        dest_compute: string | null;
        dest_node: string | null;
        dest_host: string | null;
        memory_total_bytes: number | null;
        memory_processed_bytes: number | null;
        memory_remaining_bytes: number | null;
        disk_total_bytes: number | null;
        disk_processed_bytes: number | null;
        disk_remaining_bytes: number | null;
        created_at: string;
        updated_at: string | null;
        uuid: string;
        user_id: string;
        project_id: string;
      }[];
    };
  };
  'GET /servers/{id}/migrations/{migration}': {
    path: {
      id: string;
      migration: string;
    };
    query: {};
    body: null;
    response: {
      migration: {
        id: number;
        server_uuid: string;
        status: string;
        source_compute: string | null;
        source_node: string | null;
        dest_compute: string | null;
        dest_node: string | null;
        dest_host: string | null;
        memory_total_bytes: number | null;
        memory_processed_bytes: number | null;
        memory_remaining_bytes: number | null;
        disk_total_bytes: number | null;
        disk_processed_bytes: number | null;
        disk_remaining_bytes: number | null;
        created_at: string;
        updated_at: string | null;
        uuid: string;
        user_id: string;
        project_id: string;
      };
    };
  };
  'DELETE /servers/{id}/migrations/{migration}': {
    path: {
      id: string;
      migration: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'POST /servers/{id}/migrations/{migration}/action': {
    path: {
      id: string;
      migration: string;
    };
    query: {};
    body: ForceComplete;
    response: null;
  };
  'GET /servers/{id}/os-volume_attachments': {
    path: {
      id: string;
    };
    query: {
      limit?: (string | number | boolean) | string[];
      offset?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      /**
       * @maxItems 0
       */
      volumeAttachments: unknown[];
    };
  };
  'POST /servers/{id}/os-volume_attachments': {
    path: {
      id: string;
    };
    query: {};
    body: {
      volumeAttachment: {
        volumeId: string;
        device?: string | null;
        tag?: string;
        delete_on_termination?:
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
      };
    };
    response: null;
  };
  'GET /servers/{id}/os-volume_attachments/{volume}': {
    path: {
      id: string;
      volume: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'PUT /servers/{id}/os-volume_attachments/{volume}': {
    path: {
      id: string;
      volume: string;
    };
    query: {};
    body: {
      volumeAttachment: {
        volumeId: string;
        device?: string | null;
        tag?: string;
        delete_on_termination?:
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
        serverId?: string;
        id?: string;
      };
    };
    response: null;
  };
  'DELETE /servers/{id}/os-volume_attachments/{volume}': {
    path: {
      id: string;
      volume: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /servers/{id}/shares': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      /**
       * @maxItems 0
       */
      shares: unknown[];
    };
  };
  'POST /servers/{id}/shares': {
    path: {
      id: string;
    };
    query: {};
    body: {
      share: {
        share_id: string;
        tag?: string;
      };
    };
    response: null;
  };
  'GET /servers/{id}/shares/{share}': {
    path: {
      id: string;
      share: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /servers/{id}/shares/{share}': {
    path: {
      id: string;
      share: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /servers/{id}/topology': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      nodes: {
        memory_mb: number;
        vcpu_set: number[];
        /**
         * @maxItems 0
         */
        siblings: unknown[];
        host_node?: number;
        cpu_pinning?: {
          [k: string]: number | undefined;
        };
      }[];
      pagesize_kb: number | null;
    };
  };
  'GET /servers/{id}/os-server-password': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      password: string;
    };
  };
  'DELETE /servers/{id}/os-server-password': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'POST /os-volumes_boot': {
    path: {};
    query: {};
    body: {
      server: {
        name: string;
        imageRef?: string;
        flavorRef: string | number;
        adminPass?: string;
        metadata?: {
          /**
           * This interface was referenced by `undefined`'s JSON-Schema definition
           * via the `patternProperty` "^[a-zA-Z0-9-_:. ]{1,255}$".
           */
          [k: string]: string | undefined;
        };
        networks:
          | {
              fixed_ip?: string;
              port?: string | null;
              uuid?: string;
              tag?: string;
            }[]
          | ('none' | 'auto');
        'OS-DCF:diskConfig'?: 'AUTO' | 'MANUAL';
        accessIPv4?: string;
        accessIPv6?: string;
        availability_zone?: string;
        /**
         * @maxItems 64
         */
        block_device_mapping?: {
          virtual_name?: string;
          volume_id?: string;
          snapshot_id?: string;
          volume_size?: number | string;
          device_name?: string;
          delete_on_termination?:
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
          no_device?: unknown;
          connection_info?: string;
        }[];
        /**
         * @maxItems 64
         */
        block_device_mapping_v2?: {
          virtual_name?: string;
          volume_id?: string;
          snapshot_id?: string;
          volume_size?: number | string;
          device_name?: string;
          delete_on_termination?:
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
          no_device?: unknown;
          connection_info?: string;
          source_type?: 'volume' | 'image' | 'snapshot' | 'blank';
          uuid?: string;
          image_id?: string;
          destination_type?: 'local' | 'volume';
          guest_format?: string;
          device_type?: string;
          disk_bus?: string;
          boot_index?: number | string | null;
          tag?: string;
          volume_type?: string | null;
        }[];
        config_drive?:
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
        key_name?: string;
        min_count?: number | string;
        max_count?: number | string;
        return_reservation_id?:
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
        security_groups?: {
          name?: string;
        }[];
        user_data?: string | null;
        description?: string | null;
        /**
         * @maxItems 50
         */
        tags?: string[];
        /**
         * @minItems 1
         * @maxItems 50
         */
        trusted_image_certificates?: string[] | null;
        host?: string;
        hypervisor_hostname?: string;
        hostname?: string;
      };
      'os:scheduler_hints'?: {
        group?: string;
        different_host?: string | string[];
        same_host?: string | string[];
        query?: string | {};
        target_cell?: string;
        different_cell?: string | string[];
        build_near_host_ip?: string;
        cidr?: string;
        [k: string]: unknown | undefined;
      };
      'OS-SCH-HNT:scheduler_hints'?: {
        group?: string;
        different_host?: string | string[];
        same_host?: string | string[];
        query?: string | {};
        target_cell?: string;
        different_cell?: string | string[];
        build_near_host_ip?: string;
        cidr?: string;
        [k: string]: unknown | undefined;
      };
    };
    response:
      | {
          server: {
            id: string;
            links: {
              rel: string;
              href: string;
            }[];
            'OS-DCF:diskConfig': 'AUTO' | 'MANUAL';
            security_groups: {
              name: string;
            }[];
            adminPass: string;
          };
        }
      | {
          reservation_id: string;
        };
  };
  'GET /os-volumes_boot': {
    path: {};
    query: {
      user_id?: (string | number | boolean) | string[];
      project_id?: (string | number | boolean) | string[];
      tenant_id?: (string | number | boolean) | string[];
      launch_index?: (string | number | boolean) | string[];
      image_ref?: (string | number | boolean) | string[];
      image?: (string | number | boolean) | string[];
      kernel_id?: (string | number | boolean) | string[];
      ramdisk_id?: (string | number | boolean) | string[];
      hostname?: (string | number | boolean) | string[];
      key_name?: (string | number | boolean) | string[];
      power_state?: (string | number | boolean) | string[];
      vm_state?: (string | number | boolean) | string[];
      task_state?: (string | number | boolean) | string[];
      host?: (string | number | boolean) | string[];
      node?: (string | number | boolean) | string[];
      flavor?: (string | number | boolean) | string[];
      reservation_id?: (string | number | boolean) | string[];
      launched_at?: (string | number | boolean) | string[];
      terminated_at?: (string | number | boolean) | string[];
      availability_zone?: (string | number | boolean) | string[];
      name?: (string | number | boolean) | string[];
      display_name?: (string | number | boolean) | string[];
      description?: (string | number | boolean) | string[];
      display_description?: (string | number | boolean) | string[];
      locked_by?: (string | number | boolean) | string[];
      uuid?: (string | number | boolean) | string[];
      root_device_name?: (string | number | boolean) | string[];
      config_drive?: (string | number | boolean) | string[];
      access_ip_v4?: (string | number | boolean) | string[];
      access_ip_v6?: (string | number | boolean) | string[];
      auto_disk_config?: (string | number | boolean) | string[];
      progress?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      all_tenants?: (string | number | boolean) | string[];
      soft_deleted?: (string | number | boolean) | string[];
      deleted?: (string | number | boolean) | string[];
      status?: (string | number | boolean) | string[];
      'changes-since'?: (string | number | boolean) | string[];
      ip?: (string | number | boolean) | string[];
      ip6?: (string | number | boolean) | string[];
      created_at?: (string | number | boolean) | string[];
      block_device_mapping?: (string | number | boolean) | string[];
      services?: (string | number | boolean) | string[];
      metadata?: (string | number | boolean) | string[];
      system_metadata?: (string | number | boolean) | string[];
      info_cache?: (string | number | boolean) | string[];
      extra?: (string | number | boolean) | string[];
      security_groups?: (string | number | boolean) | string[];
      fault?: (string | number | boolean) | string[];
      pci_devices?: (string | number | boolean) | string[];
      tags?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      'tags-any'?: (string | number | boolean) | string[];
      'not-tags'?: (string | number | boolean) | string[];
      'not-tags-any'?: (string | number | boolean) | string[];
      'changes-before'?: (string | number | boolean) | string[];
      locked?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      servers: {
        id: string;
        name: string;
        links: {
          rel: string;
          href: string;
        }[];
        status?: 'UNKNOWN';
      }[];
      servers_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'GET /os-volumes_boot/detail': {
    path: {};
    query: {
      user_id?: (string | number | boolean) | string[];
      project_id?: (string | number | boolean) | string[];
      tenant_id?: (string | number | boolean) | string[];
      launch_index?: (string | number | boolean) | string[];
      image_ref?: (string | number | boolean) | string[];
      image?: (string | number | boolean) | string[];
      kernel_id?: (string | number | boolean) | string[];
      ramdisk_id?: (string | number | boolean) | string[];
      hostname?: (string | number | boolean) | string[];
      key_name?: (string | number | boolean) | string[];
      power_state?: (string | number | boolean) | string[];
      vm_state?: (string | number | boolean) | string[];
      task_state?: (string | number | boolean) | string[];
      host?: (string | number | boolean) | string[];
      node?: (string | number | boolean) | string[];
      flavor?: (string | number | boolean) | string[];
      reservation_id?: (string | number | boolean) | string[];
      launched_at?: (string | number | boolean) | string[];
      terminated_at?: (string | number | boolean) | string[];
      availability_zone?: (string | number | boolean) | string[];
      name?: (string | number | boolean) | string[];
      display_name?: (string | number | boolean) | string[];
      description?: (string | number | boolean) | string[];
      display_description?: (string | number | boolean) | string[];
      locked_by?: (string | number | boolean) | string[];
      uuid?: (string | number | boolean) | string[];
      root_device_name?: (string | number | boolean) | string[];
      config_drive?: (string | number | boolean) | string[];
      access_ip_v4?: (string | number | boolean) | string[];
      access_ip_v6?: (string | number | boolean) | string[];
      auto_disk_config?: (string | number | boolean) | string[];
      progress?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      all_tenants?: (string | number | boolean) | string[];
      soft_deleted?: (string | number | boolean) | string[];
      deleted?: (string | number | boolean) | string[];
      status?: (string | number | boolean) | string[];
      'changes-since'?: (string | number | boolean) | string[];
      ip?: (string | number | boolean) | string[];
      ip6?: (string | number | boolean) | string[];
      created_at?: (string | number | boolean) | string[];
      block_device_mapping?: (string | number | boolean) | string[];
      services?: (string | number | boolean) | string[];
      metadata?: (string | number | boolean) | string[];
      system_metadata?: (string | number | boolean) | string[];
      info_cache?: (string | number | boolean) | string[];
      extra?: (string | number | boolean) | string[];
      security_groups?: (string | number | boolean) | string[];
      fault?: (string | number | boolean) | string[];
      pci_devices?: (string | number | boolean) | string[];
      tags?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      'tags-any'?: (string | number | boolean) | string[];
      'not-tags'?: (string | number | boolean) | string[];
      'not-tags-any'?: (string | number | boolean) | string[];
      'changes-before'?: (string | number | boolean) | string[];
      locked?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      servers: {
        id: string;
        name: string;
        links: {
          rel: string;
          href: string;
        }[];
        status: string;
        tenant_id: string;
        user_id: string;
        metadata: {
          [k: string]: string | undefined;
        };
        hostId: string;
        created: string;
        updated: string;
        addresses: {
          [k: string]:
            | {
                version: 4 | 6;
                addr: string;
                'OS-EXT-IPS:type': 'fixed' | 'floating';
                'OS-EXT-IPS-MAC:mac_addr': string;
              }[]
            | undefined;
        };
        accessIPv4: string;
        accessIPv6: string;
        'OS-DCF:diskConfig': 'AUTO' | 'MANUAL';
        progress?: number;
        fault?: {
          code: number;
          created: string;
          message: string;
          details?: string;
        };
        config_drive: string;
        key_name: string | null;
        security_groups: {
          name: string;
        }[];
        'OS-SRV-USG:launched_at': string | null;
        'OS-SRV-USG:terminated_at': string | null;
        'OS-EXT-STS:task_state': string | null;
        'OS-EXT-STS:power_state': number;
        'OS-EXT-AZ:availability_zone': string;
        /**
         * @maxItems 0
         */
        'os-extended-volumes:volumes_attached': unknown[];
        'OS-EXT-SRV-ATTR:host'?: string | null;
        'OS-EXT-SRV-ATTR:hypervisor_hostname'?: string | null;
        'OS-EXT-SRV-ATTR:instance_name'?: string | null;
        'OS-EXT-SRV-ATTR:reservation_id'?: string;
        'OS-EXT-SRV-ATTR:launch_index'?: number;
        'OS-EXT-SRV-ATTR:kernel_id'?: string;
        'OS-EXT-SRV-ATTR:ramdisk_id'?: string;
        'OS-EXT-SRV-ATTR:root_device_name'?: string;
        'OS-EXT-SRV-ATTR:user_data'?: string | null;
        description: string | null;
        tags: string[];
        flavor: {
          original_name: string;
          vcpus: number;
          ram: number;
          disk: number;
          ephemeral: number;
          swap: number;
          extra_specs?: {
            [k: string]: string | undefined;
          };
        };
        trusted_image_certificates: string[] | null;
        'OS-EXT-STS:vm_state': string | null;
        host_status?: string | null;
        locked: boolean | null;
        locked_reason: string | null;
        'OS-EXT-SRV-ATTR:hostname': string;
        pinned_availability_zone: string | null;
        image: {
          id: string;
          links: {
            rel: string;
            href: string;
          }[];
          properties: {
            [k: string]: unknown | undefined;
          };
        };
        scheduler_hints: {
          [k: string]: unknown[] | undefined;
        };
      }[];
      servers_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'GET /os-volumes_boot/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      server: {
        id: string;
        name: string;
        links: {
          rel: string;
          href: string;
        }[];
        status: string;
        tenant_id: string;
        user_id: string;
        metadata: {
          [k: string]: string | undefined;
        };
        hostId: string;
        created: string;
        updated: string;
        addresses: {
          [k: string]:
            | {
                version: 4 | 6;
                addr: string;
                'OS-EXT-IPS:type': 'fixed' | 'floating';
                'OS-EXT-IPS-MAC:mac_addr': string;
              }[]
            | undefined;
        };
        accessIPv4: string;
        accessIPv6: string;
        'OS-DCF:diskConfig': 'AUTO' | 'MANUAL';
        progress?: number;
        fault?: {
          code: number;
          created: string;
          message: string;
          details?: string;
        };
        config_drive: string;
        key_name: string | null;
        security_groups: {
          name: string;
        }[];
        'OS-SRV-USG:launched_at': string | null;
        'OS-SRV-USG:terminated_at': string | null;
        'OS-EXT-STS:task_state': string | null;
        'OS-EXT-STS:power_state': number;
        'OS-EXT-AZ:availability_zone': string;
        /**
         * @maxItems 0
         */
        'os-extended-volumes:volumes_attached': unknown[];
        'OS-EXT-SRV-ATTR:host'?: string | null;
        'OS-EXT-SRV-ATTR:hypervisor_hostname'?: string | null;
        'OS-EXT-SRV-ATTR:instance_name'?: string | null;
        'OS-EXT-SRV-ATTR:reservation_id'?: string;
        'OS-EXT-SRV-ATTR:launch_index'?: number;
        'OS-EXT-SRV-ATTR:kernel_id'?: string;
        'OS-EXT-SRV-ATTR:ramdisk_id'?: string;
        'OS-EXT-SRV-ATTR:root_device_name'?: string;
        'OS-EXT-SRV-ATTR:user_data'?: string | null;
        description: string | null;
        tags: string[];
        flavor: {
          original_name: string;
          vcpus: number;
          ram: number;
          disk: number;
          ephemeral: number;
          swap: number;
          extra_specs?: {
            [k: string]: string | undefined;
          };
        };
        trusted_image_certificates: string[] | null;
        'OS-EXT-STS:vm_state': string | null;
        host_status?: string | null;
        locked: boolean | null;
        server_groups: string[];
        locked_reason: string | null;
        'OS-EXT-SRV-ATTR:hostname': string;
        pinned_availability_zone: string | null;
        image: {
          id: string;
          links: {
            rel: string;
            href: string;
          }[];
          properties: {
            [k: string]: unknown | undefined;
          };
        };
        scheduler_hints: {
          [k: string]: unknown[] | undefined;
        };
      };
    };
  };
  'PUT /os-volumes_boot/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: {
      server: {
        name?: string;
        'OS-DCF:diskConfig'?: 'AUTO' | 'MANUAL';
        accessIPv4?: string;
        accessIPv6?: string;
        description?: string | null;
        hostname?: string;
      };
    };
    response: {
      server: {
        id: string;
        name: string;
        links: {
          rel: string;
          href: string;
        }[];
        status: string;
        tenant_id: string;
        user_id: string;
        metadata: {
          [k: string]: string | undefined;
        };
        hostId: string;
        created: string;
        updated: string;
        addresses: {
          [k: string]:
            | {
                version: 4 | 6;
                addr: string;
                'OS-EXT-IPS:type': 'fixed' | 'floating';
                'OS-EXT-IPS-MAC:mac_addr': string;
              }[]
            | undefined;
        };
        accessIPv4: string;
        accessIPv6: string;
        'OS-DCF:diskConfig': 'AUTO' | 'MANUAL';
        progress?: number;
        fault?: {
          code: number;
          created: string;
          message: string;
          details?: string;
        };
        config_drive: string;
        key_name: string | null;
        security_groups: {
          name: string;
        }[];
        'OS-SRV-USG:launched_at': string | null;
        'OS-SRV-USG:terminated_at': string | null;
        'OS-EXT-STS:task_state': string | null;
        'OS-EXT-STS:vm_state': string;
        'OS-EXT-STS:power_state': number;
        'OS-EXT-AZ:availability_zone': string;
        /**
         * @maxItems 0
         */
        'os-extended-volumes:volumes_attached': unknown[];
        'OS-EXT-SRV-ATTR:host'?: string | null;
        'OS-EXT-SRV-ATTR:hypervisor_hostname'?: string | null;
        'OS-EXT-SRV-ATTR:instance_name'?: string | null;
        'OS-EXT-SRV-ATTR:reservation_id'?: string;
        'OS-EXT-SRV-ATTR:launch_index'?: number;
        'OS-EXT-SRV-ATTR:kernel_id'?: string;
        'OS-EXT-SRV-ATTR:ramdisk_id'?: string;
        'OS-EXT-SRV-ATTR:root_device_name'?: string;
        'OS-EXT-SRV-ATTR:user_data'?: string | null;
        locked: boolean;
        host_status?: string;
        description: string | null;
        tags: string[];
        flavor: {
          original_name: string;
          vcpus: number;
          ram: number;
          disk: number;
          ephemeral: number;
          swap: number;
          extra_specs?: {
            [k: string]: string | undefined;
          };
        };
        trusted_image_certificates: string[] | null;
        server_groups: string[];
        locked_reason: string | null;
        'OS-EXT-SRV-ATTR:hostname': string;
        pinned_availability_zone: string | null;
        image: {
          id: string;
          links: {
            rel: string;
            href: string;
          }[];
          properties: {
            [k: string]: unknown | undefined;
          };
        };
        scheduler_hints: {
          [k: string]: unknown[] | undefined;
        };
      };
    };
  };
  'DELETE /os-volumes_boot/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'POST /os-volumes_boot/{id}/action': {
    path: {
      id: string;
    };
    query: {};
    body:
      | ConfirmResize1
      | CreateImage1
      | OsStart1
      | OsStop1
      | Reboot1
      | Rebuild1
      | Resize1
      | RevertResize1
      | TriggerCrashDump1;
    response:
      | (
          | {
              image_id: string;
            }
          | {
              server: {
                id: string;
                name: string;
                links: {
                  rel: string;
                  href: string;
                }[];
                status: string;
                tenant_id: string;
                user_id: string;
                metadata: {
                  [k: string]: string | undefined;
                };
                hostId: string;
                created: string;
                updated: string;
                addresses: {
                  [k: string]:
                    | {
                        version: 4 | 6;
                        addr: string;
                        'OS-EXT-IPS:type': 'fixed' | 'floating';
                        'OS-EXT-IPS-MAC:mac_addr': string;
                      }[]
                    | undefined;
                };
                accessIPv4: string;
                accessIPv6: string;
                'OS-DCF:diskConfig': 'AUTO' | 'MANUAL';
                progress?: number;
                fault?: {
                  code: number;
                  created: string;
                  message: string;
                  details?: string;
                };
                config_drive: string;
                key_name: string | null;
                security_groups: {
                  name: string;
                }[];
                'OS-SRV-USG:launched_at': string | null;
                'OS-SRV-USG:terminated_at': string | null;
                'OS-EXT-STS:task_state': string | null;
                'OS-EXT-STS:vm_state': string;
                'OS-EXT-STS:power_state': number;
                'OS-EXT-AZ:availability_zone': string;
                /**
                 * @maxItems 0
                 */
                'os-extended-volumes:volumes_attached': unknown[];
                'OS-EXT-SRV-ATTR:host'?: string | null;
                'OS-EXT-SRV-ATTR:hypervisor_hostname'?: string | null;
                'OS-EXT-SRV-ATTR:instance_name'?: string | null;
                adminPass: string;
                'OS-EXT-SRV-ATTR:reservation_id'?: string;
                'OS-EXT-SRV-ATTR:launch_index'?: number;
                'OS-EXT-SRV-ATTR:kernel_id'?: string;
                'OS-EXT-SRV-ATTR:ramdisk_id'?: string;
                'OS-EXT-SRV-ATTR:root_device_name'?: string;
                'OS-EXT-SRV-ATTR:user_data'?: string | null;
                locked: boolean;
                host_status?: string;
                description: string | null;
                tags: string[];
                flavor: {
                  original_name: string;
                  vcpus: number;
                  ram: number;
                  disk: number;
                  ephemeral: number;
                  swap: number;
                  extra_specs?: {
                    [k: string]: string | undefined;
                  };
                };
                user_data: string | null;
                trusted_image_certificates: string[] | null;
                server_groups: string[];
                locked_reason: string | null;
                'OS-EXT-SRV-ATTR:hostname': string;
                pinned_availability_zone: string | null;
                image: {
                  id: string;
                  links: {
                    rel: string;
                    href: string;
                  }[];
                  properties: {
                    [k: string]: unknown | undefined;
                  };
                };
                scheduler_hints: {
                  [k: string]: unknown[] | undefined;
                };
              };
            }
        )
      | null;
  };
  'GET /flavors': {
    path: {};
    query: {
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      is_public?: (string | number | boolean) | string[];
      minRam?: (string | number | boolean) | string[];
      minDisk?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      name?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      flavors: {
        id: string;
        name: string;
        links: {
          rel: string;
          href: string;
        }[];
        description: string | null;
      }[];
      flavors_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'POST /flavors': {
    path: {};
    query: {};
    body: {
      flavor: {
        name: string;
        id?: string | number | null;
        ram: number | string;
        vcpus: number | string;
        disk: number | string;
        'OS-FLV-EXT-DATA:ephemeral'?: number | string;
        swap?: number | string;
        'os-flavor-access:is_public'?:
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
        description?: string | null;
      };
    };
    response: {
      flavor: {
        id: string;
        name: string;
        links: {
          rel: string;
          href: string;
        }[];
        ram: number;
        disk: number;
        vcpus: number;
        'OS-FLV-EXT-DATA:ephemeral': number;
        'os-flavor-access:is_public': boolean;
        description: string | null;
        extra_specs?: {
          [k: string]: string | undefined;
        };
        swap: number;
      };
    };
  };
  'GET /flavors/detail': {
    path: {};
    query: {
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      is_public?: (string | number | boolean) | string[];
      minRam?: (string | number | boolean) | string[];
      minDisk?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      name?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      flavors: {
        id: string;
        name: string;
        links: {
          rel: string;
          href: string;
        }[];
        ram: number;
        disk: number;
        vcpus: number;
        'OS-FLV-EXT-DATA:ephemeral': number;
        'os-flavor-access:is_public': boolean;
        description: string | null;
        extra_specs?: {
          [k: string]: string | undefined;
        };
        swap: number;
      }[];
      flavors_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'GET /flavors/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      flavor: {
        id: string;
        name: string;
        links: {
          rel: string;
          href: string;
        }[];
        ram: number;
        disk: number;
        vcpus: number;
        'OS-FLV-EXT-DATA:ephemeral': number;
        'os-flavor-access:is_public': boolean;
        description: string | null;
        extra_specs?: {
          [k: string]: string | undefined;
        };
        swap: number;
      };
    };
  };
  'PUT /flavors/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: {
      flavor: {
        description: string | null;
      };
    };
    response: {
      flavor: {
        id: string;
        name: string;
        links: {
          rel: string;
          href: string;
        }[];
        ram: number;
        disk: number;
        vcpus: number;
        'OS-FLV-EXT-DATA:ephemeral': number;
        'os-flavor-access:is_public': boolean;
        description: string | null;
        extra_specs?: {
          [k: string]: string | undefined;
        };
        swap: number;
      };
    };
  };
  'DELETE /flavors/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /flavors/{id}/os-extra_specs': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      extra_specs: {
        [k: string]: string | undefined;
      };
    };
  };
  'POST /flavors/{id}/os-extra_specs': {
    path: {
      id: string;
    };
    query: {};
    body: {
      extra_specs: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^[a-zA-Z0-9-_:. ]{1,255}$".
         */
        [k: string]: string | number | undefined;
      };
    };
    response: {
      extra_specs: {
        [k: string]: string | undefined;
      };
    };
  };
  'GET /flavors/{id}/os-extra_specs/{key}': {
    path: {
      id: string;
      key: string;
    };
    query: {};
    body: null;
    response: {
      [k: string]: string | undefined;
    };
  };
  'PUT /flavors/{id}/os-extra_specs/{key}': {
    path: {
      id: string;
      key: string;
    };
    query: {};
    body: {
      /**
       * This interface was referenced by `undefined`'s JSON-Schema definition
       * via the `patternProperty` "^[a-zA-Z0-9-_:. ]{1,255}$".
       */
      [k: string]: string | number | undefined;
    };
    response: {
      [k: string]: string | undefined;
    };
  };
  'DELETE /flavors/{id}/os-extra_specs/{key}': {
    path: {
      id: string;
      key: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /flavors/{id}/os-flavor-access': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      flavor_access: {
        flavor_id: string;
        tenant_id: string;
      }[];
    };
  };
  'POST /flavors/{id}/action': {
    path: {
      id: string;
    };
    query: {};
    body: AddTenantAccess | RemoveTenantAccess;
    response: {
      flavor_access: {
        flavor_id: string;
        tenant_id: string;
      }[];
    };
  };
  'GET /images': {
    path: {};
    query: {
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      name?: (string | number | boolean) | string[];
      status?: (string | number | boolean) | string[];
      'changes-since'?: (string | number | boolean) | string[];
      server?: (string | number | boolean) | string[];
      type?: (string | number | boolean) | string[];
      minRam?: (string | number | boolean) | string[];
      minDisk?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      images: {
        id: string;
        name: string | null;
        links: {
          rel: string;
          href: string;
          type?: string;
        }[];
      }[];
      images_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'GET /images/detail': {
    path: {};
    query: {
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      name?: (string | number | boolean) | string[];
      status?: (string | number | boolean) | string[];
      'changes-since'?: (string | number | boolean) | string[];
      server?: (string | number | boolean) | string[];
      type?: (string | number | boolean) | string[];
      minRam?: (string | number | boolean) | string[];
      minDisk?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      images: {
        id: string;
        name: string | null;
        links: {
          rel: string;
          href: string;
          type?: string;
        }[];
        metadata: {
          [k: string]: string | undefined;
        };
        minRam: number;
        minDisk: number;
        created: string;
        updated: string;
        status: 'ACTIVE' | 'SAVING' | 'UNKNOWN';
        progress: number;
        'OS-EXT-IMG-SIZE:size': number;
        'OS-DCF:diskConfig'?: 'AUTO' | 'MANUAL';
        server?: {
          id: string;
          links: {
            rel: string;
            href: string;
          }[];
        };
      }[];
      images_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'GET /images/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      image: {
        id: string;
        name: string | null;
        links: {
          rel: string;
          href: string;
          type?: string;
        }[];
        metadata: {
          [k: string]: string | undefined;
        };
        minRam: number;
        minDisk: number;
        created: string;
        updated: string;
        status: 'ACTIVE' | 'SAVING' | 'UNKNOWN';
        progress: number;
        'OS-EXT-IMG-SIZE:size': number;
        'OS-DCF:diskConfig'?: 'AUTO' | 'MANUAL';
        server?: {
          id: string;
          links: {
            rel: string;
            href: string;
          }[];
        };
      };
    };
  };
  'DELETE /images/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /images/{id}/metadata': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      metadata: {
        [k: string]: string | undefined;
      };
    };
  };
  'POST /images/{id}/metadata': {
    path: {
      id: string;
    };
    query: {};
    body: {
      metadata: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^[a-zA-Z0-9-_:. ]{1,255}$".
         */
        [k: string]: string | undefined;
      };
    };
    response: {
      metadata: {
        [k: string]: string | undefined;
      };
    };
  };
  'PUT /images/{id}/metadata': {
    path: {
      id: string;
    };
    query: {};
    body: {
      metadata: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^[a-zA-Z0-9-_:. ]{1,255}$".
         */
        [k: string]: string | undefined;
      };
    };
    response: {
      metadata: {
        [k: string]: string | undefined;
      };
    };
  };
  'GET /images/{id}/metadata/{key}': {
    path: {
      id: string;
      key: string;
    };
    query: {};
    body: null;
    response: {
      meta: {
        [k: string]: string | undefined;
      };
    };
  };
  'PUT /images/{id}/metadata/{key}': {
    path: {
      id: string;
      key: string;
    };
    query: {};
    body: {
      meta: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^[a-zA-Z0-9-_:. ]{1,255}$".
         */
        [k: string]: string | undefined;
      };
    };
    response: {
      meta: {
        [k: string]: string | undefined;
      };
    };
  };
  'DELETE /images/{id}/metadata/{key}': {
    path: {
      id: string;
      key: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /os-security-groups': {
    path: {};
    query: {
      limit?: (string | number | boolean) | string[];
      offset?: (string | number | boolean) | string[];
      all_tenants?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      security_groups: {
        id: string;
        name: string;
        description: string;
        tenant_id: string;
        rules: {
          id: string;
          parent_group_id: string;
          ip_protocol: string | null;
          from_port: number | null;
          to_port: number | null;
          group:
            | {}
            | {
                name: string;
                tenant_id: string;
              };
          ip_range:
            | {}
            | {
                cidr: string;
              };
        }[];
      }[];
    };
  };
  'POST /os-security-groups': {
    path: {};
    query: {};
    body: {
      security_group: {
        name: string;
        description: string;
      };
    };
    response: {
      security_group: {
        id: string;
        name: string;
        description: string;
        tenant_id: string;
        rules: {
          id: string;
          parent_group_id: string;
          ip_protocol: string | null;
          from_port: number | null;
          to_port: number | null;
          group:
            | {}
            | {
                name: string;
                tenant_id: string;
              };
          ip_range:
            | {}
            | {
                cidr: string;
              };
        }[];
      };
    };
  };
  'GET /os-security-groups/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      security_group: {
        id: string;
        name: string;
        description: string;
        tenant_id: string;
        rules: {
          id: string;
          parent_group_id: string;
          ip_protocol: string | null;
          from_port: number | null;
          to_port: number | null;
          group:
            | {}
            | {
                name: string;
                tenant_id: string;
              };
          ip_range:
            | {}
            | {
                cidr: string;
              };
        }[];
      };
    };
  };
  'PUT /os-security-groups/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: {
      security_group: {
        name: string;
        description: string;
      };
    };
    response: {
      security_group: {
        id: string;
        name: string;
        description: string;
        tenant_id: string;
        rules: {
          id: string;
          parent_group_id: string;
          ip_protocol: string | null;
          from_port: number | null;
          to_port: number | null;
          group:
            | {}
            | {
                name: string;
                tenant_id: string;
              };
          ip_range:
            | {}
            | {
                cidr: string;
              };
        }[];
      };
    };
  };
  'DELETE /os-security-groups/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'POST /os-security-group-rules': {
    path: {};
    query: {};
    body: {
      security_group_rule: {
        parent_group_id: string;
        ip_protocol?: string | null;
        from_port?: number | string | null;
        to_port?: number | string | null;
        cidr?: string | null;
        group_id?: string | null;
      };
    };
    response: {
      security_group_rule: {
        id: string;
        parent_group_id: string;
        ip_protocol: string | null;
        from_port: number | null;
        to_port: number | null;
        group:
          | {}
          | {
              name: string;
              tenant_id: string;
            };
        ip_range:
          | {}
          | {
              cidr: string;
            };
      };
    };
  };
  'DELETE /os-security-group-rules/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /os-floating-ip-pools': {
    path: {};
    query: {};
    body: null;
    response: {
      floating_ip_pools: {
        name: string;
      }[];
    };
  };
  'GET /os-floating-ips': {
    path: {};
    query: {};
    body: null;
    response: {
      floating_ips: {
        id: string;
        ip: string;
        pool: string;
        fixed_ip: string | null;
        instance_id: string | null;
      }[];
    };
  };
  'POST /os-floating-ips': {
    path: {};
    query: {};
    body: {
      pool?: string | null;
    } | null;
    response: {
      floating_ip: {
        id: string;
        ip: string;
        pool: string;
        fixed_ip: string | null;
        instance_id: string | null;
      };
    };
  };
  'GET /os-floating-ips/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      floating_ip: {
        id: string;
        ip: string;
        pool: string;
        fixed_ip: string | null;
        instance_id: string | null;
      };
    };
  };
  'DELETE /os-floating-ips/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /os-volumes': {
    path: {};
    query: {
      limit?: (string | number | boolean) | string[];
      offset?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      /**
       * @maxItems 0
       */
      volumes: unknown[];
    };
  };
  'POST /os-volumes': {
    path: {};
    query: {};
    body: {
      volume: {
        display_name?: string;
        display_description?: string;
        volume_type?: string;
        metadata?: {};
        snapshot_id?: string;
        size: number | string;
        availability_zone?: string;
      };
    };
    response: null;
  };
  'GET /os-volumes/detail': {
    path: {};
    query: {
      limit?: (string | number | boolean) | string[];
      offset?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      /**
       * @maxItems 0
       */
      volumes: unknown[];
    };
  };
  'GET /os-snapshots': {
    path: {};
    query: {
      limit?: (string | number | boolean) | string[];
      offset?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      /**
       * @maxItems 0
       */
      snapshots: unknown[];
    };
  };
  'POST /os-snapshots': {
    path: {};
    query: {};
    body: {
      snapshot: {
        display_name?: string;
        display_description?: string;
        volume_id: string;
        force?:
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
      };
    };
    response: null;
  };
  'GET /os-snapshots/detail': {
    path: {};
    query: {
      limit?: (string | number | boolean) | string[];
      offset?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      /**
       * @maxItems 0
       */
      snapshots: unknown[];
    };
  };
  'GET /os-volumes/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /os-volumes/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /os-snapshots/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /os-snapshots/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /os-baremetal-nodes': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'POST /os-baremetal-nodes': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'GET /os-baremetal-nodes/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /os-baremetal-nodes/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'POST /os-baremetal-nodes/{id}/action': {
    path: {
      id: string;
    };
    query: {};
    body: AddInterface | RemoveInterface;
    response: null;
  };
  'GET /os-console-auth-tokens/{token}': {
    path: {
      token: string;
    };
    query: {};
    body: null;
    response: {
      console: {
        instance_uuid: string;
        host: string;
        port: number;
        internal_access_path: string | null;
        tls_port: number | null;
      };
    };
  };
  'GET /os-keypairs': {
    path: {};
    query: {
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      user_id?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      keypairs: {
        keypair: {
          name: string;
          public_key: string;
          fingerprint: string;
          type: 'ssh' | 'x509';
        };
      }[];
      keypairs_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'POST /os-keypairs': {
    path: {};
    query: {};
    body: {
      keypair: {
        name: string;
        public_key: string;
        type?: 'ssh' | 'x509';
        user_id?: string;
      };
    };
    response: {
      keypair: {
        name: string;
        public_key: string;
        fingerprint: string;
        user_id: string;
        type: 'ssh' | 'x509';
      };
    };
  };
  'GET /os-keypairs/{name}': {
    path: {
      name: string;
    };
    query: {
      user_id?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      keypair: {
        name: string;
        public_key: string;
        fingerprint: string;
        id: number;
        user_id: string;
        created_at: string;
        updated_at: string | null;
        deleted: boolean;
        deleted_at: string | null;
        type: 'ssh' | 'x509';
      };
    };
  };
  'DELETE /os-keypairs/{name}': {
    path: {
      name: string;
    };
    query: {
      user_id?: (string | number | boolean) | string[];
    };
    body: null;
    response: null;
  };
  'GET /limits': {
    path: {};
    query: {
      tenant_id?: (string | number | boolean) | string[];
      reserved?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      limits: {
        /**
         * @maxItems 0
         */
        rate: unknown[];
        absolute: {
          maxServerMeta: number;
          maxTotalInstances: number;
          maxTotalCores: number;
          maxTotalRAMSize: number;
          maxTotalKeypairs: number;
          maxServerGroups: number;
          maxServerGroupMembers: number;
          totalInstancesUsed: number;
          totalCoresUsed: number;
          totalRAMUsed: number;
          totalServerGroupsUsed: number;
        };
      };
    };
  };
  'GET /os-quota-sets/{project}': {
    path: {
      project: string;
    };
    query: {
      user_id?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      quota_set: {
        id: string;
        instances: number;
        cores: number;
        ram: number;
        metadata_items: number;
        key_pairs: number;
        server_groups: number;
        server_group_members: number;
      };
    };
  };
  'PUT /os-quota-sets/{project}': {
    path: {
      project: string;
    };
    query: {
      user_id?: (string | number | boolean) | string[];
    };
    body: {
      quota_set: {
        instances?: number | string;
        cores?: number | string;
        ram?: number | string;
        metadata_items?: number | string;
        key_pairs?: number | string;
        server_groups?: number | string;
        server_group_members?: number | string;
        force?:
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
      };
    };
    response: {
      quota_set: {
        instances: number;
        cores: number;
        ram: number;
        metadata_items: number;
        key_pairs: number;
        server_groups: number;
        server_group_members: number;
      };
    };
  };
  'DELETE /os-quota-sets/{project}': {
    path: {
      project: string;
    };
    query: {
      user_id?: (string | number | boolean) | string[];
    };
    body: null;
    response: null;
  };
  'GET /os-quota-sets/{project}/detail': {
    path: {
      project: string;
    };
    query: {
      user_id?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      quota_set: {
        id: string;
        instances: {
          limit: number;
          in_use: number;
          reserved: number;
        };
        cores: {
          limit: number;
          in_use: number;
          reserved: number;
        };
        ram: {
          limit: number;
          in_use: number;
          reserved: number;
        };
        metadata_items: {
          limit: number;
          in_use: number;
          reserved: number;
        };
        key_pairs: {
          limit: number;
          in_use: number;
          reserved: number;
        };
        server_groups: {
          limit: number;
          in_use: number;
          reserved: number;
        };
        server_group_members: {
          limit: number;
          in_use: number;
          reserved: number;
        };
      };
    };
  };
  'GET /os-quota-sets/{project}/defaults': {
    path: {
      project: string;
    };
    query: {};
    body: null;
    response: {
      quota_set: {
        id: string;
        instances: number;
        cores: number;
        ram: number;
        metadata_items: number;
        key_pairs: number;
        server_groups: number;
        server_group_members: number;
      };
    };
  };
  'GET /os-quota-class-sets/{name}': {
    path: {
      name: string;
    };
    query: {};
    body: null;
    response: {
      quota_class_set: {
        id: string;
        instances: number;
        cores: number;
        ram: number;
        metadata_items: number;
        key_pairs: number;
        server_groups: number;
        server_group_members: number;
      };
    };
  };
  'PUT /os-quota-class-sets/{name}': {
    path: {
      name: string;
    };
    query: {};
    body: {
      quota_class_set: {
        instances?: number | string;
        cores?: number | string;
        ram?: number | string;
        metadata_items?: number | string;
        key_pairs?: number | string;
        server_groups?: number | string;
        server_group_members?: number | string;
      };
    };
    response: {
      quota_class_set: {
        instances: number;
        cores: number;
        ram: number;
        metadata_items: number;
        key_pairs: number;
        server_groups: number;
        server_group_members: number;
      };
    };
  };
  'GET /os-simple-tenant-usage': {
    path: {};
    query: {
      start?: (string | number | boolean) | string[];
      end?: (string | number | boolean) | string[];
      detailed?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      tenant_usages: {
        tenant_id: string;
        start: string;
        stop: string;
        total_hours: number;
        total_local_gb_usage: number;
        total_memory_mb_usage: number;
        total_vcpus_usage: number;
        server_usages?: {
          instance_id: string;
          name: string;
          tenant_id: string;
          flavor: string;
          hours: number;
          memory_mb: number;
          local_gb: number;
          vcpus: number;
          started_at: string;
          ended_at: string | null;
          state: string;
          uptime: number;
        }[];
      }[];
      tenant_usages_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'GET /os-simple-tenant-usage/{id}': {
    path: {
      id: string;
    };
    query: {
      start?: (string | number | boolean) | string[];
      end?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      tenant_usage:
        | {
            tenant_id: string;
            start: string;
            stop: string;
            total_hours: number;
            total_local_gb_usage: number;
            total_memory_mb_usage: number;
            total_vcpus_usage: number;
            server_usages?: {
              instance_id: string;
              name: string;
              tenant_id: string;
              flavor: string;
              hours: number;
              memory_mb: number;
              local_gb: number;
              vcpus: number;
              started_at: string;
              ended_at: string | null;
              state: string;
              uptime: number;
            }[];
          }
        | {};
      tenant_usage_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'GET /os-server-groups': {
    path: {};
    query: {
      all_projects?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      offset?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      server_groups: {
        id: string;
        name: string;
        members: string[];
        project_id: string;
        user_id: string;
        policy: 'anti-affinity' | 'affinity' | 'soft-anti-affinity' | 'soft-affinity';
        rules: {
          max_server_per_host?: number;
        };
      }[];
      server_groups_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'POST /os-server-groups': {
    path: {};
    query: {};
    body: {
      server_group: {
        name: string;
        policy: 'anti-affinity' | 'affinity' | 'soft-anti-affinity' | 'soft-affinity';
        rules?: {
          max_server_per_host?: number | string;
        };
      };
    };
    response: {
      server_group: {
        id: string;
        name: string;
        members: string[];
        project_id: string;
        user_id: string;
        policy: 'anti-affinity' | 'affinity' | 'soft-anti-affinity' | 'soft-affinity';
        rules: {
          max_server_per_host?: number;
        };
      };
    };
  };
  'GET /os-server-groups/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      server_group: {
        id: string;
        name: string;
        members: string[];
        project_id: string;
        user_id: string;
        policy: 'anti-affinity' | 'affinity' | 'soft-anti-affinity' | 'soft-affinity';
        rules: {
          max_server_per_host?: number;
        };
      };
    };
  };
  'DELETE /os-server-groups/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /os-aggregates': {
    path: {};
    query: {};
    body: null;
    response: {
      aggregates: {
        id: number;
        name: string;
        availability_zone: string | null;
        created_at: string;
        updated_at: string | null;
        deleted: boolean;
        deleted_at: string | null;
        hosts: string[];
        metadata: {
          [k: string]: string | undefined;
        };
        uuid: string;
      }[];
    };
  };
  'POST /os-aggregates': {
    path: {};
    query: {};
    body: {
      aggregate: {
        name: string;
        availability_zone?: string | null;
      };
    };
    response: {
      aggregate: {
        id: number;
        name: string;
        availability_zone: string | null;
        created_at: string;
        updated_at: string | null;
        deleted: boolean;
        deleted_at: string | null;
        uuid: string;
      };
    };
  };
  'GET /os-aggregates/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      aggregate: {
        id: number;
        name: string;
        availability_zone: string | null;
        created_at: string;
        updated_at: string | null;
        deleted: boolean;
        deleted_at: string | null;
        hosts: string[];
        metadata: {
          [k: string]: string | undefined;
        };
        uuid: string;
      };
    };
  };
  'PUT /os-aggregates/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: {
      aggregate: {
        [k: string]: unknown | undefined;
      } & {
        name?: string;
        availability_zone?: string | null;
      };
    };
    response: {
      aggregate: {
        id: number;
        name: string;
        availability_zone: string | null;
        created_at: string;
        updated_at: string | null;
        deleted: boolean;
        deleted_at: string | null;
        hosts: string[];
        metadata: {
          [k: string]: string | undefined;
        };
        uuid: string;
      };
    };
  };
  'DELETE /os-aggregates/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'POST /os-aggregates/{id}/images': {
    path: {
      id: string;
    };
    query: {};
    body: {
      /**
       * @minItems 1
       * @maxItems 50
       */
      cache: {
        id: string;
      }[];
    };
    response: null;
  };
  'POST /os-aggregates/{id}/action': {
    path: {
      id: string;
    };
    query: {};
    body: AddHost | RemoveHost | SetMetadata;
    response: {
      aggregate: {
        id: number;
        name: string;
        availability_zone: string | null;
        created_at: string;
        updated_at: string | null;
        deleted: boolean;
        deleted_at: string | null;
        hosts: string[];
        metadata: {
          [k: string]: string | undefined;
        };
        uuid: string;
      };
    };
  };
  'GET /os-services': {
    path: {};
    query: {
      host?: (string | number | boolean) | string[];
      binary?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      services: (
        | {
            binary: string;
            host: string;
            zone: string;
            status: 'enabled' | 'disabled';
            state: 'up' | 'down';
            updated_at: string | null;
            disabled_reason: string | null;
            forced_down: boolean;
            id: string;
          }
        | {
            binary: string;
            host: string;
            status: 'UNKNOWN';
          }
      )[];
    };
  };
  'PUT /os-services/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: {
      status?: 'enabled' | 'disabled';
      disabled_reason?: string;
      forced_down?:
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
    };
    response: {
      service: {
        binary: string;
        host: string;
        zone: string;
        status: 'enabled' | 'disabled';
        state: 'up' | 'down';
        updated_at: string | null;
        disabled_reason: string | null;
        forced_down: boolean;
        id: string;
      };
    };
  };
  'DELETE /os-services/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /os-hosts': {
    path: {};
    query: {
      zone?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      hosts: {
        host_name: string;
        service: string;
        zone: string;
      }[];
    };
  };
  'GET /os-hosts/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      host: {
        resource: {
          host: string;
          project: string;
          cpu: number;
          memory_mb: number;
          disk_gb: number;
        };
      }[];
    };
  };
  'PUT /os-hosts/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: {
      status?: 'enable' | 'disable' | 'Enable' | 'Disable' | 'ENABLE' | 'DISABLE';
      maintenance_mode?: 'enable' | 'disable' | 'Enable' | 'Disable' | 'ENABLE' | 'DISABLE';
    };
    response: {
      host: string;
      status?: 'enabled' | 'disabled';
      maintenance_mode?: 'off_maintenance';
    };
  };
  'GET /os-hosts/{id}/startup': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      host: string;
      power_action: 'startup' | 'shutdown' | 'reboot';
    };
  };
  'GET /os-hosts/{id}/shutdown': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      host: string;
      power_action: 'startup' | 'shutdown' | 'reboot';
    };
  };
  'GET /os-hosts/{id}/reboot': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      host: string;
      power_action: 'startup' | 'shutdown' | 'reboot';
    };
  };
  'GET /os-hypervisors': {
    path: {};
    query: {
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      with_servers?: (string | number | boolean) | string[];
      hypervisor_hostname_pattern?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      hypervisors: {
        hypervisor_hostname: string;
        state: 'up' | 'down';
        status: 'enabled' | 'disabled';
        id: string;
        servers?: {
          uuid: string;
          name: string;
        }[];
      }[];
      hypervisors_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'GET /os-hypervisors/detail': {
    path: {};
    query: {
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      with_servers?: (string | number | boolean) | string[];
      hypervisor_hostname_pattern?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      hypervisors: {
        hypervisor_hostname: string;
        state: 'up' | 'down';
        status: 'enabled' | 'disabled';
        hypervisor_type: string;
        hypervisor_version: number;
        host_ip: string;
        id: string;
        service: {
          id: string;
          host: string;
          disabled_reason: string | null;
        };
        servers?: {
          uuid: string;
          name: string;
        }[];
        uptime: string | null;
      }[];
      hypervisors_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'GET /os-hypervisors/{id}': {
    path: {
      id: string;
    };
    query: {
      with_servers?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      hypervisor: {
        hypervisor_hostname: string;
        state: 'up' | 'down';
        status: 'enabled' | 'disabled';
        hypervisor_type: string;
        hypervisor_version: number;
        host_ip: string;
        id: string;
        service: {
          id: string;
          host: string;
          disabled_reason: string | null;
        };
        servers?: {
          uuid: string;
          name: string;
        }[];
        uptime: string | null;
      };
    };
  };
  'GET /os-hypervisors/statistics': {
    path: {};
    query: {};
    body: null;
    response: {
      hypervisor_statistics: {
        count: number;
        vcpus: number;
        vcpus_used: number;
        memory_mb: number;
        memory_mb_used: number;
        free_ram_mb: number;
        local_gb: number;
        local_gb_used: number;
        free_disk_gb: number;
        disk_available_least: number;
        running_vms: number;
        current_workload: number;
      };
    };
  };
  'GET /os-hypervisors/{id}/uptime': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      hypervisor: {
        hypervisor_hostname: string;
        state: 'up' | 'down';
        status: 'enabled' | 'disabled';
        uptime: string | null;
        id: string;
      };
    };
  };
  'GET /os-hypervisors/{id}/search': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      hypervisors: {
        id: number;
        hypervisor_hostname: string;
        state: 'up' | 'down';
        status: 'enabled' | 'disabled';
      }[];
    };
  };
  'GET /os-hypervisors/{id}/servers': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      hypervisors: {
        id: number;
        hypervisor_hostname: string;
        state: 'up' | 'down';
        status: 'enabled' | 'disabled';
        servers?: {
          uuid: string;
          name: string;
        }[];
      }[];
    };
  };
  'GET /os-migrations': {
    path: {};
    query: {
      hidden?: (string | number | boolean) | string[];
      host?: (string | number | boolean) | string[];
      instance_uuid?: (string | number | boolean) | string[];
      source_compute?: (string | number | boolean) | string[];
      status?: (string | number | boolean) | string[];
      migration_type?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      'changes-since'?: (string | number | boolean) | string[];
      'changes-before'?: (string | number | boolean) | string[];
      user_id?: (string | number | boolean) | string[];
      project_id?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      migrations: {
        id: number;
        instance_uuid: string;
        status: string;
        source_compute: string | null;
        source_node: string | null;
        dest_compute: string | null;
        dest_node: string | null;
        dest_host: string | null;
        old_instance_type_id: number;
        new_instance_type_id: number;
        created_at: string;
        updated_at: string | null;
        migration_type: string;
        links?: {
          rel: string;
          href: string;
        }[];
        uuid: string;
        user_id: string;
        project_id: string;
      }[];
      migrations_links?: {
        rel: string;
        href: string;
      }[];
    };
  };
  'POST /os-server-external-events': {
    path: {};
    query: {};
    body: {
      /**
       * @minItems 1
       */
      events: {
        server_uuid: string;
        name:
          | 'network-changed'
          | 'network-vif-plugged'
          | 'network-vif-unplugged'
          | 'network-vif-deleted'
          | 'volume-extended'
          | 'power-update'
          | 'accelerator-request-bound'
          | 'volume-reimaged';
        status?: 'failed' | 'completed' | 'in-progress';
        tag?: string;
      }[];
    };
    response: {
      events: {
        server_uuid: string;
        name:
          | 'network-changed'
          | 'network-vif-plugged'
          | 'network-vif-unplugged'
          | 'network-vif-deleted'
          | 'volume-extended'
          | 'power-update'
          | 'accelerator-request-bound'
          | 'volume-reimaged';
        status: 'completed' | 'failed';
        tag?: string;
        code: number;
      }[];
    };
  };
  'POST /os-assisted-volume-snapshots': {
    path: {};
    query: {};
    body: {
      snapshot: {
        volume_id: string;
        create_info: {
          snapshot_id: string;
          type: 'qcow2';
          new_file: string;
          id?: string;
        };
      };
    };
    response: null;
  };
  'DELETE /os-assisted-volume-snapshots/{id}': {
    path: {
      id: string;
    };
    query: {
      delete_info?: (string | number | boolean) | string[];
    };
    body: null;
    response: null;
  };
  'GET /os-instance_usage_audit_log': {
    path: {};
    query: {};
    body: null;
    response: {
      instance_usage_audit_logs: {
        period_beginning: string;
        period_ending: string;
        num_hosts: number;
        num_hosts_done: number;
        num_hosts_running: number;
        num_hosts_not_run: number;
        hosts_not_run: string[];
        total_instances: number;
        total_errors: number;
        overall_status: string;
        log: {
          [k: string]:
            | {
                state: string;
                instances: number;
                errors: number;
                message: string;
              }
            | undefined;
        };
      };
    };
  };
  'GET /os-instance_usage_audit_log/{before}': {
    path: {
      before: string;
    };
    query: {};
    body: null;
    response: {
      instance_usage_audit_log: {
        period_beginning: string;
        period_ending: string;
        num_hosts: number;
        num_hosts_done: number;
        num_hosts_running: number;
        num_hosts_not_run: number;
        hosts_not_run: string[];
        total_instances: number;
        total_errors: number;
        overall_status: string;
        log: {
          [k: string]:
            | {
                state: string;
                instances: number;
                errors: number;
                message: string;
              }
            | undefined;
        };
      };
    };
  };
  'GET /os-availability-zone': {
    path: {};
    query: {};
    body: null;
    response: {
      availabilityZoneInfo: {
        zoneName: string;
        zoneState: {
          available: boolean;
        };
        hosts: null;
      }[];
    };
  };
  'GET /os-availability-zone/detail': {
    path: {};
    query: {};
    body: null;
    response: {
      availabilityZoneInfo: {
        zoneName: string;
        zoneState: {
          available: boolean;
        };
        hosts: {
          [k: string]:
            | {
                [k: string]:
                  | {
                      active: boolean;
                      available: boolean;
                      updated_at: string | null;
                    }
                  | undefined;
              }
            | undefined;
        } | null;
      }[];
    };
  };
}
/**
 * Taken away for good: 410.
 */
export interface Reserve {
  reserve: unknown;
}
/**
 * Taken away for good: 410.
 */
export interface Unreserve {
  unreserve: unknown;
}
/**
 * Taken away for good: 410.
 */
export interface Disassociate {
  disassociate: unknown;
}
/**
 * Taken away for good: 410.
 */
export interface AssociateHost {
  associate_host: unknown;
}
/**
 * Taken away for good: 410.
 */
export interface DisassociateHost {
  disassociate_host: unknown;
}
/**
 * Taken away for good: 410.
 */
export interface DisassociateProject {
  disassociate_project: unknown;
}
/**
 * Gives a server another address on a network: not possible while the port is in use, 400.
 */
export interface AddFixedIp {
  addFixedIp: {
    networkId: string | number;
  };
}
/**
 * Leads a floating address to a server.
 */
export interface AddFloatingIp {
  addFloatingIp: {
    address: string;
    fixed_address?: string;
  };
}
/**
 * Gives all ports of a server a security group.
 */
export interface AddSecurityGroup {
  addSecurityGroup: {
    name: string;
  };
}
/**
 * Changes the administrator's password in a running guest, through its guest agent.
 */
export interface ChangePassword {
  changePassword: {
    adminPass: string;
  };
}
/**
 * Keeps the new flavor.
 */
export interface ConfirmResize {
  confirmResize: unknown;
}
/**
 * Rebuilds a server on another host after its own host has died.
 */
export interface Evacuate {
  evacuate: {
    host?: string;
    adminPass?: string;
  };
}
/**
 * Makes an image of the root disk of a server, and deletes its oldest backups of this type.
 */
export interface CreateBackup {
  createBackup: {
    name: string;
    backup_type: string;
    rotation: number | string;
    metadata?: {
      /**
       * This interface was referenced by `undefined`'s JSON-Schema definition
       * via the `patternProperty` "^[a-zA-Z0-9-_:. ]{1,255}$".
       */
      [k: string]: string | undefined;
    };
  };
}
/**
 * Makes an image of the root disk of a server.
 */
export interface CreateImage {
  createImage: {
    name: string;
    metadata?: {
      /**
       * This interface was referenced by `undefined`'s JSON-Schema definition
       * via the `patternProperty` "^[a-zA-Z0-9-_:. ]{1,255}$".
       */
      [k: string]: string | undefined;
    };
  };
}
/**
 * Deletes a server for good, even where deleted servers can be restored.
 */
export interface ForceDelete {
  forceDelete: unknown;
}
/**
 * Does nothing: guests learn of their network by DHCP and metadata.
 */
export interface InjectNetworkInfo {
  injectNetworkInfo: unknown;
}
/**
 * Locks a server: only admins can act on it.
 */
export interface Lock {
  lock: {
    locked_reason?: string;
  } | null;
}
/**
 * Moves a server to another host: in its cell, to be confirmed or reverted afterwards; or of another cell.
 */
export interface Migrate {
  migrate: {
    host?: string | null;
  } | null;
}
/**
 * The last lines of the serial console.
 */
export interface OsGetConsoleOutput {
  'os-getConsoleOutput': {
    length?: number | string | null;
  };
}
/**
 * Moves a server to another host of its cell while it runs.
 */
export interface OsMigrateLive {
  'os-migrateLive': {
    host: string | null;
    block_migration:
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
      | 'f'
      | 'auto';
  };
}
/**
 * Writes the state of a server, whatever is in progress on it.
 */
export interface OsResetState {
  'os-resetState': {
    state: 'active' | 'error';
  };
}
/**
 * Starts a stopped server.
 */
export interface OsStart {
  'os-start': unknown;
}
/**
 * Stops a running server.
 */
export interface OsStop {
  'os-stop': unknown;
}
/**
 * Pauses a running server; it stays in memory.
 */
export interface Pause {
  pause: unknown;
}
/**
 * Reboots a server, softly (by its own system) or hard.
 */
export interface Reboot {
  reboot: {
    type: 'HARD' | 'Hard' | 'hard' | 'SOFT' | 'Soft' | 'soft';
  };
}
/**
 * Gives a server new disks from an image. It keeps its id, ports and addresses.
 */
export interface Rebuild {
  rebuild: {
    name?: string;
    imageRef: string;
    adminPass?: string;
    metadata?: {
      /**
       * This interface was referenced by `undefined`'s JSON-Schema definition
       * via the `patternProperty` "^[a-zA-Z0-9-_:. ]{1,255}$".
       */
      [k: string]: string | undefined;
    };
    preserve_ephemeral?:
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
    'OS-DCF:diskConfig'?: 'AUTO' | 'MANUAL';
    accessIPv4?: string;
    accessIPv6?: string;
    description?: string | null;
    key_name?: string | null;
    user_data?: string | null;
    /**
     * @minItems 1
     * @maxItems 50
     */
    trusted_image_certificates?: string[] | null;
    hostname?: string;
  };
}
/**
 * Starts a server from a rescue image, with its own disk as the second one.
 */
export interface Rescue {
  rescue: {
    adminPass?: string;
    rescue_image_ref?: string;
  } | null;
}
/**
 * Takes an address from a server: not possible while the port is in use, 400.
 */
export interface RemoveFixedIp {
  removeFixedIp: {
    address: string;
  };
}
/**
 * Takes a floating address from a server.
 */
export interface RemoveFloatingIp {
  removeFloatingIp: {
    address: string;
  };
}
/**
 * Takes a security group from all ports of a server.
 */
export interface RemoveSecurityGroup {
  removeSecurityGroup: {
    name: string;
  };
}
/**
 * Gives a server another flavor; to be confirmed or reverted afterwards.
 */
export interface Resize {
  resize: {
    flavorRef: string | number;
    'OS-DCF:diskConfig'?: 'AUTO' | 'MANUAL';
  };
}
/**
 * Restores a soft-deleted server.
 */
export interface Restore {
  restore: unknown;
}
/**
 * Lets a suspended server run on.
 */
export interface Resume {
  resume: unknown;
}
/**
 * Goes back to the old flavor.
 */
export interface RevertResize {
  revertResize: unknown;
}
/**
 * Stops a server, keeps its disk as an image, and frees its host.
 */
export interface Shelve {
  shelve: unknown;
}
/**
 * Takes a shelved server off its host.
 */
export interface ShelveOffload {
  shelveOffload: unknown;
}
/**
 * Writes the memory of a server to disk and stops it.
 */
export interface Suspend {
  suspend: unknown;
}
/**
 * Sends the guest a non-maskable interrupt, on which many systems dump their memory.
 */
export interface TriggerCrashDump {
  trigger_crash_dump: null;
}
/**
 * Unlocks a server.
 */
export interface Unlock {
  unlock: unknown;
}
/**
 * Lets a paused server run on.
 */
export interface Unpause {
  unpause: unknown;
}
/**
 * Starts a rescued server from its own disk again.
 */
export interface Unrescue {
  unrescue: unknown;
}
/**
 * Starts a shelved server again, on a host of its cell.
 */
export interface Unshelve {
  unshelve: {
    availability_zone?: string | null;
    host?: string;
  } | null;
}
/**
 * Opens a console of a server: novnc or xvpvnc.
 */
export interface OsGetVNCConsole {
  'os-getVNCConsole': {
    type: 'novnc' | 'xvpvnc';
  };
}
/**
 * Opens a console of a server: spice-html5.
 */
export interface OsGetSPICEConsole {
  'os-getSPICEConsole': {
    type: 'spice-html5';
  };
}
/**
 * Opens a console of a server: serial.
 */
export interface OsGetSerialConsole {
  'os-getSerialConsole': {
    type: 'serial';
  };
}
/**
 * Opens a console of a server: rdp-html5.
 */
export interface OsGetRDPConsole {
  'os-getRDPConsole': {
    type: 'rdp-html5';
  };
}
/**
 * Taken away for good: 410.
 */
export interface ResetNetwork {
  resetNetwork: unknown;
}
/**
 * Makes a live migration complete, at the price of a longer pause of the guest.
 */
export interface ForceComplete {
  force_complete: null;
}
/**
 * Keeps the new flavor. The other name of /servers, until 2.102.
 */
export interface ConfirmResize1 {
  confirmResize: unknown;
}
/**
 * Makes an image of the root disk of a server. The other name of /servers, until 2.102.
 */
export interface CreateImage1 {
  createImage: {
    name: string;
    metadata?: {
      /**
       * This interface was referenced by `undefined`'s JSON-Schema definition
       * via the `patternProperty` "^[a-zA-Z0-9-_:. ]{1,255}$".
       */
      [k: string]: string | undefined;
    };
  };
}
/**
 * Starts a stopped server. The other name of /servers, until 2.102.
 */
export interface OsStart1 {
  'os-start': unknown;
}
/**
 * Stops a running server. The other name of /servers, until 2.102.
 */
export interface OsStop1 {
  'os-stop': unknown;
}
/**
 * Reboots a server, softly (by its own system) or hard. The other name of /servers, until 2.102.
 */
export interface Reboot1 {
  reboot: {
    type: 'HARD' | 'Hard' | 'hard' | 'SOFT' | 'Soft' | 'soft';
  };
}
/**
 * Gives a server new disks from an image. It keeps its id, ports and addresses. The other name of /servers, until 2.102.
 */
export interface Rebuild1 {
  rebuild: {
    name?: string;
    imageRef: string;
    adminPass?: string;
    metadata?: {
      /**
       * This interface was referenced by `undefined`'s JSON-Schema definition
       * via the `patternProperty` "^[a-zA-Z0-9-_:. ]{1,255}$".
       */
      [k: string]: string | undefined;
    };
    preserve_ephemeral?:
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
    'OS-DCF:diskConfig'?: 'AUTO' | 'MANUAL';
    accessIPv4?: string;
    accessIPv6?: string;
    description?: string | null;
    key_name?: string | null;
    user_data?: string | null;
    /**
     * @minItems 1
     * @maxItems 50
     */
    trusted_image_certificates?: string[] | null;
    hostname?: string;
  };
}
/**
 * Gives a server another flavor; to be confirmed or reverted afterwards. The other name of /servers, until 2.102.
 */
export interface Resize1 {
  resize: {
    flavorRef: string | number;
    'OS-DCF:diskConfig'?: 'AUTO' | 'MANUAL';
  };
}
/**
 * Goes back to the old flavor. The other name of /servers, until 2.102.
 */
export interface RevertResize1 {
  revertResize: unknown;
}
/**
 * Sends the guest a non-maskable interrupt, on which many systems dump their memory. The other name of /servers, until 2.102.
 */
export interface TriggerCrashDump1 {
  trigger_crash_dump: null;
}
/**
 * Lets a project use the flavor.
 */
export interface AddTenantAccess {
  addTenantAccess: {
    tenant: string;
  };
}
/**
 * Removes the access of a project to the flavor.
 */
export interface RemoveTenantAccess {
  removeTenantAccess: {
    tenant: string;
  };
}
/**
 * Never changed nodes: 400.
 */
export interface AddInterface {
  add_interface: unknown;
}
/**
 * Never changed nodes: 400.
 */
export interface RemoveInterface {
  remove_interface: unknown;
}
/**
 * Adds a host.
 */
export interface AddHost {
  add_host: {
    host: string;
  };
}
/**
 * Removes a host.
 */
export interface RemoveHost {
  remove_host: {
    host: string;
  };
}
/**
 * Adds, replaces and (by null) removes metadata.
 */
export interface SetMetadata {
  set_metadata: {
    metadata: {
      /**
       * This interface was referenced by `undefined`'s JSON-Schema definition
       * via the `patternProperty` "^[a-zA-Z0-9-_:. ]{1,255}$".
       */
      [k: string]: string | null | undefined;
    };
  };
}

// Generated from the OpenAPI documents by `npm run generate`; changes made by hand are lost.

export interface ImageOperations {
  'GET /': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'GET /versions': {
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
  'GET /v2': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'GET /v2/images': {
    path: {};
    query: {
      id?: (string | number | boolean) | string[];
      name?: (string | number | boolean) | string[];
      status?: (string | number | boolean) | string[];
      owner?: (string | number | boolean) | string[];
      visibility?: (string | number | boolean) | string[];
      member_status?: (string | number | boolean) | string[];
      tag?: (string | number | boolean) | string[];
      disk_format?: (string | number | boolean) | string[];
      container_format?: (string | number | boolean) | string[];
      min_ram?: (string | number | boolean) | string[];
      min_disk?: (string | number | boolean) | string[];
      checksum?: (string | number | boolean) | string[];
      os_hash_algo?: (string | number | boolean) | string[];
      os_hash_value?: (string | number | boolean) | string[];
      protected?: (string | number | boolean) | string[];
      os_hidden?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      sort?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      size_min?: (string | number | boolean) | string[];
      size_max?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      images: {
        id: string;
        name: string | null;
        status: 'queued' | 'saving' | 'active' | 'deactivated';
        visibility: 'private' | 'public' | 'shared' | 'community';
        owner: string;
        disk_format: string | null;
        container_format: string | null;
        min_disk: number;
        min_ram: number;
        protected: boolean;
        os_hidden: boolean;
        size: number | null;
        virtual_size: number | null;
        checksum: string | null;
        os_hash_algo: string | null;
        os_hash_value: string | null;
        tags: string[];
        created_at: string;
        updated_at: string;
        self: string;
        file: string;
        schema: string;
        [k: string]:
          | string
          | null
          | 'queued'
          | 'saving'
          | 'active'
          | 'deactivated'
          | 'private'
          | 'public'
          | 'shared'
          | 'community'
          | number
          | boolean
          | string[]
          | undefined;
      }[];
      first: string;
      next?: string;
      schema: string;
    };
  };
  'POST /v2/images': {
    path: {};
    query: {};
    body: {
      created_at?: unknown;
      updated_at?: unknown;
      status?: unknown;
      size?: unknown;
      virtual_size?: unknown;
      checksum?: unknown;
      os_hash_algo?: unknown;
      os_hash_value?: unknown;
      self?: unknown;
      file?: unknown;
      schema?: unknown;
      direct_url?: unknown;
      locations?: unknown;
      id?: string;
      owner?: string | null;
      name?: string | null;
      disk_format?: string | null;
      container_format?: string | null;
      visibility?: string;
      min_disk?: number;
      min_ram?: number;
      protected?: boolean;
      os_hidden?: boolean;
      tags?: string[];
      [k: string]: unknown | undefined;
    };
    response: {
      id: string;
      name: string | null;
      status: 'queued' | 'saving' | 'active' | 'deactivated';
      visibility: 'private' | 'public' | 'shared' | 'community';
      owner: string;
      disk_format: string | null;
      container_format: string | null;
      min_disk: number;
      min_ram: number;
      protected: boolean;
      os_hidden: boolean;
      size: number | null;
      virtual_size: number | null;
      checksum: string | null;
      os_hash_algo: string | null;
      os_hash_value: string | null;
      tags: string[];
      created_at: string;
      updated_at: string;
      self: string;
      file: string;
      schema: string;
      [k: string]:
        | string
        | null
        | 'queued'
        | 'saving'
        | 'active'
        | 'deactivated'
        | 'private'
        | 'public'
        | 'shared'
        | 'community'
        | number
        | boolean
        | string[]
        | undefined;
    };
  };
  'GET /v2/images/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      id: string;
      name: string | null;
      status: 'queued' | 'saving' | 'active' | 'deactivated';
      visibility: 'private' | 'public' | 'shared' | 'community';
      owner: string;
      disk_format: string | null;
      container_format: string | null;
      min_disk: number;
      min_ram: number;
      protected: boolean;
      os_hidden: boolean;
      size: number | null;
      virtual_size: number | null;
      checksum: string | null;
      os_hash_algo: string | null;
      os_hash_value: string | null;
      tags: string[];
      created_at: string;
      updated_at: string;
      self: string;
      file: string;
      schema: string;
      [k: string]:
        | string
        | null
        | 'queued'
        | 'saving'
        | 'active'
        | 'deactivated'
        | 'private'
        | 'public'
        | 'shared'
        | 'community'
        | number
        | boolean
        | string[]
        | undefined;
    };
  };
  'PATCH /v2/images/{id}': {
    path: {
      id: string;
    };
    query: {};
    /**
     * @maxItems 1000
     */
    body: {}[];
    response: {
      id: string;
      name: string | null;
      status: 'queued' | 'saving' | 'active' | 'deactivated';
      visibility: 'private' | 'public' | 'shared' | 'community';
      owner: string;
      disk_format: string | null;
      container_format: string | null;
      min_disk: number;
      min_ram: number;
      protected: boolean;
      os_hidden: boolean;
      size: number | null;
      virtual_size: number | null;
      checksum: string | null;
      os_hash_algo: string | null;
      os_hash_value: string | null;
      tags: string[];
      created_at: string;
      updated_at: string;
      self: string;
      file: string;
      schema: string;
      [k: string]:
        | string
        | null
        | 'queued'
        | 'saving'
        | 'active'
        | 'deactivated'
        | 'private'
        | 'public'
        | 'shared'
        | 'community'
        | number
        | boolean
        | string[]
        | undefined;
    };
  };
  'DELETE /v2/images/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'PUT /v2/images/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /v2/images/{id}/tags/{tag}': {
    path: {
      id: string;
      tag: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'PUT /v2/images/{id}/file': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2/images/{id}/file': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2/images/{id}/members': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      members: {
        image_id: string;
        member_id: string;
        status: 'pending' | 'accepted' | 'rejected';
        created_at: string;
        updated_at: string;
        schema: string;
      }[];
      schema: string;
    };
  };
  'POST /v2/images/{id}/members': {
    path: {
      id: string;
    };
    query: {};
    body: {
      member: string;
    };
    response: {
      image_id: string;
      member_id: string;
      status: 'pending' | 'accepted' | 'rejected';
      created_at: string;
      updated_at: string;
      schema: string;
    };
  };
  'GET /v2/images/{id}/members/{member}': {
    path: {
      id: string;
      member: string;
    };
    query: {};
    body: null;
    response: {
      image_id: string;
      member_id: string;
      status: 'pending' | 'accepted' | 'rejected';
      created_at: string;
      updated_at: string;
      schema: string;
    };
  };
  'PUT /v2/images/{id}/members/{member}': {
    path: {
      id: string;
      member: string;
    };
    query: {};
    body: {
      status: 'pending' | 'accepted' | 'rejected';
    };
    response: {
      image_id: string;
      member_id: string;
      status: 'pending' | 'accepted' | 'rejected';
      created_at: string;
      updated_at: string;
      schema: string;
    };
  };
  'DELETE /v2/images/{id}/members/{member}': {
    path: {
      id: string;
      member: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2/info/usage': {
    path: {};
    query: {};
    body: null;
    response: {
      usage: {
        image_count_total: {
          limit: number;
          usage: number;
        };
        image_size_total: {
          limit: number;
          usage: number;
        };
        image_count_uploading: {
          limit: number;
          usage: number;
        };
      };
    };
  };
  'GET /v2/quotas/{project}': {
    path: {
      project: string;
    };
    query: {};
    body: null;
    response: {
      quota: {
        image_count_total: number;
        image_size_total: number;
        image_count_uploading: number;
      };
    };
  };
  'PUT /v2/quotas/{project}': {
    path: {
      project: string;
    };
    query: {};
    body: {
      quota: {
        image_count_total?: number;
        image_size_total?: number;
        image_count_uploading?: number;
      };
    };
    response: {
      quota: {
        image_count_total: number;
        image_size_total: number;
        image_count_uploading: number;
      };
    };
  };
  'DELETE /v2/quotas/{project}': {
    path: {
      project: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v2/schemas/{name}': {
    path: {
      name: string;
    };
    query: {};
    body: null;
    response: {};
  };
  'GET /v2/info/import': {
    path: {};
    query: {};
    body: null;
    response: {
      'import-methods': {
        description: string;
        type: string;
        /**
         * @maxItems 0
         */
        value: unknown[];
      };
    };
  };
  'GET /v2/info/stores': {
    path: {};
    query: {};
    body: null;
    response: {
      stores: {
        id: string;
        default: string;
      }[];
    };
  };
}

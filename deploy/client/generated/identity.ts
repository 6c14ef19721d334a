// Generated from the OpenAPI documents by `npm run generate`; changes made by hand are lost.

export interface IdentityOperations {
  'GET /': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'GET /v3': {
    path: {};
    query: {};
    body: null;
    response: {
      version: {
        id: string;
        status: string;
        updated: string;
        links: {
          rel: string;
          href: string;
        }[];
        'media-types': {
          base: string;
          type: string;
        }[];
      };
    };
  };
  'POST /v3/auth/tokens': {
    path: {};
    query: {
      nocatalog?: (string | number | boolean) | string[];
      allow_expired?: (string | number | boolean) | string[];
    };
    body: {
      auth: {
        identity: {
          /**
           * @minItems 1
           * @maxItems 10
           */
          methods: string[];
          password?: {
            user: {
              id?: string;
              name?: string;
              domain?: {
                id?: string;
                name?: string;
              };
              password: string;
            };
          };
          token?: {
            id: string;
          };
          application_credential?: {
            id?: string;
            name?: string;
            secret: string;
            user?: {
              id?: string;
              name?: string;
              domain?: {
                id?: string;
                name?: string;
              };
            };
          };
        };
        scope?:
          | 'unscoped'
          | {
              project?: {
                id?: string;
                name?: string;
                domain?: {
                  id?: string;
                  name?: string;
                };
              };
              domain?: {
                id?: string;
                name?: string;
              };
              system?: {
                all: boolean;
              };
              unscoped?: {};
            };
      };
    };
    response: {
      token: {
        methods: string[];
        user: {
          id: string;
          name: string;
          domain: {
            id: string;
            name: string;
          };
          password_expires_at: string | null;
        };
        audit_ids: string[];
        expires_at: string;
        issued_at: string;
        application_credential?: {
          id: string;
          restricted: boolean;
        };
        project?: {
          id: string;
          name: string;
          domain: {
            id: string;
            name: string;
          };
        };
        is_domain?: boolean;
        roles?: {
          id: string;
          name: string;
        }[];
        catalog?: {
          id: string;
          type: string;
          name: string;
          endpoints: {
            id: string;
            interface: 'public' | 'internal' | 'admin';
            region: string;
            region_id: string;
            url: string;
          }[];
        }[];
      };
    };
  };
  'GET /v3/auth/tokens': {
    path: {};
    query: {
      nocatalog?: (string | number | boolean) | string[];
      allow_expired?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      token: {
        methods: string[];
        user: {
          id: string;
          name: string;
          domain: {
            id: string;
            name: string;
          };
          password_expires_at: string | null;
        };
        audit_ids: string[];
        expires_at: string;
        issued_at: string;
        application_credential?: {
          id: string;
          restricted: boolean;
        };
        project?: {
          id: string;
          name: string;
          domain: {
            id: string;
            name: string;
          };
        };
        is_domain?: boolean;
        roles?: {
          id: string;
          name: string;
        }[];
        catalog?: {
          id: string;
          type: string;
          name: string;
          endpoints: {
            id: string;
            interface: 'public' | 'internal' | 'admin';
            region: string;
            region_id: string;
            url: string;
          }[];
        }[];
      };
    };
  };
  'DELETE /v3/auth/tokens': {
    path: {};
    query: {
      nocatalog?: (string | number | boolean) | string[];
      allow_expired?: (string | number | boolean) | string[];
    };
    body: null;
    response: null;
  };
  'GET /v3/auth/catalog': {
    path: {};
    query: {};
    body: null;
    response: {
      catalog: {
        id: string;
        type: string;
        name: string;
        endpoints: {
          id: string;
          interface: 'public' | 'internal' | 'admin';
          region: string;
          region_id: string;
          url: string;
        }[];
      }[];
      links: {
        self: string;
      };
    };
  };
  'GET /v3/auth/projects': {
    path: {};
    query: {};
    body: null;
    response: {
      projects: {
        id: string;
        name: string;
        description: string;
        enabled: boolean;
        domain_id: string;
        parent_id: string;
        is_domain: boolean;
        tags: string[];
        options: {};
        links: {
          self: string;
        };
        [k: string]: unknown | undefined;
      }[];
      links: {
        next: string | null;
        self: string;
        previous: string | null;
      };
    };
  };
  'GET /v3/auth/domains': {
    path: {};
    query: {};
    body: null;
    response: {
      domains: {
        id: string;
        name: string;
        description: string;
        enabled: boolean;
        options: {};
        /**
         * @maxItems 0
         */
        tags: unknown[];
        links: {
          self: string;
        };
      }[];
      links: {
        next: string | null;
        self: string;
        previous: string | null;
      };
    };
  };
  'GET /v3/auth/system': {
    path: {};
    query: {};
    body: null;
    response: {
      /**
       * @maxItems 0
       */
      system: unknown[];
      links: {
        self: string;
      };
    };
  };
  'GET /v3/services': {
    path: {};
    query: {
      name?: (string | number | boolean) | string[];
      type?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      services: {
        id: string;
        type: string;
        name: string;
        description: string;
        enabled: boolean;
        links: {
          self: string;
        };
      }[];
      links: {
        next: string | null;
        self: string;
        previous: string | null;
      };
    };
  };
  'GET /v3/services/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      service: {
        id: string;
        type: string;
        name: string;
        description: string;
        enabled: boolean;
        links: {
          self: string;
        };
      };
    };
  };
  'GET /v3/endpoints': {
    path: {};
    query: {
      interface?: (string | number | boolean) | string[];
      service_id?: (string | number | boolean) | string[];
      region?: (string | number | boolean) | string[];
      region_id?: (string | number | boolean) | string[];
      enabled?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      endpoints: {
        id: string;
        interface: 'public' | 'internal' | 'admin';
        region: string;
        region_id: string;
        url: string;
        service_id: string;
        enabled: boolean;
        links: {
          self: string;
        };
      }[];
      links: {
        next: string | null;
        self: string;
        previous: string | null;
      };
    };
  };
  'GET /v3/endpoints/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      endpoint: {
        id: string;
        interface: 'public' | 'internal' | 'admin';
        region: string;
        region_id: string;
        url: string;
        service_id: string;
        enabled: boolean;
        links: {
          self: string;
        };
      };
    };
  };
  'GET /v3/regions': {
    path: {};
    query: {
      parent_region_id?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      regions: {
        id: string;
        description: string;
        parent_region_id: string | null;
        links: {
          self: string;
        };
      }[];
      links: {
        next: string | null;
        self: string;
        previous: string | null;
      };
    };
  };
  'GET /v3/regions/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      region: {
        id: string;
        description: string;
        parent_region_id: string | null;
        links: {
          self: string;
        };
      };
    };
  };
  'GET /v3/domains': {
    path: {};
    query: {
      id?: (string | number | boolean) | string[];
      name?: (string | number | boolean) | string[];
      enabled?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      domains: {
        id: string;
        name: string;
        description: string;
        enabled: boolean;
        options: {};
        /**
         * @maxItems 0
         */
        tags: unknown[];
        links: {
          self: string;
        };
      }[];
      links: {
        next: string | null;
        self: string;
        previous: string | null;
      };
    };
  };
  'GET /v3/domains/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      domain: {
        id: string;
        name: string;
        description: string;
        enabled: boolean;
        options: {};
        /**
         * @maxItems 0
         */
        tags: unknown[];
        links: {
          self: string;
        };
      };
    };
  };
  'GET /v3/groups': {
    path: {};
    query: {
      name?: (string | number | boolean) | string[];
      domain_id?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      groups: {
        [k: string]: unknown | undefined;
      }[];
      links: {
        next: string | null;
        self: string;
        previous: string | null;
      };
    };
  };
  'GET /v3/groups/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v3/projects': {
    path: {};
    query: {
      id?: (string | number | boolean) | string[];
      name?: (string | number | boolean) | string[];
      enabled?: (string | number | boolean) | string[];
      description?: (string | number | boolean) | string[];
      domain_id?: (string | number | boolean) | string[];
      parent_id?: (string | number | boolean) | string[];
      is_domain?: (string | number | boolean) | string[];
      tags?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      projects: {
        id: string;
        name: string;
        description: string;
        enabled: boolean;
        domain_id: string;
        parent_id: string;
        is_domain: boolean;
        tags: string[];
        options: {};
        links: {
          self: string;
        };
        [k: string]: unknown | undefined;
      }[];
      links: {
        next: string | null;
        self: string;
        previous: string | null;
      };
    };
  };
  'POST /v3/projects': {
    path: {};
    query: {};
    body: {
      project: {
        name: string;
        description?: string | null;
        enabled?: boolean;
        domain_id?: string | null;
        parent_id?: string | null;
        is_domain?: boolean;
        /**
         * @maxItems 80
         */
        tags?: string[];
        [k: string]: unknown | undefined;
      };
    };
    response: {
      project: {
        id: string;
        name: string;
        description: string;
        enabled: boolean;
        domain_id: string;
        parent_id: string;
        is_domain: boolean;
        tags: string[];
        options: {};
        links: {
          self: string;
        };
        [k: string]: unknown | undefined;
      };
    };
  };
  'GET /v3/projects/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      project: {
        id: string;
        name: string;
        description: string;
        enabled: boolean;
        domain_id: string;
        parent_id: string;
        is_domain: boolean;
        tags: string[];
        options: {};
        links: {
          self: string;
        };
        [k: string]: unknown | undefined;
      };
    };
  };
  'PATCH /v3/projects/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: {
      project: {
        name?: string;
        description?: string | null;
        enabled?: boolean;
        domain_id?: string | null;
        parent_id?: string | null;
        is_domain?: boolean;
        /**
         * @maxItems 80
         */
        tags?: string[];
        [k: string]: unknown | undefined;
      };
    };
    response: {
      project: {
        id: string;
        name: string;
        description: string;
        enabled: boolean;
        domain_id: string;
        parent_id: string;
        is_domain: boolean;
        tags: string[];
        options: {};
        links: {
          self: string;
        };
        [k: string]: unknown | undefined;
      };
    };
  };
  'DELETE /v3/projects/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v3/users': {
    path: {};
    query: {
      id?: (string | number | boolean) | string[];
      name?: (string | number | boolean) | string[];
      enabled?: (string | number | boolean) | string[];
      email?: (string | number | boolean) | string[];
      description?: (string | number | boolean) | string[];
      default_project_id?: (string | number | boolean) | string[];
      domain_id?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      users: {
        id: string;
        name: string;
        description: string;
        email?: string;
        enabled: boolean;
        domain_id: string;
        default_project_id?: string;
        options: {};
        password_expires_at: string | null;
        links: {
          self: string;
        };
        [k: string]: unknown | undefined;
      }[];
      links: {
        next: string | null;
        self: string;
        previous: string | null;
      };
    };
  };
  'POST /v3/users': {
    path: {};
    query: {};
    body: {
      user: {
        name: string;
        description?: string | null;
        email?: string | null;
        default_project_id?: string | null;
        domain_id?: string | null;
        password?: string | null;
        enabled?: boolean;
        [k: string]: unknown | undefined;
      };
    };
    response: {
      user: {
        id: string;
        name: string;
        description: string;
        email?: string;
        enabled: boolean;
        domain_id: string;
        default_project_id?: string;
        options: {};
        password_expires_at: string | null;
        links: {
          self: string;
        };
        [k: string]: unknown | undefined;
      };
    };
  };
  'GET /v3/users/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      user: {
        id: string;
        name: string;
        description: string;
        email?: string;
        enabled: boolean;
        domain_id: string;
        default_project_id?: string;
        options: {};
        password_expires_at: string | null;
        links: {
          self: string;
        };
        [k: string]: unknown | undefined;
      };
    };
  };
  'PATCH /v3/users/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: {
      user: {
        name?: string;
        description?: string | null;
        email?: string | null;
        default_project_id?: string | null;
        domain_id?: string | null;
        password?: string | null;
        enabled?: boolean;
        [k: string]: unknown | undefined;
      };
    };
    response: {
      user: {
        id: string;
        name: string;
        description: string;
        email?: string;
        enabled: boolean;
        domain_id: string;
        default_project_id?: string;
        options: {};
        password_expires_at: string | null;
        links: {
          self: string;
        };
        [k: string]: unknown | undefined;
      };
    };
  };
  'DELETE /v3/users/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'POST /v3/users/{id}/password': {
    path: {
      id: string;
    };
    query: {};
    body: {
      user: {
        original_password: string;
        password: string;
      };
    };
    response: null;
  };
  'GET /v3/users/{id}/projects': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      projects: {
        id: string;
        name: string;
        description: string;
        enabled: boolean;
        domain_id: string;
        parent_id: string;
        is_domain: boolean;
        tags: string[];
        options: {};
        links: {
          self: string;
        };
        [k: string]: unknown | undefined;
      }[];
      links: {
        next: string | null;
        self: string;
        previous: string | null;
      };
    };
  };
  'GET /v3/users/{id}/groups': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      groups: {
        [k: string]: unknown | undefined;
      }[];
      links: {
        next: string | null;
        self: string;
        previous: string | null;
      };
    };
  };
  'GET /v3/roles': {
    path: {};
    query: {
      id?: (string | number | boolean) | string[];
      name?: (string | number | boolean) | string[];
      description?: (string | number | boolean) | string[];
      domain_id?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      roles: {
        id: string;
        name: string;
        description: string;
        domain_id: null;
        options: {};
        links: {
          self: string;
        };
      }[];
      links: {
        next: string | null;
        self: string;
        previous: string | null;
      };
    };
  };
  'POST /v3/roles': {
    path: {};
    query: {};
    body: {
      role: {
        name: string;
        description?: string | null;
        domain_id?: null;
        options?: {};
      };
    };
    response: {
      role: {
        id: string;
        name: string;
        description: string;
        domain_id: null;
        options: {};
        links: {
          self: string;
        };
      };
    };
  };
  'GET /v3/roles/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      role: {
        id: string;
        name: string;
        description: string;
        domain_id: null;
        options: {};
        links: {
          self: string;
        };
      };
    };
  };
  'PATCH /v3/roles/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: {
      role: {
        name?: string;
        description?: string | null;
        domain_id?: null;
        options?: {};
      };
    };
    response: {
      role: {
        id: string;
        name: string;
        description: string;
        domain_id: null;
        options: {};
        links: {
          self: string;
        };
      };
    };
  };
  'DELETE /v3/roles/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v3/role_inferences': {
    path: {};
    query: {};
    body: null;
    response: {
      role_inferences: {
        prior_role: {
          id: string;
          name: string;
          description: string;
          domain_id: null;
          options: {};
          links: {
            self: string;
          };
        };
        implies: {
          id: string;
          name: string;
          description: string;
          domain_id: null;
          options: {};
          links: {
            self: string;
          };
        }[];
      }[];
    };
  };
  'PUT /v3/projects/{target}/users/{user}/roles/{role}': {
    path: {
      target: string;
      user: string;
      role: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v3/projects/{target}/users/{user}/roles/{role}': {
    path: {
      target: string;
      user: string;
      role: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /v3/projects/{target}/users/{user}/roles/{role}': {
    path: {
      target: string;
      user: string;
      role: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v3/projects/{target}/users/{user}/roles': {
    path: {
      target: string;
      user: string;
    };
    query: {};
    body: null;
    response: {
      roles: {
        id: string;
        name: string;
        domain_id: null;
        links: {
          self: string;
        };
      }[];
      links: {
        next: string | null;
        self: string;
        previous: string | null;
      };
    };
  };
  'PUT /v3/domains/{target}/users/{user}/roles/{role}': {
    path: {
      target: string;
      user: string;
      role: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v3/domains/{target}/users/{user}/roles/{role}': {
    path: {
      target: string;
      user: string;
      role: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /v3/domains/{target}/users/{user}/roles/{role}': {
    path: {
      target: string;
      user: string;
      role: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v3/domains/{target}/users/{user}/roles': {
    path: {
      target: string;
      user: string;
    };
    query: {};
    body: null;
    response: {
      roles: {
        id: string;
        name: string;
        domain_id: null;
        links: {
          self: string;
        };
      }[];
      links: {
        next: string | null;
        self: string;
        previous: string | null;
      };
    };
  };
  'GET /v3/role_assignments': {
    path: {};
    query: {
      'user.id'?: (string | number | boolean) | string[];
      'role.id'?: (string | number | boolean) | string[];
      'group.id'?: (string | number | boolean) | string[];
      'scope.project.id'?: (string | number | boolean) | string[];
      'scope.domain.id'?: (string | number | boolean) | string[];
      'scope.system'?: (string | number | boolean) | string[];
      'scope.OS-INHERIT:inherited_to'?: (string | number | boolean) | string[];
      include_names?: (string | number | boolean) | string[];
      include_subtree?: (string | number | boolean) | string[];
      effective?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      role_assignments: {
        role: {
          id: string;
          name?: string;
        };
        user: {
          id: string;
          name?: string;
          domain?: {
            id: string;
            name?: string;
          };
        };
        scope: {
          project?: {
            id: string;
            name?: string;
            domain?: {
              id: string;
              name?: string;
            };
          };
          domain?: {
            id: string;
            name?: string;
          };
        };
        links: {
          assignment: string;
        };
      }[];
      links: {
        next: string | null;
        self: string;
        previous: string | null;
      };
    };
  };
  'GET /v3/users/{user}/application_credentials': {
    path: {
      user: string;
    };
    query: {
      name?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      marker?: (string | number | boolean) | string[];
      page_reverse?: (string | number | boolean) | string[];
      sort_key?: (string | number | boolean) | string[];
      sort_dir?: (string | number | boolean) | string[];
      fields?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      application_credentials: {
        id: string;
        name: string;
        description: string;
        project_id: string;
        user_id: string;
        unrestricted: boolean;
        expires_at: string | null;
        roles: {
          id: string;
          name: string;
          domain_id: null;
        }[];
        system: null;
        links: {
          self: string;
        };
      }[];
      links: {
        next: string | null;
        self: string;
        previous: string | null;
      };
    };
  };
  'POST /v3/users/{user}/application_credentials': {
    path: {
      user: string;
    };
    query: {};
    body: {
      application_credential: {
        name: string;
        description?: string | null;
        secret?: string | null;
        expires_at?: string | null;
        unrestricted?: boolean;
        /**
         * @maxItems 100
         */
        roles?: {
          id?: string;
          name?: string;
          domain_id?: unknown;
          domain?: unknown;
        }[];
        project_id?: string | null;
        /**
         * @maxItems 0
         */
        access_rules?: unknown[];
      };
    };
    response: {
      application_credential: {
        id: string;
        name: string;
        description: string;
        project_id: string;
        user_id: string;
        unrestricted: boolean;
        expires_at: string | null;
        roles: {
          id: string;
          name: string;
          domain_id: null;
        }[];
        system: null;
        links: {
          self: string;
        };
        secret: string;
      };
    };
  };
  'GET /v3/users/{user}/application_credentials/{id}': {
    path: {
      user: string;
      id: string;
    };
    query: {};
    body: null;
    response: {
      application_credential: {
        id: string;
        name: string;
        description: string;
        project_id: string;
        user_id: string;
        unrestricted: boolean;
        expires_at: string | null;
        roles: {
          id: string;
          name: string;
          domain_id: null;
        }[];
        system: null;
        links: {
          self: string;
        };
      };
    };
  };
  'DELETE /v3/users/{user}/application_credentials/{id}': {
    path: {
      user: string;
      id: string;
    };
    query: {};
    body: null;
    response: null;
  };
}

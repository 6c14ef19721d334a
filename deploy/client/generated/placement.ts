// Generated from the OpenAPI documents by `npm run generate`; changes made by hand are lost.

export interface PlacementOperations {
  'GET /': {
    path: {};
    query: {};
    body: null;
    response: {
      versions: {
        id: string;
        max_version: string;
        min_version: string;
        status: 'CURRENT';
        links: {
          rel: string;
          href: string;
        }[];
      }[];
    };
  };
  'GET /resource_providers': {
    path: {};
    query: {
      name?: (string | number | boolean) | string[];
      uuid?: (string | number | boolean) | string[];
      member_of?: (string | number | boolean) | string[];
      resources?: (string | number | boolean) | string[];
      in_tree?: (string | number | boolean) | string[];
      required?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      resource_providers: {
        uuid: string;
        name: string;
        generation: number;
        links: {
          rel: string;
          href: string;
        }[];
        parent_provider_uuid: string | null;
        root_provider_uuid: string;
      }[];
    };
  };
  'POST /resource_providers': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'GET /resource_providers/{uuid}': {
    path: {
      uuid: string;
    };
    query: {};
    body: null;
    response: {
      uuid: string;
      name: string;
      generation: number;
      links: {
        rel: string;
        href: string;
      }[];
      parent_provider_uuid: string | null;
      root_provider_uuid: string;
    };
  };
  'PUT /resource_providers/{uuid}': {
    path: {
      uuid: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /resource_providers/{uuid}': {
    path: {
      uuid: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /resource_providers/{uuid}/inventories': {
    path: {
      uuid: string;
    };
    query: {};
    body: null;
    response: {
      resource_provider_generation: number;
      inventories: {
        [k: string]:
          | {
              total: number;
              reserved: number;
              min_unit: number;
              max_unit: number;
              step_size: number;
              allocation_ratio: number;
            }
          | undefined;
      };
    };
  };
  'POST /resource_providers/{uuid}/inventories': {
    path: {
      uuid: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'PUT /resource_providers/{uuid}/inventories': {
    path: {
      uuid: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /resource_providers/{uuid}/inventories': {
    path: {
      uuid: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /resource_providers/{uuid}/inventories/{resource_class}': {
    path: {
      uuid: string;
      resource_class: string;
    };
    query: {};
    body: null;
    response: {
      resource_provider_generation: number;
      total: number;
      reserved: number;
      min_unit: number;
      max_unit: number;
      step_size: number;
      allocation_ratio: number;
    };
  };
  'PUT /resource_providers/{uuid}/inventories/{resource_class}': {
    path: {
      uuid: string;
      resource_class: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /resource_providers/{uuid}/inventories/{resource_class}': {
    path: {
      uuid: string;
      resource_class: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /resource_providers/{uuid}/usages': {
    path: {
      uuid: string;
    };
    query: {};
    body: null;
    response: {
      resource_provider_generation: number;
      usages: {
        [k: string]: number | undefined;
      };
    };
  };
  'GET /resource_providers/{uuid}/aggregates': {
    path: {
      uuid: string;
    };
    query: {};
    body: null;
    response: {
      aggregates: string[];
      resource_provider_generation: number;
    };
  };
  'PUT /resource_providers/{uuid}/aggregates': {
    path: {
      uuid: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /resource_providers/{uuid}/traits': {
    path: {
      uuid: string;
    };
    query: {};
    body: null;
    response: {
      resource_provider_generation: number;
      traits: string[];
    };
  };
  'PUT /resource_providers/{uuid}/traits': {
    path: {
      uuid: string;
    };
    query: {};
    body: {
      /**
       * @maxItems 500
       */
      traits: string[];
      resource_provider_generation: number;
    };
    response: {
      resource_provider_generation: number;
      traits: string[];
    };
  };
  'DELETE /resource_providers/{uuid}/traits': {
    path: {
      uuid: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /resource_providers/{uuid}/allocations': {
    path: {
      uuid: string;
    };
    query: {};
    body: null;
    response: {
      resource_provider_generation: number;
      allocations: {
        [k: string]:
          | {
              resources: {
                [k: string]: number | undefined;
              };
              consumer_generation: number;
            }
          | undefined;
      };
    };
  };
  'GET /allocations/{consumer_uuid}': {
    path: {
      consumer_uuid: string;
    };
    query: {};
    body: null;
    response: {
      allocations: {
        [k: string]:
          | {
              generation: number;
              resources: {
                [k: string]: number | undefined;
              };
            }
          | undefined;
      };
      project_id?: string;
      user_id?: string;
      consumer_generation?: number;
      consumer_type?: string;
    };
  };
  'PUT /allocations/{consumer_uuid}': {
    path: {
      consumer_uuid: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /allocations/{consumer_uuid}': {
    path: {
      consumer_uuid: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /usages': {
    path: {};
    query: {
      project_id?: (string | number | boolean) | string[];
      user_id?: (string | number | boolean) | string[];
      consumer_type?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      usages: {
        [k: string]:
          | {
              [k: string]: number | undefined;
            }
          | undefined;
      };
    };
  };
  'GET /allocation_candidates': {
    path: {};
    query: {
      limit?: (string | number | boolean) | string[];
      group_policy?: (string | number | boolean) | string[];
      root_required?: (string | number | boolean) | string[];
      same_subtree?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      allocation_requests: {
        allocations: {
          [k: string]:
            | {
                resources: {
                  [k: string]: number | undefined;
                };
              }
            | undefined;
        };
        mappings: {
          [k: string]: string[] | undefined;
        };
      }[];
      provider_summaries: {
        [k: string]:
          | {
              resources: {
                [k: string]:
                  | {
                      capacity: number;
                      used: number;
                    }
                  | undefined;
              };
              traits: string[];
              parent_provider_uuid: string | null;
              root_provider_uuid: string;
            }
          | undefined;
      };
    };
  };
  'GET /traits': {
    path: {};
    query: {
      name?: (string | number | boolean) | string[];
      associated?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      traits: string[];
    };
  };
  'GET /traits/{name}': {
    path: {
      name: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'PUT /traits/{name}': {
    path: {
      name: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'DELETE /traits/{name}': {
    path: {
      name: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /resource_classes': {
    path: {};
    query: {};
    body: null;
    response: {
      resource_classes: {
        name: string;
        links: {
          rel: string;
          href: string;
        }[];
      }[];
    };
  };
  'POST /resource_classes': {
    path: {};
    query: {};
    body: {
      name: string;
    };
    response: null;
  };
  'GET /resource_classes/{name}': {
    path: {
      name: string;
    };
    query: {};
    body: null;
    response: {
      name: string;
      links: {
        rel: string;
        href: string;
      }[];
    };
  };
  'PUT /resource_classes/{name}': {
    path: {
      name: string;
    };
    query: {};
    body: unknown;
    response: null;
  };
  'DELETE /resource_classes/{name}': {
    path: {
      name: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'POST /allocations': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
  'POST /reshaper': {
    path: {};
    query: {};
    body: null;
    response: null;
  };
}

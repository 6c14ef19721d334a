// Generated from the OpenAPI documents by `npm run generate`; changes made by hand are lost.

export interface FederationOperations {
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
  'GET /v1': {
    path: {};
    query: {};
    body: null;
    response: {
      version: {
        id: string;
        status: string;
        links: {
          rel: string;
          href: string;
        }[];
      };
    };
  };
  'GET /v1/cells': {
    path: {};
    query: {};
    body: null;
    response: {
      cells: {
        id: string;
        name: string;
        url: string;
        enabled: boolean;
        createdAt: string;
        updatedAt: string;
        health:
          | {
              answers: true;
              answeredInMs: number;
              release: string;
              sql: 'ok' | 'down';
              redis: 'ok' | 'down';
              hosts: number;
              hostsUp: number;
              instances: number;
            }
          | {
              answers: false;
              reason: string;
            };
      }[];
    };
  };
  'POST /v1/cells': {
    path: {};
    query: {};
    body: {
      name: string;
      url: string;
      key: string;
    };
    response: {
      id: string;
      name: string;
      url: string;
      enabled: boolean;
      createdAt: string;
      updatedAt: string;
      health:
        | {
            answers: true;
            answeredInMs: number;
            release: string;
            sql: 'ok' | 'down';
            redis: 'ok' | 'down';
            hosts: number;
            hostsUp: number;
            instances: number;
          }
        | {
            answers: false;
            reason: string;
          };
    };
  };
  'GET /v1/cells/{cell}': {
    path: {
      cell: string;
    };
    query: {};
    body: null;
    response: {
      id: string;
      name: string;
      url: string;
      enabled: boolean;
      createdAt: string;
      updatedAt: string;
      health:
        | {
            answers: true;
            answeredInMs: number;
            release: string;
            sql: 'ok' | 'down';
            redis: 'ok' | 'down';
            hosts: number;
            hostsUp: number;
            instances: number;
          }
        | {
            answers: false;
            reason: string;
          };
    };
  };
  'PATCH /v1/cells/{cell}': {
    path: {
      cell: string;
    };
    query: {};
    body: {
      name?: string;
      url?: string;
      key?: string;
      enabled?: boolean;
    };
    response: {
      id: string;
      name: string;
      url: string;
      enabled: boolean;
      createdAt: string;
      updatedAt: string;
      health:
        | {
            answers: true;
            answeredInMs: number;
            release: string;
            sql: 'ok' | 'down';
            redis: 'ok' | 'down';
            hosts: number;
            hostsUp: number;
            instances: number;
          }
        | {
            answers: false;
            reason: string;
          };
    };
  };
  'POST /v1/cells/{cell}/enable': {
    path: {
      cell: string;
    };
    query: {};
    body: null;
    response: {
      id: string;
      name: string;
      url: string;
      enabled: boolean;
      createdAt: string;
      updatedAt: string;
      health:
        | {
            answers: true;
            answeredInMs: number;
            release: string;
            sql: 'ok' | 'down';
            redis: 'ok' | 'down';
            hosts: number;
            hostsUp: number;
            instances: number;
          }
        | {
            answers: false;
            reason: string;
          };
    };
  };
  'POST /v1/cells/{cell}/disable': {
    path: {
      cell: string;
    };
    query: {};
    body: null;
    response: {
      id: string;
      name: string;
      url: string;
      enabled: boolean;
      createdAt: string;
      updatedAt: string;
      health:
        | {
            answers: true;
            answeredInMs: number;
            release: string;
            sql: 'ok' | 'down';
            redis: 'ok' | 'down';
            hosts: number;
            hostsUp: number;
            instances: number;
          }
        | {
            answers: false;
            reason: string;
          };
    };
  };
  'GET /v1/hosts': {
    path: {};
    query: {
      cell?: (string | number | boolean) | string[];
      up?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      hosts: {
        name: string;
        node: string;
        hypervisorType: string;
        hypervisorVersion: number;
        total: {
          vcpus: number;
          ramMb: number;
          diskGb: number;
        };
        reserved: {
          vcpus: number;
          ramMb: number;
          diskGb: number;
        };
        cpuInfo: {
          /**
           * This interface was referenced by `undefined`'s JSON-Schema definition
           * via the `patternProperty` "^.*$".
           */
          [k: string]: unknown | undefined;
        };
        hostIp: string;
        capabilities: {
          /**
           * This interface was referenced by `undefined`'s JSON-Schema definition
           * via the `patternProperty` "^.*$".
           */
          [k: string]: string[] | undefined;
        };
        uptime: string | null;
        bootedAt?: string;
        problem?: string | null;
        /**
         * @maxItems 128
         */
        nodes?: {
          id: number;
          shared: string;
          dedicated: string;
          /**
           * @maxItems 4096
           */
          cores: string[];
          ramMb: number;
          /**
           * @maxItems 16
           */
          pages: {
            sizeKb: number;
            total: number;
          }[];
          socket?: number;
        }[];
        /**
         * @maxItems 1024
         */
        devices?: {
          address: string;
          vendorId: string;
          productId: string;
          type: 'type-PCI' | 'type-PF' | 'type-VF' | 'mdev';
          numaNode: number | null;
          resourceClass: string;
        }[];
        metrics?: {
          /**
           * This interface was referenced by `undefined`'s JSON-Schema definition
           * via the `patternProperty` "^.*$".
           */
          [k: string]: number | undefined;
        };
        id: string;
        version: number;
        serviceId: string;
        up: boolean;
        forcedDown: boolean;
        enabled: boolean;
        disabledReason: string | null;
        lastSeenAt: string | null;
        startedAt: string;
        ratios: {
          vcpus: number;
          ramMb: number;
          diskGb: number;
        };
        used: {
          vcpus: number;
          ramMb: number;
          diskGb: number;
        };
        /**
         * @maxItems 128
         */
        nodesUsed?: {
          id: number;
          vcpus: number;
          cpus: string;
          ramMb: number;
          pages: {
            sizeKb: number;
            used: number;
          }[];
        }[];
        /**
         * @maxItems 1024
         */
        devicesUsed?: string[];
        runningGuests: number;
        ioOps?: number;
        buildFailures: number;
        buildTrialAt?: string | null;
        onTrial?: boolean;
        groups: {
          /**
           * This interface was referenced by `undefined`'s JSON-Schema definition
           * via the `patternProperty` "^.*$".
           */
          [k: string]: number | undefined;
        };
        imageProperties?: {
          /**
           * This interface was referenced by `undefined`'s JSON-Schema definition
           * via the `patternProperty` "^.*$".
           */
          [k: string]:
            | {
                /**
                 * This interface was referenced by `undefined`'s JSON-Schema definition
                 * via the `patternProperty` "^.*$".
                 */
                [k: string]: number | undefined;
              }
            | undefined;
        };
        labels: {
          /**
           * This interface was referenced by `undefined`'s JSON-Schema definition
           * via the `patternProperty` "^.*$".
           */
          [k: string]: string | undefined;
        };
        segmentTypes?: ('flat' | 'vlan' | 'vxlan')[];
        tagsFrames?: boolean;
        cell: string;
        capacity: {
          vcpus: number;
          ramMb: number;
          diskGb: number;
        };
      }[];
      silentCells: string[];
    };
  };
  'POST /v1/cells/{cell}/join-tokens': {
    path: {
      cell: string;
    };
    query: {};
    body: {
      /**
       * @minItems 1
       * @maxItems 1000
       */
      hosts: string[];
      expiresInS?: number;
    };
    response: {
      token: string;
      cell: string;
      conductorUrl: string;
      hosts: string[];
      expiresAt: string;
    };
  };
  'POST /v1/cells/{cell}/hosts/{host}/revoke': {
    path: {
      cell: string;
      host: string;
    };
    query: {};
    body: null;
    response: {
      cell: string;
      host: string;
      revoked: number;
    };
  };
  'POST /v1/cells/{cell}/rotate-key': {
    path: {
      cell: string;
    };
    query: {};
    body: null;
    response: null;
  };
  'GET /v1/networks/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      network: {
        id: string;
        name: string;
        projectId: string;
        segmentType: string;
        segmentId: number | null;
        mtu: number;
        external: boolean;
        adminStateUp: boolean;
      };
      subnets: {
        id: string;
        name: string;
        cidr: string;
        gatewayIp: string | null;
        dhcp: boolean;
      }[];
      routers: {
        id: string;
        name: string;
        addresses: string[];
        leadsOutside: boolean;
      }[];
      ports: {
        id: string;
        name: string;
        mac: string;
        addresses: string[];
        status: string;
        owner: string;
        device: string;
        deviceName: string | null;
        cell: string | null;
        host: string | null;
        problem: string | null;
      }[];
      more: boolean;
      silentCells: string[];
    };
  };
  'POST /v1/traces': {
    path: {};
    query: {};
    body: {
      from: string;
      to: string;
      sender?: string;
      protocol?: string;
      port?: number;
    };
    response: {
      trace: {
        verdict: 'passes' | 'drops' | 'unknown';
        packet: {
          from: string;
          to: string;
          protocol: number;
          port: number | null;
        };
        hops: {
          at: string;
          subject: string;
          cell: string | null;
          host: string | null;
          verdict: 'passes' | 'drops' | 'unknown';
          reason: string;
        }[];
        silentCells: string[];
      };
    };
  };
  'GET /v1/operations': {
    path: {};
    query: {
      cell?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
      subject?: (string | number | boolean) | string[];
      state?: (string | number | boolean) | string[];
      overdue?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      operations: {
        id: string;
        kind: string;
        subject: string;
        state: 'running' | 'undoing' | 'done' | 'undone' | 'stranded';
        step: string | null;
        attempt: number;
        message: string | null;
        requestId: string;
        userId: string | null;
        projectId: string | null;
        owner: string | null;
        createdAt: string;
        updatedAt: string;
        deadlineAt: string;
        overdue: boolean;
        finishedAt: string | null;
        steps: {
          seq: number;
          name: string;
          direction: 'do' | 'undo';
          attempt: number;
          startedAt: string;
          finishedAt: string | null;
          outcome: ('done' | 'failed' | 'refused' | 'resolved') | null;
          message: string | null;
          worker: string;
          host?: string;
          pointOfNoReturn?: true;
        }[];
        cell: string;
      }[];
      silentCells: string[];
    };
  };
  'GET /v1/operations/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      id: string;
      kind: string;
      subject: string;
      state: 'running' | 'undoing' | 'done' | 'undone' | 'stranded';
      step: string | null;
      attempt: number;
      message: string | null;
      requestId: string;
      userId: string | null;
      projectId: string | null;
      owner: string | null;
      createdAt: string;
      updatedAt: string;
      deadlineAt: string;
      overdue: boolean;
      finishedAt: string | null;
      steps: {
        seq: number;
        name: string;
        direction: 'do' | 'undo';
        attempt: number;
        startedAt: string;
        finishedAt: string | null;
        outcome: ('done' | 'failed' | 'refused' | 'resolved') | null;
        message: string | null;
        worker: string;
        host?: string;
        pointOfNoReturn?: true;
      }[];
      cell: string;
    };
  };
  'POST /v1/operations/{id}/resolve': {
    path: {
      id: string;
    };
    query: {};
    body: {
      direction: 'forward' | 'back';
    };
    response: {
      id: string;
      kind: string;
      subject: string;
      state: 'running' | 'undoing' | 'done' | 'undone' | 'stranded';
      step: string | null;
      attempt: number;
      message: string | null;
      requestId: string;
      userId: string | null;
      projectId: string | null;
      owner: string | null;
      createdAt: string;
      updatedAt: string;
      deadlineAt: string;
      overdue: boolean;
      finishedAt: string | null;
      steps: {
        seq: number;
        name: string;
        direction: 'do' | 'undo';
        attempt: number;
        startedAt: string;
        finishedAt: string | null;
        outcome: ('done' | 'failed' | 'refused' | 'resolved') | null;
        message: string | null;
        worker: string;
        host?: string;
        pointOfNoReturn?: true;
      }[];
      cell: string;
    };
  };
  'GET /v1/servers/{id}/decision': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      server: {
        id: string;
        name: string;
        projectId: string;
        state: 'accepted' | 'placed' | 'buried';
        cell: string | null;
      };
      decision: {
        decidedAt: string;
        chosen: {
          cellName: string;
          hostName: string;
          alternates: string[];
        } | null;
        hostsConsidered: number;
        hostsPassed: number;
        byFilter: {
          filter: string;
          hosts: number;
        }[];
        byCell: {
          cellName: string;
          hosts: number;
        }[];
        refusals: {
          filter: string;
          reason: string;
          cellName: string;
          hosts: number;
        }[];
        nearest: {
          cellName: string;
          hostName: string;
          misses: {
            filter: string;
            reason: string;
            tooFew?: number;
          }[];
        }[];
        refusedByCells: {
          cellName: string;
          reason: string;
        }[];
        silentCells: string[];
      } | null;
    };
  };
  'POST /v1/simulations': {
    path: {};
    query: {};
    body: {
      loseCell?: string;
      addHosts?: {
        count: number;
        like?: string;
        cell?: string;
        vcpus?: number;
        ramMb?: number;
        diskGb?: number;
      };
      multipliers?: {
        /**
         * This interface was referenced by `undefined`'s JSON-Schema definition
         * via the `patternProperty` "^.*$".
         */
        [k: string]: number | undefined;
      };
      everything?: boolean;
    };
    response: {
      simulation: {
        replayed: number;
        fit: number;
        flavors: {
          name: string;
          vcpus: number;
          ramMb: number;
          diskGb: number;
          servers: number;
        }[];
        cells: {
          cellName: string;
          before: {
            hosts: number;
            servers: number;
            headroom: number | null;
            free: number[];
          };
          after: {
            hosts: number;
            servers: number;
            headroom: number | null;
            free: number[];
          } | null;
        }[];
        unplaced: {
          before: number;
          after: number;
        };
        why: {
          filters: string;
          servers: number;
          example: string;
        }[];
        silentCells: string[];
      };
    };
  };
  'GET /v1/moves': {
    path: {};
    query: {
      server?: (string | number | boolean) | string[];
      state?: (string | number | boolean) | string[];
      cell?: (string | number | boolean) | string[];
      limit?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      moves: {
        id: string;
        server: string;
        serverName: string | null;
        from: {
          cell: string;
          cellId: string;
        };
        to: {
          cell: string;
          cellId: string;
          host: string | null;
        };
        host: string | null;
        state: 'running' | 'undoing' | 'done' | 'undone' | 'stranded';
        step: string | null;
        progress: number | null;
        bytes: number | null;
        bytesPerSecond: number | null;
        message: string | null;
        createdAt: string;
        finishedAt: string | null;
        downtimeMs: number | null;
        requestId: string;
        steps: {
          seq: number;
          name: string;
          direction: 'do' | 'undo';
          attempt: number;
          startedAt: string;
          finishedAt: string | null;
          outcome: ('done' | 'failed' | 'refused' | 'resolved') | null;
          message: string | null;
          worker: string;
          host?: string;
          pointOfNoReturn?: true;
        }[];
      }[];
    };
  };
  'POST /v1/moves': {
    path: {};
    query: {};
    body: {
      server: string;
      cell: string;
      host?: string;
      dryRun?: boolean;
    };
    response: {
      move:
        | {
            id: string;
            server: string;
            serverName: string | null;
            from: {
              cell: string;
              cellId: string;
            };
            to: {
              cell: string;
              cellId: string;
              host: string | null;
            };
            host: string | null;
            state: 'running' | 'undoing' | 'done' | 'undone' | 'stranded';
            step: string | null;
            progress: number | null;
            bytes: number | null;
            bytesPerSecond: number | null;
            message: string | null;
            createdAt: string;
            finishedAt: string | null;
            downtimeMs: number | null;
            requestId: string;
            steps: {
              seq: number;
              name: string;
              direction: 'do' | 'undo';
              attempt: number;
              startedAt: string;
              finishedAt: string | null;
              outcome: ('done' | 'failed' | 'refused' | 'resolved') | null;
              message: string | null;
              worker: string;
              host?: string;
              pointOfNoReturn?: true;
            }[];
          }
        | {
            server: string;
            serverName: string;
            from: {
              cell: string;
              cellId: string;
              host: string | null;
            };
            to: {
              cell: string;
              cellId: string;
              host: string | null;
            };
            alternates: string[];
            fits: boolean;
            refusals: {
              filter: string;
              reason: string;
              hosts: number;
            }[];
            changes: {
              field: string;
              from: string | null;
              to?: string | null;
            }[];
            disks: {
              name: string;
              virtualBytes: number;
              bytes: number;
            }[];
            bytes: number;
            seconds: number;
            basis: string;
            refusal: string | null;
          };
    };
  };
  'GET /v1/moves/{id}': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      move: {
        id: string;
        server: string;
        serverName: string | null;
        from: {
          cell: string;
          cellId: string;
        };
        to: {
          cell: string;
          cellId: string;
          host: string | null;
        };
        host: string | null;
        state: 'running' | 'undoing' | 'done' | 'undone' | 'stranded';
        step: string | null;
        progress: number | null;
        bytes: number | null;
        bytesPerSecond: number | null;
        message: string | null;
        createdAt: string;
        finishedAt: string | null;
        downtimeMs: number | null;
        requestId: string;
        steps: {
          seq: number;
          name: string;
          direction: 'do' | 'undo';
          attempt: number;
          startedAt: string;
          finishedAt: string | null;
          outcome: ('done' | 'failed' | 'refused' | 'resolved') | null;
          message: string | null;
          worker: string;
          host?: string;
          pointOfNoReturn?: true;
        }[];
      };
    };
  };
  'POST /v1/moves/{id}/abort': {
    path: {
      id: string;
    };
    query: {};
    body: null;
    response: {
      move: {
        id: string;
        server: string;
        serverName: string | null;
        from: {
          cell: string;
          cellId: string;
        };
        to: {
          cell: string;
          cellId: string;
          host: string | null;
        };
        host: string | null;
        state: 'running' | 'undoing' | 'done' | 'undone' | 'stranded';
        step: string | null;
        progress: number | null;
        bytes: number | null;
        bytesPerSecond: number | null;
        message: string | null;
        createdAt: string;
        finishedAt: string | null;
        downtimeMs: number | null;
        requestId: string;
        steps: {
          seq: number;
          name: string;
          direction: 'do' | 'undo';
          attempt: number;
          startedAt: string;
          finishedAt: string | null;
          outcome: ('done' | 'failed' | 'refused' | 'resolved') | null;
          message: string | null;
          worker: string;
          host?: string;
          pointOfNoReturn?: true;
        }[];
      };
    };
  };
  'GET /v1/findings': {
    path: {};
    query: {};
    body: null;
    response: {
      findings: {
        kind: string;
        subject: string;
        message: string;
        advice: string;
        since: string;
        cell: string;
      }[];
      checks: number;
      cells: number;
      silentCells: string[];
    };
  };
  'GET /v1/aside': {
    path: {};
    query: {
      cell?: (string | number | boolean) | string[];
    };
    body: null;
    response: {
      instances: {
        uuid: string;
        epoch: number;
        name: string;
        projectId: string;
        hostName: string | null;
        reason: string;
        at: string;
        cell: string;
      }[];
      silentCells: string[];
    };
  };
  'DELETE /v1/aside/{cell}/{uuid}/{epoch}': {
    path: {
      cell: string;
      uuid: string;
      epoch: string;
    };
    query: {};
    body: null;
    response: null;
  };
}

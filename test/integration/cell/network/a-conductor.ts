import { agentContract, type InstanceMetadata } from '#platform/contracts/agent.ts';
import type { AgentDefinitions } from '#platform/contracts/agent-definitions.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { DesiredBinding, ObservedBinding } from '#platform/objects/port-binding.ts';
import { sharedKeys } from '#platform/rpc/authenticate.ts';
import { serveContract } from '#platform/rpc/server.ts';
import { NOTHING_TOLD } from '../../../support/a-definition.ts';
import { freePort } from '../../../support/free-port.ts';
import { startOnLoopback } from '../../../support/loopback-service.ts';
import { AGENT_KEY } from '../../../support/test-keys.ts';

export interface TestConductor {
  readonly url: string;
  readonly bindings: Map<string, DesiredBinding>;
  readonly reports: Map<string, ObservedBinding>;
  /** From now on an agent that asks for definitions is told these. */
  define(definitions: AgentDefinitions): void;
  /** By address, or by network and address where an address is not enough. */
  readonly instances: Map<string, InstanceMetadata>;
  agentId(): string | undefined;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A conductor that says what a test wants, remembers what agents report, and can be away. */
export async function aConductor(): Promise<TestConductor> {
  const port = await freePort();
  const bindings = new Map<string, DesiredBinding>();
  const reports = new Map<string, ObservedBinding>();
  const instances = new Map<string, InstanceMetadata>();
  let agentId: string | undefined;
  let definitions: AgentDefinitions = NOTHING_TOLD;
  const unsettled = (one: DesiredBinding) => {
    const report = reports.get(one.bindingId);
    return report?.settled !== true || report.generation !== one.generation;
  };
  const begin = () =>
    startOnLoopback(
      'conductor',
      (app) =>
        serveContract(
          app,
          agentContract,
          {
            renewKey: async () => ({}),
            join: noAgentJoins,
            issueCertificate: noAgentJoins,
            renewCertificate: noAgentJoins,
            announce: async (question) => {
              agentId = question.agentId;
              return {
                cellId: '00000000-0000-4000-8000-000000000001',
                cellName: 'test',
                heartbeatMs: 200,
                publicKeys: [],
              };
            },
            heartbeat: async () => ({ known: true, publicKeys: [] }),
            desiredGuests: async () => ({ guests: [] }),
            reportGuests: async () => ({}),
            desiredBindings: async ({ ids, unsettledOnly }) => ({
              bindings: [...bindings.values()].filter(
                (one) => (ids === null || ids.includes(one.bindingId)) && (!unsettledOnly || unsettled(one)),
              ),
            }),
            reportBindings: async ({ bindings: observed }) => {
              for (const one of observed) reports.set(one.bindingId, one);
              return {};
            },
            instanceMetadata: async ({ networkId, address }) => {
              const instance = instances.get(`${networkId} ${address}`) ?? instances.get(address);
              if (instance === undefined) throw new VolvoxError('not-found', 'nobody');
              return instance;
            },
            guestPassword: async () => ({ password: '' }),
            setGuestPassword: async () => ({}),
            definitions: async () => definitions,
            guestMetadata: async () => {
              throw new VolvoxError('not-found', 'only compute agents ask');
            },
          },
          sharedKeys(() => [AGENT_KEY]),
        ),
      port,
    );
  let service = await begin();
  return {
    url: `http://127.0.0.1:${port}`,
    bindings,
    reports,
    instances,
    define: (given) => {
      definitions = given;
    },
    agentId: () => agentId,
    start: async () => {
      service = await begin();
    },
    stop: async () => await service.stop(),
  };
}

async function noAgentJoins(): Promise<never> {
  throw new Error('no agent joins here');
}

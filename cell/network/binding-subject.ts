import { messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { DesiredBinding, ObservedBinding } from '#platform/objects/port-binding.ts';
import { untilAborted } from '#platform/time/until-aborted.ts';
import type { Conductor } from '../agent/conductor.ts';
import type { Subject } from '../agent/subject.ts';
import type { BindingFiles } from './binding-files.ts';
import type { HostKeeper } from './host-keeper.ts';

interface BindingSubjectOptions {
  readonly agentId: string;
  readonly conductor: Conductor;
  readonly keepers: ReadonlyMap<string, HostKeeper>;
  readonly files: BindingFiles;
  /** Called with what the conductor has told. */
  readonly told: (bindings: readonly DesiredBinding[]) => void;
  /** Called when a port is plugged, and when it is gone. */
  readonly changed: (binding: DesiredBinding) => void;
}

/** What the network agent keeps in order: port bindings. */
export function createBindingSubject(options: BindingSubjectOptions): Subject<DesiredBinding, ObservedBinding> {
  const { agentId, conductor, keepers, files } = options;
  const keeperOf = (binding: DesiredBinding): HostKeeper => {
    const keeper = keepers.get(binding.hostName);
    if (keeper === undefined) throw new VolvoxError('invalid', `${binding.hostName} is not a host of this agent.`);
    return keeper;
  };
  return {
    name: 'bindings',
    // Those of one host share a pass, so many may wait at the same time.
    parallel: 256,
    desiredKey: ({ bindingId }) => bindingId,
    observedKey: ({ bindingId }) => bindingId,
    fetch: async ({ ids, unsettledOnly }) => {
      const { bindings } = await conductor.ask((client) =>
        client.desiredBindings({ agentId, ids: ids === null ? null : [...ids], unsettledOnly }),
      );
      options.told(bindings);
      if (ids === null && !unsettledOnly) {
        for (const binding of bindings) keepers.get(binding.hostName)?.note(binding);
        for (const keeper of keepers.values()) keeper.noteComplete();
      }
      return bindings;
    },
    report: async (observed) => {
      await conductor.ask((client) => client.reportBindings({ agentId, bindings: [...observed] }));
    },
    converge: async (desired, { signal }) => {
      const keeper = keeperOf(desired);
      // The file is written first and removed last: after a crash in between the agent still knows the port.
      if (desired.present) await files.put(desired);
      const observed = await untilAborted(keeper.converge(desired), signal);
      if (!desired.present && observed.settled) await files.remove(desired.bindingId);
      if (observed.settled) options.changed(desired);
      return observed;
    },
    failed: (desired, error) => ({
      bindingId: desired.bindingId,
      hostName: desired.hostName,
      generation: desired.generation,
      present: false,
      settled: false,
      error: { message: messageOf(error), details: null, permanent: false },
    }),
    isEnd: (desired) => !desired.present,
    remembered: async () => {
      const remembered = (await files.all()).filter(({ hostName }) => keepers.has(hostName));
      for (const binding of remembered) keeperOf(binding).note(binding);
      return remembered;
    },
    // Of taps that nobody wants the next pass takes care; there is nothing to say of them to the conductor.
    reportUnknown: async () => {
      for (const keeper of keepers.values()) void keeper.pass().catch(() => undefined);
      return [];
    },
  };
}

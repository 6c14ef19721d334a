import type { ConfigOf, ConfigSources } from '#platform/config/load.ts';
import { loadConfig } from '#platform/config/load.ts';
import type { Section } from '#platform/config/options.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';

type Sections = Readonly<Record<string, Section>>;

/** A process of Volvox as a part that can share a Node process with others. */
interface Part {
  /** The option sections it reads. */
  readonly sections: Sections;
  compose(sources: ConfigSources, log: Logger): Promise<Service[]>;
}

function part<S extends Sections>(
  sections: S,
  compose: (config: ConfigOf<S>, log: Logger) => Service[] | Promise<Service[]>,
): Part {
  return { sections, compose: async (sources, log) => compose(loadConfig(sections, sources), log) };
}

/** Every part by the name of its process. Its code is loaded when it is asked for. */
const PARTS: Readonly<Record<string, () => Promise<Part>>> = {
  api: async () => {
    const { API_SECTIONS } = await import('../../api/config.ts');
    const { composeApi } = await import('../../api/service.ts');
    return part(API_SECTIONS, composeApi);
  },
  scheduler: async () => {
    const { SCHEDULER_SECTIONS } = await import('../../scheduler/config.ts');
    const { composeScheduler } = await import('../../scheduler/service.ts');
    return part(SCHEDULER_SECTIONS, composeScheduler);
  },
  'super-conductor': async () => {
    const { SUPER_CONDUCTOR_SECTIONS } = await import('../../super-conductor/config.ts');
    const { composeSuperConductor } = await import('../../super-conductor/service.ts');
    return part(SUPER_CONDUCTOR_SECTIONS, composeSuperConductor);
  },
  conductor: async () => {
    const { conductorSections } = await import('../../cell/conductor/config.ts');
    const { composeConductor } = await import('../../cell/conductor/service.ts');
    return part(conductorSections, composeConductor);
  },
  compute: async () => {
    const { COMPUTE_SECTIONS } = await import('../../cell/compute/config.ts');
    const { composeCompute } = await import('../../cell/compute/service.ts');
    return part(COMPUTE_SECTIONS, composeCompute);
  },
  network: async () => {
    const { sections } = await import('../../cell/network/config.ts');
    const { composeNetwork } = await import('../../cell/network/service.ts');
    return part(sections, composeNetwork);
  },
};

export const PART_NAMES: readonly string[] = Object.keys(PARTS);

/** @throws when there is none of that name, naming those that there are. */
export function loadPart(name: string): Promise<Part> {
  const load = PARTS[name];
  if (load === undefined) throw new Error(`unknown part ${name}; the parts are: ${PART_NAMES.join(', ')}`);
  return load();
}

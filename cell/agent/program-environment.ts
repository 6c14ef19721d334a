import { processSources } from '#platform/config/load.ts';

/**
 * Of the agent's environment, what a program that it starts is given. Options of the agent, which may be keys, are not among it: a
 * program's environment can be read by whoever takes the program over. `VOLVOX_REGION_HOME` marks the processes of a local region.
 */
const PASSED_ON = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'VOLVOX_REGION_HOME'];

export function programEnvironment(): Readonly<Record<string, string>> {
  const { environment } = processSources();
  return Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

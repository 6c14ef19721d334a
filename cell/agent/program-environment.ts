import { processSources } from '#platform/config/load.ts';

/**
 * The variables that an agent passes to the programs it starts. The agent's options are left out, because they may be keys and an attacker
 * who controls a program can read its environment. `VOLVOX_REGION_HOME` marks the processes of a local region.
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

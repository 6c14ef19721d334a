/** The folders of the programs that a region runs; each has a `main.ts`. */
export const PROGRAMS = [
  'api',
  'scheduler',
  'super-conductor',
  'cell/conductor',
  'cell/compute',
  'cell/network',
] as const;
export type ProgramName = (typeof PROGRAMS)[number];

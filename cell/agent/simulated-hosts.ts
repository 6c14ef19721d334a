/**
 * The names of simulated hosts: `<prefix>-001`, `<prefix>-002`, … The compute agent and the network agent of a simulated cell are given the
 * same prefix and count, so they speak of the same hosts.
 */
export const simulatedHostNames = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index + 1).padStart(3, '0')}`);

/**
 * All scenarios share one host, and `GET /os-hosts/{host}` shows every project that has servers on it: without those of other scenarios, which
 * the recording, made on an empty host, does not have.
 */
export function withoutOtherScenarios(body: unknown, projectId: string): unknown {
  const { host } = (body ?? {}) as { host?: unknown };
  if (!Array.isArray(host)) return body;
  return { ...(body as object), host: host.filter((one) => isOfScenario(one, projectId)) };
}

function isOfScenario(element: unknown, projectId: string): boolean {
  const { resource } = element as { resource?: { project?: string } };
  return resource?.project === undefined || resource.project.startsWith('(') || resource.project === projectId;
}

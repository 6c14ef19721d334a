/** Keys of regions that tests start; as long as a key must be. */
export const AGENT_KEY = 'an-agent-key-for-tests-of-32-characters-or-more';
export const DOOR_KEY = 'a-door-key-for-tests-of-32-characters-or-more';
export const SERVICE_KEY = 'a-service-key-for-tests-of-32-characters-or-more';

/** Why a guest without a channel to an agent gets no password, in Nova's words (QemuGuestAgentNotEnabled). */
export const GUEST_AGENT_MISSING = 'QEMU guest agent is not enabled';

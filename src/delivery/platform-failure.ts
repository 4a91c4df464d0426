/** Why a platform did not take a message. */
export type PlatformFailureCode =
  | 'platform-rate-limited'
  | 'platform-forbidden'
  | 'platform-place-gone'
  | 'platform-message-gone'
  | 'platform-text-too-long'
  | 'platform-unreachable'
  | 'platform-rejected';

import type { Props } from '@millrace/topic-stores';

export const HIDDEN = '[hidden]';

/** What of configurations is shown, and what hidden values in a configuration that comes back stand for. */
export interface ConfigMask {
  /** A configuration fit to be answered. */
  shown(config: Props): Promise<Props>;
  /** A configuration that was given, hidden values replaced by those that they stand for now. */
  restored(given: Props, current: Props | undefined): Props;
}

/** Shows everything, as the JVM does: tools compare and write back what they read. */
export const NO_MASK: ConfigMask = {
  shown: (config) => Promise.resolve(config),
  restored: (given) => given,
};

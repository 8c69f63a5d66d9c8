import type { Props } from '@millrace/connect-api';

/** Resolves `${provider:path:key}` references; on workers only (design invariant 6). */
export interface ConfigResolver {
  resolve(props: Props): Promise<Props>;
}

import type { ConfigInfos, ConnectorType } from '@millrace/rest';
import type { Props } from '@millrace/topic-stores';
import { requireSuccess, type WorkerAsker } from '../workers/worker-requests.ts';
import type { ConnectorValidator } from './connector-validator.ts';
import { checkByDescriptor } from './descriptor-check.ts';
import { publishedAs, type PublishedPlugin } from './published-plugins.ts';
import { withholdSecrets, withNotChecked } from './withheld-secrets.ts';

export interface FallbackValidatorOptions {
  /** Checks by the plugins that the gateway has. */
  readonly own: ConnectorValidator;
  readonly ownTypeOf: (connectorClass: string) => ConnectorType;
  readonly published: () => readonly PublishedPlugin[];
  readonly workers: WorkerAsker;
  /** Whether there is anybody to ask. */
  readonly anyWorker: () => Promise<boolean>;
  readonly timeoutMs: number;
}

/**
 * Checks by the gateway's own plugin; where it has none, by that of a worker; where none answers, by the plugin's description
 * (design section 4, Validate).
 */
export class FallbackValidator implements ConnectorValidator {
  readonly #options: FallbackValidatorOptions;

  constructor(options: FallbackValidatorOptions) {
    this.#options = options;
  }

  async validate(props: Props): Promise<ConfigInfos> {
    const { own, ownTypeOf, published } = this.#options;
    const connectorClass = props['connector.class'] ?? '';
    const plugin =
      ownTypeOf(connectorClass) === 'unknown'
        ? publishedAs(published(), connectorClass, props['connector.plugin.version'] ?? null)
        : undefined;
    if (plugin === undefined) {
      // It is ours, or nobody's: then the message says what there is.
      return own.validate(props);
    }
    const checked = await this.#atWorker(plugin, props);
    return checked ?? checkByDescriptor(props, plugin.config ?? []);
  }

  /** null when no worker answers. */
  async #atWorker(plugin: PublishedPlugin, props: Props): Promise<ConfigInfos | null> {
    const { workers, anyWorker, timeoutMs } = this.#options;
    if (!(await anyWorker())) {
      return null;
    }
    const sent = withholdSecrets(props, plugin.config ?? []);
    const answer = await workers.ask({
      op: 'validate',
      to: `plugin:${plugin.class}`,
      args: { config: sent.props },
      timeoutMs,
    });
    return answer === null ? null : withNotChecked(requireSuccess(answer).body as ConfigInfos, sent.withheld);
  }
}

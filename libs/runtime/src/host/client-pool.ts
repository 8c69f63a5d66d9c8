import { createKafkaClient, type KafkaClient } from '@millrace/kafka';
import type { Logger } from 'pino';

/** Settings that decide whom a connection reaches and as whom; everything else may differ between users of one connection. */
const OF_CONNECTIONS = /^(?:bootstrap\.servers$|security\.|sasl\.|ssl\.)/;

/**
 * The Kafka connections of a host: shared by all whose settings reach the same cluster as the same user, since each connection
 * costs time even when it is idle (design section 6).
 */
export class ClientPool {
  readonly #clientId: string;
  readonly #logger: Logger;
  readonly #clients = new Map<string, KafkaClient>();

  constructor(clientId: string, logger: Logger) {
    this.#clientId = clientId;
    this.#logger = logger;
  }

  /** A shared client, which the pool closes. */
  shared(props: Readonly<Record<string, string>>): KafkaClient {
    const key = JSON.stringify(
      Object.entries(props)
        .filter(([name]) => OF_CONNECTIONS.test(name))
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    let client = this.#clients.get(key);
    if (client === undefined) {
      client = createKafkaClient(props, { clientId: this.#clientId, logger: this.#logger });
      this.#clients.set(key, client);
    }
    return client;
  }

  /** A client of one's own, as a group member needs it; the caller closes it. */
  own(props: Readonly<Record<string, string>>, clientId: string): KafkaClient {
    return createKafkaClient(props, { clientId, logger: this.#logger });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
  }
}

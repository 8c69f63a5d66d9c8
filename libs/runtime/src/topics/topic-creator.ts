import { setTimeout as pause } from 'node:timers/promises';
import { ConnectError } from '@millrace/connect-api';
import { KafkaError, type KafkaAdmin } from '@millrace/kafka';
import type { Logger } from 'pino';
import type { TopicCreation } from './topic-creation.ts';

export interface TopicCreatorOptions {
  readonly creation: TopicCreation;
  readonly admin: Pick<KafkaAdmin, 'describeTopics' | 'createTopic'>;
  /** Throws when the task may not go on; asked before each try. */
  readonly check: () => void;
  readonly logger: Logger;
}

const RETRY_MS = 100;

/** Creates the topics that a source task writes to, where they are missing; each is looked up once (spec/runtime.md section 7). */
export class TopicCreator {
  readonly #options: TopicCreatorOptions;
  readonly #known = new Set<string>();
  #closed = false;

  constructor(options: TopicCreatorOptions) {
    this.#options = options;
  }

  /** Resolves when all of them are there. Throws ConnectError when one cannot be created, whatever is tried. */
  async ensure(topics: readonly string[]): Promise<void> {
    for (const topic of topics) {
      if (!this.#known.has(topic)) {
        await this.#ensure(topic);
        this.#known.add(topic);
      }
    }
  }

  /** Ends what is tried again. */
  close(): void {
    this.#closed = true;
  }

  async #ensure(topic: string): Promise<void> {
    const { check, logger } = this.#options;
    while (!this.#closed) {
      check();
      try {
        await this.#createIfMissing(topic);
        return;
      } catch (error) {
        if (!(error instanceof KafkaError && error.retriable)) {
          throw new ConnectError(
            `Task failed to create new topic ${topic}. Ensure that the task is authorized to create topics or that the topic ` +
              'exists and restart the task',
            { cause: error },
          );
        }
        logger.warn(
          { err: error, topic },
          'The topic could not be looked up or created for now; trying again',
        );
      }
      await pause(RETRY_MS);
    }
    throw new ConnectError(`The task was stopped before topic ${topic} was created`);
  }

  async #createIfMissing(topic: string): Promise<void> {
    const { admin, creation, logger } = this.#options;
    const [existing] = await admin.describeTopics([topic]);
    if (existing !== undefined) {
      return;
    }
    const wanted = creation.newTopic(topic);
    if (await admin.createTopic(wanted)) {
      logger.info(wanted, 'Topic created');
    }
  }
}

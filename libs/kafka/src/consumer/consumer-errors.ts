import type { TopicPartition } from '../client/kafka-client.ts';
import { KafkaError } from '../errors.ts';

/** There is no offset to start from and `auto.offset.reset` is `none`; thrown by `poll` and `position`. */
export class NoOffsetForPartitionError extends KafkaError {
  override readonly code = 'NO_OFFSET_FOR_PARTITION';
  readonly topic: string;
  readonly partition: number;

  constructor(at: TopicPartition, offset: number | null) {
    const what =
      offset === null ? 'has no committed offset' : `does not hold offset ${offset} (it is out of range)`;
    super(`${at.topic}-${at.partition} ${what}, and auto.offset.reset is none`, { retriable: false });
    this.topic = at.topic;
    this.partition = at.partition;
  }
}

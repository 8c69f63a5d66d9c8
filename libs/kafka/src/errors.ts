import { ConnectError } from '@millrace/connect-api';

/** An error of the Kafka client or a broker. `retriable` as in Kafka's protocol table. */
export class KafkaError extends ConnectError {
  override readonly code: string = 'KAFKA';
  override readonly retriable: boolean;
  /** Kafka's numeric error code, where a broker gave one. */
  readonly brokerCode: number | undefined;

  constructor(
    message: string,
    options: {
      readonly retriable: boolean;
      readonly brokerCode?: number | undefined;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: options.cause });
    this.retriable = options.retriable;
    this.brokerCode = options.brokerCode;
  }
}

/** No broker answered; the message names the addresses tried. */
export class BrokerUnavailableError extends KafkaError {
  override readonly code = 'BROKER_UNAVAILABLE';
}

/** The topic or partition is not there (yet). */
export class UnknownTopicError extends KafkaError {
  override readonly code = 'UNKNOWN_TOPIC';
}

/** The partition has no leader now. */
export class LeaderNotAvailableError extends KafkaError {
  override readonly code = 'LEADER_NOT_AVAILABLE';
}

/** Another producer with the same transactional id was initialised later. */
export class ProducerFencedError extends KafkaError {
  override readonly code = 'PRODUCER_FENCED';
}

/** The request may or may not have taken effect (time-out, lost connection, INVALID_TXN_STATE at EndTxn, …). */
export class UnknownOutcomeError extends KafkaError {
  override readonly code = 'UNKNOWN_OUTCOME';
}

/** Offsets were committed for a generation the member no longer belongs to. */
export class CommitFailedError extends KafkaError {
  override readonly code = 'COMMIT_FAILED';
}

/** Another member with the same `group.instance.id` has taken this one's seat in the group: for good. */
export class FencedInstanceIdError extends KafkaError {
  override readonly code = 'FENCED_INSTANCE_ID';
  override readonly javaClass = 'org.apache.kafka.common.errors.FencedInstanceIdException';
}

/** The producer was closed before the record was acknowledged. */
export class ProducerClosedError extends KafkaError {
  override readonly code = 'PRODUCER_CLOSED';
}

import {
  ProducerClosedError,
  type PendingSend,
  type Producer,
  type ProducerRecord,
  type SendResult,
} from '@millrace/kafka';

interface Sent {
  readonly records: readonly ProducerRecord[];
  settle(result: SendResult): void;
  fail(error: Error): void;
  settled: boolean;
}

/** A producer whose acknowledgements the test gives. */
export class FakeProducer implements Producer {
  readonly sent: Sent[] = [];
  closed = false;
  /** Until it resolves, nothing more is accepted: `buffer.memory` is full. */
  accepting: Promise<void> = Promise.resolve();

  send(records: readonly ProducerRecord[]): PendingSend {
    const { promise, resolve, reject } = Promise.withResolvers<SendResult>();
    const sent: Sent = {
      records,
      settled: false,
      settle(result) {
        this.settled = true;
        resolve(result);
      },
      fail(error) {
        this.settled = true;
        reject(error);
      },
    };
    this.sent.push(sent);
    return { accepted: this.accepting, done: promise };
  }

  /** Everything that was ever sent, as text. */
  get values(): readonly string[] {
    return this.sent.flatMap(({ records }) =>
      records.map(({ value }) => (value === null ? 'null' : Buffer.from(value).toString())),
    );
  }

  /** Acknowledges everything that is under way; `failing` are indexes within each send. */
  acknowledge(failing: readonly { index: number; error: Error }[] = []): void {
    for (const sent of this.sent.filter(({ settled }) => !settled)) {
      const failed = failing.filter(({ index }) => index < sent.records.length);
      sent.settle({
        failed,
        metadata: (index) =>
          failed.some((each) => each.index === index)
            ? null
            : { topic: sent.records[index]?.topic ?? '', partition: 0, offset: index, timestamp: 0 },
      });
    }
  }

  async flush(): Promise<void> {
    while (this.sent.some(({ settled }) => !settled)) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  close(): Promise<void> {
    this.closed = true;
    for (const sent of this.sent.filter(({ settled }) => !settled)) {
      sent.fail(new ProducerClosedError('closed', { retriable: false }));
    }
    return Promise.resolve();
  }
}

import type { KafkaClient } from '@millrace/kafka';
import type { Contender } from './contender.ts';
import type { Metric, Results } from './results.ts';

/** What a scenario is run with. */
export interface Bench {
  readonly bootstrapServers: string;
  readonly client: KafkaClient;
  /** Files of the run. */
  readonly folder: string;
  readonly contenders: readonly Contender[];
  readonly rounds: number;
  readonly results: Results;
  /** A line for people about what is being done. */
  readonly say: (text: string) => void;
}

/** A comparison that can be asked for by name: `npm run bench -- <name>`. */
export interface Scenario {
  readonly name: string;
  readonly about: string;
  readonly metrics: readonly Metric[];
  run(bench: Bench): Promise<void>;
}

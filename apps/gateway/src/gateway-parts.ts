import type { KafkaAdmin } from '@millrace/kafka';
import type { ConfigBackingStore, StatusBackingStore } from '@millrace/topic-stores';
import type { ConfigMask } from './connectors/config-mask.ts';
import type { LogLevels } from './loggers/log-levels.ts';
import type { OffsetHook } from './offsets/offset-hook.ts';
import type { PartitionOffsets } from './offsets/partition-offsets.ts';
import type { SourceOffsetStores } from './offsets/source-offset-stores.ts';
import type { ConnectorValidator } from './plugins/connector-validator.ts';
import type { PluginCatalog } from './plugins/plugin-catalog.ts';
import type { Startup } from './stores/startup.ts';
import type { TopicTracking } from './topics/topics.ts';
import type { OwnPreview } from './transforms/own-preview.ts';
import type { WorkerAsker } from './workers/worker-requests.ts';

/** What the gateway stands on: stores, brokers, plugins, workers. Tests put others in their place. */
export interface GatewayParts {
  readonly configStore: ConfigBackingStore;
  readonly statusStore: StatusBackingStore;
  readonly sourceOffsets: SourceOffsetStores;
  readonly startup: Startup;
  readonly admin: KafkaAdmin;
  readonly partitionOffsets: PartitionOffsets;
  readonly clusterId: () => Promise<string>;
  readonly topicNames: () => Promise<readonly string[]>;
  readonly catalog: PluginCatalog;
  readonly validator: ConnectorValidator;
  readonly mask: ConfigMask;
  /** Hides passwords, whether or not `mask` does. */
  readonly passwords: ConfigMask;
  readonly hook: OffsetHook;
  readonly preview: OwnPreview;
  /** What plugins may take for one question. */
  readonly pluginTimeoutMs: number;
  readonly workers: WorkerAsker;
  readonly levels: LogLevels;
  readonly bootstrapServers: readonly string[];
  readonly groupId: string;
  readonly topicTracking: TopicTracking;
}

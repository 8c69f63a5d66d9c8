import {
  ConfigError,
  ConnectError,
  type ConnectRecord,
  type PluginLogger,
  type Predicate,
  type Props,
  type SinkConnector,
  type SourceConnector,
  type Transformation,
} from '@millrace/connect-api';
import { clientProps, connectorConfigDef, type ConfigTransformer, type WorkerConfig } from '@millrace/config';
import { createGroupConsumer, createProducer, type KafkaClient } from '@millrace/kafka';
import type { PluginRegistry } from '@millrace/plugins';
import type { OffsetBackingStore } from '@millrace/topic-stores';
import type { Logger } from 'pino';
import { ConnectorRunner } from '../connector/connector-runner.ts';
import type { TaskConverters } from '../task/converters.ts';
import { ErrorPolicy } from '../task/error-policy.ts';
import { SinkContext } from '../task/sink-context.ts';
import { SinkOffsets } from '../task/sink-offsets.ts';
import { SinkPipeline } from '../task/sink-pipeline.ts';
import { SinkTaskRunner } from '../task/sink-task-runner.ts';
import { SourcePipeline } from '../task/source-pipeline.ts';
import { SourceTaskRunner } from '../task/source-task-runner.ts';
import { TaskGate, type Report, type UnitRunner } from '../task/task-runner.ts';
import { TransformationChain, type TransformationStage } from '../task/transformation-chain.ts';
import type { Lease } from './lease.ts';
import { unitName, type UnitStart } from './messages.ts';
import type { UnitFactory } from './task-host.ts';

export * from './errors.ts';
export * from './client/kafka-client.ts';
export * from './records/record.ts';
export * from './producer/producer.ts';
export * from './consumer/consumer.ts';
export * from './group/group-membership.ts';
export * from './transactions/transactional-log-writer.ts';
export * from './admin/admin.ts';

// Every metric of cuecard: name, type, labels and meaning. The reference page and the dashboard are held to it.

/** What is known of one metric. */
export interface MetricDescription {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly labels: readonly string[]
  readonly help: string
  /** Upper bounds, for a histogram. */
  readonly buckets?: readonly number[]
}

const waits = [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5]

/** Names and units by the conventions of Prometheus: base units, `_total` for what only rises. */
export const metricList = {
  cuecard_build_info: {
    type: 'gauge',
    labels: ['version', 'node_version'],
    help: 'Always 1; the versions stand in the labels',
  },

  cuecard_retrieval_duration_seconds: {
    type: 'histogram',
    labels: ['freshness', 'cache'],
    help: 'From request to answer; cache is hit where nothing had to be waited for',
    buckets: [0.0001, 0.0005, 0.001, 0.0025, ...waits],
  },
  cuecard_retrievals_total: {
    type: 'counter',
    labels: ['degraded'],
    help: 'Retrievals by the code of what they lack, none for a full answer',
  },
  cuecard_items_total: { type: 'counter', labels: [], help: 'Items in answers' },
  cuecard_items_refused_total: {
    type: 'counter',
    labels: ['reason'],
    help: 'Items found and kept back, by the first reason',
  },

  cuecard_source_asks_total: {
    type: 'counter',
    labels: ['source', 'outcome'],
    help: 'Questions to a source and its cache; outcome is ok or the error code',
  },
  cuecard_source_wait_seconds: {
    type: 'histogram',
    labels: ['source'],
    help: 'Time that a retrieval waited for a source whose answer was not at hand',
    buckets: waits,
  },
  cuecard_source_breaker_state: {
    type: 'gauge',
    labels: ['source'],
    help: 'The circuit breaker: 0 closed, 1 half-open, 2 open',
  },

  cuecard_cache_lookups_total: {
    type: 'counter',
    labels: ['source', 'result'],
    help: 'Answers from the cache: fresh, stale, grace (stale because the source failed), or miss',
  },
  cuecard_cache_flights_total: {
    type: 'counter',
    labels: ['source'],
    help: 'Calls that the cache made, refreshes included; many retrievals share one',
  },
  cuecard_cache_entries: { type: 'gauge', labels: [], help: 'Answers in memory' },
  cuecard_cache_bytes: { type: 'gauge', labels: [], help: 'Estimated memory of these answers' },
  cuecard_shared_cache_lookups_total: {
    type: 'counter',
    labels: ['result'],
    help: 'Lookups in Redis: hit, miss or error',
  },
  cuecard_shared_cache_up: { type: 'gauge', labels: [], help: '1 while Redis is connected and answers' },

  cuecard_genesys_calls_total: {
    type: 'counter',
    labels: [],
    help: 'Calls to Genesys that the quota granted',
  },
  cuecard_genesys_quota_remaining: {
    type: 'gauge',
    labels: [],
    help: 'Calls that the quota would grant now',
  },

  cuecard_notification_channels: { type: 'gauge', labels: [], help: 'Notification channels that are open' },
  cuecard_notification_topics: { type: 'gauge', labels: [], help: 'Topics that are wanted of them' },
  cuecard_notification_interactions: { type: 'gauge', labels: [], help: 'Interactions that are followed' },
  cuecard_notification_messages_total: { type: 'counter', labels: [], help: 'Messages that came' },
  cuecard_notification_reconnects_total: {
    type: 'counter',
    labels: [],
    help: 'Channels that ended and were replaced',
  },
  cuecard_notification_gaps_total: {
    type: 'counter',
    labels: [],
    help: 'Interactions, agents and queues of which messages may be missing, each time their channel broke off',
  },
  cuecard_notification_evicted_total: {
    type: 'counter',
    labels: [],
    help: 'Interactions no longer followed because Genesys allows no more topics',
  },
  cuecard_notification_lag_seconds: {
    type: 'histogram',
    labels: [],
    help: 'From what was said to its message, by the clocks of Genesys and of this machine',
    buckets: [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 35, 60],
  },

  cuecard_answers_total: {
    type: 'counter',
    labels: ['readiness'],
    help: 'Answers to agents who asked: prepared (a turn was prepared for), at_hand (for another reason), or waited',
  },
  cuecard_push_answers_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Answers prepared before anybody asked; those sent, one for each stream; withheld for want of confidence; failed',
  },
  cuecard_push_streams: { type: 'gauge', labels: [], help: 'Interactions that are followed by a stream' },
  cuecard_push_streams_ended_total: {
    type: 'counter',
    labels: ['reason'],
    help: 'Streams that ended; left where the reader hung up or was too slow',
  },

  cuecard_ledger_entries_total: { type: 'counter', labels: [], help: 'Entries committed to the audit log' },
  cuecard_ledger_commit_duration_seconds: {
    type: 'histogram',
    labels: [],
    help: 'Time of one commit, which entries of the same moment share',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  },
  cuecard_ledger_queue_entries: { type: 'gauge', labels: [], help: 'Entries that wait to be committed' },
  cuecard_ledger_lost_entries_total: {
    type: 'counter',
    labels: [],
    help: 'Entries that could not be recorded and are told of as a gap (audit: available)',
  },

  cuecard_mirror_articles: { type: 'gauge', labels: [], help: 'Articles in the local copy' },
  cuecard_mirror_age_seconds: {
    type: 'gauge',
    labels: [],
    help: 'Time since the local copy was in step with all that it is made from',
  },
  cuecard_mirror_syncs_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Syncs of the local copy by this process: ok or failed',
  },
  cuecard_mirror_skipped_documents: {
    type: 'gauge',
    labels: [],
    help: 'Documents that could not be read and are not in the local copy',
  },

  cuecard_delivery_attempts_total: {
    type: 'counter',
    labels: ['endpoint', 'outcome'],
    help: 'Settled deliveries: delivered, retry, dead or dropped',
  },
  cuecard_delivery_duration_seconds: {
    type: 'histogram',
    labels: ['endpoint'],
    help: 'Time of one attempt',
    buckets: [...waits, 10, 15],
  },
  cuecard_delivery_pending_messages: {
    type: 'gauge',
    labels: ['endpoint'],
    help: 'Messages that wait for delivery',
  },
  cuecard_delivery_dead_messages: { type: 'gauge', labels: ['endpoint'], help: 'Messages given up and kept' },
  cuecard_delivery_oldest_age_seconds: {
    type: 'gauge',
    labels: ['endpoint'],
    help: 'Age of the oldest message that waits; 0 when none does',
  },
  cuecard_delivery_disabled: {
    type: 'gauge',
    labels: ['endpoint'],
    help: '1 for an endpoint that is switched off, as after 410',
  },

  cuecard_http_requests_total: {
    type: 'counter',
    labels: ['route', 'method', 'status'],
    help: 'Requests by route template and class of status',
  },
  cuecard_http_request_duration_seconds: {
    type: 'histogram',
    labels: ['route'],
    help: 'From the head of the request to the end of the answer',
    buckets: [0.0005, 0.001, 0.0025, ...waits],
  },
  cuecard_http_requests_in_flight: { type: 'gauge', labels: [], help: 'Requests under way' },
  cuecard_http_requests_shed_total: {
    type: 'counter',
    labels: [],
    help: 'Requests answered 503 at once because of load',
  },

  cuecard_event_loop_delay_seconds: {
    type: 'gauge',
    labels: ['quantile'],
    help: 'Delay of the event loop since the last scrape',
  },
  cuecard_event_loop_utilization_ratio: {
    type: 'gauge',
    labels: [],
    help: 'Share of time since the last scrape in which the event loop was busy',
  },
  process_cpu_seconds_total: { type: 'counter', labels: [], help: 'Processor time, user and system' },
  process_resident_memory_bytes: { type: 'gauge', labels: [], help: 'Memory resident' },
  process_start_time_seconds: { type: 'gauge', labels: [], help: 'Start, in seconds since the epoch' },
  nodejs_heap_size_used_bytes: { type: 'gauge', labels: [], help: 'JavaScript heap in use' },
  nodejs_heap_size_total_bytes: { type: 'gauge', labels: [], help: 'JavaScript heap reserved' },
  nodejs_external_memory_bytes: { type: 'gauge', labels: [], help: 'Memory of buffers outside of the heap' },
} as const satisfies Record<string, MetricDescription>

export type MetricName = keyof typeof metricList

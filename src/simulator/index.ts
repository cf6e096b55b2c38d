// The public entry point `cuecard/simulator`: a Genesys Cloud organisation on your machine, faults included.
export { type ArticleInput, type Conversation, readArticles, readConversations } from '../articles/article.ts'
export type { PlayOptions, PlayStats } from './conversation-player.ts'
export {
  createSimulator,
  type Simulator,
  type SimulatorOptions,
  type SimulatorStats,
} from './create-simulator.ts'
export type { ReportedEngagement } from './engagement-log.ts'
export {
  type Fault,
  type FaultKind,
  type FaultPlan,
  type FaultRule,
  type Latency,
  parseFaultPlan,
} from './fault-plan.ts'
export { FAULTS, type FaultName, faultPreset } from './fault-preset.ts'
export type { ListeningSimulator, ListenOptions } from './listen-http.ts'
export { OPERATIONS, type Operation } from './operation.ts'
export type { RequestReport } from './request-report.ts'
export type { Agent, TokenUse } from './tokens.ts'

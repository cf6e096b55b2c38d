import { postgresInsightStore } from './insight-store.ts'
import { insightsConformance } from './insights-conformance.ts'

insightsConformance('PostgreSQL', postgresInsightStore, 40)

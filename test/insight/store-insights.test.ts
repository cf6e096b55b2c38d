import { sqliteInsightStore } from './insight-store.ts'
import { insightsConformance } from './insights-conformance.ts'

insightsConformance('SQLite', sqliteInsightStore, 150)

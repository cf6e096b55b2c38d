// All routes, in the order of the OpenAPI document.
import type { ServiceOptions } from './ports.ts'
import type { Route } from './route.ts'
import { auditRoutes } from './routes/audit.ts'
import { deliveryRoutes } from './routes/deliveries.ts'
import { demoRoutes } from './routes/demo.ts'
import { insightRoutes } from './routes/insights.ts'
import { interactionRoutes } from './routes/interactions.ts'
import { type Operations, operationRoutes } from './routes/operations.ts'
import { retrievalRoutes } from './routes/retrievals.ts'
import { sessionRoutes } from './routes/session.ts'
import { streamRoutes } from './routes/stream.ts'

export function routesOf(options: ServiceOptions, operations: Operations): readonly Route[] {
  return [
    ...retrievalRoutes(options),
    ...interactionRoutes(options),
    ...streamRoutes(options, operations),
    ...insightRoutes(options),
    ...auditRoutes(options),
    ...deliveryRoutes(options),
    ...sessionRoutes(options),
    ...demoRoutes(options),
    ...operationRoutes(options, operations),
  ]
}

// What the page /demo asks; only a demo has these routes.
import { parseWith } from '../../retrieval/retrieval-request.ts'
import { demoActionSchema, demoStateSchema } from '../demo-stage.ts'
import type { ServiceOptions } from '../ports.ts'
import { type Route, sendJson } from '../route.ts'

export function demoRoutes({ demo }: ServiceOptions): readonly Route[] {
  if (demo === undefined) return []
  const answer = { status: 200, description: 'The demo as it is now.', schema: demoStateSchema } as const
  return [
    {
      method: 'GET',
      path: '/v1/demo',
      name: 'demo',
      summary: 'The call that the demo plays, and how Genesys is.',
      permission: 'context.update',
      answer,
      handle: (_, reply) => sendJson(reply, demo.state()),
    },
    {
      method: 'POST',
      path: '/v1/demo',
      name: 'actInDemo',
      summary: 'Begins a call, has its next turn spoken, or takes Genesys down and brings it back.',
      permission: 'context.update',
      body: { schema: demoActionSchema, example: { action: 'genesys', isDown: true } },
      answer,
      async handle(request, reply) {
        return sendJson(reply, await demo.act(parseWith(demoActionSchema, request.body)))
      },
    },
  ]
}

// What an observer is told of each request.

import type { FaultKind } from './fault-plan.ts'
import type { Operation } from './operation.ts'
import type { Exchange } from './simulator-core.ts'

/** One request, told when it is over. */
export interface RequestReport {
  readonly operation: Operation | 'control'
  /** 0 where none was sent, be it a fault or that the client gave up. */
  readonly status: number
  /** From the request's arrival until its answer was complete or given up. */
  readonly ms: number
  readonly fault?: FaultKind
}

/** `answered` is false if the client or the simulator gave the request up before an answer was sent. */
export type ReportRequest = (exchange: Exchange, ms: number, answered: boolean) => void

export function reportTo(onRequest: ((report: RequestReport) => void) | undefined): ReportRequest {
  return ({ operation, status, fault }, ms, answered) =>
    onRequest?.({
      operation,
      status: answered ? status : 0,
      ms,
      ...(fault === undefined ? {} : { fault }),
    })
}

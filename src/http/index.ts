// The public API of `cuecard/http`: the HTTP service inside a program of one's own.
export { type Authenticator, type CredentialKind, createAuthenticator } from '../access/authenticate.ts'
export { tokenOwner } from '../genesys/token-owner.ts'
export { undiciTransport } from '../genesys/undici-transport.ts'
export { csvOf } from '../ledger/export-csv.ts'
export { createLogger } from '../telemetry/logger.ts'
export type { AnsweredRequest, ServedCuecard, ServiceLogger, ServiceOptions } from './ports.ts'
export { type RunningService, startService } from './start-service.ts'

// The public API of `cuecard/audit`: the format of the audit log and its verifier, without a database.
export { CuecardError, type ErrorCode, type ErrorDetails, isCuecardError } from '../errors.ts'
export { canonicalJson, isCanonical, type JsonValue, parseCanonical } from './canonical-json.ts'
export { type Checkpoint, parseCheckpoint, signCheckpoint, verifyCheckpoint } from './checkpoint.ts'
export { commitmentOf } from './commitment.ts'
export { scoreMismatches } from './entry-score.ts'
export {
  checkpointLine,
  type EntryLine,
  endLine,
  entryLine,
  exportFormat,
  type LogLine,
  logLine,
} from './export-lines.ts'
export { ExportSeal } from './export-seal.ts'
export { masker } from './mask.ts'
export {
  consistencyProof,
  inclusionProof,
  subtreesOf,
  type TileSource,
  verifyConsistency,
  verifyInclusion,
} from './merkle-proof.ts'
export { emptyRoot, Frontier, leafHash, nodeHash } from './merkle-tree.ts'
export { formatVerifierKey, parseVerifierKey, type VerifierKey } from './signed-note.ts'
export type { Verdict, VerifyFailure } from './verdict.ts'
export { type VerifyOptions, verifyExport } from './verify-export.ts'

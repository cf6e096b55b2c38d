// What a check found, by name.
import type { Finding } from '../../../src/cli/doctor/finding.ts'

export async function findingsOf(check: AsyncIterable<Finding>): Promise<Record<string, Finding>> {
  const findings: Record<string, Finding> = {}
  for await (const finding of check) findings[finding.name] = finding
  return findings
}

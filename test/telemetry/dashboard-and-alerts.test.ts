// The dashboard and the alerts ask for metrics that there are, and the operations page explains each alert.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { type MetricDescription, metricList } from '../../src/telemetry/metric-list.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8')

interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[]
}
const { panels }: { panels: readonly Panel[] } = JSON.parse(read('examples/grafana-dashboard.json'))
interface Alert {
  readonly alert: string
  readonly expr: string
}
const alerts: readonly Alert[] = parse(read('examples/alerts.yaml')).groups.flatMap(
  (group: { rules: readonly Alert[] }) => group.rules,
)

/** The metrics that `/metrics` names, with the labels that each may have. */
async function realSeries(): Promise<Map<string, readonly string[]>> {
  const metrics = createMetrics()
  const { body } = await metrics.text()
  metrics.close()
  const series = new Map<string, readonly string[]>()
  for (const [, name = '', type] of body.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    const { labels }: MetricDescription = metricList[name as keyof typeof metricList]
    if (type !== 'histogram') series.set(name, labels)
    else {
      series.set(`${name}_bucket`, [...labels, 'le'])
      for (const end of ['sum', 'count']) series.set(`${name}_${end}`, labels)
    }
  }
  return series
}

const asked = [
  ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const)),
  ...alerts.map(({ alert, expr }) => [alert, expr] as const),
]

test.each(asked)('%s asks for a metric that there is, by labels that it has', async (_, expr) => {
  const series = await realSeries()
  const names = expr.match(/\b(?:cuecard|process|nodejs)_\w+/g) ?? []
  if (!expr.startsWith('up{')) expect(names).not.toEqual([])
  const labels = new Set(['instance', 'job'])
  for (const name of names) {
    expect([...series.keys()]).toContain(name)
    for (const label of series.get(name) ?? []) labels.add(label)
  }
  const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/))
  const selected = [...expr.matchAll(/[{,]\s*(\w+)\s*[=!]~?=?"/g)].map(([, label = '']) => label)
  for (const label of [...grouped, ...selected]) expect([...labels]).toContain(label)
})

test('what is shown of a series is one of the labels that its query leaves', () => {
  for (const { expr, legendFormat } of panels.flatMap(({ targets = [] }) => targets))
    for (const [, label = ''] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) {
      const grouped = /\bby \(([^)]*)\)/.exec(expr)?.[1]?.split(/,\s*/) ?? ['instance']
      expect(grouped, expr).toContain(label)
    }
})

test('every metric of cuecard is on the dashboard', () => {
  const shown = JSON.stringify(panels)
  expect(Object.keys(metricList).filter((name) => !shown.includes(name))).toEqual([])
})

test('no two panels share an id or lie on each other', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, at) => `${x + (at % w)}/${y + Math.floor(at / w)}`),
  )
  expect(new Set(cells).size).toBe(cells.length)
})

test('operations.md says of every alert what it means and what to do', () => {
  const section = read('docs/operations.md').split('\n## Alerts\n')[1]?.split('\n## ')[0] ?? ''
  const explained = [...section.matchAll(/^\| `(\w+)` \| .+ \| .+ \|$/gm)].map(([, name]) => name)
  expect(explained).toEqual(alerts.map(({ alert }) => alert))
})

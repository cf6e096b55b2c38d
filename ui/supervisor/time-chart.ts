// `<cuecard-time-chart>`: lines over time. What it shows also stands in a table beside it, so to readers it is an image.
import type uPlot from 'uplot'

export interface ChartLine {
  readonly label: string
  readonly values: readonly (number | null)[]
}

export interface ChartData {
  /** Seconds since the epoch, ascending. */
  readonly times: readonly number[]
  readonly lines: readonly ChartLine[]
  /** A value of the axis in words. */
  readonly format: (value: number) => string
  readonly language: string
}

/** Undefined where it cannot run, as in a browser whose language it does not know: the table beside it says the same. */
const plotting = import('uplot').then(
  (module) => module.default,
  () => undefined,
)

const height = 180
/** In seconds. */
const halfDay = 43_200
const dashes = [[], [6, 4], [2, 3], [10, 3, 2, 3]]
const colours = ['--accent', '--warn', '--good', '--bad']

const style = new CSSStyleSheet()
style.replaceSync(`
  :host { display: block; min-width: 0; overflow: hidden; }
  .uplot, .uplot * { box-sizing: border-box; }
  .uplot { direction: ltr; width: min-content; max-width: 100%; }
  .u-wrap { position: relative; user-select: none; }
  .u-over, .u-under, .u-axis { position: absolute; }
  .u-under { overflow: hidden; }
  canvas { display: block; position: relative; width: 100%; height: 100%; }
`)

export class TimeChart extends HTMLElement {
  readonly #root = this.attachShadow({ mode: 'open' })
  readonly #resize = new ResizeObserver(() => this.#fit())
  readonly #scheme = matchMedia('(prefers-color-scheme: dark)')
  readonly #redraw = () => void this.#draw()
  #plot: uPlot | undefined
  #data: ChartData | undefined

  constructor() {
    super()
    this.#root.adoptedStyleSheets = [style]
  }

  set data(data: ChartData) {
    this.#data = data
    if (this.isConnected) void this.#draw()
  }

  connectedCallback(): void {
    this.#resize.observe(this)
    this.#scheme.addEventListener('change', this.#redraw)
    void this.#draw()
  }

  disconnectedCallback(): void {
    this.#resize.disconnect()
    this.#scheme.removeEventListener('change', this.#redraw)
    this.#plot?.destroy()
    this.#plot = undefined
  }

  #fit(): void {
    const width = this.clientWidth
    if (width > 0 && this.#plot && this.#plot.width !== width) this.#plot.setSize({ width, height })
  }

  async #draw(): Promise<void> {
    const Plot = await plotting
    const data = this.#data
    if (data === undefined || Plot === undefined || !this.isConnected) return
    this.#plot?.destroy()
    const colour = (name: string) => resolved(this, name)
    const axis = {
      stroke: colour('--quiet'),
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { show: false },
    }
    const day = new Intl.DateTimeFormat(data.language, { day: 'numeric', month: 'numeric' })
    const hour = new Intl.DateTimeFormat(data.language, { hour: 'numeric', minute: 'numeric' })
    const series = data.lines.map(({ label }, place) => ({
      label,
      stroke: colour(colours[place] ?? '--text'),
      width: 2,
      dash: dashes[place] ?? [],
      points: { show: data.times.length < 40 },
    }))
    const holder = document.createElement('div')
    this.#root.replaceChildren(holder)
    this.#plot = new Plot(
      {
        width: Math.max(this.clientWidth, 200),
        height,
        legend: { show: false },
        cursor: { show: false },
        scales: {
          // One moment alone would lie at the edge of years.
          x: {
            range: (_, min, max) => (data.times.length === 1 ? [min - halfDay, min + halfDay] : [min, max]),
          },
          y: { range: (_, __, max) => [0, max > 0 ? max * 1.1 : 1] },
        },
        axes: [
          {
            ...axis,
            values: (_, times, __, ___, step) =>
              times.map((time) => (step >= 86_400 ? day : hour).format(new Date(time * 1000))),
          },
          { ...axis, size: 64, values: (_, values) => values.map(data.format) },
        ],
        series: [{}, ...series],
      },
      [[...data.times], ...data.lines.map(({ values }) => [...values])],
      holder,
    )
  }
}

/** What a custom property comes to: a canvas knows no `light-dark()`. */
function resolved(element: HTMLElement, name: string): string {
  const before = element.style.color
  element.style.color = `var(${name})`
  const { color } = getComputedStyle(element)
  element.style.color = before
  return color
}

customElements.define('cuecard-time-chart', TimeChart)

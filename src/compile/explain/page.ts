// A plan as a page in one file: the steps of a run over threads and time, below them the memory that they share, and a table of kernels.
import { getNumThreads } from '../../backends/wasm/threads/pool.ts'
import { printBytes } from '../../core/errors.ts'
import { escaped } from '../../core/markup.ts'
import type { Recording } from '../recording.ts'
import { script, style } from './page-frame.ts'
import { printInstruction } from './program.ts'
import type { Explained, Kind } from './steps.ts'
import { counted, kernelRows, summaryOf } from './text.ts'

const TICKS = 5

const printTime = (nanoseconds: number): string =>
  nanoseconds < 1e6 ? `${Number((nanoseconds / 1e3).toPrecision(3))} µs` : `${(nanoseconds / 1e6).toPrecision(3)} ms`

/** A place in the picture: custom properties of CSS, in percent. */
const percent = (numbers: Readonly<Record<string, number>>): string =>
  Object.entries(numbers)
    .map(([name, part]) => `--${name}:${Number((100 * part).toFixed(3))}`)
    .join(';')

const item = (kind: Kind, place: string, label: string): string =>
  `<i class="${kind}" style="${place}" tabindex="-1" role="img" aria-label="${escaped(label)}"></i>`

export function explainPage(recording: Recording, explained: Explained): string {
  const { steps, names, nameOf } = explained
  const { shared, memory } = recording.plan
  let total = 0
  const starts = [0, ...steps.map(({ time }) => (total += time))]
  const count = steps.length
  /** Start and length from one step to another, in time and in steps. */
  const place = (first: number, last: number): string => {
    const [from, to] = [starts[first] as number, starts[last + 1] as number]
    return percent({ a: from / total, b: (to - from) / total, c: first / count, d: (last + 1 - first) / count })
  }
  const bars = steps.map(({ name, kind, instruction, tasks, threads, time }, at) => {
    const line = instruction.site()
    const by = kind === 'host' ? 'on the host' : `${counted(tasks, 'task')} on ${counted(threads, 'thread')}`
    const source = line === null ? '' : `\n${line.file}:${line.line}  ${line.text ?? ''}`
    const label = `${at}: ${name}, about ${printTime(time)}, ${by}\n${printInstruction(instruction, names)}${source}`
    return item(kind, `${place(at, at)};--n:${threads}`, label)
  })
  const regions = shared.map(({ bytes, offset, first, last, place: number }) => {
    const label = `${nameOf(number)}: ${printBytes(bytes)} at byte ${offset}\nsteps ${first} to ${last}`
    const height = percent({ y: offset / memory.shared, h: bytes / memory.shared })
    return item((steps[first] as (typeof steps)[number]).kind, `${place(first, last)};${height}`, label)
  })
  const ticks = Array.from({ length: TICKS }, (_, k) => {
    const part = k / TICKS
    return `<span style="${percent({ a: part, c: part })}"><a class="time">${printTime(part * total)}</a><a class="step">step ${Math.round(part * count)}</a></span>`
  })
  const rows = kernelRows(explained).map(({ kind, share, title, lines }) => {
    const computed = `<details><summary>${escaped(title)}</summary><pre>${escaped(lines.join('\n'))}</pre></details>`
    return `<tr><td class="${kind}"><b style="${percent({ b: share })}"></b><td>${lines.length > 0 ? computed : escaped(title)}`
  })
  const kinds = [...new Set(explained.groups.map(({ kind }) => kind))]
  const threads = getNumThreads()
  const side = Array.from({ length: threads }, (_, thread) => `<div>thread ${thread}</div>`)
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>A compiled plan</title>
<style>${style}</style><h1>A run of a compiled plan</h1><p>${summaryOf(recording, explained).map(escaped).join('<p>')}
<p>Times are estimated from sizes, not measured: about ${printTime(total)} together. A bar spans the threads that take part if all are awake.
<form><label><input type="radio" name="axis" id="time" checked>over time</label><label><input type="radio" name="axis" id="steps">over steps</label><label>zoom <input type="range" min="1" max="30" step="0.5" value="1"></label></form>
<div class="picture"><div class="side">${side.join('')}memory<br>${printBytes(memory.shared)}</div><div class="scroll"><div class="chart"><div class="ticks">${ticks.join('')}</div>
<div class="lanes items" style="--rows:${threads}">${bars.join('')}</div><div class="memory items">${regions.join('')}</div></div></div></div>
<output aria-live="polite">Point at a bar or a region, or walk with Tab and the arrow keys.</output>
<ul>${kinds.map((kind) => `<li class="${kind}"><b></b>${kind}`).join('')}</ul><h2>Kernels, by their part of the estimated work</h2><table>${rows.join('')}</table><script>${script}</script></html>`
}

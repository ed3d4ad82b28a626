// Graphviz, compiled to WebAssembly by the package @viz-js/viz: loaded when the first picture is drawn, and only then.
import { OptionError } from '../core/errors.ts'

async function graphviz() {
  try {
    return await import('@viz-js/viz')
  } catch (cause) {
    const missing = new OptionError('viz.graph: svg() needs the package @viz-js/viz. Run npm install @viz-js/viz, or give dot to Graphviz.')
    missing.cause = cause
    throw missing
  }
}

/** The `<svg>` element for DOT text. */
export async function renderSvg(dot: string): Promise<string> {
  const { instance } = await graphviz()
  const document = (await instance()).renderString(dot, { format: 'svg' })
  return document.slice(document.indexOf('<svg'))
}

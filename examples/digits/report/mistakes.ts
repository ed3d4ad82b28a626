// The digits that were read wrong, as pictures.
import { encode } from 'fast-png'
import type { ImageDataLike } from 'wengert/io'
import type { Mistake } from '../evaluate.ts'
import { percent } from '../progress.ts'
import { type Html, html } from './html.ts'

const most = 60

function picture({ data, width, height }: ImageDataLike): string {
  const grey = Uint8Array.from({ length: width * height }, (_, pixel) => data[4 * pixel]!)
  return `data:image/png;base64,${Buffer.from(encode({ data: grey, width, height, channels: 1 })).toString('base64')}`
}

export function mistakeGallery(mistakes: readonly Mistake[]): Html {
  if (mistakes.length === 0) return html`<p>None at all.</p>`
  const figures = mistakes.slice(0, most).map(
    ({ image, label, answer, confidence }) => html`
      <figure title="a ${label}, read as ${answer} with probability ${percent(confidence)}">
        <img src="${picture(image)}" width="56" height="56" alt="a handwritten ${label}">
        <figcaption>${label} <i>→</i> <b>${answer}</b><small>${percent(confidence, 0)}</small></figcaption>
      </figure>`,
  )
  const rest = mistakes.length > most ? html`<p>… and ${mistakes.length - most} more.</p>` : html``
  return html`<div class="gallery">${figures}</div>${rest}`
}

// The layout of report.html. It gets every number as text and every picture as markup.
import { type Html, html } from './html.ts'

export interface Fact {
  readonly value: string
  readonly name: string
}

export interface PageContent {
  readonly title: string
  readonly style: Html
  readonly facts: readonly Fact[]
  readonly note: string
  readonly lossCurve: Html
  readonly accuracyCurve: Html
  readonly confusionMatrix: Html
  readonly mistakes: number
  readonly gallery: Html
  readonly graph: Html
}

export const page = (content: PageContent): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${content.title}</title>
<style>${content.style}</style>
</head>
<body>
<header>
  <p class="name">Wengert</p>
  <h1>A small network learnt to read digits</h1>
  <div class="facts">${content.facts.map(({ value, name }) => html`<div class="fact"><b>${value}</b><span>${name}</span></div>`)}</div>
  <p class="note">${content.note}</p>
</header>
<main>
<section>
  <h2>How it learnt</h2>
  <p>Every step shows it 64 digits and moves each weight a little down the gradient of the loss.
    <span class="key train">Training</span>, faint for each batch, and <span class="key test">test</span>, on digits it never learns from.</p>
  <div class="pair"><div>${content.lossCurve}</div><div>${content.accuracyCurve}</div></div>
</section>
<section class="pair">
  <div class="beside">
    <h2>What it mixes up</h2>
    <p>Each row is a digit as it was shown, each column an answer. Off the diagonal are the mistakes.</p>
    ${content.confusionMatrix}
  </div>
  <div>
    <h2>${content.mistakes === 1 ? 'The one' : `The ${content.mistakes}`} it got wrong</h2>
    <p>What it was → what the network took it for, the surest mistakes first.</p>
    ${content.gallery}
  </div>
</section>
<section class="pair">
  <div class="beside">
    <h2>What one step records</h2>
    <p>Computing the loss writes down every operation that a weight has a part in: here from the weights at the top
      to the <span class="key test">loss</span> at the bottom.</p>
    <p><code>loss.backward()</code> walks this record the other way. Each operation hands on its share of the gradient,
      until it arrives at the <span class="key train">weights and biases</span>. Nobody wrote a derivative of this network.</p>
  </div>
  <div class="graph">${content.graph}</div>
</section>
</main>
</body>
</html>
`

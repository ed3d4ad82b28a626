// Writes docs/plan.png: the page of explain() for a step of LeNet, as Chromium shows it.
// `node --conditions=@wengert/source scripts/plan-picture.ts`
import { manualSeed, setNumThreads } from 'wengert'
import { networks, trainingStep } from '../bench/networks.ts'
import { compile } from '../src/compile/explainable.ts'
import { Chromium } from '../test/viz/browser.ts'
import { root } from './entries.ts'

manualSeed(0)
setNumThreads(4)
const step = compile(trainingStep(networks['LeNet 1×28×28, SGD']()))
step()

const chromium = await Chromium.launch()
const { page } = await chromium.open(step.explain({ html: true }))
await page.setViewportSize({ width: 1000, height: 860 })
await page.locator('.lanes i').nth(14).focus()
await page.locator('h1').hover() // nothing is dimmed, and the text stays
await page.screenshot({ path: `${root}docs/plan.png` })
await chromium.close()
